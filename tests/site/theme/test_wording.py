"""The templates and their words."""

import re
from pathlib import Path

import pytest

from mentoring.content import Content
from mentoring.pages.theme import environment

KEY = re.compile(r"""\bt\(\s*["']([a-z0-9_.-]+)["']\s*[,)]""")


def templates(theme: Path) -> list[Path]:
    return sorted((theme / "templates").rglob("*.html"))


def test_every_template_compiles(theme: Path) -> None:
    """MOD-27: no template has a slip that only one page kind would find."""
    jinja = environment(theme)
    for file in templates(theme):
        jinja.get_template(file.relative_to(theme / "templates").as_posix())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_text_that_templates_ask_for_is_written(theme: Path, content: Content, language: str) -> None:
    """MOD-27: each key in a template has its text in both languages."""
    asked = {key for file in templates(theme) for key in KEY.findall(file.read_text("utf-8"))}
    assert asked
    assert asked - content.strings[language].keys() == set()


def test_no_template_carries_words_of_its_own(theme: Path) -> None:
    """MOD-27: every sentence comes from content/, so that it exists in both languages."""
    for file in templates(theme):
        code = r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<style.*?</style>"
        text = re.sub(code, "", file.read_text("utf-8"), flags=re.DOTALL)
        shown = re.sub(r"<[^>]*>", " ", text)
        assert re.findall(r"[^\W\d]{2,} [^\W\d]{2,}", shown) == [], file.name
