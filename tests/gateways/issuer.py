"""An OpenID Connect issuer over real HTTP, which also does what no issuer should."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)

Answer = tuple[int, bytes]


class Issuer:
    """Answers discovery, keys and tokens. A test changes `claims`, `sign` or `answers` to make it lie."""

    client_id = "mentoring"

    def __init__(self) -> None:
        self.url = ""
        self.now: Callable[[], datetime] = lambda: NOW
        self.keys: list[Key] = [_rsa("first")]
        self.claims: dict[str, Any] = {}  # over those of an honest token; None takes a claim out
        self.sign: Callable[[dict[str, Any]], str] = self.sign_honestly
        self.answers: dict[str, Callable[[], Answer]] = {}  # by path, in the place of the honest answer
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def approve(self, authorization_url: str, subject: str, **claims: Any) -> dict[str, str]:
        """Return what the browser brings back once this person has signed in at the address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorization_url).query).items()}
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked | {"sub": subject, "claims": json.dumps(claims)}
        return {"code": code, "state": asked["state"]}

    def rotate(self) -> None:
        """Sign with a new key, and publish that one alone."""
        self.keys = [_ec(secrets.token_hex(4))]

    def sign_honestly(self, claims: dict[str, Any]) -> str:
        """Return a token signed with the newest key."""
        key = self.keys[-1]
        algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
        return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key)

    def answer(self, path: str, form: dict[str, str]) -> Answer:
        """Return what is at a path."""
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]()
        if path == "/.well-known/openid-configuration":
            return _json(200, self.description())
        if path == "/jwks":
            return _json(200, {"keys": [key.as_dict(private=False) for key in self.keys]})
        if path == "/token":
            return self._token(form)
        return _json(404, {})

    def description(self, **changes: Any) -> dict[str, Any]:
        """Return what the issuer says of itself."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
        } | changes

    def _token(self, form: dict[str, str]) -> Answer:
        asked = self._codes.pop(form.get("code", ""), None)
        if (
            asked is None
            or form.get("redirect_uri") != asked["redirect_uri"]
            or form.get("client_id") != self.client_id
            or challenge(form.get("code_verifier", "")) != asked["code_challenge"]
        ):
            return _json(400, {"error": "invalid_grant"})
        honest = {
            "iss": self.url,
            "aud": self.client_id,
            "sub": asked["sub"],
            "nonce": asked["nonce"],
            "iat": int(self.now().timestamp()),
            "exp": int((self.now() + timedelta(minutes=5)).timestamp()),
        }
        told = honest | json.loads(asked["claims"]) | self.claims
        token = self.sign({name: value for name, value in told.items() if value is not None})
        return _json(200, {"id_token": token, "access_token": "unused", "token_type": "Bearer"})


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """Give an issuer that answers on this machine."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(dict(parse_qsl(body.decode())))

        def _answer(self, form: dict[str, str]) -> None:
            status, body = issuer.answer(self.path, form)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", body.decode())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()


def challenge(verifier: str) -> str:
    """Return PKCE's S256 of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    """Return a token put together by hand."""
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def query(**fields: str) -> str:
    """Return fields as the end of an address."""
    return urlencode(fields)


@cache  # making one takes longer than a whole sign-in
def _rsa(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def _ec(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


def _json(status: int, values: Any) -> Answer:
    return status, json.dumps(values).encode()
