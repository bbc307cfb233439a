"""Who has signed in, and for how long that counts. Instants are aware UTC."""

import hashlib
import hmac
import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from mentoring.domain.membership import Membership
from mentoring.domain.policy import SignInPolicy

SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly a session knows when it was last used: a write a request would buy nothing."""

LONGEST_RETURN: Final = 2000
RETURN_PATH: Final = re.compile(r"/(?:en|fr)/[A-Za-z0-9/._~!$&'()*+,;=:@%?-]*")
# A doubled slash leads to another host, a dot segment to another path, a page of signing in back to itself.
LEADS_ELSEWHERE: Final = re.compile(r"//|/\.\.?(?:/|\?|$)|^/../(?:account|staff)/sign")


class IssuerKind(StrEnum):
    """Whose word says who somebody is. The members' issuer never makes anybody staff."""

    MEMBERS = "members"
    STAFF = "staff"


class StaffRole(StrEnum):
    """What a member of staff may do (STF-9)."""

    COORDINATOR = "coordinator"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody, as their issuer knows them; of the members' issuer the subject is the member id."""

    kind: IssuerKind
    issuer: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Somebody of the association's staff."""

    issuer: str
    subject: str
    name: str
    roles: frozenset[StaffRole]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSignIn:
    """A sign-in that has left for the issuer and has not come back."""

    kind: IssuerKind
    nonce: str
    verifier: str  # PKCE's secret, sent only when the code is redeemed
    browser: str  # the hash of a secret that the browser keeps: nobody else may finish this sign-in
    return_path: str
    language: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that has signed in."""

    identity: Identity
    form_secret: str
    started_at: datetime
    seen_at: datetime

    @property
    def form_token(self) -> str:
        """Return what a form of this session carries: that no other site sent it, and whose it is."""
        proof = _digest(self.form_secret, "form")
        return f"{proof}.{_owner(proof, self.identity)}"

    @property
    def mark(self) -> str:
        """Return what tells this session from the next one and is no secret: nothing leads back from it."""
        return _digest(self.form_secret, "mark")[:16]

    def ends_at(self, policy: SignInPolicy) -> datetime:
        """Return when the session ends however busy it is."""
        hours = policy.staff_hours if self.identity.kind is IssuerKind.STAFF else policy.member_hours
        return self.started_at + timedelta(hours=hours)

    def counts(self, policy: SignInPolicy, signed_out_before: datetime | None, now: datetime) -> bool:
        """Return whether the session is neither too old, nor idle too long, nor signed out elsewhere."""
        idle = timedelta(minutes=policy.idle_minutes)
        signed_out = signed_out_before is not None and self.started_at <= signed_out_before
        return not signed_out and now < self.ends_at(policy) and now - self.seen_at < idle

    def is_worth_noting(self, now: datetime) -> bool:
        """Return whether the session's last use is old enough to be written anew."""
        return now - self.seen_at >= SEEN_EVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of somebody at this moment: membership or role, and when they signed out everywhere."""

    signed_out_before: datetime | None = None
    membership: Membership | None = None
    staff: StaffMember | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who has signed in, with what the association says of them at this moment (ELI-8)."""

    session: Session
    membership: Membership | None = None
    staff: StaffMember | None = None

    @property
    def roles(self) -> Set[StaffRole]:
        """Return the staff roles, none for a member."""
        return self.staff.roles if self.staff else frozenset()

    def is_active_member(self, today: date) -> bool:
        """Return whether the membership counts on this day."""
        return self.membership is not None and self.membership.is_active(today)


def is_form_of(form_token: str, identity: Identity) -> bool:
    """Return whether a form was made for this person, in whichever of their sessions, over or not.

    It says whose the words in a form are and lets nobody do anything: only a session's own token does.
    """
    proof, _, owner = form_token.partition(".")
    return hmac.compare_digest(owner.encode(), _owner(proof, identity).encode())


def is_return_path(path: str) -> bool:
    """Return whether one may be sent there after signing in: a page of this site, in either language."""
    return (
        len(path) <= LONGEST_RETURN
        and RETURN_PATH.fullmatch(path) is not None
        and not LEADS_ELSEWHERE.search(path)
    )


def _owner(proof: str, identity: Identity) -> str:
    """Return the part of a token that its own person's name makes again, and that leads back to nobody."""
    return _digest(proof, f"{identity.issuer}#{identity.subject}")  # an issuer's address has no fragment


def _digest(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
