"""Where pages are. Slugs carry no language: the twin of a page differs in its prefix alone."""

import re
from typing import Final

LANGUAGES: Final = ("en", "fr")
TWIN: Final = {"en": "fr", "fr": "en"}

ANSWERED: Final = re.compile(r"/(?:en|fr)/(?:account|staff)/")
"""What functions answer: no file of a release is there."""


def page_url(language: str, path: str = "") -> str:
    """Return the address of a page: `mentors` is `/en/mentors/`, nothing is `/en/`."""
    return f"/{language}/{path}/" if path else f"/{language}/"


def twin_of(path: str) -> str:
    """Return the same page's address in the other language."""
    language = path[1:3]
    return f"/{TWIN[language]}{path[3:]}"
