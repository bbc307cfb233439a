"""Writes the files that are not Pelican's: the choice of language, the theme's files, sitemap and robots."""

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from build.rendering import RenderAnswer
from mentoring.content import Content
from mentoring.pages.addresses import LANGUAGES, twin_of
from mentoring.pages.theme import asset_address, environment, names, page_names

NOT_SITE: Final = ("*.ts", "*.d.ts", "tsconfig.json", "*.md", ".*")
# Comments on lines of their own, and types: a third of our scripts, and nothing to a browser.
COMMENTS: Final = re.compile(
    r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)\n|/\*\* @(?:(?!\*/).)*\*/ ?", re.DOTALL | re.MULTILINE
)
INDENTATION: Final = re.compile(r"^\s+", re.MULTILINE)


def copy_assets(theme: Path, tree: Path) -> str:
    """Copy the theme's static files under the hash of their content; return the address of their folder."""
    static = theme / "static"
    address = asset_address(theme)
    shutil.copytree(
        static, tree / address[1:-1], copy_function=_copy, ignore=shutil.ignore_patterns(*NOT_SITE)
    )
    return address


def as_sent(script: str) -> str:
    """Return a script of ours without its comments, indentation and empty lines."""
    return INDENTATION.sub("", COMMENTS.sub("", script))


def _copy(source: str, target: str) -> None:
    if source.endswith(".mjs"):
        Path(target).write_text(as_sent(Path(source).read_text("utf-8")), "utf-8", newline="")
    else:
        shutil.copyfile(source, target)


def write_language_choice(content: Content, theme: Path, tree: Path, given: Mapping[str, Any]) -> None:
    """Write `/index.html`, the one page in both languages."""
    jinja = environment(theme)
    text = jinja.get_template("language-choice.html").render(
        names(content, "en", **given) | page_names(given["site_url"], "/", "/")
    )
    (tree / "index.html").write_text(text, "utf-8", newline="")


def write_sitemap(tree: Path, site_url: str, answers: Sequence[RenderAnswer]) -> None:
    """Write every page that search engines may list, each with its twin (the plug-in knows one language)."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
        *(
            _entry(site_url, path)
            for path in sorted(path for each in answers for path, may in each.pages if may)
        ),
        "</urlset>\n",
    ]
    (tree / "sitemap.xml").write_text("\n".join(lines), "utf-8", newline="")


def write_robots(tree: Path, site_url: str) -> None:
    """Write robots.txt. Profiles say for themselves whether they may be listed, so robots must see them."""
    lines = [
        "User-agent: *",
        "Disallow: /data/",
        *(f"Disallow: /{language}/{area}/" for language in LANGUAGES for area in ("account", "staff")),
    ]
    text = "\n".join([*lines, f"Sitemap: {site_url}/sitemap.xml", ""])
    (tree / "robots.txt").write_text(text, "utf-8", newline="")


def _entry(site_url: str, path: str) -> str:
    twins = sorted([path, twin_of(path)])
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{twin[1:3]}" href="{escape(site_url + twin)}"/>'
        for twin in twins
    )
    return f"<url><loc>{escape(site_url + path)}</loc>{links}</url>"
