"""An issuer, and our side of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mentoring.domain.sessions import IssuerKind
from mentoring.gateways.identity import IdentityProvider
from mentoring.settings import IssuerSettings
from tests.gateways.issuer import NOW, Issuer, running_issuer

REDIRECTS = {
    "en": "https://mentors.example/en/account/signed-in",
    "fr": "https://mentors.example/fr/account/signed-in",
}
VERIFIER = "v" * 43


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """The members' issuer."""
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def provider(issuer: Issuer) -> IdentityProvider:
    """Our gateway to it."""
    settings = IssuerSettings(issuer=issuer.url, client_id=issuer.client_id, is_local=True)
    return IdentityProvider(IssuerKind.MEMBERS, settings, REDIRECTS)


@pytest.fixture
def redeem(issuer: Issuer, provider: IdentityProvider) -> Callable[..., dict[str, Any]]:
    """Sign M-1 in from beginning to end; arguments go to the redeeming in the place of the right ones."""

    def signed_in(**changed: Any) -> dict[str, Any]:
        url = provider.authorization_url(state="s", nonce="n", verifier=VERIFIER, language="en")
        given: dict[str, Any] = {"verifier": VERIFIER, "nonce": "n", "language": "en", "now": NOW}
        code = changed.pop("code", None) or issuer.approve(url, "M-1")["code"]
        return provider.redeem(code, **given | changed)

    return signed_in
