"""Letters as they are read: in the member's language, as text and as HTML, and nothing but that."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from mentoring.content import Content
from mentoring.content.mail import LetterTemplate, load_letters, mailed_events
from mentoring.domain.channels import FACILITATED
from mentoring.domain.events import Channel
from mentoring.domain.matters import CURRENT, Matter
from mentoring.domain.messages import Letter, Message, MessageState
from mentoring.domain.money import TaxRate, charge
from mentoring.domain.receipts import Receipt
from mentoring.domain.request_states import Side
from mentoring.pages.calendar import deadline_calendar
from mentoring.pages.mail import Letters
from tests.canary import IDENTITY
from tests.storage.people import membership
from tests.storage.requests import SENT_AT, match_request

SITE = "https://mentors.example"
MAILED = sorted(event.__name__ for event in mailed_events(Channel.MAIL).values())
DATED = {"RequestSent", "RequestPassedOn", "RequestAnswerAwaited", "RequestNudged", "AvailabilityAsked"}
# Every place that a letter may lead to.
REQUEST = match_request()
RECEIPT = Receipt(number=12, made_at=SENT_AT, lines=charge(9900, [TaxRate("HST", Decimal(13))]))
PLACES = {
    *(
        f"/{lang}/account/{path}"
        for lang in ("en", "fr")
        for path in (
            "",
            "data/",
            "listing/",
            "mentor/",
            "mentoring/",
            f"mentoring/{REQUEST.id}/",
            "purchases/R000012/",
        )
    ),
    *(
        f"/{lang}/{path}"
        for lang in ("en", "fr")
        for path in ("account/listing/left", "resources/", "no-emails/")
    ),
}


@pytest.fixture(scope="session")
def letters(content: Content, content_folder: Path) -> Letters:
    """Who writes them."""
    return Letters(content, load_letters(content_folder / "mail"), SITE)


def written(
    letters: Letters, event: str = "ListingPublished", matter: Matter | None = None, **member: Any
) -> Letter:
    """A letter about an event just after midnight in UTC, still the day before in Toronto."""
    at, is_logged = datetime(2026, 11, 2, 3, tzinfo=UTC), event == "WorkbookReceived"
    message = Message(
        id=f"{event}#M-1#1#mail",
        channel=Channel.MAIL,
        event=event,
        facts={
            "member_id": "M-1",
            "occurrence": "1",
            "slug": "zoe-secret",
            # Staff may log what came by e-mail days after it was received.
            "at": (at + timedelta(days=4) if is_logged else at).isoformat(),
            **({"received_at": at.isoformat()} if is_logged else {}),
            "request_id": REQUEST.id,
            **({"answer_by": "2026-11-15"} if event in DATED else {}),
        },
        state=MessageState.WAITING,
        attempts=0,
    )
    about = matter or Matter(request=REQUEST, side=Side.MENTOR, other="Inès Roy")
    paper = RECEIPT if event == "PaperAsked" else None
    return letters.compose(message, membership("M-1", **member), about if event in CURRENT else None, paper)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("event", MAILED)
def test_every_letter_says_who_writes_why_and_what_next(
    letters: Letters, content: Content, event: str, language: str
) -> None:
    """MOD-25, CASL: sender, postal address, contact and reason; what happened when; ways on that exist."""
    letter = written(letters, event, language=language)
    association = content.policy.association
    for part in (letter.text, letter.html):
        readable = part.replace("&nbsp;", "\u00a0")
        assert {"en": "November 1, 2026", "fr": "1er novembre 2026"}[language] in readable
        for said in (
            association.name[language],
            ", ".join(association.address),
            association.phone,
            association.mailbox(is_facilitated=event in FACILITATED),
            {"en": "It is not advertising", "fr": "Ce n’est pas de la publicité"}[language],
            {"en": "What you can do", "fr": "Ce que vous pouvez faire"}[language],
        ):
            assert said in readable
        assert not re.search(r"[{}]|zoe-secret|M-1\b", readable)
        places = set(re.findall(rf"{SITE}([^\s\"<>]*)", readable))
        assert places <= {place for place in PLACES if place.startswith(f"/{language}/")}
        assert places - {f"/{language}/no-emails/"}
    assert letter.language == language
    assert letter.subject
    assert "Amélie" not in letter.subject


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("event", sorted(CURRENT))
def test_a_letter_about_a_request_says_with_whom_where_and_until_when(
    letters: Letters, event: str, language: str
) -> None:
    """DIR-16 to DIR-19: the other's name, one link to the request, and the last day where there is one."""
    letter = written(letters, event, language=language)
    for part in (letter.text, letter.html):
        assert "Inès Roy" in part
        assert part.count(f"/{language}/account/mentoring/{REQUEST.id}/") == 1
        last = {"en": "November 15, 2026", "fr": "15 novembre 2026"}[language]
        assert (last in part) == (event in DATED)
    assert "Inès Roy" in letter.subject


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_receipt_by_email_is_whole(letters: Letters, content: Content, language: str) -> None:
    """MOD-24: everything that the paper says, in both languages, the reader's first, each half marked so."""
    letter = written(letters, "PaperAsked", language=language)
    for part in (letter.text, letter.html.replace("&nbsp;", "\u00a0")):
        assert part.count(content.policy.association.gst_hst_number) == 2
        for said in ("R000012", "$12.87", "$111.87", "12,87\u00a0$", "111,87\u00a0$", "HST (13%)"):
            assert said in part
        first, second = part.find("Total paid"), part.find("Total payé")
        assert (first < second) == (language == "en")
    assert re.findall(r'<blockquote[^>]*lang="(..)"', letter.html) == sorted(
        ("en", "fr"), key=language.__ne__
    )
    assert "\n> " not in letter.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_mentor_reads_the_introduction_in_the_letter(letters: Letters, language: str) -> None:
    """DIR-16: as it was written, line by line, and never as markup or Markdown."""
    letter = written(letters, "RequestSent", language=language)
    assert "\n\n> Bonjour,\n>\n> I work in <b>Gatineau</b>.\n> May I ask you something?\n\n" in letter.text
    quote = re.search(r'<blockquote[^>]*dir="auto"[^>]*>(.*?)</blockquote>', letter.html, re.DOTALL)
    assert quote
    assert quote[1].replace("\n", "") == (
        "Bonjour,<br><br>I work in &lt;b&gt;Gatineau&lt;/b&gt;.<br>May I ask you something?"
    )


@pytest.mark.parametrize("event", ["RequestDeclined", "RelationshipEnded"])
def test_kind_words_are_carried_and_their_absence_leaves_no_gap(letters: Letters, event: str) -> None:
    """DIR-16: what somebody says on the way out reaches the other; who says nothing is not quoted."""
    said = Matter(request=match_request(words="Bon courage!"), side=Side.MENTEE, other="Inès Roy")
    with_words, without = written(letters, event, said), written(letters, event)
    assert "Voici les mots laissés à votre intention\u00a0:\n> Bon courage!\n" in with_words.text
    assert "Bon courage!</blockquote>" in with_words.html
    assert "Voici les mots" not in without.text + without.html
    assert "blockquote" not in without.html
    assert "\n\n\n" not in without.text


@pytest.mark.parametrize(
    "introduction", ["{name} {day.year}", "**x** [a](http://evil.example)", "\u202e‏x", ""]
)
def test_an_introduction_is_text_and_nothing_else(letters: Letters, introduction: str) -> None:
    """SAF-4: blanks, Markdown and directions in somebody's words do nothing."""
    matter = Matter(request=match_request(introduction=introduction), side=Side.MENTOR, other="{day}")
    letter = written(letters, "RequestSent", matter)
    assert "http://evil.example" not in re.findall(r'href="([^"]*)"', letter.html)
    assert not re.search("\u202e", letter.text + letter.html)
    assert ("{name} {day.year}" in letter.text) == (introduction == "{name} {day.year}")
    assert letter.subject.startswith("{day}")


@pytest.mark.parametrize("event", MAILED)
def test_a_last_day_comes_along_for_the_calendar(letters: Letters, event: str) -> None:
    """MOD-29: wherever a letter names a last day, and nowhere else; it names neither of the two."""
    attached = written(letters, event, language="fr").attachments
    assert bool(attached) == (event in DATED)
    for each in attached:
        (deadline,) = Calendar.from_ical(each.content).events
        assert deadline.start == date(2026, 11, 15)
        assert deadline.get("URL").startswith(f"{SITE}/fr/account/mentoring/")
        assert (each.filename, each.content_type) == ("deadline.ics", "text/calendar")
        assert not re.search("Inès|Roy|Amélie", each.content.decode())


def test_a_deadline_that_moves_stays_one_entry() -> None:
    """MOD-29, invariant 25: one name, the same bytes for the same day, and nobody is busy because of it."""
    first, again, moved = (
        deadline_calendar("Réponse, «\u00a0oui\u00a0» ou non; vite", day, f"{SITE}/fr/x/", "request-1", "fr")
        for day in (date(2026, 11, 15), date(2026, 11, 15), date(2026, 11, 22))
    )
    assert first == again
    (before,), (after,) = (Calendar.from_ical(made).events for made in (first, moved))
    assert before.get("UID") == after.get("UID") == "request-1"
    assert before.get("SUMMARY") == "Réponse, «\u00a0oui\u00a0» ou non; vite"
    assert before.DTSTAMP < after.DTSTAMP
    assert before.get("TRANSP") == "TRANSPARENT"
    assert before.end - before.start == timedelta(days=1)


@pytest.mark.parametrize(
    ("event", "fact", "place", "is_facilitated"),
    [
        ("ConcernReported", "concern_id", "concerns", False),
        ("StaffNeeded", "registration_id", "refunds", True),
    ],
)
def test_staff_are_told_that_something_waits_and_of_nobody(
    letters: Letters, content: Content, event: str, fact: str, place: str, is_facilitated: bool
) -> None:
    """DIR-21, STF-5: the programme's own mailbox gets a link, and neither a name nor what it is about."""
    message = Message(
        id=f"{event}#M-1#1#staff",
        channel=Channel.STAFF,
        event=event,
        facts={
            "member_id": "M-1",
            "occurrence": "1",
            "at": SENT_AT.isoformat(),
            fact: "c0ffee",
            "matter": "disputed",
        },
        state=MessageState.WAITING,
        attempts=0,
    )
    letter = letters.compose_for_staff(message)
    assert letter.address == content.policy.association.mailbox(is_facilitated=is_facilitated)
    for part in (letter.text, letter.html):
        assert f"{SITE}/en/staff/{place}/c0ffee/" in part
        assert "November 1, 2026" in part
        assert not re.search(r"[{}]|M-1\b", part)


def test_money_that_differs_leads_to_its_list(letters: Letters) -> None:
    """Invariant 2: it may be of no registration that there is, so the letter leads to where all of it is."""
    facts = {"at": SENT_AT.isoformat(), "registration_id": "nobody", "matter": "payment-differs"}
    message = Message(
        id="StaffNeeded#site:public#1#staff",
        channel=Channel.STAFF,
        event="StaffNeeded",
        facts=facts,
        state=MessageState.WAITING,
        attempts=0,
    )
    text = letters.compose_for_staff(message).text
    assert f"{SITE}/en/staff/refunds/>" in text
    assert "nobody" not in text


def test_who_is_no_longer_known_has_no_name(letters: Letters) -> None:
    """MOD-25: a letter goes out all the same."""
    nobody = Matter(request=REQUEST, side=Side.MENTOR, other="")
    assert written(letters, "RequestWithdrawn", nobody, language="en").subject.startswith(
        "Another member has"
    )


def test_the_language_is_the_members(letters: Letters) -> None:
    """MOD-25: French for who reads French, English for everybody else."""
    languages = {code: written(letters, language=code).language for code in ("fr", "en", "", "de")}
    assert languages == {"fr": "fr", "en": "en", "": "en", "de": "en"}


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "[free](http://evil.example) **x** {day} {{ sender }}",
        "Zoë\r\nBcc: x\n\n# Title",
        "\u202eevil\u2028",
        "👩🏽‍⚕️ ליאור",
        "Zoë " * 2_000,
    ],
)
def test_a_name_is_text_and_nothing_else(letters: Letters, name: str) -> None:
    """SAF-4: markup, Markdown, blanks, line breaks and directions in a name do nothing; 8,000 letters fit."""
    letter = written(letters, given_name=name, family_name="")
    plain = written(letters, given_name="Zoë", family_name="")
    assert _tags(letter.html) == _tags(plain.html)
    assert len(letter.text.splitlines()) == len(plain.text.splitlines())
    assert "http://evil.example" not in re.findall(r'href="([^"]*)"', letter.html)
    assert not re.search("[\u202e\u2028]", letter.text + letter.html)
    assert len(letter.text) < len(plain.text) + 250


def test_the_html_can_be_read_by_everybody(letters: Letters) -> None:
    """ux: language, title, one h1, no images, no style sheet to lose, contrast of at least 7 to 1."""
    page = written(letters).html
    assert '<html lang="fr">' in page
    assert '<div class="letter"' in page
    assert 'lang="fr" dir="ltr"' in page
    assert re.search("<title>[^<]+</title>", page)
    assert page.count("<h1") == 1
    assert not re.search("<(?:style|img|link|script|table)", page)
    colours = set(re.findall(r"(?<!-)color: (#\w{6})", page))
    assert min(_contrast(colour) for colour in colours) >= 7


def test_the_text_reads_without_markdown(content: Content) -> None:
    """MOD-25: a link's address stands behind its words; wrapped lines are one paragraph, lists stay lists."""
    body = (
        "Hello {name},\n\n**one**\ntwo [three]({account_url})\n\n"
        "## Four\n\n- five\n  six\n- [a@b.ca](mailto:a@b.ca)"
    )
    spoken = Letters(content, {("ListingPublished", "en"): LetterTemplate("S", body)}, SITE)
    text = written(spoken, language="en", given_name="Zoë", family_name="").text
    assert text.split("\n\n-- \n")[0] == (
        f"Hello Zoë,\n\none two three <{SITE}/en/account/>\n\nFour\n\n- five six\n- a@b.ca"
    )


def test_no_letter_has_room_for_an_identity_answer(letters: Letters) -> None:
    """DIR-12: what composes letters sees a membership and an event; neither holds what a profile says."""
    for event in MAILED:
        letter = written(letters, event)
        assert not [
            value for value in IDENTITY.values() if value in letter.text + letter.html + letter.subject
        ]
    assert "Amélie" not in repr(letter)


def _tags(page: str) -> list[str]:
    return re.findall(r"</?[a-z0-9]+", page)


def _contrast(colour: str) -> float:
    """The contrast of a colour with white (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
