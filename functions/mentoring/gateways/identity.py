"""An OpenID Connect issuer: where its sign-in page is, and who a code stands for."""

import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from mentoring.domain.sessions import IssuerKind
from mentoring.gateways.errors import IdentityProviderDownError, TokenRefusedError, UnknownKeyError
from mentoring.gateways.web import JsonClient, NoAnswerError
from mentoring.settings import IssuerSettings, is_safe_address

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

KEPT: Final = 3600  # seconds that an issuer's description and keys are believed without asking again
LOCALES: Final = {"en": "en-CA en", "fr": "fr-CA fr"}


@dataclass(frozen=True, slots=True)
class Description:
    """What an issuer publishes of itself (OpenID Connect Discovery 1.0)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    read_at: float


class IdentityProvider:
    """One issuer. Its description and keys are kept for an hour; an unknown key is asked for once."""

    def __init__(self, kind: IssuerKind, settings: IssuerSettings, redirect_uris: Mapping[str, str]) -> None:
        """Take the issuer, and by language the address that it sends people back to."""
        self.kind = kind
        self.issuer = settings.issuer
        self._settings = settings
        self._redirect_uris = redirect_uris
        self._web = JsonClient(local_allowed=settings.is_local)
        self._description: Description | None = None
        self._keys: tuple[KeySet, float] | None = None

    def authorization_url(self, *, state: str, nonce: str, verifier: str, language: str) -> str:
        """Return the issuer's sign-in page for one sign-in. Raises IdentityProviderDownError."""
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._redirect_uris[language],
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            "ui_locales": LOCALES[language],
        }
        endpoint = self._describe().authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def redeem(self, code: str, *, verifier: str, nonce: str, language: str, now: datetime) -> dict[str, Any]:
        """Return the verified claims that a code stands for.

        Raises IdentityProviderDownError, TokenRefusedError.
        """
        # joserfc takes as long to import as boto3's client takes to make: only this step needs it.
        from mentoring.gateways.id_tokens import verify

        token = self._exchange(code, verifier, self._redirect_uris[language])
        believed = partial(
            verify, token, issuer=self.issuer, client_id=self._settings.client_id, nonce=nonce, now=now
        )
        try:
            return believed(self._signing_keys())
        except UnknownKeyError:
            return self._with_newer_keys(believed)

    def _with_newer_keys(self, believed: Callable[["KeySet"], dict[str, Any]]) -> dict[str, Any]:
        try:
            return believed(self._signing_keys(anew=True))
        except UnknownKeyError as error:
            raise TokenRefusedError("key") from error

    def _exchange(self, code: str, verifier: str, redirect_uri: str) -> str:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._settings.client_id,
            "code_verifier": verifier,
        }
        try:
            status, answer = self._web.post(self._describe().token_endpoint, fields)
        except NoAnswerError as error:
            raise IdentityProviderDownError(f"token {error.what}") from error
        token = answer.get("id_token")
        if status != 200 or not isinstance(token, str):
            raise TokenRefusedError("code")
        return token

    def _describe(self) -> Description:
        if self._description is None or time.monotonic() - self._description.read_at > KEPT:
            self._description = self._read_description()
        return self._description

    def _read_description(self) -> Description:
        values = self._read("discovery", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        # Otherwise one issuer could speak in another's name (Discovery 1.0, section 4.3).
        if values.get("issuer") != self.issuer:
            raise IdentityProviderDownError("discovery of-another-issuer")
        return Description(
            authorization_endpoint=self._endpoint(values, "authorization_endpoint"),
            token_endpoint=self._endpoint(values, "token_endpoint"),
            jwks_uri=self._endpoint(values, "jwks_uri"),
            read_at=time.monotonic(),
        )

    def _endpoint(self, values: Mapping[str, Any], name: str) -> str:
        endpoint = str(values.get(name, ""))
        if not is_safe_address(endpoint.partition("?")[0], local_allowed=self._settings.is_local):
            raise IdentityProviderDownError("discovery unsafe-endpoint")
        return endpoint

    def _signing_keys(self, *, anew: bool = False) -> "KeySet":
        if anew or self._keys is None or time.monotonic() - self._keys[1] > KEPT:
            from mentoring.gateways.id_tokens import import_keys

            published = self._read("keys", self._describe().jwks_uri)
            try:
                self._keys = (import_keys(published), time.monotonic())
            except ValueError as error:
                raise IdentityProviderDownError("keys unreadable") from error
        return self._keys[0]

    def _read(self, what: str, address: str) -> Mapping[str, Any]:
        try:
            return self._web.get(address)
        except NoAnswerError as error:
            raise IdentityProviderDownError(f"{what} {error.what}") from error


def _challenge(verifier: str) -> str:
    """Return PKCE's challenge by S256 (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
