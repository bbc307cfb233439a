"""Reads content/mail/: what members are written, a file for each event that is mailed, in both languages.

Read apart from the rest of the content: only the function that sends letters needs it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from string import Formatter
from typing import Final

from mentoring.content.problems import ContentError, Source
from mentoring.content.tables import LANGUAGES
from mentoring.domain.channels import CHANNELS
from mentoring.domain.events import Channel, Event
from mentoring.domain.registration_events import PaperAsked, RegistrationEvent
from mentoring.domain.request_events import RequestEvent

# What a letter may say of its reader and of the site. Nothing of a profile is among it.
COMMON: Final = frozenset(
    {
        "name",
        "day",
        "account_url",
        "data_url",
        "listing_url",
        "mentor_url",
        "mentoring_url",
        "receipt_url",
        "resources_url",
        "membership_url",
        "mailbox",
        "association",
    }
)
WRITTEN: Final = frozenset({"introduction", "words"})  # what the other of the two wrote; `words` may be none
HALVES: Final = frozenset({"paper", "twin"})  # of a receipt: in the reader's language, in the other
QUOTED: Final = WRITTEN | HALVES
OF_REQUESTS: Final = frozenset({"other", "request_url", *WRITTEN})
OF_PAPERS: Final = frozenset({"title", "paper_url", *HALVES})
ANSWER_BY: Final = "answer_by"
FOR_STAFF: Final = frozenset({"day"})  # nothing of anybody: their mailbox is read by many
SUBJECT: Final = "Subject: "


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """A letter with its blanks still open. `body` is Markdown."""

    subject: str
    body: str


LetterTemplates = Mapping[tuple[str, str], LetterTemplate]
"""Templates by the event's kind and the language."""


def mailed_events(*channels: Channel) -> dict[str, type[Event]]:
    """Return the events that these channels write letters about, by the name of the letter's file."""
    events = [event for event, told_by in CHANNELS.items() if {*told_by} & {*channels}]
    return {re.sub(r"(?<!^)(?=[A-Z])", "-", event.__name__).lower(): event for event in events}


def blanks_of(event: type[Event]) -> frozenset[str]:
    """Return what a letter about an event may say."""
    if Channel.STAFF in CHANNELS[event]:
        place = "registration_url" if issubclass(event, RegistrationEvent) else "concern_url"
        return FOR_STAFF | {place}
    about = OF_REQUESTS if issubclass(event, RequestEvent) else frozenset[str]()
    about |= OF_PAPERS if issubclass(event, PaperAsked) else frozenset[str]()
    days = {ANSWER_BY} if ANSWER_BY in {each.name for each in fields(event)} else set[str]()
    return COMMON | about | days


def load_letters(folder: Path) -> LetterTemplates:
    """Return every template of content/mail. Raises ContentError with each problem's file and line."""
    problems: list[str] = []
    templates = {}
    events = mailed_events(Channel.MAIL, Channel.STAFF)
    for language in LANGUAGES:
        problems += _strays(folder / language, set(events))
        for name, event in events.items():
            source = _source(folder / language / f"{name}.md")
            template = _template(source, blanks_of(event))
            if template:
                templates[event.__name__, language] = template
            problems += source.problems
    for name, event in events.items():
        problems += _differences(name, event.__name__, templates)
    if problems:
        raise ContentError(problems)
    return templates


def _source(path: Path) -> Source:
    source = Source(path)
    try:
        source.text = path.read_text("utf-8")
    except FileNotFoundError:
        source.report("the file is missing: members are written this letter in both languages")
    except UnicodeDecodeError as error:
        source.report(f"byte {error.start} is not UTF-8: save the file as UTF-8")
    return source


def _template(source: Source, known: frozenset[str]) -> LetterTemplate | None:
    """Return the template of a file, or None after noting what is wrong with it."""
    if source.problems:
        return None
    first, _, rest = source.text.partition("\n")
    between, _, body = rest.partition("\n")
    if not first.startswith(SUBJECT) or not first.removeprefix(SUBJECT).strip():
        source.report(f"begin with '{SUBJECT}' and what the letter is about", 1)
    if between.strip() or not body.strip():
        source.report("leave a line empty below the subject, then write the letter", 2)
    for number, line in enumerate(source.text.splitlines(), 1):
        for what in _wrong_with(line, known):
            source.report(what, number)
    return None if source.problems else LetterTemplate(first.removeprefix(SUBJECT).strip(), body.strip())


def _wrong_with(line: str, known: frozenset[str]) -> list[str]:
    try:
        parts = list(Formatter().parse(line))
    except ValueError:
        return ["a brace opens or closes no {blank}"]
    # With a format or a conversion a blank could say more than its text.
    unknown = [
        f"'{{{name}}}' is not known here: choose from {', '.join(sorted(known))}"
        for _, name, form, conversion in parts
        if name is not None and (name not in known or form or conversion)
    ]
    crowded = [
        f"'{{{name}}}' is lines of its own words: leave it a paragraph of its own"
        for _, name, _, _ in parts
        if name in QUOTED and line != f"{{{name}}}"
    ]
    return unknown + crowded


def _strays(folder: Path, names: set[str]) -> list[str]:
    return [
        f"{folder.name}/{path.name}:0: no event is mailed under this name: correct it or take the file out"
        for path in sorted(folder.glob("*"))
        if path.suffix != ".md" or path.stem not in names
    ]


def _differences(name: str, kind: str, templates: LetterTemplates) -> list[str]:
    letters = [templates[kind, language] for language in LANGUAGES if (kind, language) in templates]
    blanks = [_blanks(each.subject + each.body) for each in letters]
    if len(blanks) < len(LANGUAGES) or blanks[0] == blanks[1]:
        return []
    return [f"fr/{name}.md:0: has other {{blanks}} than en/{name}.md: {', '.join(blanks[0] ^ blanks[1])}"]


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
