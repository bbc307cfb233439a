"""The index: what stands in it, what never does, and that it is the same for the same mentors."""

import dataclasses
import json
import os
import subprocess
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build.search import Arrangement, ReadIndex, excerpt, fold, row_of, words_of, write_search_index
from build.search.arrangement import ORDERS
from build.search.collation import sorting_key
from build.search.encoding import Entry, in_shard_order, numbers, row_list, shards
from build.search.reading import Bytes
from mentoring.content import Content
from mentoring.domain.listing import Listing
from mentoring.domain.membership import Profession
from mentoring.domain.profile import IDENTITY_FIELDS
from tests.nightly.site import files_of

TODAY = date(2026, 11, 22)
FOLDER = Path(__file__).parent
NAMES = (
    """
cote, Cote, côte, coté, côté, Émile Roy, Eve, Ève, Zoé, zoe, Œdipe, Oedipe, œil
Jean-Pierre, Jean Pierre, Jeanne, O'Brien, O’Brien, Obrien, Łukasz, Lukas, Ñusta, Nusta
de la Fontaine, Delafontaine, St. John, St John, Stjohn, Åsa, Asa, An Le, Çelik, Celik
D’Amour, D'Aoust, D’Arcy, D'Arcy, d’Arcy, Dam “Mo” Roy, Dam "Lo" Roy
Müller, Muller, Mueller, Björk, Bjork, Anaïs de Québec, 2 Spirit, Nguyễn Thị, Nguyen Thi
王小明, Οδυσσεύς, Йод, محمد, 김민준
""".replace("\n", ", ")
    .strip(", ")
    .split(", ")
)
BIOGRAPHIES = [
    "J’aide à l’œuvre,\n\nà domicile.",
    "Children at school, and their families: hand therapy.",
    "Enfants, école, thérapie de la main.",
    "The elderly at home. " * 20,
]
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


def written(listings: Sequence[Listing], content: Content, tree: Path) -> ReadIndex:
    arrangement = Arrangement.of(listings, content.vocabularies, TODAY)
    return ReadIndex.at(tree, write_search_index(arrangement, tree))


def words_in(read: ReadIndex, row: int) -> set[str]:
    return {entry.term for entry in read.words() if row in entry.rows}


@pytest.mark.parametrize(("text", "words"), FOLDING)
def test_words_are_folded_as_the_browser_folds_them(text: str, words: list[str]) -> None:
    """Accents, ligatures, apostrophes and scripts fold to the answers that folding.mjs is held to as well."""
    assert words_of(text) == words


def test_folding_twice_changes_nothing() -> None:
    """A folded text is already folded."""
    assert all(fold(fold(text)) == fold(text) for text, _ in FOLDING)


def test_an_index_holds_what_filters_and_cards_need(content: Content, tmp_path: Path) -> None:
    """DIR-11: every public facet by its language-neutral id; a card in the mentor's own order."""
    read = written([LISTING], content, tmp_path)
    found = {facet: [value for value, rows in ids.items() if rows] for facet, ids in read.facets().items()}
    assert found == {
        "area": ["research", "hand-therapy"],
        "training": ["msc-ot"],
        "age": ["65+"],
        "province": ["NB"],
        "lang": ["en", "fr"],
        "experience": ["3-5"],
        "topic": ["canadian-practice"],
        "format": ["video"],
        "paused": [],
    }
    (card,) = read.cards()
    assert card[:4] == ["anais-cote", "Anaïs Côté", "ot", "Saint-Léonard"]
    assert [read.manifest["facets"]["lang"][place] for place in card[7]] == ["fr", "en"]
    assert card[8:] == [0, "2026-10-01", {"fr": "J’aide à l’œuvre, à domicile."}]


@pytest.mark.parametrize(
    "word", ["anais", "cote", "saint", "leonard", "oeuvre", "domicile", "main", "hand", "french", "francais"]
)
def test_words_come_from_name_city_biography_and_labels(word: str, content: Content, tmp_path: Path) -> None:
    """DIR-11: free text finds a mentor by the words of both languages, but for those that all texts have."""
    words = words_in(written([LISTING], content, tmp_path), 0)
    assert word in words
    assert not words & {"l", "de", "la", "a", "j"}


def test_a_small_word_of_a_name_is_kept(content: Content, tmp_path: Path) -> None:
    """DIR-11: An Le is found by name; and DIR-7: a paused mentor by name alone."""
    le = dataclasses.replace(LISTING, name="An Le", is_available=False)
    entries = {entry.term: entry for entry in written([le], content, tmp_path).words()}
    assert [entries[word].paused_by_name for word in ("an", "le", "domicile")] == [[0], [0], []]


def test_nothing_but_public_fields_leaves(content: Content) -> None:
    """DIR-12: no member id, address or identity field is a key, whatever a listing may hold one day."""
    public = {field.name for field in dataclasses.fields(Listing)}
    renamed = {
        "area": "areas",
        "age": "client_ages",
        "lang": "languages",
        "experience": "years_of_experience",
        "topic": "topics",
        "format": "formats",
        "available": "is_available",
        "excerpt": "bio",
        "words": "bio",
    }
    row = row_of(LISTING, content)
    assert {renamed.get(key, key) for key in row} <= public
    facets = Arrangement.of([LISTING], content.vocabularies, TODAY).facets.ids
    assert not {*row, *facets} & {*IDENTITY_FIELDS, "identity", "member_id", "email"}


def test_the_name_follows_the_content(content: Content, tmp_path: Path) -> None:
    """Invariant 25: the same listings give the same files under the same name, others another name."""
    trees = [tmp_path / name for name in "abc"]
    others = [dataclasses.replace(LISTING, slug=f"m-{number}") for number in range(5)]
    first = written([LISTING, *others], content, trees[0])
    again = written([*others[::-1], LISTING], content, trees[1])
    changed = written([dataclasses.replace(LISTING, city="Moncton"), *others], content, trees[2])
    assert first.folder.name == again.folder.name != changed.folder.name
    assert files_of(trees[0]) == files_of(trees[1])


NUMBERS = st.integers(min_value=0, max_value=2**40)
ROWS = st.integers(1, 70).flatmap(
    lambda total: st.tuples(st.just(total), st.lists(st.sets(st.integers(0, total - 1)), max_size=6))
)


@settings(max_examples=50, deadline=None)
@given(values=st.lists(NUMBERS), rows=ROWS)
def test_numbers_and_rows_are_read_as_they_were_written(
    values: list[int], rows: tuple[int, list[set[int]]]
) -> None:
    """DIR-11: whatever numbers and rows are written, the same are read, and nothing is left."""
    total, sets = rows
    read = Bytes(numbers(values) + b"".join(row_list(sorted(each), total) for each in sets))
    assert [read.number() for _ in values] == values
    assert [read.row_list(total) for _ in sets] == [sorted(each) for each in sets]
    assert read.is_at_end


@settings(max_examples=50, deadline=None)
@given(terms=st.dictionaries(st.text(min_size=1), st.tuples(*[st.sets(st.integers(0, 9))] * 2), min_size=1))
def test_terms_are_read_as_they_were_written(terms: dict[str, tuple[set[int], set[int]]]) -> None:
    """DIR-11: whatever letters words have, each is in the shard that it is looked for in, with its rows."""
    entries = [
        Entry(term, sorted(terms[term][0]), sorted(terms[term][1]))
        for term in sorted(terms, key=in_shard_order)
    ]
    found = list(shards(entries, 10, size=16))
    assert [each for _, shard in found for each in Bytes(shard).entries(10)] == entries
    firsts = [in_shard_order(first) for first, _ in found]
    for place, (_, shard) in enumerate(found):
        for entry in Bytes(shard).entries(10):
            assert bisect_right(firsts, in_shard_order(entry.term)) == place + 1


def test_the_browser_finds_what_the_build_has_written(content: Content, tmp_path: Path) -> None:
    """DIR-11, DIR-13: random queries over an index from here find in a browser what a plain search finds."""
    made = Random(20261122)
    listings = [random_listing(made, number, content) for number in range(90)]
    arrangement = Arrangement.of(listings, content.vocabularies, TODAY)
    folder = ReadIndex.at(tmp_path, write_search_index(arrangement, tmp_path)).folder
    rows = [row_of(row.listing, content) for row in arrangement.rows]
    told = {"folder": str(folder), "mentors": rows, "daily": arrangement.daily}
    (tmp_path / "told.json").write_text(json.dumps(told), "utf-8")
    run = ["node", "--test", "--test-name-pattern", "build", FOLDER / "reference.test.mjs"]
    told_where = os.environ | {"WRITTEN": str(tmp_path / "told.json")}
    ended = subprocess.run(run, capture_output=True, text=True, check=False, env=told_where)
    assert ended.returncode == 0, ended.stdout
    assert "# pass 1" in ended.stdout


def random_listing(made: Random, number: int, content: Content) -> Listing:
    """A mentor of any kind."""

    def some(vocabulary: str, most: int) -> tuple[str, ...]:
        ids = list(content.vocabularies[vocabulary].terms)
        return tuple(made.sample(ids[:8], made.randint(0, most)))

    is_available = made.random() < 0.8
    return dataclasses.replace(
        LISTING,
        slug=f"mentor-{number}",
        name=made.choice(NAMES),
        years_of_experience=made.randint(0, 40),
        areas=some("areas", 4),
        training=some("training", 2),
        client_ages=some("client-ages", 3),
        languages=some("languages", 3),
        topics=some("topics", 3),
        formats=some("formats", 2),
        province=made.choice(["NB", "QC", "ON", "NU"]),
        city=made.choice(["", "Moncton", "Trois-Rivières"]),
        bio={language: made.choice(BIOGRAPHIES) for language in ("en", "fr") if made.random() < 0.6},
        is_available=is_available,
        accepts_requests=is_available and made.random() < 0.9,
        returns_on=None if is_available else made.choice([None, date(2027, 3, 1)]),
        listed_on=date(2026, 1, 1) + timedelta(days=made.randint(0, 5)),
    )


@pytest.mark.parametrize(("language", "locale"), [("en", "en-CA"), ("fr", "fr-CA")])
def test_names_are_sorted_as_browsers_sort_them(language: str, locale: str) -> None:
    """MOD-27: letters, then accents, in French from the end, then capitals; signs before all of them."""
    script = """
    const [names, locale] = process.argv.slice(1);
    console.log(JSON.stringify(JSON.parse(names).sort(new Intl.Collator(locale).compare)));
    """
    command = ["node", "-e", script, json.dumps(NAMES), locale]
    sorted_there = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert sorted(NAMES, key=lambda name: sorting_key(name, language)) == sorted_there


def test_who_is_no_row_has_a_place_among_the_rows_and_among_the_others(content: Content) -> None:
    """DIR-11: rows and others merged by their places stand as they would if all were sorted together."""
    made = Random(3)
    mentors = [random_listing(made, number, content) for number in range(60)]
    public, others = mentors[::2], mentors[1::2]
    arrangement = Arrangement.of(public, content.vocabularies, TODAY)
    together = Arrangement.of(mentors, content.vocabularies, TODAY)
    places = arrangement.places_of(others)
    for name, rows in arrangement.sorted.items():
        merged = [
            ((at, 1, 0), public_row.listing)
            for at, public_row in enumerate(arrangement.rows[row] for row in rows)
        ]
        merged += [
            ((place[name][0], 0, place[name][1]), other) for place, other in zip(places, others, strict=True)
        ]
        keys = [ORDERS[name](listing) for _, listing in sorted(merged, key=lambda pair: pair[0])]
        assert keys == [ORDERS[name](together.rows[row].listing) for row in together.sorted[name]]


def test_who_is_added_moves_nobody_else(content: Content) -> None:
    """Everybody else keeps their place in the order of the day when somebody joins, leaves or changes."""
    made = Random(7)
    listings = [random_listing(made, number, content) for number in range(60)]

    def order(shown: Sequence[Listing]) -> list[str]:
        day = Arrangement.of(shown, content.vocabularies, TODAY).listings_of_the_day
        return [listing.slug for listing in day]

    fewer = [listing for listing in listings if listing.slug != "mentor-30"]
    assert order(fewer) == [slug for slug in order(listings) if slug != "mentor-30"]


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
    assert set(words_of(said)) <= words_in(written([LISTING], content, tmp_path), 0)
