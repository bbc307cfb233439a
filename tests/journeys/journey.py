"""What journeys share: a look at the page, the developers' addresses, the ways in."""

import json
import subprocess
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, expect

from build.search import ReadIndex

TESTS: Final = Path(__file__).parent.parent
MORNING: Final = datetime(
    2026, 11, 23, 7, 30, tzinfo=UTC
)  # half an hour after the night: a day to move the clock in
LANGUAGES: Final = ["en", "fr"]
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE: Final = (TESTS / "node_modules/axe-core/axe.min.js").read_text("utf-8")
# What passed is not asked for: axe then spends no time on describing it.
RUN_AXE: Final = """async (rules) => {
  const only = { type: "tag", values: rules };
  const result = await axe.run(document, { runOnly: only, resultTypes: ["violations"], elementRef: false });
  return result.violations.map((violation) => `${violation.id}: ${violation.help}: `
    + violation.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | "));
}"""
OVERFLOW: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
HTML_VALIDATE: Final = ["node", "node_modules/html-validate/bin/html-validate.mjs"]


def mentors_of(state: Path) -> list[dict[str, Any]]:
    """What the directory's index says of each mentor: values by facet, words, whether they take mentees."""
    tree = state / "site/current"
    (manifest,) = tree.glob("data/*/manifest.json")
    read = ReadIndex.at(tree, f"/{manifest.relative_to(tree)}")
    mentors: list[dict[str, Any]] = [
        {"slug": card[0], "words": ""} | {facet: [] for facet in read.manifest["facets"]}
        for card in read.cards()
    ]
    for facet, values in read.facets().items():
        for value, rows in values.items():
            for row in rows:
                mentors[row][facet].append(value)
    for entry in read.words():
        for row in entry.rows:
            mentors[row]["words"] += f" {entry.term}"
    one = {"province", "experience"}
    return [
        mentor | {facet: mentor[facet][0] for facet in one} | {"available": not mentor["paused"]}
        for mentor in mentors
    ]


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page as it stands."""
    # Added as a script, the policy would block it.
    page.evaluate(f"() => {{ if (!window.axe) {{ {AXE} }} }}")
    found: list[str] = page.evaluate(RUN_AXE, RULES)
    return found


def overflow(page: Page) -> int:
    """By how many pixels a page scrolls sideways."""
    return int(page.evaluate(OVERFLOW))


def assert_readable(page: Page, *widths: int) -> None:
    """Nothing for axe to find and nothing that scrolls sideways, at each of these widths or as it stands."""
    for width in widths or (0,):
        if width:
            page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], (page.url, width)
        assert overflow(page) <= 0, (page.url, width)


def assert_valid(files: Sequence[Path], config: Path = TESTS / ".htmlvalidate.json") -> None:
    """The validator finds nothing wrong with any of these files."""
    command = [*HTML_VALIDATE, f"--config={config}", *map(str, files)]
    checked = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def ask(site_url: str, name: str, body: bytes | None = None) -> str:
    """Ask the developers' pages; with a body by POST."""
    with urllib.request.urlopen(f"{site_url}/__dev__/{name}", body, timeout=120) as answer:  # noqa: S310 - our own
        return str(answer.read().decode())


def people_of(site_url: str) -> list[dict[str, Any]]:
    """The sample people."""
    return list(json.loads(ask(site_url, "people.json")))


def move_clock(site_url: str, ahead: timedelta = timedelta(minutes=1)) -> None:
    """Move the clock, once everything that waits, a build included, is done; nothing that runs may fail."""
    now = datetime.fromisoformat(json.loads(ask(site_url, "clock"))["now"])
    moved = json.loads(ask(site_url, "clock", json.dumps({"now": (now + ahead).isoformat()}).encode()))
    assert not [run for run in moved["ran"] if run["error"]]


def choose_person(page: Page, person: str) -> None:
    """Sign in as somebody, on the issuer's page."""
    page.locator(f'button[name="as"][value="{person}"]').click()


def sign_in(page: Page, person: str, language: str = "en", come_from: str = "") -> None:
    """Sign in through the pages, as somebody would."""
    page.goto(f"/{language}/account/sign-in{come_from}")
    choose_person(page, person)


def sign_in_by_number(page: Page, member_id: str, language: str) -> None:
    """Sign in as anybody on file: the issuer's page offers but some."""
    page.goto(f"/{language}/account/sign-in")
    page.goto(f"{page.url}&as={member_id}")
    page.wait_for_url(f"**/{language}/account/")


def sign_in_as_staff(page: Page, role: str, language: str = "en", *, second_factor: bool = True) -> None:
    """Sign in at the staff's issuer, with a second factor or without."""
    page.goto(f"/{language}/staff/sign-in")
    marked = ":not([formaction])" if second_factor else "[formaction]"
    page.locator(f'button[name="as"][value="{role}"]{marked}').click()


def heading(page: Page, text: str) -> None:
    """The page's h1 says this."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
