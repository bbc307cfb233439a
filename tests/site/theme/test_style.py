"""The style sheets and what was vendored: what they weigh, what they fetch, where they come from."""

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from importlib.metadata import requires
from pathlib import Path

import pytest

from mentoring.domain.listing import Listing

LARGEST_STYLE = 20_000
LARGEST_MENTOR_PAGE = 60_000
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b", re.IGNORECASE)


def zipped(*contents: bytes) -> int:
    return sum(len(gzip.compress(each, 9, mtime=0)) for each in contents)


@pytest.fixture
def style_sheets(theme: Path) -> dict[str, str]:
    files = [theme / "static" / "vendor" / "govuk-frontend.css", *(theme / "static" / "css").glob("*.css")]
    return {file.name: file.read_text("utf-8") for file in files}


def test_the_style_sheets_keep_their_budget(style_sheets: dict[str, str]) -> None:
    """MOD-27: all style together is at most 20 KB over the wire, for a phone on a slow line."""
    assert zipped(*(sheet.encode() for sheet in style_sheets.values())) <= LARGEST_STYLE


def test_a_mentor_page_keeps_its_budget(
    theme: Path, style_sheets: dict[str, str], html: Callable[..., str], mentor: Listing
) -> None:
    """MOD-27: a mentor's page is at most 60 KB with its style, its fonts and its icon."""
    page = html("mentor.html", f"/en/mentors/{mentor.slug}/", listing=mentor)
    fonts = [file.stat().st_size for file in (theme / "static" / "vendor").glob("*-latin.woff2")]
    icon = (theme / "static" / "images" / "favicon.svg").read_bytes()
    written = zipped(page.encode(), icon, *(sheet.encode() for sheet in style_sheets.values()))
    assert written + sum(fonts) <= LARGEST_MENTOR_PAGE


def test_style_fetches_from_its_own_folder_alone(theme: Path, style_sheets: dict[str, str]) -> None:
    """SAF-2: no style sheet names another origin, and every file it names is there."""
    for sheet in style_sheets.values():
        assert "@import" not in sheet
        for address in re.findall(r'url\("?([^")]+)"?\)', sheet):
            assert (theme / "static" / "css" / address).is_file()


def test_every_token_that_is_used_is_defined(style_sheets: dict[str, str]) -> None:
    """MOD-27: a colour never falls back to nothing because its name was mistyped."""
    # govuk-frontend offers names of its own for those who want to override single colours.
    own = {name for sheet in style_sheets.values() for name in re.findall(r"var\(--([\w-]+)", sheet)}
    defined = {name for sheet in style_sheets.values() for name in re.findall(r"--([\w-]+)\s*:", sheet)}
    assert {name for name in own - defined if not name.startswith("govuk-")} == set()


def test_the_vendored_style_has_our_colours_alone(style_sheets: dict[str, str]) -> None:
    """MOD-27: an identity of our own: no colour, font or crest of GOV.UK is compiled in."""
    vendored = style_sheets["govuk-frontend.css"]
    assert COLOUR.findall(vendored) == []
    assert "url(" not in vendored
    assert "GDS" not in vendored


def test_vendored_files_are_those_of_the_lock(theme: Path) -> None:
    """SAF-4: each vendored file has the hash that the lock states, and none lies beside the lock."""
    folder = theme / "static" / "vendor"
    lock = json.loads((folder / "vendor.lock.json").read_text("utf-8"))
    stated = {
        name: entry["sha256"] for package in lock["packages"] for name, entry in package["files"].items()
    }
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.name != "vendor.lock.json"
    }
    assert stated == found


def test_the_lock_names_the_packages_that_are_pinned(theme: Path) -> None:
    """SAF-4: version and integrity are those of the npm lock; each package has its licence beside it."""
    lock = json.loads((theme / "static" / "vendor" / "vendor.lock.json").read_text("utf-8"))
    pinned = json.loads((theme.parent / "vendor" / "package-lock.json").read_text("utf-8"))["packages"]
    for package in lock["packages"]:
        entry = pinned[f"node_modules/{package['name']}"]
        assert (package["version"], package["integrity"]) == (entry["version"], entry["integrity"])
        assert any(file.endswith("LICENSE.txt") for file in package["files"])


def test_macros_and_style_are_of_one_version(theme: Path) -> None:
    """MOD-27: the macros of govuk-frontend-jinja 4.1.0 are written for govuk-frontend 6.3.0."""
    lock = json.loads((theme / "static" / "vendor" / "vendor.lock.json").read_text("utf-8"))
    versions = {package["name"]: package["version"] for package in lock["packages"]}
    assert versions["govuk-frontend"] == "6.3.0"
    assert "govuk-frontend-jinja==4.1.0" in (requires("mentoring") or [])
