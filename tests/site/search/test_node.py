"""Runs what is written in JavaScript: the scripts' own tests, and the check of their types."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from build.site_files import as_sent

FOLDER = Path(__file__).parent
TESTS = FOLDER.parents[1]
SCRIPTS = TESTS.parent / "site" / "theme" / "static" / "js"
TOTAL_BUDGET = 25_000  # bytes, gzip (ux.md, Parts)
ELSEWHERE = {
    "profile.mjs",
    "list.mjs",
    "forget.mjs",
    "compare.mjs",
    "compared.mjs",
    "back-to-results.mjs",
    "too-large.mjs",
    "use-answers.mjs",
    "answers.mjs",
}  # what other pages load
# What the directory fetches once it is needed: words of wishes, where nobody is found, what members see, and
# the shortlist.
LATER = {
    "wish-panel.mjs",
    "reasons.mjs",
    "way-out.mjs",
    "ends.mjs",
    "slugs.mjs",
    "members.mjs",
    "identity-facets.mjs",
    "identity-choices.mjs",
    "shortlist.mjs",
    "shortlist-buttons.mjs",
}


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
    """All that the directory page fetches by itself is at most 25 KB as sent, each compressed alone."""
    scripts = [each for each in SCRIPTS.rglob("*.mjs") if each.name not in ELSEWHERE | LATER]
    sizes = [len(gzip.compress(as_sent(script.read_text("utf-8")).encode())) for script in scripts]
    assert sum(sizes) <= TOTAL_BUDGET


def test_what_is_fetched_later_is_imported_later() -> None:
    """No script that the page fetches by itself imports one that is counted as fetched later."""
    imported = re.compile(r'^import .* from "\./(?:\w+/)*([\w-]+\.mjs)";', re.MULTILINE)
    at_once = [each for each in SCRIPTS.rglob("*.mjs") if each.name not in ELSEWHERE | LATER]
    assert not {name for each in at_once for name in imported.findall(each.read_text("utf-8"))} & LATER


def test_scripts_lose_their_comments_and_nothing_else(tmp_path: Path) -> None:
    """What is sent is the same code: the compiler writes the same of it and of the source."""
    sources = [script.read_text("utf-8") for script in SCRIPTS.rglob("*.mjs")]
    pairs = tmp_path / "pairs.json"
    pairs.write_text(json.dumps([[source, as_sent(source)] for source in sources]), "utf-8")
    run("node", FOLDER / "same-code.mjs", pairs)


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
