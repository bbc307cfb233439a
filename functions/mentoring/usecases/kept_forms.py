"""Nothing typed is lost when a session ends in the middle: it waits for its own person to come back."""

import hmac
import json
from datetime import datetime, timedelta
from typing import Final

from mentoring.domain.kept_forms import Fields, KeptForm
from mentoring.domain.policy import SignInPolicy
from mentoring.domain.sessions import Identity
from mentoring.usecases.sign_in import new_secret
from mentoring.usecases.stores import KeptForms, Sessions

LARGEST_KEPT: Final = 300_000  # bytes; a row takes 400 KB


class FormTooLargeError(Exception):
    """A form is whoever's it says to be, and too large to be kept."""


def keep_form(
    form_token: str, path: str, fields: Fields, kept: KeptForms, policy: SignInPolicy, now: datetime
) -> str:
    """Keep what was typed for whom its token was made, and return the secret that leads back to it.

    Raises FormTooLargeError.
    """
    if written_bytes(fields) > LARGEST_KEPT:
        raise FormTooLargeError
    secret = new_secret()
    expires_at = now + timedelta(minutes=policy.kept_form_minutes)
    kept.keep(secret, KeptForm(form_token=form_token, path=path, fields=fields, expires_at=expires_at))
    return secret


def is_made_in(session_id: str, form_token: str, sessions: Sessions) -> bool:
    """Return whether a form was made in this very session, which may be over but is not forgotten."""
    session = sessions.find(session_id)
    return session is not None and hmac.compare_digest(form_token.encode(), session.form_token.encode())


def written_bytes(typed: object) -> int:
    """Return how much of a row something typed takes: what is escaped in JSON takes more than it seems."""
    return len(json.dumps(typed, ensure_ascii=False).encode())


def take_form(secret: str, identity: Identity, path: str, kept: KeptForms, now: datetime) -> Fields | None:
    """Return what this person typed on this page, once; None for anything else."""
    form = kept.take(secret, identity, path)
    return form.fields if form and now < form.expires_at else None
