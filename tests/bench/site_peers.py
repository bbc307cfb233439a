"""Measures our renderers against Hugo and Eleventy over the same mentors, as a part of the nightly build.

Each contender has the same mentors' pages and lists, of about the same bytes; ours has staff's pages besides,
for which it starts Pelican. Rounds alternate, and the table has their medians.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, Final

from build.listings import read_selection, write_listings
from build.rendering import RenderJob
from infrastructure.local.database import embedded_database
from mentoring.content import Content, load_content
from mentoring.domain.listing import Listing
from mentoring.pages.addresses import LANGUAGES
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from tests.bench.site_data import PEERS, write_peers

ROOT: Final = Path(__file__).parent.parent.parent
HUGO: Final = ".hugo/lib/python*/site-packages/hugo/binaries/hugo"  # without the package's wrapper in Python
ELEVENTY: Final = PEERS / "eleventy/node_modules/@11ty/eleventy/cmd.cjs"
ROUNDS: Final = 3
SITE: Final = "http://127.0.0.1:8000"

Commands = Sequence[Sequence[str]]
"""What runs at once, each from the contender's folder."""


def measure_rendering(state: Path, folder: Path, today: date) -> list[dict[str, Any]]:
    """Return what each contender takes to render the mentors that a state shows, ours first."""
    content = load_content(ROOT / "content")
    listings = _listings(state, content, today)
    projects = write_peers(listings, content, state / "site/current", folder)
    (projects["eleventy"] / "node_modules").symlink_to(PEERS / "eleventy/node_modules")
    hugo = next(PEERS.glob(HUGO))
    contenders: dict[str, Callable[[], Commands]] = {
        "ours": lambda: _ours(listings, folder / "ours", today),
        "Hugo": lambda: _afresh([[str(hugo), "--quiet"]], projects["hugo"] / "public"),
        "Eleventy": lambda: _afresh([["node", str(ELEVENTY)]], projects["eleventy"] / "_site"),
    }
    places = {"ours": ROOT, "Hugo": projects["hugo"], "Eleventy": projects["eleventy"]}
    rounds = [{name: _run(make(), places[name]) for name, make in contenders.items()} for _ in range(ROUNDS)]
    trees = {
        "ours": folder / "ours/tree",
        "Hugo": projects["hugo"] / "public",
        "Eleventy": projects["eleventy"] / "_site",
    }
    return [_row(name, [each[name] for each in rounds], trees[name]) for name in contenders]


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the rows as lines for people, with the ratios that the targets are about."""
    ours = rows[0]
    lines = [
        f"    {row['name']:<9}{row['pages']:>7,} pages {row['megabytes']:>5.0f} MB {row['seconds']:>7.1f} s "
        f"({row['spread']}), {row['cpu']:>6.1f} s of CPU, {row['peak_mb']:>6.0f} MB; "
        f"ours is {ours['seconds'] / row['seconds']:.2f} of it, {ours['cpu'] / row['cpu']:.2f} by CPU"
        for row in rows
    ]
    return "\n".join(["  rendering, median of rounds:", *lines, ""])


def _listings(state: Path, content: Content, today: date) -> list[Listing]:
    with embedded_database(state) as storage:
        profiles, memberships = ProfileStore.connect(storage), MembershipStore.connect(storage)
        return read_selection(profiles, memberships, content, today).listings


def _ours(listings: Sequence[Listing], folder: Path, today: date) -> Commands:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tree").mkdir(parents=True)
    write_listings(listings, folder / "listings.jsonl")
    job = RenderJob(
        language="en",
        content_folder=ROOT / "content",
        theme_folder=ROOT / "site/theme",
        tree=folder / "tree",
        listings=folder / "listings.jsonl",
        answer=folder / "answer-en.json",
        site_url=SITE,
        assets="/assets/x/",
        index_url="/data/x/",
        today=today,
    )
    commands = []
    for language in LANGUAGES:
        replace(job, language=language, answer=folder / f"answer-{language}.json").write(
            folder / f"{language}.json"
        )
        commands.append([sys.executable, "-m", "build.render", str(folder / f"{language}.json")])
    return commands


def _afresh(commands: Commands, output: Path) -> Commands:
    shutil.rmtree(output, ignore_errors=True)
    return commands


def _run(commands: Commands, place: Path) -> dict[str, float]:
    began = time.monotonic()
    running = [subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL) for command in commands]
    ended = [os.wait4(process.pid, 0) for process in running]
    seconds = time.monotonic() - began
    if failed := [status for _, status, _ in ended if status]:
        raise OSError(f"{commands[0]} ended with {failed[0]}")
    usages = [usage for _, _, usage in ended]
    return {
        "seconds": seconds,
        "cpu": sum(usage.ru_utime + usage.ru_stime for usage in usages),
        "peak_mb": sum(usage.ru_maxrss for usage in usages) / 1024,
    }


def _row(name: str, rounds: Sequence[Mapping[str, float]], tree: Path) -> dict[str, Any]:
    sizes = [page.stat().st_size for page in tree.rglob("*.html")]
    seconds = [each["seconds"] for each in rounds]
    return {
        "name": name,
        "pages": len(sizes),
        "megabytes": sum(sizes) / 1_000_000,
        "spread": f"{min(seconds):.1f}-{max(seconds):.1f}",
        **{figure: median(each[figure] for each in rounds) for figure in ("seconds", "cpu", "peak_mb")},
    }
