"""Lambda's Invoke over HTTP, as its API reference has it: moto needs a container to run a function."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any


@contextmanager
def lambda_service(status: int) -> Iterator[tuple[str, list[tuple[str, str, Any]]]]:
    """Give the service's address, and what was called, how, and with what."""
    called: list[tuple[str, str, Any]] = []

    class Invoke(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            called.append((self.path, self.headers["X-Amz-Invocation-Type"], json.loads(body)))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Invoke) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", called
        server.shutdown()
        thread.join()
