"""The members' resources: guides and workbooks in both languages, closed to everybody else."""

import re
from pathlib import Path

import pytest

from mentoring.domain.membership import Category, MembershipStatus
from mentoring.handlers.services import Services
from tests.handlers.browser import Browser
from tests.handlers.conftest import SignIn
from tests.storage.people import membership

ROOT = Path(__file__).parent.parent.parent
NAMES = sorted(file.stem for file in (ROOT / "content/resources/en").glob("*.md"))


def test_every_resource_has_its_twin() -> None:
    """MOD-27: the same resources exist in both languages, a guide and a workbook for mentors among them."""
    assert sorted(file.stem for file in (ROOT / "content/resources/fr").glob("*.md")) == NAMES
    assert {"mentor-guide", "mentor-workbook"} <= set(NAMES)


@pytest.mark.parametrize("category", Category)
def test_every_active_category_reads_every_resource(
    sign_in: SignIn, made: Services, category: Category
) -> None:
    """DIR-10, ELI-6: a member of each category opens the list, and from it every resource."""
    made.memberships.put([membership("M-1", category=category)])
    browser = sign_in()
    for language in ("en", "fr"):
        listed = browser.get(f"/{language}/account/resources/")
        linked = re.findall(rf'href="(/{language}/account/resources/[a-z-]+/)"', listed.body)
        assert linked == [f"/{language}/account/resources/{name}/" for name in NAMES]
        for address in linked:
            resource = browser.get(address)
            assert resource.status == 200
            assert resource.heading in listed.body
            assert resource.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", NAMES)
def test_resources_say_the_same_in_both_languages(sign_in: SignIn, name: str) -> None:
    """MOD-27: headings, entries and spaces for writing are as many; no template is left unfilled."""
    browser = sign_in()
    pages = {
        language: browser.get(f"/{language}/account/resources/{name}/").body for language in ("en", "fr")
    }
    for tag in ("<h2", "<h3", "<li", "<dt", 'class="writing-space"'):
        assert pages["en"].count(tag) == pages["fr"].count(tag), tag
    assert not any("{{" in page or "{%" in page for page in pages.values())


def test_a_lapsed_member_is_told_to_renew(sign_in: SignIn, made: Services) -> None:
    """ELI-8: resources close with the membership, and the page says why."""
    browser = sign_in()
    made.memberships.put([membership("M-1", status=MembershipStatus.LAPSED)])
    answer = browser.get("/fr/account/resources/mentor-guide/")
    assert answer.status == 403
    assert "adhésion" in answer.heading


@pytest.mark.parametrize("name", ["no-such-guide", "..%2Fen", "Mentor-Guide", "mentor-guide.md"])
def test_an_unknown_resource_is_not_found(sign_in: SignIn, name: str) -> None:
    """SAF-2: a name that is no resource, or leads elsewhere, answers as any unknown address."""
    assert sign_in().get(f"/en/account/resources/{name}/").status == 404


@pytest.mark.usefixtures("made")
def test_a_stranger_is_led_to_sign_in() -> None:
    """ELI-6: resources are locked for everyone else."""
    answer = Browser().get("/en/account/resources/")
    assert answer.status == 303
    assert answer.location.startswith("/en/account/sign-in?return=")
