"""Asks another server for JSON: briefly, of bounded size, never redirected, never in the clear."""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

import urllib3
from urllib3.exceptions import HTTPError

from mentoring.settings import is_safe_address

LARGEST_ANSWER: Final = 256 * 1024  # bytes
LONGEST_ANSWER: Final = 6.0  # seconds; a server that sends a byte now and then never times out by itself
TIMES: Final = urllib3.Timeout(connect=2, read=4)
ASKED_AGAIN: Final = urllib3.Retry(
    connect=2, read=1, redirect=0, status=2, other=0, status_forcelist=(502, 503, 504), backoff_factor=0.1
)
# A code is redeemed once: only what never reached the issuer may be sent again.
SENT_AGAIN: Final = urllib3.Retry(connect=2, read=0, redirect=0, status=0, other=0, backoff_factor=0.1)


class NoAnswerError(Exception):
    """A server cannot be asked, or did not answer as it should. `what` is a code word, never its answer."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class JsonClient:
    """Reads JSON from servers over https; over http from this machine alone, and only if allowed."""

    def __init__(self, *, local_allowed: bool) -> None:
        self._local_allowed = local_allowed
        self._pool = urllib3.PoolManager(timeout=TIMES, headers={"Accept": "application/json"})

    def get(self, address: str) -> Mapping[str, Any]:
        """Return the object at an address. Raises NoAnswerError."""
        status, values = self._ask("GET", address, ASKED_AGAIN)
        if status != 200:
            raise NoAnswerError(f"status-{status}")
        return values

    def post(self, address: str, fields: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        """Send a form; return the status, below 500, and the object answered. Raises NoAnswerError."""
        return self._ask("POST", address, SENT_AGAIN, fields=dict(fields), encode_multipart=False)

    def _ask(
        self, method: str, address: str, again: urllib3.Retry, **sent: Any
    ) -> tuple[int, Mapping[str, Any]]:
        if not is_safe_address(address.partition("?")[0], local_allowed=self._local_allowed):
            raise NoAnswerError("unsafe-address")
        try:
            answer = self._pool.request(
                method, address, retries=again, redirect=False, preload_content=False, **sent
            )
            try:
                body = _body(answer)
            finally:
                answer.close()
        except HTTPError as error:
            raise NoAnswerError("unreachable") from error
        if answer.status >= 500 or 300 <= answer.status < 400:
            raise NoAnswerError(f"status-{answer.status}")
        return answer.status, _object(body)


def _body(answer: urllib3.BaseHTTPResponse) -> bytes:
    deadline = time.monotonic() + LONGEST_ANSWER
    body = b""
    while piece := answer.read1(16 * 1024, decode_content=False):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise NoAnswerError("too-large")
        if time.monotonic() > deadline:
            raise NoAnswerError("too-slow")
    return body


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoAnswerError("not-json") from error
    if not isinstance(values, dict):
        raise NoAnswerError("not-an-object")
    return values
