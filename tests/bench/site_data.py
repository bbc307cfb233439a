"""Writes the same mentors' pages as input of Hugo and Eleventy: ready words, lists, and our own pages' shell.

`python -m tests.bench.site_data STATE FOLDER DAY`, a process of its own: one that starts others lends them
its peak of memory. Both get more than our templates do: every label, date and excerpt is worded for them.
"""

import html
import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from build.addresses import browse_links, browse_url, mentor_url, values_of
from build.listings import read_selection, write_listings
from build.search.cards import excerpt
from infrastructure.local.database import embedded_database
from mentoring.content import Wording, load_content
from mentoring.domain.listing import Listing
from mentoring.pages.addresses import LANGUAGES
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore

ROOT: Final = Path(__file__).parent.parent.parent
GENERATORS: Final = Path(__file__).parent / "generators"
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


def main() -> int:
    """Write the projects of the mentors that a state's site shows; return the exit status."""
    state, folder, today = Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3])
    content = load_content(ROOT / "content")
    with embedded_database(state) as storage:
        profiles, memberships = ProfileStore.connect(storage), MembershipStore.connect(storage)
        listings = read_selection(profiles, memberships, content, today).listings
    folder.mkdir()
    write_listings(listings, folder / "listings.jsonl")
    words = {
        language: _words(listings, Wording(content, language), state / "site/current")
        for language in LANGUAGES
    }
    _write_hugo(words, folder / "hugo")
    _write_eleventy(words, folder / "eleventy")
    return 0


def _write_hugo(words: Mapping[str, Any], project: Path) -> None:
    shutil.copytree(GENERATORS / "hugo", project)
    for language, own in words.items():
        _write(project / "data" / f"{language}.json", own)
        for name, text in own["shell"].items():
            (project / f"layouts/_partials/{name}-{language}.html").write_text(text, "utf-8")


def _write_eleventy(words: Mapping[str, Any], project: Path) -> None:
    packages = GENERATORS / "eleventy/node_modules"
    shutil.copytree(GENERATORS / "eleventy", project, ignore=shutil.ignore_patterns(packages.name))
    (project / packages.name).symlink_to(packages)
    _write(project / "_data/words.json", words)
    _write(project / "_data/pages.json", [each for own in words.values() for each in _pages(own)])


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


if __name__ == "__main__":
    sys.exit(main())
