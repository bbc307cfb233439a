"""A running site with the sample members, and a real browser in front of it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from infrastructure.local.clock import Clock
from tests.journeys.journey import MORNING

ROOT = Path(__file__).parent.parent.parent
SECONDS = 120  # what a page or an ending may take on a busy machine
# The machine is offline but for itself; without these Chromium calls home at every start.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running_site(state: Path) -> Iterator[str]:
    # A relative state folder, as `make run` has it: a path that is taken from elsewhere shows here.
    environment = os.environ | {"PORT": "0", "STATE": os.path.relpath(state, ROOT)}
    command = [sys.executable, "-m", "infrastructure.local", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        ready = next((line for line in server.stdout if line.startswith("Ready ")), None)
        assert ready, f"the site ended with status {server.wait()} before it was ready"
        yield ready.split()[1]
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=SECONDS) == 0  # it waits for the build that runs


@pytest.fixture(scope="session")
def first_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first start leaves behind: sample members and their first build. Copied, never served."""
    folder = tmp_path_factory.mktemp("first") / "state"
    folder.mkdir()
    Clock(folder / "clock.json").set(MORNING - timedelta(minutes=5))
    with running_site(folder):
        pass
    return folder


@pytest.fixture(scope="session")
def shared_state(first_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of the site that whoever only looks at shares."""
    return copy_of(first_state, tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="session")
def shared_site_url(shared_state: Path) -> Iterator[str]:
    """Its address."""
    with running_site(shared_state) as address:
        yield address


@pytest.fixture(scope="module")
def state(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the running site keeps everything in.

    A module that changes it has one of its own, and says so by `IS_CHANGED`.
    """
    if not is_changed(request):
        return Path(request.getfixturevalue("shared_state"))
    return copy_of(request.getfixturevalue("first_state"), tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def site_url(request: pytest.FixtureRequest, state: Path) -> Iterator[str]:
    """The address of the site over that folder. Its clock begins at `MORNING`."""
    if is_changed(request):
        with running_site(state) as address:
            yield address
    else:
        yield request.getfixturevalue("shared_site_url")


def is_changed(request: pytest.FixtureRequest) -> bool:
    return getattr(request.module, "IS_CHANGED", False)


def copy_of(first_state: Path, folder: Path) -> Path:
    state = folder / "state"
    shutil.copytree(first_state, state, symlinks=True)
    Clock(state / "clock.json").set(MORNING)
    return state


def headless_chromium() -> str | None:
    """The headless shell where there is one: whole Chromium opens a window a test, which costs twice as much.

    Without either Playwright has its own.
    """
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session, patient with a busy machine."""
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=headless_chromium(), args=CHROMIUM_FLAGS, headless=True
        )
        chromium.on("context", lambda context: context.set_default_timeout(SECONDS * 1000))
        yield chromium
        chromium.close()


@pytest.fixture
def context_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A browser with scripts; without them where a test asks for it."""
    return {
        "viewport": {"width": 1280, "height": 900},
        "java_script_enabled": getattr(request, "param", True),
    }


@pytest.fixture
def page(browser: Browser, site_url: str, context_options: dict[str, Any]) -> Iterator[Page]:
    """A page that fails its test on a script error, a blocked resource or a request to a third party."""
    context = browser.new_context(base_url=site_url, **context_options)
    opened = context.new_page()
    wrong: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            wrong.append(message.text)

    def note_request(request: Request) -> None:
        if not request.url.startswith((site_url, "data:", "blob:")):
            wrong.append(f"request to {request.url}")

    opened.on("console", note_console)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", note_request)
    yield opened
    context.close()
    assert not wrong, wrong
