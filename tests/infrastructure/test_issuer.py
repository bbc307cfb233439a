"""The local issuers: a code once, to whoever asked, for whoever was chosen; a page that says what it is."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from infrastructure.local.clock import Clock
from infrastructure.local.issuer import challenge_of

EVENING = datetime(2026, 11, 21, 23, tzinfo=UTC)  # no night in the hour that follows
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, prepare: Callable[[Path], Path], serving: Any
) -> Iterator[Any]:
    """Serve a state with one small release and nobody in it but the staff."""
    folder = tmp_path_factory.mktemp("state")
    Clock(folder / "clock.json").set(EVENING)
    prepare(folder)
    with serving(folder) as running:
        yield running


def asked(served: Any, **changes: str | None) -> dict[str, str]:
    """Return what the site asks the members' issuer with, changed for a test; None leaves a field out."""
    complete: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "mentoring",
        "redirect_uri": f"http://127.0.0.1:{served.port}/fr/account/signed-in",
        "scope": "openid",
        "state": "the-state",
        "nonce": "the-nonce",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (complete | changes).items() if value is not None}


def authorize(served: Any, issuer: str = "members", **changes: str | None) -> tuple[int, dict[str, str], str]:
    """Ask an issuer; return the status, what it leads back with, and the page."""
    query = urlencode(asked(served, **changes))
    status, headers, body = served.ask(f"/__dev__/issuer/{issuer}/authorize?{query}")
    return status, dict(parse_qsl(urlsplit(headers.get("location", "")).query)), body.decode()


def redeem(served: Any, code: str, issuer: str = "members", **changes: str) -> tuple[int, dict[str, Any]]:
    """Ask for the token of a code."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked(served)["redirect_uri"],
        "client_id": "mentoring",
        "code_verifier": VERIFIER,
    }
    body = urlencode(fields | changes)
    status, _, answer = served.ask(f"/__dev__/issuer/{issuer}/token", "POST", body, Content_Type=FORM)
    return status, json.loads(answer)


def part(token: str, number: int) -> dict[str, Any]:
    """Return header (0) or claims (1) of a token, unverified."""
    text = token.split(".")[number]
    return dict(json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4))))


def test_it_says_where_everything_is(served: Any) -> None:
    """Discovery: the issuer calls itself what it is asked as, and all its addresses are under that."""
    for name in ("members", "staff"):
        issuer = f"http://127.0.0.1:{served.port}/__dev__/issuer/{name}"
        found = served.json(f"/__dev__/issuer/{name}/.well-known/openid-configuration")
        assert found["issuer"] == issuer
        for endpoint in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            assert found[endpoint].startswith(f"{issuer}/")


def test_a_code_gives_the_token_of_whoever_was_chosen(served: Any) -> None:
    """The token names issuer, subject, client and nonce, and is signed by a key that is published."""
    status, back, _ = authorize(served, **{"as": "M-10001"})
    assert status == 303
    assert back["state"] == "the-state"
    status, answer = redeem(served, back["code"])
    assert status == 200
    claims = part(answer["id_token"], 1)
    issuer = f"http://127.0.0.1:{served.port}/__dev__/issuer/members"
    assert (claims["iss"], claims["sub"], claims["aud"]) == (issuer, "M-10001", "mentoring")
    assert claims["nonce"] == "the-nonce"
    assert 0 < claims["exp"] - claims["iat"] <= 300
    keys = served.json("/__dev__/issuer/members/jwks")["keys"]
    assert part(answer["id_token"], 0)["kid"] in {key["kid"] for key in keys}
    assert not any(secret in key for key in keys for secret in ("d", "p", "q"))


def test_a_code_counts_once(served: Any) -> None:
    """Whoever finds a used code in a history gets nothing for it."""
    _, back, _ = authorize(served, **{"as": "M-10001"})
    assert redeem(served, back["code"])[0] == 200
    assert redeem(served, back["code"]) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "another-verifier-of-at-least-forty-three-chars"},
        {"code_verifier": ""},
        {"redirect_uri": "https://evil.example/"},
        {"client_id": "another"},
        {"grant_type": "password"},
    ],
)
def test_a_code_is_for_whoever_asked_for_it(served: Any, changes: dict[str, str]) -> None:
    """PKCE, client and address must be those of the beginning; a wrong try uses the code up."""
    _, back, _ = authorize(served, **{"as": "M-10001"})
    assert redeem(served, back["code"], **changes)[0] == 400
    assert redeem(served, back["code"])[0] == 400


def test_a_code_of_one_issuer_is_nothing_to_the_other(served: Any) -> None:
    """The issuers share nothing."""
    _, back, _ = authorize(served, **{"as": "administrator"})
    assert redeem(served, back["code"], issuer="staff")[0] == 400


def test_a_code_waits_a_minute(served: Any) -> None:
    """A code that comes too late by the one clock is refused."""
    _, back, _ = authorize(served, **{"as": "M-10001"})
    assert served.move_clock((EVENING + timedelta(hours=1)).isoformat())[0] == 200
    assert redeem(served, back["code"])[0] == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/fr/account/signed-in"},
        {"redirect_uri": None},
        {"client_id": "x"},
    ],
)
def test_nobody_is_led_to_a_stranger(served: Any, changes: dict[str, str | None]) -> None:
    """An address that is not registered gets no answer by way of the browser, not even an error."""
    status, back, page = authorize(served, **changes, **{"as": "M-10001"})
    assert (status, back) == (400, {})
    assert "not known here" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"response_type": "token"},
        {"scope": "email"},
        {"nonce": None},
        {"code_challenge": None},
        {"code_challenge": "short"},
        {"code_challenge_method": "plain"},
    ],
)
def test_what_is_incomplete_is_refused(served: Any, changes: dict[str, str | None]) -> None:
    """Code flow, openid, nonce and PKCE by S256 are not optional: a site that forgets one sees it here."""
    status, back, _ = authorize(served, **changes, **{"as": "M-10001"})
    assert (status, back["error"], "code" in back) == (303, "invalid_request", False)


def test_somebody_may_refuse(served: Any) -> None:
    """Not signing in leads back with OpenID's own word for it."""
    _, back, _ = authorize(served, refuse="yes")
    assert (back["error"], back["state"]) == ("access_denied", "the-state")


def test_staff_have_a_second_factor_or_not(served: Any) -> None:
    """The staff issuer says how somebody signed in."""
    own = f"http://127.0.0.1:{served.port}/en/staff/signed-in"
    for mfa, amr in (({}, ["pwd", "mfa"]), ({"mfa": "no"}, ["pwd"])):
        _, back, _ = authorize(served, "staff", redirect_uri=own, **{"as": "finance"}, **mfa)
        _, answer = redeem(served, back["code"], "staff", redirect_uri=own)
        assert part(answer["id_token"], 1)["amr"] == amr


def test_keys_are_rotated(served: Any) -> None:
    """After a rotation a new key signs; the last one is still published, the one before is not."""
    kids = []
    for _ in range(3):
        assert served.ask("/__dev__/issuer/rotate", "POST", "")[0] == 200
        _, back, _ = authorize(served, **{"as": "M-10001"})
        kids.append(part(redeem(served, back["code"])[1]["id_token"], 0)["kid"])
    assert len(set(kids)) == 3
    published = [key["kid"] for key in served.json("/__dev__/issuer/members/jwks")["keys"]]
    assert published == [kids[2], kids[1]]


def test_the_page_says_that_it_is_of_this_machine_only(served: Any) -> None:
    """Without a choice there is a page: what it is, somebody to be, and a way not to sign in."""
    status, _, page = authorize(served, state="<script>")
    assert status == 200
    assert "exists on this machine only" in page
    assert 'value="000000"' in page
    assert 'name="refuse"' in page
    assert "<script>" not in page
    _, _, page = authorize(served, "staff", redirect_uri=f"http://127.0.0.1:{served.port}/en/staff/signed-in")
    for role in ("coordinator", "finance", "administrator"):
        assert f'value="{role}"' in page
    assert 'formaction="?mfa=no"' in page


def test_a_sign_in_may_come_from_anywhere_and_a_choice_may_not(served: Any) -> None:
    """As with a real issuer one is led here from another name; but no other site can choose for somebody."""
    query = urlencode(asked(served))
    address = f"/__dev__/issuer/members/authorize?{query}"
    assert served.ask(address, Sec_Fetch_Site="cross-site")[0] == 200
    assert served.ask(address, "POST", "as=M-10001", Content_Type=FORM, Sec_Fetch_Site="cross-site")[0] == 403
    assert served.ask("/__dev__/issuer/rotate", "POST", "", Origin="https://evil.example")[0] == 403


def test_a_choice_is_sent_as_a_form(served: Any) -> None:
    """The page's form leads back with a code, without any script."""
    body = urlencode(asked(served) | {"as": "M-10001"})
    status, headers, _ = served.ask("/__dev__/issuer/members/authorize", "POST", body, Content_Type=FORM)
    assert status == 303
    assert parse_qs(urlsplit(headers["location"]).query)["code"]
