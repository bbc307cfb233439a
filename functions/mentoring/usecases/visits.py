"""Who is asking: read anew on every request, so that a lapse, a lost role or a sign-out counts at once."""

from datetime import datetime, timedelta

from mentoring.domain.policy import SignInPolicy
from mentoring.domain.sessions import IssuerKind, Session, Visitor
from mentoring.usecases.stores import OneMembership, Sessions, Staff


def read_visitor(
    session_id: str,
    sessions: Sessions,
    memberships: OneMembership,
    staff: Staff,
    policy: SignInPolicy,
    now: datetime,
) -> Visitor | None:
    """Return who this session belongs to, or None where it does not count; at most four calls (ELI-8).

    Only the members' issuer speaks of members, and only the staff's of staff.
    """
    session = sessions.find(session_id)
    if session is None or not session.counts(policy, sessions.signed_out_before(session.identity), now):
        return None
    if session.is_worth_noting(now) and not sessions.note_use(session_id, now):
        return None
    identity = session.identity
    if identity.kind is IssuerKind.STAFF:
        return Visitor(session=session, staff=staff.get(identity.issuer, identity.subject))
    return Visitor(session=session, membership=memberships.get(identity.subject))


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
