"""Signing in with OpenID Connect: leave for the issuer, come back, be somebody."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from mentoring.domain.errors import NotStaffError, SignInRefusedError
from mentoring.domain.policy import SignInPolicy
from mentoring.domain.sessions import Identity, IssuerKind, PendingSignIn, Session
from mentoring.usecases.stores import Sessions, Staff

SECRET_BYTES: Final = 32  # 256 bits
SECOND_FACTOR: Final = "mfa"  # RFC 8176


class Issuer(Protocol):
    """An issuer that says who somebody is."""

    @property
    def kind(self) -> IssuerKind:
        """Return whether it speaks of members or of staff."""

    @property
    def issuer(self) -> str:
        """Return its address, which is its name."""

    def authorization_url(self, *, state: str, nonce: str, verifier: str, language: str) -> str:
        """Return where the browser goes to sign in."""

    def redeem(
        self, code: str, *, verifier: str, nonce: str, language: str, now: datetime
    ) -> Mapping[str, object]:
        """Return the verified claims that a code stands for."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a browser goes to sign in, and the secret that it keeps meanwhile."""

    url: str
    browser_secret: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has signed in: the session's secret, and the page that they came from."""

    session_id: str
    identity: Identity
    return_path: str


def new_secret() -> str:
    """Return 256 random bits as a text that suits addresses and cookies."""
    return secrets.token_urlsafe(SECRET_BYTES)


def start_sign_in(
    issuer: Issuer,
    sessions: Sessions,
    policy: SignInPolicy,
    now: datetime,
    *,
    return_path: str,
    language: str,
    browser_secret: str | None,
) -> Departure:
    """Note a sign-in and return where it goes on.

    `browser_secret` is what this browser keeps from a sign-in in another tab: both may then come back.
    """
    state, nonce, verifier = new_secret(), new_secret(), new_secret()
    browser_secret = browser_secret or new_secret()
    url = issuer.authorization_url(state=state, nonce=nonce, verifier=verifier, language=language)
    pending = PendingSignIn(
        kind=issuer.kind,
        nonce=nonce,
        verifier=verifier,
        browser=_hash(browser_secret),
        return_path=return_path,
        language=language,
        expires_at=now + timedelta(minutes=policy.minutes_to_sign_in),
    )
    sessions.begin_sign_in(state, pending)
    return Departure(url, browser_secret)


def finish_sign_in(
    issuer: Issuer,
    sessions: Sessions,
    staff: Staff,
    policy: SignInPolicy,
    now: datetime,
    *,
    state: str,
    code: str,
    browser_secret: str,
    replaced_session: str | None,
) -> Arrival:
    """Start a session for whoever came back with this state and code; each works once.

    The session gets a new secret, and the one that the browser came with is ended. Raises
    SignInRefusedError, NotStaffError, and whatever the issuer's gateway raises.
    """
    pending = sessions.take_sign_in(state, _hash(browser_secret))
    if pending is None or pending.kind is not issuer.kind:
        raise SignInRefusedError("unknown-state")
    if now >= pending.expires_at:
        raise SignInRefusedError("too-late")
    claims = issuer.redeem(
        code, verifier=pending.verifier, nonce=pending.nonce, language=pending.language, now=now
    )
    identity = Identity(issuer.kind, issuer.issuer, str(claims["sub"]))
    if issuer.kind is IssuerKind.STAFF:
        _admit_staff(identity, claims, staff)
    session = Session(identity=identity, form_secret=new_secret(), started_at=now, seen_at=now)
    session_id = new_secret()
    sessions.start(session_id, session, session.ends_at(policy))
    if replaced_session:
        sessions.end(replaced_session)
    return Arrival(session_id, identity, pending.return_path)


def _admit_staff(identity: Identity, claims: Mapping[str, object], staff: Staff) -> None:
    methods = claims.get("amr")
    if not isinstance(methods, list) or SECOND_FACTOR not in methods:
        raise SignInRefusedError("no-second-factor")
    member = staff.get(identity.issuer, identity.subject)
    if member is None or not member.roles:
        raise NotStaffError(identity.subject)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
