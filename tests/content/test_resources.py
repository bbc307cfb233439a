"""Members' resources are whole in both languages before anything is built from them."""

import shutil
from pathlib import Path

import pytest

from mentoring.content import ContentError, load_content
from mentoring.content.resources import resource_problems

CAPTIONS = "captions/fr/developing-goals.en.vtt"


@pytest.fixture
def folder(tmp_path: Path, content_folder: Path) -> Path:
    """A copy of the resources to spoil."""
    return Path(shutil.copytree(content_folder / "resources", tmp_path / "resources"))


@pytest.mark.parametrize("missing", ["fr/your-own-mentor.md", "en/developing-goals.md", CAPTIONS])
def test_what_is_missing_in_a_language_is_named(folder: Path, missing: str) -> None:
    """MOD-1, MOD-27: a resource, or the captions of a recording, in one language alone."""
    (folder / missing).unlink()
    (problem,) = resource_problems(folder)
    assert problem.startswith(f"resources/{missing}:0: the file is missing")


def test_nothing_is_built_without_them(tmp_path: Path, content_folder: Path) -> None:
    """MOD-27: what is missing stops build and functions, as any mistake in content does."""
    shutil.copytree(content_folder, tmp_path / "content")
    (tmp_path / "content/resources/fr/mentee-workbook.md").unlink()
    with pytest.raises(ContentError, match=r"resources/fr/mentee-workbook\.md"):
        load_content(tmp_path / "content")


@pytest.mark.parametrize(
    ("text", "line", "wanted"),
    [
        ("00:01.000 --> 00:02.000\nHello\n", 1, "WEBVTT"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nHello\n", 3, "write `00:01.000"),
        ("WEBVTT\n\n00:05.000 --> 00:02.000\nHello\n", 3, "each after the one before"),
        ("WEBVTT\n\n01:00:05.000 --> 01:00:06.000\n\n", 3, "what is said"),
        ("WEBVTT\n", 0, "no captions"),
    ],
)
def test_captions_that_no_browser_reads_are_named(folder: Path, text: str, line: int, wanted: str) -> None:
    """MOD-1: each slip with its file and line, before a member misses a sentence."""
    (folder / CAPTIONS).write_text(text, "utf-8")
    (problem,) = resource_problems(folder)
    assert problem.startswith(f"resources/{CAPTIONS}:{line}: ")
    assert wanted in problem
