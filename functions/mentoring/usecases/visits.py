"""Who is asking: read anew on every request, so that a lapse, a lost role or a sign-out counts at once."""

from datetime import datetime, timedelta

from mentoring.domain.policy import SignInPolicy
from mentoring.domain.sessions import Session, Visitor
from mentoring.usecases.stores import People, Sessions


def read_visitor(
    session_id: str, sessions: Sessions, people: People, policy: SignInPolicy, now: datetime
) -> Visitor | None:
    """Return who this session belongs to, or None where it does not count (ELI-8).

    Two calls to the database, and a third once a minute.
    """
    session = sessions.find(session_id)
    if session is None:
        return None
    person = people.get(session.identity)
    if not session.counts(policy, person.signed_out_before, now):
        return None
    if session.is_worth_noting(now) and not sessions.note_use(session_id, now):
        return None
    return Visitor(session=session, membership=person.membership, staff=person.staff)


def sign_out(session_id: str, sessions: Sessions) -> None:
    """End the session of this browser."""
    sessions.end(session_id)


def sign_out_everywhere(
    session_id: str, session: Session, sessions: Sessions, policy: SignInPolicy, now: datetime
) -> None:
    """End every session that this person has started until now, on every device."""
    longest = timedelta(hours=max(policy.member_hours, policy.staff_hours))
    sessions.end_all(session.identity, now, now + longest)
    sessions.end(session_id)
