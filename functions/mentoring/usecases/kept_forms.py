"""Nothing typed is lost when a session ends in the middle: it waits for its own person to come back."""

import hmac
from datetime import datetime, timedelta
from typing import Final

from mentoring.domain.kept_forms import Fields, KeptForm
from mentoring.domain.policy import SignInPolicy
from mentoring.domain.sessions import Identity
from mentoring.usecases.sign_in import new_secret
from mentoring.usecases.stores import KeptForms, Sessions

LARGEST_KEPT: Final = 200_000  # bytes; a row takes 400 KB


def keep_form(
    session_id: str,
    form_token: str,
    path: str,
    fields: Fields,
    sessions: Sessions,
    kept: KeptForms,
    policy: SignInPolicy,
    now: datetime,
) -> str | None:
    """Keep what was typed and return the secret that leads back to it.

    None where nothing proves whose it is: only a form that was made for this very session, which may be over
    but is not forgotten, carries its token. Nor is anything kept that is too large for a row.
    """
    session = sessions.find(session_id)
    if session is None or not hmac.compare_digest(form_token.encode(), session.form_token.encode()):
        return None
    if sum(len(name.encode()) + len(value.encode()) for name, value in fields) > LARGEST_KEPT:
        return None
    secret = new_secret()
    expires_at = now + timedelta(minutes=policy.kept_form_minutes)
    kept.keep(secret, KeptForm(identity=session.identity, path=path, fields=fields, expires_at=expires_at))
    return secret


def take_form(secret: str, identity: Identity, path: str, kept: KeptForms, now: datetime) -> Fields | None:
    """Return what this person typed on this page, once; None for anything else."""
    form = kept.take(secret, identity, path)
    return form.fields if form and now < form.expires_at else None
