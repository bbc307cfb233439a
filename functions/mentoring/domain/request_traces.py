"""What stays of a request after one of its two had everything erased (SAF-1)."""

from dataclasses import replace

from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.request_states import Side


def unwritten(request: MatchRequest, side: Side) -> MatchRequest:
    """Return a closed request without anything that one of the two wrote, and without their name.

    Nor has it what the two agreed on in words, whoever proposed it: each began with what the other had said.
    """
    lines = tuple(replace(line, text="") if line.by is side else line for line in request.lines)
    arrangement = request.arrangement
    if arrangement:
        arrangement = replace(arrangement, availabilities="", goals="")
    return replace(
        request,
        slug="" if side is Side.MENTOR else request.slug,
        introduction="" if side is Side.MENTEE else request.introduction,
        lines=lines,
        arrangement=arrangement,
        words="" if request.closed_by is side else request.words,
    )


def is_named(request: MatchRequest, side: Side) -> bool:
    """Return whether pages, letters and copies may name one of the two to the other."""
    return bool(request.introduction if side is Side.MENTEE else request.slug)
