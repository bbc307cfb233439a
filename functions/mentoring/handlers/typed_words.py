"""What somebody typed, in words, for a page that is the only one to have it still."""

from typing import Final

from mentoring.content import Wording
from mentoring.domain.profile import Audience
from mentoring.handlers.requests import STEERING, Form, Request

CHOICES: Final = frozenset(
    {
        "about",
        "act",
        "availability",
        "change",
        "confirm",
        "consent",
        "everywhere",
        "number",
        "outcome",
        "pause",
        "proposed_at",
        "reason",
    }
    | {"build", "release", "search_engines", "stage", "to"}
    | {"agreed", "finished", "once", "refund", "seen", "shown", "total", "which"}
)
"""Fields that hold a word of ours and that no list has words for: quickly chosen again, and left out."""
AGREEMENT: Final = "agree_"  # and a document: the version that was ticked
OF_LISTS: Final = {
    "province": "provinces",
    "place": "provinces",
}  # fields that are not named as their vocabulary is


def said_in(request: Request, form: Form) -> list[str]:
    """Return what a form says, in words where a list has them, without what only steers it."""
    wording = Wording(request.services.content, request.language)
    answers = ((name, value) for name, value in form if value.strip() and not _steers(name))
    return [_word(wording, name, value) for name, value in answers]


def comes_from_us(request: Request) -> bool:
    """Return whether a browser says that a form came from this site: nobody else puts words on its pages."""
    return request.headers.get("origin") == request.services.site_url


def _steers(name: str) -> bool:
    return name in STEERING or name in CHOICES or name.startswith(AGREEMENT)


def _word(wording: Wording, name: str, value: str) -> str:
    if value in set(Audience):
        return wording.t(f"listing.audience.{value}")
    try:
        return wording.label(OF_LISTS.get(name, name.replace("_", "-")), value)
    except KeyError:
        return value
