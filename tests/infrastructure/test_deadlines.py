"""Two weeks of a request beside a served site: the clock contract moves it, and each is written to once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from infrastructure.local.clock import Clock
from infrastructure.local.database import embedded_database
from mentoring.content import Content
from mentoring.domain.events import MembershipLapsed
from mentoring.domain.request_states import RequestState
from mentoring.storage.address_marks import AddressMarkStore
from mentoring.storage.outbox import message_writes
from mentoring.storage.transaction import commit
from tests.usecases.matching import MENTOR, NOW, Matching

MENTOR_MAIL, MENTEE_MAIL = "amelie@example.org", "noor@example.org"


def letters(served: Any) -> list[tuple[str, str]]:
    """Return to whom was written about what, the oldest first."""
    found = served.json("/__dev__/mail.json")
    return [(parseaddr(letter["to"])[1], letter["subject"]) for letter in reversed(found)]


def test_a_request_is_reminded_of_and_ends_with_one_letter_each(
    tmp_path: Path, prepare: Callable[[Path], Path], serving: Any, content: Content
) -> None:
    """DIR-19, MOD-26, MOD-29: asked on day 0, reminded on day 7, over after day 14, within the roles."""
    prepare(tmp_path)
    with embedded_database(tmp_path) as database:
        desk = Matching(database, content)
        desk.mentor()
        desk.member(given_name="Noor", family_name="Haddad", email=MENTEE_MAIL, language="en")
        desk.mentor("M-9")
        desk.member("M-9", email="bounce@example.org")
        lapse = MembershipLapsed(member_id="M-9", occurrence="1", at=desk.now)
        commit(desk.client, message_writes(database.outbox_table, [lapse]))
        request = desk.ask()
        Clock(tmp_path / "clock.json").set(NOW)
        with serving(tmp_path) as running:
            running.move_clock((NOW + timedelta(minutes=1)).isoformat())
        # A week's nights would be a week's builds: of what falls due meanwhile a start runs the last alone.
        Clock(tmp_path / "clock.json").set(datetime(2026, 11, 28, 10, 50, tzinfo=UTC))
        with serving(tmp_path) as running:
            _, answer = running.move_clock("2026-11-28T11:10:00Z")
            mornings = [turn["error"] for turn in answer["ran"] if turn["schedule"] == "DeadlinesSchedule"]
            assert mornings == [""]
            reminded = letters(running)
            assert sorted(reminded[:2]) == [
                (MENTOR_MAIL, "Noor Haddad souhaite bénéficier de votre mentorat"),
                (MENTEE_MAIL, "Your mentoring request to Amélie Tremblay is sent"),
            ]
            assert reminded[2:] == [(MENTOR_MAIL, "Noor Haddad attend encore de vos nouvelles")]
            for letter in running.json("/__dev__/mail.json"):
                (attached,) = letter["attachments"]
                assert (attached["filename"], attached["content_type"]) == ("deadline.ics", "text/calendar")
                assert "DTSTART;VALUE=DATE:20261204" in attached["text"]
        Clock(tmp_path / "clock.json").set(datetime(2026, 12, 6, 10, 50, tzinfo=UTC))
        with serving(tmp_path) as running:
            running.move_clock("2026-12-06T11:10:00Z")
            assert sorted(letters(running)[3:]) == [
                (MENTOR_MAIL, "La demande faite par Noor Haddad a pris fin sans réponse"),
                (MENTEE_MAIL, "No answer from Amélie Tremblay: let us look further"),
            ]
            running.move_clock("2026-12-06T12:10:00Z")
            assert len(letters(running)) == 5
            report = running.json("/__dev__/outbox.json")
            assert (report["is_quiet"], {each["state"] for each in report["messages"]}) == (True, {"sent"})
        mark = AddressMarkStore(desk.client, database).of("M-9")
        assert mark
        assert mark.is_about("bounce@example.org")
        assert desk.stored(request).request.state is RequestState.EXPIRED
        assert desk.requests.load_of(MENTOR).missed == {request.id}
