"""The members' resources: webinars, workbooks and guides in both languages, closed to everybody else."""

import re
from html import unescape
from pathlib import Path

import pytest

from mentoring.content import Wording
from mentoring.domain.membership import Category, MembershipStatus
from mentoring.domain.preparation import TASKS, Kind
from mentoring.handlers.resources import resources_part
from mentoring.handlers.services import Services
from mentoring.usecases.workbook_steps import STEPS
from tests.content.test_pages import FRENCH_FAULTS
from tests.handlers.browser import Answer, Browser
from tests.handlers.conftest import SignIn
from tests.storage.people import membership

ROOT = Path(__file__).parent.parent.parent
NAMES = sorted(file.stem for file in (ROOT / "content/resources/en").glob("*.md"))
WEBINARS = [task.name for task in TASKS if task.kind is Kind.WEBINAR]


def mark(browser: Browser, name: str, language: str = "en", finished: str = "yes") -> Answer:
    """Press the button of a resource's page."""
    address = f"/{language}/account/resources/{name}/"
    return browser.post(address, {"form_token": browser.get(address).form_token, "finished": finished})


def progress(browser: Browser, language: str = "en") -> dict[str, str]:
    """What the list says of each task."""
    body = browser.get(f"/{language}/account/resources/").body
    told = re.findall(r'id="task-([a-z-]+)"><strong[^>]*>([^<]+)<', body)
    return {name: unescape(words) for name, words in told}


def test_every_resource_has_its_twin() -> None:
    """MOD-27: the same resources exist in both languages, a guide and a workbook for mentors among them."""
    assert sorted(file.stem for file in (ROOT / "content/resources/fr").glob("*.md")) == NAMES
    assert {"mentor-guide", "your-own-mentor", "mentorship-agreement"} <= set(NAMES)


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
        assert sorted(linked) == [f"/{language}/account/resources/{name}/" for name in NAMES]
        for address in linked:
            resource = browser.get(address)
            assert resource.status == 200
            assert resource.heading in unescape(listed.body)
            assert resource.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", NAMES)
def test_resources_say_the_same_in_both_languages(sign_in: SignIn, name: str) -> None:
    """MOD-27: headings, entries and spaces for writing are as many; no template is left unfilled."""
    browser = sign_in()
    pages = {
        language: browser.get(f"/{language}/account/resources/{name}/").body for language in ("en", "fr")
    }
    for tag in ("<h2", "<h3", "<li", "<dt", 'class="writing-space"', 'class="writing-line"'):
        assert pages["en"].count(tag) == pages["fr"].count(tag), tag
    assert not any("{{" in page or "{%" in page for page in pages.values())
    read = unescape(
        re.sub(r"<[^>]+>", "", pages["fr"].split('<div class="prose">', 1)[1].split("</main>")[0])
    )
    assert {fault: found for fault, rule in FRENCH_FAULTS.items() if (found := rule.findall(read))} == {}


def test_what_was_marked_is_remembered_on_any_device(sign_in: SignIn, made: Services) -> None:
    """MOD-1: watched, done, and not yet after all; for this member alone, in the words of each language."""
    made.memberships.put([membership("M-2")])
    laptop, phone, other = sign_in(), sign_in(), sign_in("M-2")
    for name in ("developing-goals", "mentee-workbook", "mentor-workbook"):
        answer = mark(laptop, name)
        assert (answer.status, answer.location) == (303, "/en/account/resources/")
    mark(phone, "mentor-workbook", "fr", "no")
    mark(phone, "introduction-to-mentorship", "fr")
    assert progress(laptop) == {
        "introduction-to-mentorship": "Watched",
        "developing-goals": "Watched",
        "mentee-workbook": "Done",
        "preparation-for-mentors": "Not started",
        "mentor-workbook": "Not started",
    }
    assert list(progress(phone, "fr").values()) == ["Vu", "Vu", "Rempli", "À commencer", "À commencer"]
    assert set(progress(other).values()) == {"Not started"}
    mark(laptop, "developing-goals")
    assert progress(laptop)["developing-goals"] == "Watched"


def test_nothing_else_can_be_marked(sign_in: SignIn) -> None:
    """SAF-2: a guide is for reading, and a name that there is not is not kept."""
    browser = sign_in()
    token = browser.get("/en/account/resources/developing-goals/").form_token
    for name in ("mentor-guide", "no-such-guide"):
        answer = browser.post(f"/en/account/resources/{name}/", {"form_token": token, "finished": "yes"})
        assert answer.status == 404
    assert resources_part().preparations.of("M-1") is None


def test_a_lapsed_member_is_told_to_renew(sign_in: SignIn, made: Services) -> None:
    """ELI-8: resources close with the membership, and the page says why and where to renew."""
    browser = sign_in()
    token = browser.get("/fr/account/resources/developing-goals/").form_token
    made.memberships.put([membership("M-1", status=MembershipStatus.LAPSED)])
    here = "/fr/account/resources/developing-goals/"
    form = {"form_token": token, "finished": "yes"}
    for answer in (
        browser.get("/fr/account/resources/mentor-guide/"),
        browser.get(f"{here}captions.fr.vtt"),
        browser.post(here, form),
    ):
        assert answer.status == 403
        assert "adhésion" in answer.heading
        assert made.content.policy.association.membership_page["fr"] in answer.body
    assert resources_part().preparations.of("M-1") is None


@pytest.mark.parametrize("name", WEBINARS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_without_its_recording_a_webinar_is_its_transcript(
    sign_in: SignIn, made: Services, name: str, language: str
) -> None:
    """MOD-1: until staff have put the recording there, the page says so and has every word of it."""
    browser, t = sign_in(), Wording(made.content, language).t
    page = browser.get(f"/{language}/account/resources/{name}/")
    assert t("resources.webinar.preparing") in page.body
    assert "<video" not in page.body
    assert 'href="#transcript"' in page.body
    assert '<h2 id="transcript">' in page.body
    assert browser.get(f"/{language}/account/resources/{name}/recording.mp4").status == 404


def test_a_recording_plays_with_captions_in_both_languages(sign_in: SignIn, tmp_path: Path) -> None:
    """MOD-1, ELI-6: a player is led to the file, for a while and without a name; captions come from here."""
    recording = tmp_path / "site/recordings/fr/developing-goals.mp4"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"moving pictures")
    browser, here = sign_in(), "/fr/account/resources/developing-goals/"
    body = browser.get(here).body
    assert 'preload="none"' in body
    tracks = re.findall(
        r'<track kind="captions" src="([^"]+)" srclang="(..)" label="([^"]+)"( default)?>', body
    )
    assert tracks == [
        (f"{here}captions.fr.vtt", "fr", "Français", " default"),
        (f"{here}captions.en.vtt", "en", "Anglais", ""),
    ]
    for address, *_ in tracks:
        captions = browser.get(address)
        assert captions.headers["Content-Type"] == "text/vtt; charset=utf-8"
        assert captions.body.startswith("WEBVTT\n")
    led = browser.get(f"{here}recording.mp4")
    assert (led.status, led.headers["Cache-Control"]) == (303, "no-store")
    assert led.location == "https://mentors.example/files/recordings/fr/developing-goals.mp4"
    for absent in ("captions.de.vtt", "captions.fr.txt", "recording.webm", "../mentor-guide.md"):
        assert browser.get(f"{here}{absent}").status == 404
    assert browser.get("/fr/account/resources/mentor-workbook/captions.fr.vtt").status == 404


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_workbook_asks_everything(sign_in: SignIn, made: Services, language: str) -> None:
    """MOD-7, MOD-30, MOD-31: every part with its question and topics; the exam is pointed elsewhere."""
    wording = Wording(made.content, language)
    page = unescape(sign_in().get(f"/{language}/account/resources/mentee-workbook/").body)
    for part in STEPS:
        assert wording.t(f"workbook.name.{part}") in page
        assert wording.t(f"workbook.{part}.question") in page
    for topic in wording.vocabulary("facilitated-topics"):
        assert wording.label("facilitated-topics", topic.id) in page
    assert made.content.policy.association.exam_page[language] in page


@pytest.mark.parametrize(("language", "free"), [("en", "nothing to pay"), ("fr", "rien à payer")])
def test_who_has_a_mentor_is_led_to_workbook_and_agreement(sign_in: SignIn, language: str, free: str) -> None:
    """MOD-3, MOD-16: it costs nothing, and three steps lead to the workbook and to an agreement to print."""
    browser, here = sign_in(), f"/{language}/account/resources"
    page = browser.get(f"{here}/your-own-mentor/").body
    assert free in page
    for name in ("mentee-workbook", "mentorship-agreement"):
        assert f'href="{here}/{name}/"' in page
    agreement = browser.get(f"{here}/mentorship-agreement/").body
    for heading in ("goals", "frequency", "form", "confidentiality", "ending"):
        assert f'<h2 id="{heading}">' in agreement


@pytest.mark.parametrize("name", ["no-such-guide", "..%2Fen", "Mentor-Guide", "mentor-guide.md"])
def test_an_unknown_resource_is_not_found(sign_in: SignIn, name: str) -> None:
    """SAF-2: a name that is no resource, or leads elsewhere, answers as any unknown address."""
    assert sign_in().get(f"/en/account/resources/{name}/").status == 404


@pytest.mark.usefixtures("made")
def test_a_stranger_is_led_to_sign_in() -> None:
    """ELI-6: resources are locked for everyone else, recordings and captions with them."""
    for address in ("", "developing-goals/recording.mp4", "developing-goals/captions.en.vtt"):
        answer = Browser().get(f"/en/account/resources/{address}")
        assert answer.status == 303
        assert answer.location.startswith("/en/account/sign-in?return=")
