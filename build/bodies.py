"""Reads staff's pages: a body is a Jinja template first, then Markdown; numbers come from the policy."""

from pathlib import Path
from typing import Any, Final

from markdown import Markdown
from pelican.readers import MarkdownReader

SPECIAL: Final = {
    # file: (template, address within the language's folder, file there)
    "index": ("home", "", "index.html"),
    "not-found": ("not-found", "404.html", "404.html"),
    "gone": ("not-found", "410.html", "410.html"),
}


class PageFieldError(ValueError):
    """A page's head lacks a field."""


class PageReader(MarkdownReader):  # type: ignore[misc] # Pelican ships no types
    """Pelican's reader for Markdown, with the template step before it."""

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return a page's body as HTML and its fields. Raises PageFieldError without a title and summary."""
        rendering = self.settings["RENDERING"]
        rendering.page = f"content/{rendering.job.language}/{Path(source_path).name}"
        template = rendering.environment.from_string(Path(source_path).read_text("utf-8"))
        self._source_path = source_path
        self._md = Markdown(**self.settings["MARKDOWN"])
        body = self._md.convert(template.render())
        fields = self._parse_metadata(self._md.Meta)  # type: ignore[attr-defined] # the meta extension adds it
        for name in ("title", "summary"):
            if not fields.get(name):
                raise PageFieldError(f"the page has no `{name.title()}:` at its head")
        return body, _placed(Path(source_path).stem, rendering.job.language) | fields


def _placed(stem: str, language: str) -> dict[str, str]:
    if stem not in SPECIAL:
        return {"template": "page"}
    template, address, file = SPECIAL[stem]
    return {"template": template, "url": f"{language}/{address}", "save_as": f"{language}/{file}"}
