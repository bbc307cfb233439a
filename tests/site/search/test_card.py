"""The card as the server draws it, against what the index and the script would draw."""

import dataclasses
import json
import subprocess
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from re import search, sub
from typing import Any

import pytest

from build.search import excerpt
from mentoring.content import Content, Wording
from mentoring.domain.listing import Listing
from mentoring.domain.membership import Profession
from mentoring.pages.theme import environment, names

FOLDER = Path(__file__).parent
THEME = FOLDER.parents[2] / "site" / "theme"
TODAY = date(2026, 11, 21)
LISTING = Listing(
    slug="bo",
    name="Bo",
    profession=Profession.OT,
    years_of_experience=4,
    areas=("hand-therapy", "research"),
    training=("msc-ot",),
    client_ages=("65+",),
    languages=("fr", "cr"),
    topics=(),
    province="NB",
    city="Moncton",
    formats=("video",),
    frequency="monthly",
    bio={"en": "In English."},
    is_available=True,
    returns_on=None,
    accepts_requests=True,
    wants_search_engines=True,
    listed_on=date(2026, 1, 31),
    confirmed_on=date(2026, 10, 1),
)


def card(content: Content, language: str, **changes: Any) -> str:
    given = names(content, language, site_url="", assets="/", today=TODAY)
    source = '{% from "components/card.html" import card with context %}{{ card(listing) }}'
    template = environment(THEME).from_string(source)
    return template.render(given, listing=dataclasses.replace(LISTING, **changes))


def said(html: str, part: str) -> str:
    found = search(rf'data-part="{part}"[^>]*>(.*?)</(?:bdi|p|dd|strong|span)>', html)
    assert found
    return unescape(sub("<[^>]+>", "", found[1]))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", {"place": "Moncton, New Brunswick", "areas": "Hand therapy, Research"}),
        ("fr", {"place": "Moncton, Nouveau-Brunswick", "areas": "Réadaptation de la main, Recherche"}),
    ],
)
def test_a_card_speaks_the_language_of_its_page(
    content: Content, language: str, words: dict[str, str]
) -> None:
    """MOD-27: what a card says of a mentor is said in both languages."""
    html = card(content, language)
    assert {part: said(html, part) for part in words} == words


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_card_confirms_its_date_in_words(content: Content, language: str) -> None:
    """MOD-29: availability stands with the day it was confirmed, in words."""
    assert Wording(content, language).date_words(LISTING.confirmed_on) in said(
        card(content, language), "confirmed"
    )


def test_a_paused_mentor_says_when_they_return(content: Content) -> None:
    """DIR-7: the card of a paused mentor says so, with the return date where there is one."""
    html = card(content, "fr", is_available=False, accepts_requests=False, returns_on=date(2027, 3, 1))
    assert said(html, "state") == Wording(content, "fr").t("mentor.availability.paused")
    assert "1er mars 2027" in said(html, "returns")


def test_a_mentor_whom_nobody_may_ask_now_says_so(content: Content) -> None:
    """DIR-5: a listing whose documents changed stays, and says that it takes no request for now."""
    html = card(content, "en", accepts_requests=False)
    assert said(html, "state") == Wording(content, "en").t("mentor.availability.no_requests")


def test_a_biography_in_the_other_language_is_marked(content: Content) -> None:
    """MOD-27: a passage in another language than the page carries its own `lang`."""
    assert 'lang="en" dir="auto" data-part="excerpt"' in card(content, "fr")


@pytest.mark.parametrize(
    "bio",
    [
        "word " * 1600,
        "x" * 8000,
        "two\n\nlines",
        "مرحبا 😀",
        "<b>no</b> & 'so'",
        "x" * 190 + " end. More words.",
        "x" * 190 + " fin : autres mots",
    ],
)
def test_the_card_cuts_a_biography_as_the_index_does(content: Content, bio: str) -> None:
    """A card drawn by the server and the same card filled by the script show the same excerpt."""
    assert said(card(content, "en", bio={"en": bio}), "excerpt") == excerpt(bio)


def test_markup_in_a_name_is_text(content: Content) -> None:
    """A name with markup in it is shown as it was written and never run."""
    html = card(content, "en", name="<script>alert(1)</script>")
    assert "<script" not in html
    assert said(html, "name") == "<script>alert(1)</script>"


def test_dates_are_written_alike_by_server_and_script(content: Content) -> None:
    """MOD-29: a date in words reads the same in a static card and in one that the script fills."""
    days = [date(2026, 1, 1) + timedelta(days=count) for count in range(400)]
    asked = json.dumps([day.isoformat() for day in days])
    command = ["node", str(FOLDER / "dates.mjs")]
    answer = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    for language, words in json.loads(answer.stdout).items():
        assert words == [Wording(content, language).date_words(day) for day in days]
