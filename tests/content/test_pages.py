"""Staff's pages: the same facts in two languages, every number from the policy, French set as French."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from mentoring.handlers.authorisation import PERMITTED

PAGES = (
    "accessibility",
    "become-a-mentor",
    "cancel-and-refund",
    "confidentiality",
    "contact",
    "eligibility",
    "find-a-mentor",
    "gone",
    "index",
    "mentorship-on-demand",
    "no-emails",
    "not-found",
    "privacy",
    "questions",
    "receipts",
    "resources",
    "rules-of-engagement",
    "terms-of-use",
)
BOTH = [(page, language) for page in PAGES for language in ("en", "fr")]
NO_BREAK = "\u00a0"


def levels(body: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h([1-6])\b", body)]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_has_its_twin(pages: Any, language: str) -> None:
    """MOD-27: the same pages exist in both languages, and no others."""
    assert sorted(path.stem for path in (pages.folder / language).glob("*.md")) == sorted(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_titles_and_summaries_are_written_in_each_language(pages: Any, page: str) -> None:
    """MOD-27: no title or summary is empty or left in the other language."""
    for name in ("Title", "Summary"):
        english, french = pages.field(page, "en", name), pages.field(page, "fr", name)
        assert english
        assert french
        assert english != french


@pytest.mark.parametrize("page", PAGES)
def test_twins_have_the_same_structure(pages: Any, page: str) -> None:
    """MOD-27: headings, list entries, table rows and links of a page are as many in both languages."""
    english, french = pages.html(page, "en"), pages.html(page, "fr")
    assert levels(english) == levels(french)
    for tag in ("li", "tr", "dt", "dd", "a"):
        assert len(re.findall(rf"<{tag}\b", english)) == len(re.findall(rf"<{tag}\b", french)), tag


@pytest.mark.parametrize(("page", "language"), BOTH)
def test_headings_start_below_the_title_and_skip_no_level(pages: Any, page: str, language: str) -> None:
    """The title is the page's only h1, so that headings can be walked without a gap."""
    found = [1, *levels(pages.html(page, language))]
    assert 1 not in found[1:]
    assert all(after - before <= 1 for before, after in pairwise(found))


@pytest.mark.parametrize("page", PAGES)
def test_twins_give_the_same_figures(pages: Any, page: str) -> None:
    """MOD-27: every figure of a page stands as often in English as in French."""

    def figures(language: str) -> Counter[str]:
        found = re.findall(r"\d+(?:[.,]\d+)*", pages.text(page, language))
        return Counter(figure.replace(",", ".") for figure in found)

    assert figures("en") == figures("fr")


# Figures that are no policy: a standard's number, a law's, a format's, and the numbers of a list's steps.
NAMES_WITH_FIGURES = re.compile(r"\(WCAG\) 2\.2|Law 25|Loi 25|HTML5|^ *\d+\. ", re.MULTILINE)
SPELLED = re.compile(
    r"\b(?:six|five|ten|three|forty-eight|cinq|dix|trois|quarante-huit)\b[\s\u00a0]"
    r"(?:months|business|hours|choices|mois|jours|heures|choix)"
)


@pytest.mark.parametrize(("page", "language"), BOTH)
def test_no_number_of_a_programme_is_typed(pages: Any, page: str, language: str) -> None:
    """Every number comes from the policy: a page has no figure of its own, in digits or in words."""
    typed = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", pages.source(page, language), flags=re.DOTALL)
    typed = NAMES_WITH_FIGURES.sub("", typed)
    assert re.findall(r".*\d.*", typed) == []
    assert SPELLED.findall(typed) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_follow_the_policy(pages: Any, language: str) -> None:
    """MOD-3: pages show the fee, the refund and the days that the policy in force names, and no others."""
    content = pages.content
    [facilitated] = content.policy.facilitated
    changed = replace(facilitated, fee_cents=12300, refund_window_hours=71, selection_business_days=17)
    other = replace(content, policy=replace(content.policy, facilitated=(changed,)))
    shown = {"en": ("$123.00", "71 hours"), "fr": (f"123,00{NO_BREAK}$", "71 heures")}[language]
    gone = {"en": ("99.00", "48 hours"), "fr": ("99,00", "48 heures")}[language]
    refund, program = (
        pages.render(page, language, other) for page in ("cancel-and-refund", "mentorship-on-demand")
    )
    assert shown[0] in program
    assert shown[1] in refund
    assert "17 " in program
    # Outside Canada there is no tax, so the fee itself is in the table of totals.
    assert not any(old in body for old in gone for body in (refund, program))


FRENCH_FAULTS = {
    "an ordinary space before : % $ or »": re.compile(r" [:%$»]"),
    "no space before :": re.compile(r"[^\s:]:(?=\s)"),
    "an ordinary space after «": re.compile(r"« |«(?!\u00a0)"),
    "a space before ; ! ?": re.compile(r"[ \u00a0][;!?]"),
    "a straight apostrophe": re.compile(r"\w'\w"),
    "English quotation marks": re.compile(r"[“”\"]"),
    "two no-break spaces": re.compile(r"\u00a0\u00a0"),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("fault", FRENCH_FAULTS)
def test_french_is_set_as_french(pages: Any, page: str, fault: str) -> None:
    """MOD-27: no-break spaces before : % $ and inside « », none before ; ! ?, no English marks."""
    read = pages.text(page, "fr")
    assert [read[max(0, at.start() - 20) : at.end() + 10] for at in FRENCH_FAULTS[fault].finditer(read)] == []


@pytest.mark.parametrize("page", PAGES)
def test_english_has_curly_marks(pages: Any, page: str) -> None:
    """Quotes and apostrophes are the typographic ones, and no French mark strays in."""
    assert re.findall(r".{12}(?:\w'\w|\"|[«»]).{12}", pages.text(page, "en")) == []


@pytest.mark.parametrize(("page", "language"), BOTH)
def test_links_lead_somewhere(pages: Any, page: str, language: str) -> None:
    """Every link within the site leads to a page of the same language, and to a heading that exists there."""
    for address, anchor in re.findall(r'href="(/[^"#]*)(?:#([^"]*))?"', pages.html(page, language)):
        assert address.startswith(f"/{language}/")
        target = address.removeprefix(f"/{language}/").strip("/") or "index"
        resource = target.removeprefix("account/resources/")
        is_resource = resource != target and (pages.folder / f"resources/{language}/{resource}.md").exists()
        is_answered = is_resource or f"GET /{{lang}}/{target}/" in PERMITTED
        assert is_answered or target in {*PAGES, "mentors", "mentors/compare"}
        assert not anchor or is_answered or f'id="{anchor}"' in pages.html(target, language)


@pytest.mark.parametrize(("page", "language"), BOTH)
def test_addresses_come_from_the_policy(pages: Any, page: str, language: str) -> None:
    """DIR-12: no e-mail address but the programmes' mailboxes, and none of them typed."""
    found = set(re.findall(r"[\w.+-]+@[\w-]+(?:\.\w+)+", pages.html(page, language)))
    assert found <= pages.content.policy.association.mailboxes
    assert not re.search(r"[\w.+-]+@\w", pages.source(page, language))


@pytest.mark.parametrize(("page", "language"), BOTH)
def test_ids_are_unique(pages: Any, page: str, language: str) -> None:
    """Two parts of a page never share an id."""
    counted = Counter(re.findall(r'\bid="([^"]+)"', pages.html(page, language)))
    assert [name for name, times in counted.items() if times > 1] == []
