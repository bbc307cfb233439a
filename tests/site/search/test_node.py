"""Runs what is written in JavaScript: the scripts' own tests, and the check of their types."""

import gzip
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
TESTS = FOLDER.parents[1]
SCRIPTS = TESTS.parent / "site" / "theme" / "static" / "js"
TOTAL_BUDGET = 25_000  # bytes, gzip (ux.md, Parts)
ELSEWHERE = {"profile.mjs", "list.mjs", "forget.mjs", "too-large.mjs"}  # what other pages load


def run(*command: str | Path) -> None:
    ended = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_scripts_do_what_their_tests_say() -> None:
    """DIR-11: matching, addresses, ways out and words behave as their tables say."""
    run("node", "--test", *sorted(FOLDER.glob("*.test.mjs")))


def test_the_scripts_types_hold() -> None:
    """The JSDoc types of every script agree with what it does (`tsc --checkJs`, strict)."""
    run("node", TESTS / "node_modules" / "typescript" / "bin" / "tsc", "--project", TESTS / "tsconfig.json")


def test_the_directory_stays_within_its_budget() -> None:
    """All scripts of the directory page together are at most 25 KB, each compressed on its own.

    Those that only signed-in members load are counted.
    """
    scripts = [script for script in SCRIPTS.glob("*.mjs") if script.name not in ELSEWHERE]
    sizes = [len(gzip.compress(script.read_bytes())) for script in scripts]
    assert sum(sizes) <= TOTAL_BUDGET


@pytest.mark.parametrize(
    "forbidden", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
)
def test_no_script_makes_markup_of_text(forbidden: str) -> None:
    """Whatever a mentor wrote reaches the page as text: no script has a way to make markup of it."""
    scripts = {script.name: script.read_text(encoding="utf-8") for script in SCRIPTS.rglob("*.mjs")}
    code = {
        name: [line for line in text.splitlines() if not line.startswith("//")]
        for name, text in scripts.items()
    }
    assert [name for name, lines in code.items() if any(forbidden in line for line in lines)] == []
