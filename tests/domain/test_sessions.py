"""How long a session counts, and where one may be sent after signing in."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mentoring.domain.policy import SignInPolicy
from mentoring.domain.sessions import Identity, IssuerKind, Session, is_form_of, is_return_path

POLICY = SignInPolicy(
    starts_on=date(2026, 1, 1),
    minutes_to_sign_in=10,
    kept_form_minutes=60,
    idle_minutes=30,
    member_hours=12,
    staff_hours=8,
)
START = datetime(2026, 11, 21, 15, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
SECRET = "form-secret"  # noqa: S105 - made up


def session(kind: IssuerKind = IssuerKind.MEMBERS, seen: timedelta = timedelta()) -> Session:
    identity = Identity(kind, "https://issuer.example", "M-1")
    return Session(identity=identity, form_secret=SECRET, started_at=START, seen_at=START + seen)


def test_an_idle_session_ends() -> None:
    """SAF-2: half an hour without a request ends it, counted from the last one."""
    later = session(seen=timedelta(hours=1))
    end = START + timedelta(hours=1, minutes=30)
    assert later.counts(POLICY, None, end - MOMENT)
    assert not later.counts(POLICY, None, end)


@pytest.mark.parametrize(("kind", "hours"), [(IssuerKind.MEMBERS, 12), (IssuerKind.STAFF, 8)])
def test_a_busy_session_ends_all_the_same(kind: IssuerKind, hours: int) -> None:
    """SAF-2: members sign in again after twelve hours, staff after eight."""
    busy = session(kind, seen=timedelta(hours=hours))
    end = START + timedelta(hours=hours)
    assert busy.ends_at(POLICY) == end
    assert busy.counts(POLICY, None, end - MOMENT)
    assert not busy.counts(POLICY, None, end)


def test_signing_out_everywhere_ends_what_had_started() -> None:
    """SAF-2: a session that started until that moment is over; a later one counts."""
    assert not session().counts(POLICY, START, START + MOMENT)
    assert session().counts(POLICY, START - MOMENT, START + MOMENT)


def test_use_is_noted_once_a_minute() -> None:
    """A busy session is not a write a request."""
    assert not session().is_worth_noting(START + timedelta(seconds=59))
    assert session().is_worth_noting(START + timedelta(seconds=60))


def test_a_form_token_is_the_sessions_own() -> None:
    """SAF-2: it follows from the session's secret, and does not tell it."""
    assert session().form_token == session().form_token
    other = Session(identity=session().identity, form_secret=SECRET[::-1], started_at=START, seen_at=START)
    assert session().form_token != other.form_token
    assert SECRET not in session().form_token


def test_a_form_token_is_known_by_its_own_person_alone() -> None:
    """SAF-2: also once its session is over; nobody reads in it who that is."""
    token, issuer = session().form_token, "https://issuer.example"
    assert is_form_of(token, session().identity)
    for other in (
        Identity(IssuerKind.MEMBERS, issuer, "M-2"),
        Identity(IssuerKind.STAFF, "https://b", "M-1"),
    ):
        assert not is_form_of(token, other)
    assert not any(is_form_of(made_up, session().identity) for made_up in ("", ".", "é.é", token[:-1]))
    assert "M-1" not in token


@pytest.mark.parametrize(
    "path",
    [
        "/en/",
        "/fr/mentors/",
        "/en/mentors/?area=home-care&q=%C3%A9t%C3%A9",
        "/fr/account/",
        "/en/mentors/a.b/",
    ],
)
def test_pages_of_this_site_are_returned_to(path: str) -> None:
    """ELI-8: signing in leads back to the page and language that one came from."""
    assert is_return_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/en",
        "/de/mentors/",
        "en/mentors/",
        "//evil.example/en/",
        "/en//evil.example",
        "https://evil.example/en/",
        "/\\evil.example",
        "/en/\\evil.example",
        "/en/../../evil",
        "/en/./x",
        "/en/..",
        "/en/mentors/\n",
        "/en/mentors/\r\nSet-Cookie: a=b",
        "/en/\t/evil.example",
        "/en/mentors/#part",
        "/en/<script>",
        "/en/é",
        "javascript:alert(1)",
        "/en/account/sign-in",
        "/fr/staff/signed-in?code=x",
        "/en/" + "a" * 2000,
    ],
)
def test_nowhere_else_is_returned_to(path: str) -> None:
    """SAF-2: no other host, no header of one's own, no way round in a circle."""
    assert not is_return_path(path)
