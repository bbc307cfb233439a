"""Pages that share a rendered skeleton are, byte for byte, what their templates make of them alone.

So are templates into which words were folded when they were compiled.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from build.addresses import browse_url, mentor_url
from build.listings import FACET_LISTS, write_listings
from build.rendering import Rendering, macro
from mentoring.content import load_content
from mentoring.pages.addresses import LANGUAGES, twin_of
from mentoring.pages.theme import environment, page_names
from tests.nightly.site import ROOT, TODAY, Released, job_in

CONTENT = load_content(ROOT / "content")
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=40) | st.sampled_from(
    ["<b>&amp;{{ t }}", '"><script>', "%(x)s {0} \\1", "א ב", ""]
)
DAYS = st.integers(0, 900).map(lambda days: TODAY - timedelta(days))
"""What a mentor may have typed, and days until today."""


def some(vocabulary: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Some terms of a list, or none."""
    terms = st.sampled_from(sorted(CONTENT.vocabularies[vocabulary].terms))
    return st.lists(terms, max_size=4, unique=True).map(tuple)


@pytest.fixture(scope="module", params=LANGUAGES)
def rendering(
    request: pytest.FixtureRequest, released: Released, tmp_path_factory: pytest.TempPathFactory
) -> Rendering:
    """A renderer of each language, of the mentors of a release."""
    folder = tmp_path_factory.mktemp("rendering")
    write_listings(released.expected.selection.listings, folder / "listings.jsonl")
    job = job_in(folder, request.param)
    return Rendering.start(job)


@pytest.fixture(scope="module")
def plain(rendering: Rendering) -> Environment:
    """The theme's environment as functions have it: nothing is folded, nothing kept."""
    made = environment(rendering.job.theme_folder)
    made.globals = {**rendering.environment.globals, "kept": made.globals["kept"]}
    return made


def is_same(
    rendering: Rendering, plain: Environment, template: str, path: str, shown: dict[str, Any]
) -> bool:
    """Whether both ways lead to the same page."""
    own = page_names(rendering.job.site_url, path, twin_of(path))
    page = plain.get_template(template).render(shown | own)
    return rendering.skeleton.page(template, path, shown) == page


@settings(max_examples=25, deadline=None)
@given(
    texts=st.fixed_dictionaries({"name": WORDS, "city": WORDS}),
    bio=st.dictionaries(st.sampled_from(LANGUAGES), WORDS),
    lists=st.fixed_dictionaries({name: some(vocabulary) for name, vocabulary in FACET_LISTS.items()}),
    states=st.fixed_dictionaries(
        dict.fromkeys(("is_available", "accepts_requests", "wants_search_engines"), st.booleans())
    ),
    days=st.fixed_dictionaries({"returns_on": st.none() | DAYS, "confirmed_on": DAYS, "listed_on": DAYS}),
    years=st.integers(0, 60),
)
def test_a_mentors_page_is_what_its_template_makes(
    rendering: Rendering,
    plain: Environment,
    texts: dict[str, str],
    bio: dict[str, str],
    lists: dict[str, tuple[str, ...]],
    states: dict[str, bool],
    days: dict[str, Any],
    years: int,
) -> None:
    """Invariant 25: whatever mentors are and type, page and card have the same bytes either way."""
    changes: dict[str, Any] = {**texts, **lists, **states, **days, "bio": bio, "years_of_experience": years}
    listing = replace(rendering.listings[0], **changes)
    path = mentor_url(rendering.job.language, listing.slug)
    assert is_same(rendering, plain, "mentor.html", path, {"listing": listing})
    card, plain_card = (macro(each, "card", "card") for each in (rendering.environment, plain))
    assert card(listing) == plain_card(listing)


@pytest.mark.parametrize("number", [1, 2, 7, 12])
def test_a_list_is_what_its_template_makes(rendering: Rendering, plain: Environment, number: int) -> None:
    """Invariant 25: so has each page of a list, and one that nobody is in."""
    urls = [browse_url(rendering.job.language, "area", "home-care", each) for each in range(1, 13)]
    shown = {
        "facet": "area",
        "term_label": "<Home>",
        "found": 240,
        "paused": number,
        "page_number": number,
        "page_count": len(urls),
        "page_urls": urls,
        "cards": list(rendering.cards.values())[: 20 * (number - 1)],
        "siblings": rendering.browse_links(rendering.browse["area"], "home-care"),
    }
    assert is_same(rendering, plain, "browse.html", urls[number - 1], shown)


@pytest.mark.parametrize(
    "source",
    [
        "{% macro said(t) %}{{ t('mentor.back') }}{% endmacro %}{{ said(own) }}",
        "{% for label in (own, own) %}{{ label('areas', 'home-care') }}{% endfor %}",
        "{% macro url(x) %}<{{ x }}>{% endmacro %}{{ url('mentors') }}{% set number = own %}{{ number(3) }}",
        "{% from 'components/card.html' import labels as label %}{{ label('areas', ['home-care']) }}",
        "{{ t('browse.count', count=1200) }}{{ t('browse.count', count=number_here) }}",
        "{{ '<i>' | safe ~ t('mentor.back') }}{{ url('<i>' | safe) }}{{ [asset('<'), 'b'] | join }}",
        "{% include 'components/spoken.html' %}{% include 'components/language-switch.html' %}",
        "{% for twin_path in 'ab' %}{% include 'components/language-switch.html' %}{% endfor %}",
        "{% import 'components/card.html' as card with context %}{{ card.card() }}",
        "{% from 'components/profile.html' import profile_body %}{{ profile_body(listing, 'h3') }}",
    ],
)
def test_folding_changes_no_byte(rendering: Rendering, plain: Environment, source: str) -> None:
    """Invariant 25: a template's own names, a page's names, escaping: what is folded says the same."""
    shown = {
        "own": lambda *given: f"<own> {given}",
        "number_here": 1,
        "twin_path": "/fr/",
        "listing": rendering.listings[0],
    }
    folded, unfolded = (each.from_string(source) for each in (rendering.environment, plain))
    assert folded.render(shown) == unfolded.render(shown)
