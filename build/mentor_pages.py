"""Renders what comes from the member database: the directory, the lists and a page per mentor.

A Pelican generator of our own, because Pelican's way, a file per page that is read and parsed again, takes
four times as long at 10,000 mentors. What many pages share is rendered once: the skeleton around them, a
mentor's card, the neighbours of a list.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

from pelican.generators import Generator

from build.addresses import FACETS, BrowseLink, browse_url, file_of, mentor_url, values_of
from build.rendering import Rendering
from mentoring.content import Wording
from mentoring.domain.listing import Listing
from mentoring.domain.membership import Profession
from mentoring.pages.addresses import page_url, twin_of
from mentoring.pages.theme import page_names


class MentorPages(Generator):  # type: ignore[misc] # Pelican ships no types
    """Writes every page that shows mentors."""

    def generate_output(self, _writer: object) -> None:
        """Write the directory, the lists and the mentors' pages; note what a mentor's page says anyway."""
        rendering: Rendering = self.settings["RENDERING"]
        write_mentor_pages(rendering)
        rendering.references = [
            [_mentor_page(rendering, listing) for listing in variants] for variants in _made_up(rendering)
        ]


def write_mentor_pages(rendering: Rendering) -> None:
    """Write the directory, the lists and the mentors' pages, those that did not change from before."""
    _write_directory(rendering)
    _write_comparison(rendering)
    for facet in FACETS:
        _write_lists(rendering, facet)
    for listing in rendering.listings:
        _write_mentor(rendering, listing)


def _write_directory(rendering: Rendering) -> None:
    available = [listing for listing in rendering.listings if listing.is_available]
    shown = {"listings": available[: rendering.per_page], "index_url": rendering.job.index_url}
    shown |= rendering.of_everybody
    _write_whole(rendering, "directory.html", "mentors", shown, indexable=True)


def _write_comparison(rendering: Rendering) -> None:
    # Of whom it is, its address alone says: by itself it is empty.
    _write_whole(rendering, "compare.html", "mentors/compare", {}, indexable=False)


def _write_whole(
    rendering: Rendering, template: str, address: str, shown: Mapping[str, Any], *, indexable: bool
) -> None:
    """Write a page that has no others of its kind."""
    path = rendering.page = page_url(rendering.job.language, address)
    own = page_names(rendering.job.site_url, path, twin_of(path))
    text = rendering.environment.get_template(template).render({**shown, **own})
    _write(rendering, path, text)
    rendering.pages.append((path, indexable))


def _write_lists(rendering: Rendering, facet: str) -> None:
    found: dict[str, list[Listing]] = {}
    # Whoever takes mentees comes first; who has paused can be reached all the same (DIR-7).
    for listing in sorted(rendering.listings, key=lambda listing: not listing.is_available):
        for term_id in values_of(listing, facet):
            found.setdefault(term_id, []).append(listing)
    for link in rendering.browse[facet]:
        _write_list(rendering, facet, link, found.get(link.id, []))


def _write_list(rendering: Rendering, facet: str, link: BrowseLink, listings: Sequence[Listing]) -> None:
    chunks = list(_chunks(listings, rendering.per_page))
    urls = [browse_url(rendering.job.language, facet, link.id, n) for n in range(1, len(chunks) + 1)]
    on_every_page = {
        "facet": facet,
        "term_label": link.label,
        "found": len(listings),
        "paused": sum(not listing.is_available for listing in listings),
        "page_count": len(chunks),
        "page_urls": urls,
        "siblings": rendering.browse_links(rendering.browse[facet], link.id),
    }
    for number, (url, chunk) in enumerate(zip(urls, chunks, strict=True), 1):
        rendering.page = url
        shows = f"{on_every_page}{[rendering.fingerprints[listing.slug] for listing in chunk]}"
        if not rendering.unchanged.take(rendering.job.tree, url, shows):
            cards = [rendering.cards[listing.slug] for listing in chunk]
            shown = on_every_page | {"page_number": number, "cards": cards}
            _write(rendering, url, rendering.skeleton.page("browse.html", url, shown))
        rendering.pages.append((url, bool(listings)))


def _chunks(listings: Sequence[Listing], size: int) -> Iterator[Sequence[Listing]]:
    # A list nobody is in has its page as well: the links to it keep their zero.
    for start in range(0, max(len(listings), 1), size):
        yield listings[start : start + size]


def _write_mentor(rendering: Rendering, listing: Listing) -> None:
    path = rendering.page = mentor_url(rendering.job.language, listing.slug)
    if not rendering.unchanged.take(rendering.job.tree, path, rendering.fingerprints[listing.slug]):
        _write(rendering, path, _mentor_page(rendering, listing))
    rendering.pages.append((path, listing.wants_search_engines))


def _mentor_page(rendering: Rendering, listing: Listing) -> str:
    path = mentor_url(rendering.job.language, listing.slug)
    return rendering.skeleton.page("mentor.html", path, {"listing": listing})


def _write(rendering: Rendering, path: str, text: str) -> None:
    file = file_of(rendering.job.tree, path)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8", newline="") as stream:  # x: two pages at one address end the build
        stream.write(text)


def _made_up(rendering: Rendering) -> Iterator[list[Listing]]:
    """Yield two made-up mentors in every state a page can show; build/checks/identity.py says what for.

    They have nothing in common, so that what their pages have in common is what every page says.
    """
    for word, end, days in (("Qqxz", 0, 3), ("Zzqx", -1, 400)):
        day = rendering.job.today - timedelta(days=days)
        plain = _made_up_mentor(rendering.wording, word, end, day)
        states = [(True, None, True), (True, None, False), (False, None, False), (False, day, False)]
        bios: list[dict[str, str]] = [{}, {"en": word}, {"fr": word}, {"en": word, "fr": word}]
        yield [
            replace(
                plain,
                is_available=available,
                returns_on=back,
                accepts_requests=accepts,
                wants_search_engines=accepts,
                bio=bio,
            )
            for (available, back, accepts), bio in product(states, bios)
        ]


def _made_up_mentor(wording: Wording, word: str, end: int, day: date) -> Listing:
    def term(vocabulary: str) -> str:
        return [each.id for each in wording.vocabulary(vocabulary)][end]

    return Listing(
        slug=word.lower(),
        name=word,
        profession=Profession(term("professions")),
        years_of_experience=day.month + 1,
        areas=(term("areas"),),
        training=(term("training"),),
        client_ages=(term("client-ages"),),
        languages=(term("languages"),),
        topics=(term("topics"),),
        province=term("provinces"),
        city=word,
        formats=(term("formats"),),
        frequency=term("frequency"),
        bio={},
        is_available=True,
        returns_on=None,
        accepts_requests=True,
        wants_search_engines=True,
        listed_on=day,
        confirmed_on=day,
    )
