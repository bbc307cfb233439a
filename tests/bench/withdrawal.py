"""Measures an opt-out over a running site: click to page gone, click to index gone; `make bench` runs it.

Targets: the page at once, everything within 60 seconds at 10,000 mentors. Writes a table.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin

from tests.bench.nightly_build import generated, step

ROOT: Final = Path(__file__).parent.parent.parent
SIZES: Final = (1_000, 10_000)
LONGEST: Final = 900  # seconds to wait for a build


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing by itself: each step is measured."""

    def redirect_request(self, *_: Any) -> None:
        """Return no further request."""


class Browser:
    """One member's browser. Python's own jar sends no secure cookie over http, also not to this machine."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._cookies: dict[str, str] = {}
        self._opener = urllib.request.build_opener(NoRedirect)

    def ask(self, address: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, text and where it leads."""
        request = urllib.request.Request(  # noqa: S310 - our own site
            urljoin(self._site, address),
            urlencode(form).encode() if form else None,
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())},
        )
        try:
            answer = self._opener.open(request, timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self._cookies[name] = value
            return answer.status, answer.read().decode(), answer.headers.get("Location", "")

    def sign_in(self, member_id: str) -> None:
        """Sign in as a sample member."""
        _, _, issuer = self.ask("/en/account/sign-in")
        _, _, back = self.ask(f"{issuer}&as={member_id}")
        self.ask(back)


def main() -> int:
    """Measure each size in turn; return the exit status."""
    for mentors in SIZES:
        with tempfile.TemporaryDirectory() as folder, serving(mentors, Path(folder)) as site:
            first, page, index = measure(site)
        sys.stdout.write(
            f"{mentors:>7,} mentors: leaving answered after {first * 1000:,.0f} ms, page gone after "
            f"{page * 1000:,.0f} ms, index gone after {index:.1f} s\n"
        )
    return 0


def measure(site: str) -> tuple[float, float, float]:
    """Return the seconds from leaving to its answer, to the 410, and to an index without the mentor."""
    browser = Browser(site)
    slug, member_id = somebody(browser)
    browser.sign_in(member_id)
    _, form, _ = browser.ask("/en/account/listing/leave")
    token = re.search(r'name="form_token" value="([^"]+)"', form)
    assert token, "no form to leave by"
    browser.ask("/en/account/listing/")  # the function is warm, as for most members
    began = time.monotonic()
    browser.ask("/en/account/listing/leave", {"form_token": token[1]})
    answered = time.monotonic() - began
    while browser.ask(f"/en/mentors/{slug}/")[0] != 410:
        assert time.monotonic() - began < LONGEST
    gone = time.monotonic() - began
    while f'"{slug}"' in index_of(browser):
        assert time.monotonic() - began < LONGEST
        time.sleep(0.2)
    return answered, gone, time.monotonic() - began


def somebody(browser: Browser) -> tuple[str, str]:
    """Return the address and the member number of a mentor who is shown."""
    _, people, _ = browser.ask("/__dev__/people.json")
    found = re.search(
        r'"member_id": ?"([^"]+)"(?:(?!"member_id").)*?"listing": ?"/en/mentors/([^"/]+)/"', people, re.DOTALL
    )
    assert found, "the sample has nobody who is shown"
    return found[2], found[1]


def index_of(browser: Browser) -> str:
    """Return what the directory's script searches at this moment."""
    _, page, _ = browser.ask("/en/mentors/")
    found = re.search(r"/data/directory\.\w+\.json", unescape(page))
    assert found, "the directory names no index"
    return browser.ask(found[0])[1]


@contextmanager
def serving(mentors: int, folder: Path) -> Iterator[str]:
    """Give the address of a site with so many mentors."""
    state, files = folder / "state", folder / "members"
    generated(mentors, state, files)
    imported = ["import", "--members", str(files / "members.csv"), "--mentors", str(files / "mentors.jsonl")]
    step("import", state, *imported)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"STATE": str(state), "PORT": str(port)}
    command = [sys.executable, "-m", "infrastructure.local", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        ready = next((line for line in server.stdout if line.startswith("Ready ")), None)
        assert ready, "the site did not start"
        yield ready.split()[1]
        server.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
