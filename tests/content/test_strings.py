"""The interface's wording is set as each language sets it."""

import re
from collections.abc import Iterator

from mentoring.content import Content

FRENCH_FAULT = re.compile(
    r" [:%$»]"  # an ordinary space where a no-break space belongs
    r"|[^\s:]:(?=\s|$)"  # no space before a colon
    r"|«(?!\u00a0)"
    r"|[ \u00a0][;!?]"
    r"|\w'\w|[“”\"]"
)
ENGLISH_FAULT = re.compile(r"\w'\w|[«»\"]|\bprogrammes?\b|\be-mails?\b")
BOTH_LANGUAGES_AT_ONCE = "site.choice."  # the first page's table holds each language under its own name


def texts(content: Content, language: str) -> Iterator[tuple[str, str]]:
    for key, text in content.strings[language].items():
        if not key.startswith(BOTH_LANGUAGES_AT_ONCE):
            yield from ((key, each) for each in ([text] if isinstance(text, str) else text.values()))


def test_french_wording_is_set_as_french(content: Content) -> None:
    """MOD-27: no-break spaces before : % $ and inside « », none before ; ! ?, no English marks."""
    assert [key for key, text in texts(content, "fr") if FRENCH_FAULT.search(text)] == []


def test_english_wording_is_canadian_and_has_curly_marks(content: Content) -> None:
    """Pages and interface spell the same words the same way."""
    assert [key for key, text in texts(content, "en") if ENGLISH_FAULT.search(text)] == []
