"""Site, functions and developers' pages on one origin, 127.0.0.1 alone."""

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from infrastructure.local.developers import ROOT, Developers
from infrastructure.local.functions import Functions
from infrastructure.local.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

HOST: Final = "127.0.0.1"


class PortTakenError(Exception):
    """Something else listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken: end what uses it, or choose another with PORT=...")


class Origin:
    """One origin, as the CDN gives it."""

    def __init__(
        self,
        site: Site,
        functions: Functions,
        developers: Developers,
        after_form: Callable[[], object] = lambda: None,
    ) -> None:
        """Take what answers, and what is told that a form was taken."""
        self._site = site
        self._functions = functions
        self._developers = developers
        self._after_form = after_form

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        request = Request(environ)
        try:
            return self._answer(request)(environ, start_response)
        except HTTPException as error:
            return error(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path == ROOT or request.path.startswith(f"{ROOT}/"):
            return self._after(request, self._developers.answer(request))
        if self._functions.take(request):
            return self._after(request, self._functions.answer(request))
        return self._site.answer(request)

    def _after(self, request: Request, response: Response) -> Response:
        if request.method != "GET":
            self._after_form()
        return response


class _RequestHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # a browser keeps its connections

    def make_environ(self) -> dict[str, Any]:
        # As it was sent: the standard library's own path has a leading "//" shortened.
        return super().make_environ() | {"REQUEST_URI": self.requestline.split()[1]}

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: queries hold what somebody looks for in a mentor."""


def reserve(port: int) -> socket.socket:
    """Return a socket that holds the port and does not answer yet. Raises PortTakenError."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((HOST, port))
    except OSError:
        held.close()
        raise PortTakenError(port) from None
    return held


@contextmanager
def answering(server: BaseWSGIServer) -> Iterator[None]:
    """Answer in a thread of its own, until the end."""
    thread = Thread(target=server.serve_forever, args=(0.05,), name="server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def open_server(held: socket.socket, origin: Origin) -> BaseWSGIServer:
    """Return a server that answers on a reserved socket, once `serve_forever` runs."""
    held.listen(128)
    port = held.getsockname()[1]
    return make_server(HOST, port, origin, threaded=True, request_handler=_RequestHandler, fd=held.fileno())
