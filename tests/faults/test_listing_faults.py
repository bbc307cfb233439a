"""A process that dies, or an answer that is lost, at any call of any act on a listing."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from mentoring.domain.profile import Audience
from mentoring.gateways.errors import EdgeDownError, ObjectsDownError
from mentoring.settings import StorageSettings
from mentoring.usecases.change_listing import ListingActs
from mentoring.usecases.settle_withdrawal import settle
from tests.faults.crashing import Moment, crash_matrix
from tests.usecases.listings import Place

DOWN = (EdgeDownError, ObjectsDownError)
HIDDEN = {
    "leave": {"public", "listing", "gender"},
    "members": {"public"},
    "withdraw": {"gender"},
}
TOLD = {"leave": 4, "members": 2, "withdraw": 2, "pause": 1, "resume": 1, "cap": 0}
ACTS: dict[str, Callable[[ListingActs], object]] = {
    "pause": lambda acts: acts.pause(None, 1),
    "resume": lambda acts: acts.resume(),
    "cap": lambda acts: acts.cap(5, 1),
    "members": lambda acts: acts.share({"listing": Audience.MEMBERS}, True, 1),
    "withdraw": lambda acts: acts.share({"gender": Audience.NONE}, True, 1),
    "leave": lambda acts: acts.leave(),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("moment", Moment)
def test_whatever_dies_at_whatever_call(
    database: StorageSettings, tmp_path: Path, moment: Moment, act: str
) -> None:
    """SAF-3, invariant 23: state, messages, line and rows are all or nothing; after the outbox all agree."""
    place = Place.of(database, tmp_path)
    for crash in crash_matrix(moment):
        member_id = f"M-{crash.number}"
        slug = place.mentor(member_id, is_available=act != "resume").profile.slug
        edge = crash.of(place.edge, EdgeDownError("lost"))
        objects = crash.of(place.objects, ObjectsDownError("lost"))
        with crash.during(place.client):
            ACTS[act](place.acts(member_id))
            with suppress(*DOWN):  # as the handler does: the outbox has it
                settle(slug, place.withdrawals, edge, objects, place.releases)
        is_done = len(place.lines(member_id)) == 1
        told = [each for each in place.messages() if each["facts"]["member_id"] == member_id]
        assert len(told) == (TOLD[act] if is_done else 0)
        assert place.withdrawn(slug) == (HIDDEN.get(act, set()) if is_done else set())
        place.empty_outbox()
        ACTS[act](place.acts(member_id))  # whoever got no answer sends it again
        assert len(place.lines(member_id)) == 1
        place.empty_outbox()
        if act not in HIDDEN:
            place.settle(slug)
        place.assert_agreed(slug)


@pytest.mark.parametrize("moment", Moment)
def test_the_outbox_alone_is_enough(database: StorageSettings, tmp_path: Path, moment: Moment) -> None:
    """Invariant 23: settling that dies at any call, done again, agrees: it reads everything anew."""
    place = Place.of(database, tmp_path)
    for crash in crash_matrix(moment):
        member_id = f"M-{crash.number}"
        slug = place.mentor(member_id).profile.slug
        place.acts(member_id).leave()
        edge = crash.of(place.edge, EdgeDownError("lost"))
        objects = crash.of(place.objects, ObjectsDownError("lost"))
        with crash.during(place.client), suppress(*DOWN):
            settle(slug, place.withdrawals, edge, objects, place.releases)
        place.empty_outbox()
        place.assert_agreed(slug)
