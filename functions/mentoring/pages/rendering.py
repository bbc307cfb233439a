"""Renders the pages that functions answer with, in the site's own theme."""

from datetime import date
from pathlib import Path
from typing import Any, Final

from mentoring.content import Content
from mentoring.pages.addresses import twin_of
from mentoring.pages.theme import asset_address, environment, names, page_names

TEMPLATES: Final = Path(__file__).parent / "templates"


class Pages:
    """Templates of the theme and of this folder, compiled once."""

    def __init__(self, content: Content, theme: Path, site_url: str) -> None:
        self._content = content
        self._site_url = site_url
        self._assets = asset_address(theme)
        self._environment = environment(theme, TEMPLATES)

    def render(self, template: str, path: str, today: date, **shown: Any) -> str:
        """Return a page in the language of its address, which both languages have."""
        return self._environment.get_template(template).render(self._names(path, today) | shown)

    def render_text(self, text: str, path: str, today: date, **shown: Any) -> str:
        """Return a text of staff's, such as a page's body, with its blanks filled."""
        return self._environment.from_string(text).render(self._names(path, today) | shown)

    def _names(self, path: str, today: date) -> dict[str, Any]:
        given = names(self._content, path[1:3], site_url=self._site_url, assets=self._assets, today=today)
        return given | page_names(self._site_url, path, twin_of(path))
