"""The lists that members choose from are complete, ordered and worded in both languages."""

import re
from itertools import pairwise

import pytest
from babel import Locale

from mentoring.content import Content, Wording
from mentoring.domain.eligibility import Outcome, Programme, Reason, Role
from mentoring.domain.membership import Category, Profession
from mentoring.domain.profile import IDENTITY_FIELDS
from mentoring.domain.vocabulary import Vocabulary

LISTS = {
    "areas": 25,
    "categories": 7,
    "client-ages": 4,
    "ethnicity": None,
    "experience": 5,
    "facilitated-topics": 7,
    "formats": 4,
    "frequency": 4,
    "gender": 4,
    "indigenous": 4,
    "languages": None,
    "orientation": 4,
    "professions": 3,
    "provinces": 14,
    "race": 10,
    "topics": 7,
    "training": 6,
}
NOT_FROM_CLDR = {"ase", "fcs", "prs", "zh"}  # languages.toml says why, for each
BLANK = "prefer-not-to-answer"


def labels(vocabulary: Vocabulary, language: str) -> list[str]:
    return [term.labels[language] for term in vocabulary.terms.values()]


def test_every_list_is_there_and_whole(content: Content) -> None:
    """DIR-2, DIR-20, MOD-30, ELI-1: each list has as many entries as the programmes name."""
    assert set(content.vocabularies) == set(LISTS)
    counts = {name: len(vocabulary.terms) for name, vocabulary in content.vocabularies.items()}
    assert {name: counts[name] for name, count in LISTS.items() if count} == {
        name: count for name, count in LISTS.items() if count
    }


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_labels_of_a_list_differ(content: Content, name: str, language: str) -> None:
    """No two entries of a list read the same."""
    words = labels(content.vocabularies[name], language)
    assert sorted(set(words)) == sorted(words)


def test_languages_are_read_by_their_names_in_each_language(content: Content) -> None:
    """Official and sign languages first, the others as each language sorts their names."""
    read = {
        each: [term.labels[each] for term in Wording(content, each).vocabulary("languages")]
        for each in ("en", "fr")
    }
    for language, names in read.items():
        assert names[:4] == labels(content.vocabularies["languages"], language)[:4]
        assert sorted(names) == sorted(labels(content.vocabularies["languages"], language))
    assert read["en"].index("German") > read["en"].index("Cree") > read["en"].index("Arabic")
    french = ["Allemand", "Amharique", "Grec", "Hébreu", "Hindi", "Ukrainien"]
    assert [name for name in read["fr"] if name in french] == french


@pytest.mark.parametrize("name", LISTS)
def test_french_labels_are_set_as_french(content: Content, name: str) -> None:
    """MOD-27: a label begins with a capital or a digit and has a curly apostrophe."""
    for label in labels(content.vocabularies[name], "fr"):
        assert not re.search(r"\w'\w| [:%$;!?]", label)
        assert label[0].isdigit() or label[0].isupper()


def test_ids_of_the_domain_have_words(content: Content) -> None:
    """ELI-1, ELI-2: every category, profession, programme, role, outcome and reason has its words."""
    assert set(content.vocabularies["categories"].terms) == set(Category)
    assert set(content.vocabularies["professions"].terms) == set(Profession)
    for language in ("en", "fr"):
        t = Wording(content, language).t
        for kind, ids in (
            ("programme", Programme),
            ("role", Role),
            ("outcome", Outcome),
            ("reason", Reason),
        ):
            assert all(t(f"eligibility.{kind}.{each}") for each in ids)


def test_every_category_is_explained_in_the_chart(content: Content) -> None:
    """ELI-9: for each category the chart says who belongs in it."""
    keys = [key for key in content.strings["en"] if key.startswith("eligibility.situation.")]
    assert {key.split(".")[2] for key in keys} == set(Category)
    assert {key.split(".")[3] for key in keys} == set(Profession)


def test_languages_are_named_as_in_cldr(content: Content) -> None:
    """Official languages come first, and names are CLDR's with a capital."""
    vocabulary = content.vocabularies["languages"]
    assert list(vocabulary.terms)[:4] == ["en", "fr", "ase", "fcs"]
    for language, locale in (("en", Locale("en")), ("fr", Locale("fr", "CA"))):
        for term in vocabulary.terms.values():
            if term.id not in NOT_FROM_CLDR:
                named = locale.languages[term.id].replace("'", "’")
                assert term.labels[language] == named[0].upper() + named[1:]


def test_bands_of_experience_leave_no_gap(content: Content) -> None:
    """DIR-2: any whole number of years falls in exactly one band."""
    bands = list(content.vocabularies["experience"].terms.values())
    assert bands[0].at_least == 0
    assert bands[-1].at_most is None
    for before, after in pairwise(bands):
        assert after.at_least == (before.at_most or 0) + 1
    found = [content.vocabularies["experience"].band_of(years) for years in range(60)]
    assert set(found) == {band.id for band in bands}


def test_identity_lists_may_be_left_unanswered(content: Content) -> None:
    """DIR-3: every identity list has "prefer not to answer"; own words go where the standards allow them."""
    for name in IDENTITY_FIELDS:
        assert list(content.vocabularies[name].terms)[-1] == BLANK
    own = {name for name, vocabulary in content.vocabularies.items() if vocabulary.own_words}
    assert own == {"gender", "orientation", "ethnicity"}
