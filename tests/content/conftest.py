"""Staff's pages as the site's build makes them."""

import re
import runpy
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown

from mentoring.content import Content
from mentoring.pages.theme import environment, names, page_names

TODAY = date(2026, 11, 21)


class Pages:
    """Every page's source, HTML and text, by file name and language."""

    def __init__(self, root: Path, content: Content) -> None:
        self.folder = root / "content"
        self.content = content
        self._environment = environment(root / "site" / "theme")
        settings: dict[str, Any] = runpy.run_path(str(root / "site" / "pelicanconf.py"))["MARKDOWN"]
        self._markdown = {"extensions": list(settings["extension_configs"]), **settings}
        self.html = cache(self._html)

    def source(self, page: str, language: str) -> str:
        """Return a page as staff wrote it."""
        return (self.folder / language / f"{page}.md").read_text("utf-8")

    def field(self, page: str, language: str, name: str) -> str:
        """Return a field of a page's head, or nothing."""
        found = re.search(rf"^{name}: (.*)$", self.source(page, language), re.MULTILINE)
        return found[1].strip() if found else ""

    def render(self, page: str, language: str, content: Content) -> str:
        """Return a page's body as HTML, with these words and numbers."""
        given = names(content, language, site_url="https://site.test", assets="/assets/0/", today=TODAY)
        given |= page_names("https://site.test", f"/{language}/{page}/", f"/{language}/{page}/")
        template = self._environment.from_string(self.source(page, language))
        return Markdown(**self._markdown).convert(template.render(given))

    def text(self, page: str, language: str) -> str:
        """Return what a reader reads, on one line; a no-break space stays what it is."""
        inline = re.sub(r"</?(?:strong|em|a|span)\b[^>]*>", "", self.html(page, language))
        body = unescape(re.sub(r"<[^>]+>", " ", inline))
        words = (self.field(page, language, "Title"), self.field(page, language, "Summary"), body)
        return re.sub(r"[ \n]+", " ", " ".join(words))

    def _html(self, page: str, language: str) -> str:
        return self.render(page, language, self.content)


@pytest.fixture(scope="session")
def pages(content_folder: Path, content: Content) -> Pages:
    """The pages that ship."""
    return Pages(content_folder.parent, content)
