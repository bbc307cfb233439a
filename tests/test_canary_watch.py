"""The watch over the whole suite sees what it is there for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.canary import IDENTITY, MAILBOX, leaks

ROOT = Path(__file__).parent.parent
PLACES = ("site/releases/r-1/en/index.html", "logs/OptInFunction.log", "mail/1.eml", "site/reports/r-1.json")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("answer", IDENTITY.values())
def test_an_answer_in_a_watched_place_is_found(tmp_path: Path, place: str, answer: str) -> None:
    """DIR-12: a private answer in a public file, a log, a message or a report fails the run."""
    file = tmp_path / "state" / place
    file.parent.mkdir(parents=True)
    file.write_text(f"<p>{answer}</p>", "utf-8")
    assert leaks(tmp_path, tmp_path) == [str(file)]
    file.write_text("<p>nothing of the kind</p>", "utf-8")
    assert leaks(tmp_path, tmp_path) == []


def test_a_mailbox_in_a_log_is_found(tmp_path: Path) -> None:
    """DIR-12: an address in a log fails the run, one in the head of a message does not."""
    for place in ("logs/a.log", "mail/1.eml"):
        (tmp_path / place).parent.mkdir()
        (tmp_path / place).write_text(f"To: {MAILBOX}")
    assert leaks(tmp_path, tmp_path) == [str(tmp_path / "logs/a.log")]
    (tmp_path / "logs/a.log").unlink()  # or this very run would fail of it


def test_the_members_tree_may_hold_what_was_shared(tmp_path: Path) -> None:
    """DIR-4: what members shared with members is where members are shown it."""
    file = tmp_path / "members-site/releases/r-1/index.json"
    file.parent.mkdir(parents=True)
    file.write_text(IDENTITY["gender"], "utf-8")
    assert leaks(tmp_path, tmp_path) == []


LEAKING_TEST = """
import logging

def test_that_leaks(tmp_path):
    {leak}
"""
WAYS = {
    "message": 'logging.getLogger("pages").warning("saved %s", "{answer}")',
    "extra": 'logging.getLogger("pages").warning("saved", extra={{"answer": "{answer}"}})',
    "error": 'logging.getLogger("pages").error("failed", exc_info=ValueError("{answer}"))',
    "file": '(tmp_path / "mail").mkdir(); (tmp_path / "mail" / "1.eml").write_text("{answer}")',
}


@pytest.mark.parametrize(
    ("way", "answer", "status"), [*((way, "Quizzaciously Panda", 1) for way in WAYS), ("message", "none", 0)]
)
def test_a_run_that_leaks_fails(tmp_path: Path, way: str, answer: str, status: int) -> None:
    """DIR-12: whichever test was at it, and though that test passed."""
    test = tmp_path / "test_leaking.py"
    test.write_text(LEAKING_TEST.format(leak=WAYS[way].format(answer=answer)))
    inner = tmp_path / "inner"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--basetemp",
        str(inner),
        str(test),
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    shutil.rmtree(inner)  # or this very run would fail of it
    assert "1 passed" in ran.stdout, ran.stdout
    assert ran.returncode == status
