"""Two small OpenID issuers, so that signing in can be tried on this machine: one for members, one for staff.

Whoever asks may be anybody: there are no passwords. Code flow with PKCE (RFC 7636), state, nonce, RS256.
"""

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.exceptions import BadRequest
from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infrastructure.local.issuer_page import Person, person_page

CLIENT_ID: Final = "mentoring"
CODE_COUNTS_FOR: Final = timedelta(minutes=1)
TOKEN_COUNTS_FOR: Final = timedelta(minutes=5)
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
ASKED: Final = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a code stands for."""

    subject: str
    has_second_factor: bool
    redirect_uri: str
    nonce: str
    challenge: str
    given_at: datetime


class Issuer:
    """One issuer; `address` is what it calls itself."""

    def __init__(
        self,
        address: str,
        redirect_uris: Sequence[str],
        people: Callable[[], Sequence[Person]],
        now: Callable[[], datetime],
    ) -> None:
        self.address = address
        self._redirect_uris = redirect_uris
        self._people = people
        self._now = now
        self._grants: dict[str, Grant] = {}
        self._keys: list[RSAKey] = []
        self.rotate()

    def rotate(self) -> None:
        """Sign with a new key from now on; tokens of the one before can still be checked."""
        fresh = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        self._keys = [fresh, *self._keys[:1]]

    def configuration(self, _request: Request) -> Response:
        """Say where everything is (OpenID Connect Discovery 1.0)."""
        return _json(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    def jwks(self, _request: Request) -> Response:
        """Give the public keys."""
        return _json(KeySet(list(self._keys)).as_dict(private=False))

    def authorize(self, request: Request) -> Response:
        """Ask who it is, or lead back with a code for whoever `as` (or `login_hint`) names.

        Raises BadRequest where leading back would serve a stranger.
        """
        asked = {name: request.values.get(name, "") for name in ASKED}
        if asked["client_id"] != CLIENT_ID or asked["redirect_uri"] not in self._redirect_uris:
            raise BadRequest("this client_id and redirect_uri are not known here")
        if not _is_complete(asked):
            return self._lead_back(asked, {"error": "invalid_request"})
        if "refuse" in request.values:
            return self._lead_back(asked, {"error": "access_denied"})
        subject = request.values.get("as") or request.values.get("login_hint")
        if not subject:
            return person_page(self.address, self._people(), asked)
        grant = Grant(
            subject=subject,
            has_second_factor=request.values.get("mfa") != "no",
            redirect_uri=asked["redirect_uri"],
            nonce=asked["nonce"],
            challenge=asked["code_challenge"],
            given_at=self._now(),
        )
        code = secrets.token_urlsafe(32)
        self._grants[code] = grant
        return self._lead_back(asked, {"code": code})

    def token(self, request: Request) -> Response:
        """Give the token for a code: once, in time, to whoever asked for it."""
        form = request.form
        grant = self._grants.pop(form.get("code", ""), None)
        if form.get("grant_type") != "authorization_code" or form.get("client_id") != CLIENT_ID:
            return _json({"error": "invalid_request"}, 400)
        if (
            grant is None
            or self._now() - grant.given_at > CODE_COUNTS_FOR
            or form.get("redirect_uri") != grant.redirect_uri
            or challenge_of(form.get("code_verifier", "")) != grant.challenge
        ):
            return _json({"error": "invalid_grant"}, 400)
        return _json(
            {
                "access_token": secrets.token_urlsafe(32),
                "token_type": "Bearer",
                "expires_in": TOKEN_COUNTS_FOR.seconds,
                "id_token": self._id_token(grant),
            }
        )

    def _id_token(self, grant: Grant) -> str:
        now = int(self._now().timestamp())
        claims = {
            "iss": self.address,
            "sub": grant.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "auth_time": now,
            "exp": now + TOKEN_COUNTS_FOR.seconds,
            "nonce": grant.nonce,
            "amr": ["pwd", "mfa"] if grant.has_second_factor else ["pwd"],
        }
        key = self._keys[0]
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    def _lead_back(self, asked: Mapping[str, str], answer: Mapping[str, str]) -> Response:
        query = urlencode({**answer, "state": asked["state"], "iss": self.address})
        return redirect(f"{asked['redirect_uri']}?{query}", 303)


def issuer_rules(root: str, issuers: Mapping[str, Issuer]) -> list[Rule]:
    """Return the addresses of the issuers, by name, under a root such as `/__dev__/issuer`."""

    def rotate(_request: Request) -> Response:
        for issuer in issuers.values():
            issuer.rotate()
        return _json({"rotated": sorted(issuers)})

    rules = [Rule(f"{root}/rotate", endpoint=rotate, methods=["POST"])]
    for name, issuer in issuers.items():
        own = f"{root}/{name}"
        rules += [
            Rule(f"{own}/.well-known/openid-configuration", endpoint=issuer.configuration, methods=["GET"]),
            Rule(f"{own}/jwks", endpoint=issuer.jwks, methods=["GET"]),
            Rule(f"{own}/authorize", endpoint=issuer.authorize, methods=["GET", "POST"]),
            Rule(f"{own}/token", endpoint=issuer.token, methods=["POST"]),
        ]
    return rules


def challenge_of(verifier: str) -> str:
    """Return PKCE's S256 challenge (RFC 7636, 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _is_complete(asked: Mapping[str, str]) -> bool:
    return (
        asked["response_type"] == "code"
        and "openid" in asked["scope"].split()
        and bool(asked["state"] and asked["nonce"])
        and asked["code_challenge_method"] == "S256"
        and CHALLENGE.fullmatch(asked["code_challenge"]) is not None
    )


def _json(answer: Any, status: int = 200) -> Response:
    return Response(json.dumps(answer), status, content_type="application/json")
