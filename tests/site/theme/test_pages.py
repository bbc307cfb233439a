"""What each kind of page tells."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from justhtml import JustHTML

from build.addresses import browse_links
from mentoring.content import Content, Wording
from mentoring.domain.listing import Listing

Rendered = Callable[..., JustHTML]


def links(page: JustHTML, selector: str) -> list[str | None]:
    return [(link.attrs or {}).get("href") for link in page.query(selector)]


def mentor_page(rendered: Rendered, listing: Listing, language: str = "en") -> JustHTML:
    return rendered("mentor.html", f"/{language}/mentors/{listing.slug}/", listing=listing)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_home_tells_free_from_paid(
    rendered: Rendered, content: Content, words: SimpleNamespace, language: str
) -> None:
    """MOD-3: the home page names both programs, each with its price, before any other section."""
    home = rendered("home.html", f"/{language}/", page=words)
    wording = Wording(content, language)
    free, paid = (price.to_text() for price in home.query(".program__price"))
    assert free == wording.t("home.compare.free")
    assert wording.money(9900) in paid.replace("&nbsp;", "\u00a0")
    assert (home.query("main section")[0].attrs or {})["aria-labelledby"] == "programs"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_home_searches_the_directory_without_a_script(
    rendered: Rendered, words: SimpleNamespace, language: str
) -> None:
    """DIR-11: a plain form sends the words as `q` to the directory."""
    home = rendered("home.html", f"/{language}/", page=words)
    form = home.query("form")[0].attrs or {}
    assert (form["action"], form["method"]) == (f"/{language}/mentors/", "get")
    assert [(field.attrs or {})["name"] for field in home.query("form input")] == ["q"]
    assert (home.query("form label")[0].attrs or {})["for"] == (home.query("form input")[0].attrs or {})["id"]


def test_home_leads_to_every_area_province_and_language_that_has_mentors(
    rendered: Rendered, words: SimpleNamespace
) -> None:
    """DIR-11: what mentors offer is reached from the home page by links alone."""
    home = rendered("home.html", "/en/", page=words)
    assert links(home, ".term-links a") == [
        "/en/mentors/area/mental-health/",
        "/en/mentors/area/school-based-practice/",
        "/en/mentors/province/QC/",
        "/en/mentors/language/en/",
        "/en/mentors/language/fr/",
    ]


def test_a_long_page_lists_its_parts(rendered: Rendered, words: SimpleNamespace) -> None:
    """MOD-27: the parts of a long page are listed with their headings and lead to them."""
    page = rendered("page.html", "/en/questions/", page=words)
    assert links(page, ".contents a") == [f"#part-{number}" for number in range(4)]
    assert page.query(".contents a")[0].to_text().replace("&amp;", "&") == "Part 0 & more"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_mentor_page_tells_what_the_mentor_offers(
    rendered: Rendered, content: Content, mentor: Listing, language: str
) -> None:
    """DIR-2: every answer is on the page, in the page's language; lists lead to their own pages."""
    page = mentor_page(rendered, mentor, language)
    wording = Wording(content, language)
    facts = page.query(".mentor__facts")[0].to_text()
    for vocabulary, ids in (
        ("areas", mentor.areas),
        ("topics", mentor.topics),
        ("client-ages", mentor.client_ages),
        ("languages", mentor.languages),
        ("training", mentor.training),
        ("formats", mentor.formats),
        ("frequency", (mentor.frequency,)),
        ("provinces", (mentor.province,)),
    ):
        assert all(wording.label(vocabulary, term_id) in facts for term_id in ids), vocabulary
    assert links(page, ".mentor__facts a") == [
        f"/{language}/mentors/area/mental-health/",
        f"/{language}/mentors/area/school-based-practice/",
        f"/{language}/mentors/language/fr/",
        f"/{language}/mentors/language/en/",
        f"/{language}/mentors/province/QC/",
    ]


def test_a_mentor_page_leads_back_and_says_how_to_ask(
    rendered: Rendered, content: Content, mentor: Listing
) -> None:
    """MOD-31: one link leads back to the results; asking is explained beside the exam notice."""
    page = mentor_page(rendered, mentor)
    assert links(page, "[data-back-to-results]") == ["/en/mentors/"]
    assert "/en/find-a-mentor/" in links(page, ".mentor__ask a")
    assert content.policy.association.exam_page["en"] in links(page, ".mentor__ask .notice a")


@pytest.mark.parametrize(("returns_on", "told"), [(date(2027, 2, 1), True), (None, False)])
def test_a_paused_mentor_says_so(
    rendered: Rendered, mentor: Listing, returns_on: date | None, told: bool
) -> None:
    """DIR-7: the page says that the mentor has paused, until when if that is known, and closes asking."""
    paused = replace(mentor, is_available=False, accepts_requests=False, returns_on=returns_on)
    page = mentor_page(rendered, paused)
    assert "Currently not taking on new mentees" in page.query(".notice--paused")[0].to_text()
    assert ("February 1, 2027" in page.query(".notice--paused")[0].to_text()) is told
    assert page.query(".govuk-tag--grey")
    assert not mentor_page(rendered, mentor).query(".notice--paused")


def test_a_biography_in_the_other_language_is_marked(rendered: Rendered, mentor: Listing) -> None:
    """MOD-27: a biography that was written in one language alone keeps that language, and a note says so."""
    page = mentor_page(rendered, replace(mentor, bio={"fr": "Bonjour."}), "en")
    assert (page.query(".mentor__words")[0].attrs or {})["lang"] == "fr"
    assert page.query(".mentor__note")
    own = mentor_page(rendered, mentor, "en")
    assert "lang" not in (own.query(".mentor__words")[0].attrs or {})
    assert not mentor_page(rendered, replace(mentor, bio={}), "en").query(".mentor__bio")


def test_two_mentors_of_one_name_have_two_titles(rendered: Rendered, mentor: Listing) -> None:
    """MOD-27: a title tells a page from its neighbour's: it names the place as well."""
    elsewhere = replace(mentor, slug="another", province="NB", city="Moncton")
    titles = {mentor_page(rendered, each).query("title")[0].to_text() for each in (mentor, elsewhere)}
    assert len(titles) == 2


def test_each_paragraph_runs_in_its_own_direction(rendered: Rendered, mentor: Listing) -> None:
    """MOD-27: a biography with a paragraph in Arabic shows it from right to left, and the others not."""
    page = mentor_page(rendered, replace(mentor, bio={"en": "Hello.\n\nمرحبا"}))
    assert [(each.attrs or {})["dir"] for each in page.query(".mentor__words p")] == ["auto", "auto"]


@pytest.mark.parametrize(("language", "said"), [("en", "2 mentors"), ("fr", "2 profils")])
def test_a_count_is_said_in_words(
    rendered: Rendered, content: Content, mentors: list[Listing], language: str, said: str
) -> None:
    """MOD-27: beside a term the eye sees a number, and a screen reader hears what is counted."""
    links = browse_links(mentors[:2], Wording(content, language))
    home = rendered("directory.html", f"/{language}/mentors/", browse=links, listings=[], index_url="/x.json")
    entry = home.query(".term-links a")[0]
    assert entry.query(".govuk-visually-hidden")[0].to_text() == said
    assert (entry.query(".term-links__count")[0].attrs or {})["aria-hidden"] == "true"


def test_a_hostile_name_stays_text(html: Callable[..., str], mentor: Listing) -> None:
    """SAF-2: markup in a name, a city or a biography is shown, never run."""
    attack = '"><script>alert(1)</script>'
    hostile = replace(mentor, name=attack, city=attack, bio={"en": attack})
    text = html("mentor.html", "/en/mentors/x/", listing=hostile)
    assert attack not in text
    assert "<script>" not in text
    assert JustHTML(text, sanitize=False).query("h1 bdi")[0].children[0].data == attack


@pytest.mark.parametrize("wanted", [True, False])
def test_search_engines_are_kept_out_unless_wanted(rendered: Rendered, mentor: Listing, wanted: bool) -> None:
    """DIR-4: a mentor's page is not indexed unless the mentor asked for it."""
    page = mentor_page(rendered, replace(mentor, wants_search_engines=wanted))
    assert bool(page.query("meta[name=robots]")) is not wanted


def test_a_list_marks_its_page_and_its_term(every_page: Callable[[str], dict[str, JustHTML]]) -> None:
    """DIR-11: a list says which of its pages this is, leads to its neighbours and to the other areas."""
    page = every_page("en")["/en/mentors/area/mental-health/2/"]
    area = "/en/mentors/area/mental-health/"
    assert links(page, ".govuk-pagination a[rel=prev]") == [area]
    assert links(page, ".govuk-pagination a[rel=next]") == [f"{area}3/"]
    assert links(page, ".govuk-pagination [aria-current=page]") == [f"{area}2/"]
    assert links(page, ".siblings [aria-current=page]") == [area]
    assert len(page.query(".cards > li")) == 3


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_price_of_every_place_is_shown(rendered: Rendered, content: Content, language: str) -> None:
    """MOD-3: the table has a row for each place of residence, with its tax and the total to pay."""
    table = rendered("components/tax-table.html", f"/{language}/")
    rows = [row.to_text().replace("&nbsp;", "\u00a0") for row in table.query("tbody tr")]
    wording = Wording(content, language)
    totals = {"AB": 10395, "ON": 11187, "NS": 11286, "NB": 11385, "QC": 10395, "outside-canada": 9900}
    assert len(rows) == len(content.vocabularies["provinces"].terms)
    for place, cents in totals.items():
        row = next(row for row in rows if wording.label("provinces", place) in row)
        assert wording.money(cents) in row


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_eligibility_chart_tells_what_the_rules_say(
    rendered: Rendered, content: Content, language: str
) -> None:
    """ELI-9: the chart leads to a category, and tells what the category may do as the rules do (ELI-2)."""
    chart = rendered("components/eligibility-chart.html", f"/{language}/")
    wording = Wording(content, language)
    shown = {category.to_text() for category in chart.query("table:not(.eligibility) td strong")}
    assert shown == {wording.label("categories", each) for each in content.vocabularies["categories"].terms}
    outcomes = ["eligible", "contact-staff", "not-eligible"]
    counted = [len(chart.query(f".eligibility__cell--{outcome}")) for outcome in outcomes]
    # Eight rows. The directory is open to all, both ways; the other program to four and one by arrangement
    # as mentees (ELI-4), and to five as mentors (ELI-5).
    assert counted == [8 + 8 + 4 + 5, 1, 8 + 8 - 4 - 1 - 5]


def test_the_first_page_offers_both_languages(rendered: Rendered) -> None:
    """MOD-27: the choice of language names each language in itself and marks each passage."""
    choice = rendered("language-choice.html", "/")
    assert links(choice, "main a") == ["/en/", "/fr/"]
    assert [(part.attrs or {})["lang"] for part in choice.query(".choice__language")] == ["en", "fr"]
    assert len(choice.query("h1")) == 1
