"""Writes the same mentors' pages as input of Hugo and Eleventy: ready words, lists, and our own pages' shell.

What both get is easier than what our templates get: every label, date and excerpt is worded for them.
"""

import html
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from build.addresses import browse_links, browse_url, mentor_url, values_of
from build.search.cards import excerpt
from mentoring.content import Content, Wording
from mentoring.domain.listing import Listing
from mentoring.pages.addresses import LANGUAGES

PEERS: Final = Path(__file__).parent / "generators"
PER_PAGE: Final = 20
LINKED: Final = {"areas": "area", "languages": "language"}
FACTS: Final = {
    "areas": "areas",
    "topics": "topics",
    "client_ages": "client-ages",
    "languages": "languages",
    "training": "training",
    "formats": "formats",
}


def write_peers(listings: Sequence[Listing], content: Content, tree: Path, folder: Path) -> dict[str, Path]:
    """Write a project for each peer below `folder`; `tree` is our own build of the same listings."""
    words = {language: _words(listings, Wording(content, language), tree) for language in LANGUAGES}
    projects = {name: folder / name for name in ("hugo", "eleventy")}
    for name, project in projects.items():
        shutil.copytree(PEERS / name, project, ignore=shutil.ignore_patterns("node_modules"))
    for language, own in words.items():
        _write(projects["hugo"] / "data" / f"{language}.json", own)
        for name, text in own["shell"].items():
            (projects["hugo"] / f"layouts/_partials/{name}-{language}.html").write_text(text, "utf-8")
    _write(projects["eleventy"] / "_data" / "words.json", words)
    _write(
        projects["eleventy"] / "_data" / "pages.json",
        [each for own in words.values() for each in _pages(own)],
    )
    return projects


def _words(listings: Sequence[Listing], wording: Wording, tree: Path) -> dict[str, Any]:
    return {
        "lang": wording.language,
        "said": {
            "back": wording.t("mentor.back"),
            "as_member": wording.t("mentor.as_member"),
            "bio": wording.t("mentor.bio.title"),
            "facts": wording.t("mentor.facts.title"),
            **{name: wording.t(f"mentor.facts.{name}") for name in ("place", "areas", "languages")},
        },
        "shell": _shell(listings[0], wording.language, tree),
        "mentors": {listing.slug: _mentor(listing, wording) for listing in listings},
        "lists": list(_lists(listings, wording)),
        "links": {
            facet: [
                {"url": link.url, "label": link.label, "count": wording.number(link.count)}
                | {"said": wording.t("browse.count", count=link.count)}
                for link in links
            ]
            for facet, links in browse_links(listings, wording).items()
        },
    }


def _shell(listing: Listing, language: str, tree: Path) -> dict[str, str]:
    """Return what our own page has around a profile, with what differs as Hugo names it."""
    page = (tree / mentor_url(language, listing.slug)[1:] / "index.html").read_text("utf-8")
    before, main, rest = re.split(r"(<main[^>]*>\n)", page, maxsplit=1)
    inside, end, after = rest.partition("</main>")
    before = before.replace(html.escape(listing.name, quote=False), "{{ .name }}")
    return {
        "before": before.replace(listing.slug, "{{ .address }}") + main,
        "ask": inside[inside.index("<aside") : inside.index("</aside>")].replace(listing.slug, "x")
        + "</aside>",
        "after": end + after,
    }


def _mentor(listing: Listing, wording: Wording) -> dict[str, Any]:
    bio = next(iter(listing.bio.values()), "")
    return {
        "url": mentor_url(wording.language, listing.slug),
        "name": listing.name,
        "profession": wording.label("professions", listing.profession),
        "years": wording.years_words(listing.years_of_experience),
        "city": listing.city,
        "province": wording.label("provinces", listing.province),
        "state": wording.t("mentor.availability.available"),
        "confirmed": wording.t(
            "mentor.availability.confirmed", date=wording.date_words(listing.confirmed_on)
        ),
        "bio": [line for line in bio.splitlines() if line.strip()],
        "excerpt": excerpt(bio),
        "facts": [
            {"name": wording.t(f"mentor.facts.{name}"), "terms": _terms(listing, wording, name, vocabulary)}
            for name, vocabulary in FACTS.items()
            if getattr(listing, name)
        ],
        **{
            name: [wording.label(name, each) for each in getattr(listing, name)]
            for name in ("training", "areas", "languages")
        },
    }


def _terms(listing: Listing, wording: Wording, name: str, vocabulary: str) -> list[dict[str, str]]:
    return [
        {
            "label": wording.label(vocabulary, each),
            "url": browse_url(wording.language, LINKED[name], each) if name in LINKED else "",
        }
        for each in getattr(listing, name)
    ]


def _lists(listings: Sequence[Listing], wording: Wording) -> Iterator[dict[str, Any]]:
    for facet, links in browse_links(listings, wording).items():
        for link in links:
            found = [each.slug for each in listings if link.id in values_of(each, facet)]
            for number, start in enumerate(range(0, max(len(found), 1), PER_PAGE), 1):
                yield {
                    "path": browse_url(wording.language, facet, link.id, number)[4:-1],
                    "facet": facet,
                    "title": wording.t(f"browse.title.{facet}", term=link.label),
                    "count": wording.t("browse.count", count=len(found)),
                    "slugs": found[start : start + PER_PAGE],
                }


def _pages(own: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for slug in own["mentors"]:
        yield {"lang": own["lang"], "path": f"mentors/{slug}", "slug": slug}
    for number, each in enumerate(own["lists"]):
        yield {"lang": own["lang"], "path": each["path"], "slug": "", "number": number}


def _write(file: Path, content: Any) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
