"""Serves the current release as the CDN would: the edge's rules, the bucket, the not-found function."""

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.security import safe_join
from werkzeug.wrappers import Request, Response

from infrastructure.local.edge import Live, Redirect, lead
from infrastructure.local.headers import behaviours, headers_for
from infrastructure.local.state import State

# Not the machine's own list, which differs from one to the next.
CONTENT_TYPES: Final = {
    ".bin": "text/plain; charset=x-user-defined",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
COMPRESSED: Final = frozenset(
    {".bin", ".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".webmanifest", ".xml"}
)
SMALLEST_COMPRESSED: Final = 1000  # bytes, as CloudFront has it
UNAVAILABLE: Final = (
    "The site is being built. Please come back in a minute.\n"
    "Le site est en construction. Veuillez revenir dans une minute.\n"
)
NOT_FOUND: Final = "Not found. / Introuvable.\n"


class Site:
    """The public site of one state folder."""

    def __init__(self, state: State, template: Mapping[str, Any]) -> None:
        self._state = state
        self._behaviours = behaviours(template)

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises MethodNotAllowed for anything but GET and HEAD."""
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        # As it was sent: what the CDN's function sees is not decoded either.
        address, _, query = request.environ["REQUEST_URI"].partition("?")
        response = self._lead(address, query, request)
        for name, value in headers_for(address, self._behaviours).items():
            response.headers.setdefault(name, value)
        return response.make_conditional(request)

    def _lead(self, address: str, query: str, request: Request) -> Response:
        # The link is followed once: a build that swaps it now does not mix two releases in one answer.
        release = self._state.current.resolve()
        file = lead(address, query, release.name, self._mark)
        if isinstance(file, Redirect):
            return Response(
                status=308, headers={"Location": file.location, "Cache-Control": "public, max-age=3600"}
            )
        if isinstance(file, Live):
            held = self._state.site / file.file.lstrip("/")
            return _file(held, request) if held.is_file() else _plain(404, NOT_FOUND, {})
        if not release.is_dir():
            return _plain(503, UNAVAILABLE, {"Retry-After": "60"})
        path = safe_join(str(release), file.lstrip("/"))
        if path is None or not Path(path).is_file():
            return _not_found(release, file)
        return _file(Path(path), request)

    def _mark(self, key: str) -> str | None:
        try:
            return (self._state.edge / key).read_text()
        except (FileNotFoundError, OSError):
            return None


def _file(path: Path, request: Request) -> Response:
    body = path.read_bytes()
    response = Response(body, content_type=CONTENT_TYPES.get(path.suffix, "application/octet-stream"))
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    if path.suffix in COMPRESSED and len(body) >= SMALLEST_COMPRESSED:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip"):
            response.set_data(gzip.compress(body, 6, mtime=0))
            response.content_encoding = "gzip"
            response.set_etag(response.get_etag()[0] or "", weak=True)
    return response


def _not_found(release: Path, file: str) -> Response:
    """What infrastructure/edge/not_found.py answers in the cloud."""
    _, first, *_ = file.split("/")
    status = 410 if file.endswith("/gone") else 404
    page = release / first / f"{status}.html" if first in ("en", "fr") else release / "index.html"
    if status == 410 and not page.is_file():  # a release that was made before it had one
        page = page.with_name("404.html")
    if first in ("assets", "data") or not page.is_file():
        return _plain(status, NOT_FOUND, {})
    return Response(
        page.read_bytes(), status, {"Cache-Control": "no-store"}, content_type=CONTENT_TYPES[".html"]
    )


def _plain(status: int, text: str, headers: Mapping[str, str]) -> Response:
    return Response(
        text, status, {"Cache-Control": "no-store", **headers}, content_type=CONTENT_TYPES[".txt"]
    )
