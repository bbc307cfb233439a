"""A tiny release, its addresses, and the embedded cloud as a process."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from mentoring.pages.theme import asset_address

ROOT = Path(__file__).parents[2]
ADDRESSES = json.loads((Path(__file__).parent / "addresses.json").read_text("utf-8"))
SECONDS = 180  # what `make run` may take at the most
RELEASE = {
    "index.html": "both languages",
    "en/index.html": "home",
    "fr/index.html": "accueil",
    "en/contact/index.html": "contact",
    "fr/contact/index.html": "nous joindre",
    "en/mentors/index.html": "mentors",
    "fr/mentors/index.html": "mentorat",
    "en/mentors/maya-tremblay/index.html": "Maya Tremblay",
    "en/mentors/gone-away/index.html": "must not be seen",
    "fr/mentors/gone-away/index.html": "ne doit pas être vu",
    "en/404.html": "not found",
    "fr/404.html": "page introuvable",
    "en/410.html": "gone",
    "fr/410.html": "retirée",
    "robots.txt": "User-agent: *",
    "assets/5a1f/css/site.css": "body { margin: 0 }",
    "data/9c2e/manifest.json": "[]",
    "live/withdrawn.json": "[]",
    # Of the theme as it is: a release of another one would be built anew at the start.
    f"{asset_address(ROOT / 'site/theme').strip('/')}/css/site.css": "body { margin: 0 }",
}
PRIVATE = (
    "site/reports/older.json",
    "site/manifests/20261121-5a1f-1.json",
    "site/withdrawals/gone-away.json",
    "site/imports/members.csv",
    "site/live/reports/older.json",
    "site/live/.withdrawn.json.77",
    "members-site/releases/20261121-5a1f-1/index.json",
)


class Served:
    """The embedded cloud as a process of its own."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def ask(
        self, address: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers (names in lower case) and body. The address is sent exactly as given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, address, skip_host="Host" in named, skip_accept_encoding=True)
        if body is not None:
            named["Content-Length"] = str(len(body))
        for name, value in named.items():
            connection.putheader(name, value)
        connection.endheaders(body.encode() if body is not None else None)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    def json(self, address: str) -> Any:
        """Return what an address answers, read as JSON."""
        status, _, body = self.ask(address)
        assert status == 200, body
        return json.loads(body)

    def move_clock(self, now: str, **headers: str) -> tuple[int, dict[str, Any]]:
        """Move the clock; return status and answer."""
        status, answered, body = self.ask("/__dev__/clock", "POST", json.dumps({"now": now}), **headers)
        assert answered["content-type"] == "application/json", (status, body)
        return status, json.loads(body)


@contextmanager
def _serving(state: Path) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "infrastructure.local", "serve"],
        cwd=ROOT,
        env={**os.environ, "STATE": str(state), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    overdue = threading.Timer(SECONDS, process.kill)
    overdue.start()
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready == f"Ready http://127.0.0.1:{port}\n", process.communicate()
        overdue.cancel()
        yield Served(process, port)
    except BaseException as error:
        if process.poll() is None:
            process.kill()
            error.add_note(f"the server said: {process.communicate()[1]}")
        raise
    finally:
        overdue.cancel()
        with process:
            process.kill()


def _prepare(state: Path, files: dict[str, str]) -> Path:
    release = state / "site/releases/20261121-5a1f-1"
    for path, text in files.items():
        file = (state / "site" if path.startswith(("assets/", "live/")) else release) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    for path in PRIVATE:
        (state / path).parent.mkdir(parents=True, exist_ok=True)
        (state / path).write_text("nobody may read this", "utf-8")
    (state / "site/current").symlink_to("releases/20261121-5a1f-1")
    for mark in ("edge/withdrawn:gone-away", "sample/imported"):
        (state / mark).parent.mkdir(parents=True, exist_ok=True)
        (state / mark).touch()
    return release


@pytest.fixture(scope="session")
def release_files() -> dict[str, str]:
    """The files of one release, by path; each is large enough to be compressed."""
    return {path: f"{text}\n" * 200 for path, text in RELEASE.items()}


@pytest.fixture(scope="session")
def serving() -> Callable[[Path], AbstractContextManager[Served]]:
    """Start the embedded cloud over a state folder, on a free port; it ends with the context."""
    return _serving


@pytest.fixture(scope="session")
def prepare(release_files: dict[str, str]) -> Callable[[Path], Path]:
    """Make a state with that one release in it and nobody in its database; return the release."""
    return lambda state: _prepare(state, release_files)


@pytest.fixture(params=ADDRESSES, ids=[case["why"] for case in ADDRESSES])
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One row of the table that the edge function and the local server are both held to."""
    return dict(request.param)
