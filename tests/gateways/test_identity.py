"""Who an issuer says somebody is, and what is not believed."""

import base64
import hmac
import json
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from mentoring.domain.sessions import IssuerKind
from mentoring.gateways import web
from mentoring.gateways.errors import IdentityProviderDownError, TokenRefusedError
from mentoring.gateways.identity import IdentityProvider
from mentoring.settings import IssuerSettings
from tests.gateways.conftest import REDIRECTS, VERIFIER
from tests.gateways.issuer import NOW, Issuer, challenge, unsigned

Redeem = Callable[..., dict[str, Any]]

DISCOVERY = "/.well-known/openid-configuration"


def far(seconds: int) -> int:
    return int((NOW + timedelta(seconds=seconds)).timestamp())


def test_the_sign_in_page_is_asked_for_a_code_with_pkce(issuer: Issuer, provider: IdentityProvider) -> None:
    """SAF-2: state, nonce and an S256 challenge go out, the verifier stays; the language is asked for."""
    url = provider.authorization_url(state="s", nonce="n", verifier=VERIFIER, language="fr")
    assert url.startswith(f"{issuer.url}/authorize?")
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "client_id": ["mentoring"],
        "redirect_uri": [REDIRECTS["fr"]],
        "scope": ["openid"],
        "state": ["s"],
        "nonce": ["n"],
        "code_challenge": [challenge(VERIFIER)],
        "code_challenge_method": ["S256"],
        "ui_locales": ["fr-CA fr"],
    }


def test_a_code_stands_for_somebody(redeem: Redeem) -> None:
    """SAF-2: an honest issuer's token gives its claims."""
    assert redeem()["sub"] == "M-1"


def test_description_and_keys_are_asked_for_once(issuer: Issuer, redeem: Redeem) -> None:
    """A second sign-in asks for its token alone."""
    redeem()
    issuer.asked.clear()
    redeem()
    assert issuer.asked == ["/token"]


def test_rotated_keys_are_fetched_once(issuer: Issuer, redeem: Redeem) -> None:
    """SAF-2: a token signed with a new key is believed after the keys were read again."""
    redeem()
    issuer.rotate()
    issuer.asked.clear()
    assert redeem()["sub"] == "M-1"
    assert issuer.asked == ["/token", "/jwks"]


def test_a_key_that_was_taken_back_no_longer_signs(issuer: Issuer, redeem: Redeem) -> None:
    """SAF-2: once other keys were read, the old one's tokens are refused."""
    old = issuer.keys[0]
    redeem()
    issuer.rotate()
    redeem()
    issuer.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": old.kid}, claims, old)
    with pytest.raises(TokenRefusedError, match="key"):
        redeem()


def test_an_unknown_key_is_asked_for_once_only(issuer: Issuer, redeem: Redeem) -> None:
    """SAF-2: a key that the issuer does not publish is refused, without asking on and on."""
    stranger = RSAKey.generate_key(2048, {"kid": "stranger"})
    issuer.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "stranger"}, claims, stranger)
    with pytest.raises(TokenRefusedError, match="key"):
        redeem()
    assert issuer.asked.count("/jwks") == 2


def test_another_key_under_a_known_name_is_refused(issuer: Issuer, redeem: Redeem) -> None:
    """SAF-2: what counts is the signature, not the name of the key."""
    stranger = RSAKey.generate_key(2048, {"kid": "first"})
    issuer.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, stranger)
    with pytest.raises(TokenRefusedError, match="signature"):
        redeem()


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE"])
def test_an_unsigned_token_is_refused(issuer: Issuer, redeem: Redeem, algorithm: str) -> None:
    """SAF-2: `alg=none` is no signature, however it is written."""
    issuer.sign = lambda claims: unsigned({"alg": algorithm, "kid": "first"}, claims)
    with pytest.raises(TokenRefusedError, match="algorithm"):
        redeem()


def test_the_public_key_is_no_shared_secret(issuer: Issuer, redeem: Redeem) -> None:
    """SAF-2: a token signed by HS256 with the published key is refused."""
    public = issuer.keys[0].as_pem(private=False)  # joserfc refuses to sign with it, so it is done by hand

    def forged(claims: dict[str, Any]) -> str:
        signed = unsigned({"alg": "HS256", "kid": "first"}, claims).rstrip(".")
        signature = hmac.digest(public, signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    issuer.sign = forged
    with pytest.raises(TokenRefusedError, match="algorithm"):
        redeem()


@pytest.mark.parametrize("algorithm", ["RS512", "PS256", "RS384"])
def test_other_algorithms_are_not_taken(issuer: Issuer, redeem: Redeem, algorithm: str) -> None:
    """SAF-2: the list of algorithms is ours, not the token's."""
    issuer.sign = lambda claims: jwt.encode(
        {"alg": algorithm, "kid": "first"}, claims, issuer.keys[0], algorithms=[algorithm]
    )
    with pytest.raises(TokenRefusedError, match="algorithm"):
        redeem()


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"aud": "another-site"}, "aud"),
        ({"aud": ["another-site", "a-third"], "azp": "mentoring"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["mentoring", "another-site"]}, "azp"),
        ({"aud": ["mentoring", "another-site"], "azp": "another-site"}, "azp"),
        ({"azp": "another-site"}, "azp"),
        ({"iss": "https://elsewhere.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"nonce": "of-another-sign-in"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": far(-61)}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"iat": far(61)}, "iat"),
        ({"iat": None}, "iat"),
        ({"nbf": far(61)}, "nbf"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "M" * 256}, "sub"),
        ({"sub": "M-1\n"}, "sub"),
        ({"sub": "Ｍ-1"}, "sub"),
    ],
)
def test_a_claim_that_is_wrong_is_named(
    issuer: Issuer, redeem: Redeem, claims: dict[str, Any], reason: str
) -> None:
    """SAF-2: audience, issuer, nonce, times and subject are each checked; the reason is a code word."""
    issuer.claims = claims
    with pytest.raises(TokenRefusedError) as refused:
        redeem()
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": far(-59)},
        {"iat": far(59)},
        {"aud": ["mentoring"]},
        {"aud": ["mentoring", "another-site"], "azp": "mentoring"},
        {"azp": "mentoring"},
    ],
)
def test_small_differences_are_borne(issuer: Issuer, redeem: Redeem, claims: dict[str, Any]) -> None:
    """Two clocks may differ by a minute, and an audience may be a list."""
    issuer.claims = claims
    assert redeem()["sub"] == "M-1"


def test_a_code_is_redeemed_once(issuer: Issuer, provider: IdentityProvider, redeem: Redeem) -> None:
    """SAF-2: the issuer refuses a replayed code, and so do we."""
    url = provider.authorization_url(state="s", nonce="n", verifier=VERIFIER, language="en")
    code = issuer.approve(url, "M-1")["code"]
    redeem(code=code)
    with pytest.raises(TokenRefusedError, match="code"):
        redeem(code=code)


def test_another_verifier_gets_nothing(redeem: Redeem) -> None:
    """SAF-2: a stolen code is worthless without PKCE's verifier."""
    with pytest.raises(TokenRefusedError, match="code"):
        redeem(verifier="w" * 43)


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "é.é.é", "{}", "a" * 200_000])
def test_what_is_no_token_is_refused(issuer: Issuer, redeem: Redeem, token: str) -> None:
    """SAF-2: whatever stands in the place of a token, nobody is signed in by it."""
    issuer.sign = lambda _: token
    with pytest.raises(TokenRefusedError, match="malformed"):
        redeem()


def test_an_answer_without_a_token_is_refused(issuer: Issuer, redeem: Redeem) -> None:
    """SAF-2: an access token alone says nothing about who somebody is."""
    issuer.answers["/token"] = lambda: (200, b'{"access_token": "x"}')
    with pytest.raises(TokenRefusedError, match="code"):
        redeem()


@pytest.mark.parametrize("path", [DISCOVERY, "/jwks", "/token"])
@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ((500, b"{}"), "status-500"),
        ((302, b"http://127.0.0.1:9/"), "status-302"),
        ((200, b"<html>"), "not-json"),
        ((200, b"[]"), "not-an-object"),
        ((200, b"[" * 100_000), "not-json"),
        ((200, b'{"x": "' + b"x" * web.LARGEST_ANSWER + b'"}'), "too-large"),
    ],
)
def test_an_issuer_that_misbehaves_is_down(
    issuer: Issuer, redeem: Redeem, path: str, answer: tuple[int, bytes], what: str
) -> None:
    """SAF-2: errors, redirects, nonsense and answers without end are all the same to a member: not now."""
    issuer.answers[path] = lambda: answer
    with pytest.raises(IdentityProviderDownError, match=what):
        redeem()


def test_a_passing_fault_is_asked_again(issuer: Issuer, redeem: Redeem) -> None:
    """One 503 of the description is not told to anybody."""
    answers = iter([(503, b""), (200, json.dumps(issuer.description()).encode())])
    issuer.answers[DISCOVERY] = lambda: next(answers)
    assert redeem()["sub"] == "M-1"


def test_a_code_is_never_sent_twice(issuer: Issuer, redeem: Redeem) -> None:
    """A code works once, so an issuer that failed with it is not sent it again."""
    issuer.answers["/token"] = lambda: (503, b"")
    with pytest.raises(IdentityProviderDownError):
        redeem()
    assert issuer.asked.count("/token") == 1


def test_an_issuer_that_is_gone_is_down() -> None:
    """Nobody listens: the error says so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = IssuerSettings(issuer=f"http://127.0.0.1:{port}", client_id="x", is_local=True)
    gone = IdentityProvider(IssuerKind.MEMBERS, settings, REDIRECTS)
    with pytest.raises(IdentityProviderDownError, match="unreachable"):
        gone.authorization_url(state="s", nonce="n", verifier=VERIFIER, language="en")


def test_an_issuer_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the connection and says nothing is waited for briefly."""
    monkeypatch.setattr(web, "TIMES", web.urllib3.Timeout(connect=0.2, read=0.1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = IssuerSettings(issuer=address, client_id="x", is_local=True)
        provider = IdentityProvider(IssuerKind.MEMBERS, settings, REDIRECTS)
        with pytest.raises(IdentityProviderDownError, match="unreachable"):
            provider.authorization_url(state="s", nonce="n", verifier=VERIFIER, language="en")


def test_an_issuer_that_trickles_is_given_up(redeem: Redeem, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer has a deadline as a whole, not only between two of its bytes."""
    monkeypatch.setattr(web, "LONGEST_ANSWER", -1.0)
    with pytest.raises(IdentityProviderDownError, match="too-slow"):
        redeem()


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://token.example/"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://169.254.169.254/latest/meta-data"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
        {"token_endpoint": "https://user:secret@token.example/"},
    ],
)
def test_a_description_that_leads_astray_is_not_followed(
    issuer: Issuer, provider: IdentityProvider, changes: dict[str, Any]
) -> None:
    """SAF-2: another issuer's description, and endpoints in the clear, are refused."""
    issuer.answers[DISCOVERY] = lambda: (200, json.dumps(issuer.description(**changes)).encode())
    with pytest.raises(IdentityProviderDownError, match="discovery"):
        provider.authorization_url(state="s", nonce="n", verifier=VERIFIER, language="en")


def test_plain_http_is_for_the_embedded_cloud_alone(issuer: Issuer) -> None:
    """SAF-2: without the local profile not even this machine is asked over http."""
    settings = IssuerSettings(issuer=issuer.url, client_id="x", is_local=False)
    provider = IdentityProvider(IssuerKind.MEMBERS, settings, REDIRECTS)
    with pytest.raises(IdentityProviderDownError, match="unsafe-address"):
        provider.authorization_url(state="s", nonce="n", verifier=VERIFIER, language="en")
    assert issuer.asked == []


@pytest.mark.filterwarnings("ignore:Key size:joserfc.errors.SecurityWarning")
def test_only_keys_that_verify_signatures_count(issuer: Issuer, redeem: Redeem) -> None:
    """SAF-2: weak keys, keys for encryption, shared secrets and nonsense among the keys are left out."""
    weak = RSAKey.generate_key(1024, {"kid": "weak"})
    for_encryption = ECKey.generate_key("P-256", {"kid": "enc"})
    secret = OctKey.generate_key(256, {"kid": "oct"})
    published = [key.as_dict(private=False) for key in (weak, for_encryption, issuer.keys[0])]
    published[1]["use"] = "enc"
    listed = [*published, secret.as_dict(private=True), {"kty": "RSA"}, {"kty": "new"}, 7]
    issuer.answers["/jwks"] = lambda: (200, json.dumps({"keys": listed}).encode())
    assert redeem()["sub"] == "M-1"
    for key, algorithm in ((weak, "RS256"), (for_encryption, "ES256")):
        issuer.sign = lambda claims, key=key, algorithm=algorithm: jwt.encode(  # type: ignore[misc]
            {"alg": algorithm, "kid": key.kid}, claims, key
        )
        with pytest.raises(TokenRefusedError, match="key"):
            redeem()
