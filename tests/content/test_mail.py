"""The letters' templates: all there, in both languages, and wrong ones are named with file and line."""

import re
import shutil
from pathlib import Path

import pytest

from mentoring.content import ContentError
from mentoring.content.mail import blanks_of, load_letters, mailed_events
from mentoring.domain import events, registration_events, request_events
from mentoring.domain.channels import CHANNELS
from mentoring.domain.events import Channel, Event, ProfileErased
from mentoring.domain.matters import CURRENT
from mentoring.domain.registration_events import RegistrationEvent
from mentoring.domain.request_events import AvailabilityAsked, ConcernReported, RequestEvent, RequestSent


@pytest.fixture
def letters(content_folder: Path, tmp_path: Path) -> Path:
    """A copy of the templates, to be spoiled."""
    return Path(shutil.copytree(content_folder / "mail", tmp_path / "mail"))


def test_every_event_is_told_and_every_mailed_one_has_its_letter(content_folder: Path) -> None:
    """Invariant 12: no event without a channel, none mailed without a letter, no letter without its event."""
    defined = {
        each
        for module in (events, request_events, registration_events)
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Event)
        and each not in (Event, RequestEvent, RegistrationEvent)
    }
    assert defined == set(CHANNELS)
    assert all(CHANNELS.values())
    mailed = {event.__name__ for event, by in CHANNELS.items() if {Channel.MAIL, Channel.STAFF} & {*by}}
    templates = load_letters(content_folder / "mail")
    assert templates.keys() == {(kind, language) for kind in mailed for language in ("en", "fr")}
    files = {path.stem for path in (content_folder / "mail").rglob("*.md")}
    assert files == set(mailed_events(Channel.MAIL, Channel.STAFF))


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("fr/profile-erased.md", None, None, r"fr/profile-erased.md:0: the file is missing"),
        ("en/profile-erased.md", "Subject: ", "Betreff: ", r"en/profile-erased.md:1: begin with 'Subject: '"),
        ("en/profile-erased.md", "Subject: .*", "Subject: ", r"en/profile-erased.md:1: begin with"),
        ("fr/listing-published.md", r"\n\nBonjour", "\nBonjour", r"fr/listing-published.md:2: leave a line"),
        ("en/listing-published.md", "(?s)\n\n.*", "\n\n", r"en/listing-published.md:2: leave a line empty"),
        (
            "en/listing-published.md",
            "{name}",
            "{gender}",
            r"en/listing-published.md:3: '\{gender\}' is not known",
        ),
        (
            "en/listing-published.md",
            "{name}",
            "{name!r}",
            r"en/listing-published.md:3: '\{name\}' is not known",
        ),
        ("en/listing-published.md", "{name}", "{name.real}", r"listing-published.md:3: '\{name.real\}'"),
        ("en/listing-published.md", "{day}", "{day", r"en/listing-published.md:5: a brace"),
        (
            "fr/listing-published.md",
            "{listing_url}",
            "{account_url}",
            r"fr/listing-published.md:0: .*listing_url",
        ),
        ("en/profile-erased.md", "{name}", "{other}", r"en/profile-erased.md:3: '\{other\}' is not known"),
        ("en/request-sent.md", "{introduction}", "> {introduction}", r"request-sent.md:7: .*its own words"),
        ("en/mentor-gone.md", "{day}", "{answer_by}", r"mentor-gone.md:5: '\{answer_by\}' is not known"),
        ("fr/profile-erase.md", "", "Subject: x\n\ny\n", r"fr/profile-erase.md:0: no event is mailed under"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(
    letters: Path, file: str, old: str | None, new: str | None, problem: str
) -> None:
    """MOD-25: a missing language, subject or blank stops the function that would send it, and says where."""
    path = letters / file
    if old is None or new is None:
        path.unlink()
    else:
        text = path.read_text("utf-8") if path.exists() else ""
        path.write_text(re.sub(old, lambda _: new, text, count=1), "utf-8")
    with pytest.raises(ContentError) as wrong:
        load_letters(letters)
    assert re.search(problem, str(wrong.value))


def test_a_file_that_is_no_text_is_named(letters: Path) -> None:
    """MOD-25: so is one in another encoding."""
    (letters / "fr/listing-withdrawn.md").write_bytes("Subject: é".encode("latin-1"))
    with pytest.raises(ContentError, match=r"fr/listing-withdrawn.md:0: byte 9 is not UTF-8"):
        load_letters(letters)


def test_letters_can_say_nothing_of_a_profile() -> None:
    """DIR-12: a letter's blanks are names, days, addresses, and what the other wrote to this very reader."""
    common = {"name", "day", "mailbox", "association"}
    assert _said(ProfileErased) == common
    assert _said(ConcernReported) == {"day"}
    assert _said(AvailabilityAsked) == common | {"answer_by"}
    assert _said(RequestSent) == common | {"answer_by", "other", "introduction", "words"}


def test_every_letter_about_a_request_knows_when_it_is_overtaken() -> None:
    """SAF-3: none is sent without a look at the request that it is about."""
    mailed = {event for event, channels in CHANNELS.items() if Channel.MAIL in channels}
    assert {event.__name__ for event in mailed if issubclass(event, RequestEvent)} == CURRENT.keys()


def _said(event: type[Event]) -> set[str]:
    return {blank for blank in blanks_of(event) if not blank.endswith("_url")}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_letters_are_typeset_as_their_language_wants(content_folder: Path, language: str) -> None:
    """Content README: curly quotes; in French a no-break space before a colon, none before other signs."""
    for template in load_letters(content_folder / "mail").items():
        (_, written_in), letter = template
        if written_in != language:
            continue
        text = re.sub(r"\]\([^)]*\)", "", f"{letter.subject}\n{letter.body}")
        assert not re.search(r"['\"]", text), template
        assert not re.search(r"\d", text), "numbers belong into policy.toml"
        if language == "fr":
            assert not re.search(r"[^\u00a0]:|[ \u00a0][;!?]|«[^\u00a0]|[^\u00a0]»", text), template
