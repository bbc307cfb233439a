"""The members' resources: staff's Markdown and captions of content/resources (DIR-10, ELI-6, MOD-1).

They are not files of the site: the CDN would show them to everybody.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from markdown import Markdown
from markupsafe import Markup

from mentoring.content.resources import captions_file
from mentoring.pages.addresses import LANGUAGES, page_url
from mentoring.pages.rendering import Pages

NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SECTION: Final = "account/resources"
WRITING_SPACE: Final = Markup('<div class="writing-space"></div>')
WRITING_LINE: Final = Markup('<p class="writing-line">{}</p>')


class ResourceFieldError(ValueError):
    """A resource's head lacks a field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource in one language; `content` is HTML."""

    name: str
    title: str
    summary: str
    content: Markup


class ResourceLibrary:
    """Every resource of a content folder."""

    def __init__(self, content_folder: Path, pages: Pages) -> None:
        self._folder = content_folder / "resources"
        self._pages = pages

    def all(self, language: str, today: date) -> list[Resource]:
        """Return every resource in a language, by file name."""
        names = sorted(file.stem for file in (self._folder / language).glob("*.md"))
        return [resource for name in names if (resource := self.find(name, language, today))]

    def find(self, name: str, language: str, today: date) -> Resource | None:
        """Return one resource, None for an unknown name. Raises ResourceFieldError for a head without fields.

        A body is a Jinja template first, then Markdown, as the site's own pages are.
        """
        file = self._folder / language / f"{name}.md"
        if not NAME.fullmatch(name) or not file.is_file():
            return None
        text = self._pages.render_text(
            file.read_text("utf-8"),
            f"{page_url(language, SECTION)}{name}/",
            today,
            resource=lambda other: page_url(language, f"{SECTION}/{other}"),
            writing_space=lambda: WRITING_SPACE,
            writing_line=WRITING_LINE.format,
        )
        return _resource(name, text)

    def captions(self, name: str, spoken: str, language: str) -> str | None:
        """Return captions (WebVTT) in a language, for the recording in which `spoken` is spoken, or None."""
        file = captions_file(self._folder, name, spoken, language)
        known = NAME.fullmatch(name) and language in LANGUAGES
        return file.read_text("utf-8") if known and file.is_file() else None


def _resource(name: str, text: str) -> Resource:
    reader = Markdown(extensions=["extra", "meta", "sane_lists", "toc"], output_format="html")
    content = Markup(reader.convert(text))  # noqa: S704 - staff's own text; no member's word is in it
    head: dict[str, list[str]] = reader.Meta  # type: ignore[attr-defined] # the meta extension adds it
    missing = [field for field in ("title", "summary") if not head.get(field)]
    if missing:
        raise ResourceFieldError(f"{name} has no `{missing[0].title()}:` at its head")
    return Resource(name=name, title=head["title"][0], summary=head["summary"][0], content=content)
