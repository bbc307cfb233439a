"""The index file: what stands in it, what never does, and that it is the same for the same mentors."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from build.search_index import excerpt, fold, words_of, write_search_index
from mentoring.content import Content
from mentoring.domain.listing import Listing
from mentoring.domain.membership import Profession
from mentoring.domain.profile import IDENTITY_FIELDS

FOLDING: list[tuple[str, list[str]]] = json.loads(
    (Path(__file__).parent / "folding.json").read_text(encoding="utf-8")
)
LISTING = Listing(
    slug="anais-cote",
    name="Anaïs Côté",
    profession=Profession.OT,
    years_of_experience=4,
    areas=("hand-therapy", "research"),
    training=("msc-ot",),
    client_ages=("65+",),
    languages=("fr", "en"),
    topics=("canadian-practice",),
    province="NB",
    city="Saint-Léonard",
    formats=("video",),
    frequency="monthly",
    bio={"fr": "J’aide à l’œuvre,\n\nà domicile."},
    is_available=True,
    returns_on=None,
    accepts_requests=True,
    wants_search_engines=True,
    listed_on=date(2026, 1, 31),
    confirmed_on=date(2026, 10, 1),
)


def written(listings: Sequence[Listing], content: Content, tree: Path) -> list[dict[str, Any]]:
    address = write_search_index(listings, content, tree)
    rows: list[dict[str, Any]] = json.loads((tree / address[1:]).read_text(encoding="utf-8"))["mentors"]
    return rows


@pytest.mark.parametrize(("text", "words"), FOLDING)
def test_words_are_folded_as_the_browser_folds_them(text: str, words: list[str]) -> None:
    """Accents, ligatures, apostrophes and scripts fold to the answers that folding.mjs is held to as well."""
    assert words_of(text) == words


def test_folding_twice_changes_nothing() -> None:
    """A folded text is already folded."""
    assert all(fold(fold(text)) == fold(text) for text, _ in FOLDING)


def test_a_row_holds_what_filters_and_cards_need(content: Content, tmp_path: Path) -> None:
    """DIR-11: every public facet stands in the row by its language-neutral id."""
    (row,) = written([LISTING], content, tmp_path)
    words = row.pop("words").split()
    assert row == {
        "slug": "anais-cote",
        "name": "Anaïs Côté",
        "profession": "ot",
        "city": "Saint-Léonard",
        "area": ["hand-therapy", "research"],
        "training": ["msc-ot"],
        "age": ["65+"],
        "province": "NB",
        "lang": ["fr", "en"],
        "experience": "3-5",
        "topic": ["canadian-practice"],
        "available": True,
        "accepts_requests": True,
        "returns_on": None,
        "confirmed_on": "2026-10-01",
        "listed_on": "2026-01-31",
        "excerpt": {"fr": "J’aide à l’œuvre, à domicile."},
    }
    assert words == sorted(set(words))


@pytest.mark.parametrize(
    "word", ["anais", "cote", "saint", "leonard", "oeuvre", "domicile", "main", "hand", "french", "francais"]
)
def test_words_come_from_name_city_biography_and_labels(word: str, content: Content, tmp_path: Path) -> None:
    """DIR-11: free text finds a mentor by the words of both languages."""
    (row,) = written([LISTING], content, tmp_path)
    assert word in row["words"].split()


def test_nothing_but_public_fields_leaves(content: Content, tmp_path: Path) -> None:
    """DIR-12: no member id, address or identity field is a key, whatever a listing may hold one day."""
    (row,) = written([LISTING], content, tmp_path)
    public = {field.name for field in dataclasses.fields(Listing)}
    renamed = {
        "area": "areas",
        "age": "client_ages",
        "lang": "languages",
        "experience": "years_of_experience",
        "topic": "topics",
        "available": "is_available",
        "excerpt": "bio",
        "words": "bio",
    }
    assert {renamed.get(key, key) for key in row} <= public
    assert not row.keys() & {*IDENTITY_FIELDS, "identity", "member_id", "email"}


def test_rows_keep_the_order_of_the_day(content: Content, tmp_path: Path) -> None:
    """The index gives mentors in the order it was given them."""
    listings = [dataclasses.replace(LISTING, slug=slug) for slug in ("cy", "ana", "bo")]
    assert [row["slug"] for row in written(listings, content, tmp_path)] == ["cy", "ana", "bo"]


def test_the_name_follows_the_content(content: Content, tmp_path: Path) -> None:
    """Invariant 25: the same listings give the same file under the same name, others another name."""
    first = write_search_index([LISTING], content, tmp_path / "a")
    again = write_search_index([LISTING], content, tmp_path / "b")
    other = write_search_index([dataclasses.replace(LISTING, city="Moncton")], content, tmp_path / "a")
    assert first == again != other
    assert (tmp_path / "a" / first[1:]).read_bytes() == (tmp_path / "b" / again[1:]).read_bytes()


@pytest.mark.parametrize(
    ("bio", "shown"),
    [
        ("", ""),
        ("Short.", "Short."),
        ("two\n\nlines ", "two lines"),
        ("x" * 200, "x" * 200),
        ("word " * 1600, ("word " * 39).strip() + "…"),
        ("x" * 8000, "x" * 199 + "…"),
        ("x" * 190 + " end. More words follow here.", "x" * 190 + " end…"),
        ("x" * 180 + " avant : après bien d’autres mots.", "x" * 180 + " avant : après…"),
        ("x" * 190 + " avant : après bien d’autres mots.", "x" * 190 + " avant…"),
    ],
)
def test_an_excerpt_is_one_short_line(bio: str, shown: str) -> None:
    """A biography of any length gives at most 200 characters, cut between words where there are any."""
    assert excerpt(bio) == shown
    assert len(excerpt(bio)) <= 200


@pytest.mark.parametrize("said", ["geriatrics", "aînés", "thérapie", "seniors"])
def test_a_mentor_is_found_by_what_people_call_a_thing(content: Content, tmp_path: Path, said: str) -> None:
    """DIR-11: words that no label holds find it as well, where the vocabulary names them."""
    (row,) = written([LISTING], content, tmp_path)
    assert set(words_of(said)) <= set(row["words"].split())
