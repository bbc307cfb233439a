"""Amazon SES over real HTTP, as far as a letter goes, which also refuses, fails and hangs up."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from email.message import EmailMessage

# What SES quotes in its answers: it must come out nowhere.
QUOTED = "Address zoe.secret@example.org (Zoë Secret) is not verified."

Fault = tuple[int, str] | None
"""A status with an error code; None hangs up after the letter was taken."""


class SesServer:
    """Takes letters. `faults` are what it does first, one a request, in the place of taking them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.requests: list[dict[str, Any]] = []
        self.taken: list[EmailMessage] = []
        self._lock = Lock()

    def answer(self, asked: dict[str, Any]) -> Fault:
        """Take a letter and answer 200, or do as a fault says."""
        with self._lock:
            self.requests.append(asked)
            fault = self.faults.pop(0) if self.faults else (200, "")
            if fault is None or fault[0] in (200, 500):
                raw = base64.b64decode(asked["Content"]["Raw"]["Data"])
                self.taken.append(message_from_bytes(raw, policy=default))
            return fault


@contextmanager
def running_ses(patch: pytest.MonkeyPatch) -> Iterator[SesServer]:
    """Run SES at an address of its own, and let boto3 know no other."""
    ses = SesServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _requests(ses.answer))
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    for name, value in {
        "AWS_ENDPOINT_URL_SESV2": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "ca-central-1",
    }.items():
        patch.setenv(name, value)
    patch.delenv("AWS_PROFILE", raising=False)
    try:
        yield ses
    finally:
        server.shutdown()
        server.server_close()


def _requests(answer: Callable[[dict[str, Any]], Fault]) -> type[BaseHTTPRequestHandler]:
    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answer as AWS's JSON services do."""
            fault = answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if fault is None:
                self.close_connection = True
                return
            status, code = fault
            body = json.dumps({"message": QUOTED} if code else {"MessageId": "0100-taken"}).encode()
            self.send_response(status)
            if code:
                self.send_header("x-amzn-ErrorType", code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Requests
