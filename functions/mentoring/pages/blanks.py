"""What fills the blanks of a letter: of its reader, of the site, of the request that it is about."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from markupsafe import Markup

from mentoring.content import Wording
from mentoring.content.mail import ANSWER_BY, QUOTED
from mentoring.domain.business_days import day_of
from mentoring.domain.lines import one_line
from mentoring.domain.matters import Matter
from mentoring.domain.membership import Membership
from mentoring.domain.messages import Message
from mentoring.domain.policy import Association
from mentoring.pages.addresses import page_url

LONGEST_NAME: Final = 200  # characters
LONGEST_LINE: Final = 20_000  # characters: of a text that somebody wrote without a line break
NAMES: Final = ("name", "other")


class Blanks:
    """What fills a letter to one member in one language."""

    def __init__(self, wording: Wording, association: Association, site_url: str) -> None:
        self._wording = wording
        self._association = association
        self._site_url = site_url

    def filled(self, message: Message, membership: Membership, matter: Matter | None) -> dict[str, str]:
        """Return what is one line: names, days in words, addresses."""
        day = answer_by(message, matter)
        return {
            "name": one_line(membership.name, LONGEST_NAME),
            "day": self._wording.date_words(day_of(datetime.fromisoformat(message.facts["at"]))),
            **self._places(),
            **({ANSWER_BY: self._wording.date_words(day)} if day else {}),
            **({"other": self._other(matter), "request_url": self.request_url(matter)} if matter else {}),
        }

    def quotes(self, matter: Matter | None) -> dict[str, list[str]]:
        """Return what the other wrote, line by line; no line where there is nothing (any more)."""
        if matter is None:
            return {}
        written = {"introduction": matter.request.introduction, "words": matter.request.words}
        return {name: _lines(written[name]) for name in QUOTED}

    def request_url(self, matter: Matter) -> str:
        """Return the address of the request's page."""
        return self._address(f"account/mentoring/{matter.request.id}")

    def _other(self, matter: Matter) -> str:
        return one_line(matter.other, LONGEST_NAME) or self._wording.t("letters.somebody")

    def _places(self) -> dict[str, str]:
        association, language = self._association, self._wording.language
        return {
            "account_url": self._address("account"),
            "data_url": self._address("account/data"),
            "listing_url": self._address("account/listing"),
            "mentor_url": self._address("account/mentor"),
            "mentoring_url": self._address("account/mentoring"),
            "receipt_url": f"{self._address('account/listing')}left",
            "resources_url": self._address("resources"),
            "membership_url": association.membership_page[language],
            "mailbox": association.directory_mailbox,
            "association": association.name[language],
        }

    def _address(self, path: str) -> str:
        return f"{self._site_url}{page_url(self._wording.language, path)}"


def answer_by(message: Message, matter: Matter | None) -> date | None:
    """Return the last day on which an answer counts, as it is by now; None where nobody waits for one."""
    if ANSWER_BY not in message.facts:
        return None
    return matter.request.expires_on if matter else date.fromisoformat(message.facts[ANSWER_BY])


def quoted_text(lines: list[str], lead: str) -> str:
    """Return a text that somebody wrote as a paragraph of plain mail; nothing where there is none."""
    quote = "\n".join(f"> {line}".rstrip() for line in lines)
    return "\n".join(part for part in (lead, quote) if part) if lines else ""


def quoted_html(lines: list[str], lead: str) -> Markup:
    """Return the same as HTML: escaped, never read as Markdown; it may run from right to left."""
    if not lines:
        return Markup()
    before = Markup("<p>{}</p>\n").format(lead) if lead else Markup()
    return before + Markup('<blockquote dir="auto">{}</blockquote>').format(Markup("<br>\n").join(lines))


def bidirectional(blanks: Mapping[str, str]) -> dict[str, Markup]:
    """Return the names among the blanks, so that one from right to left turns nothing around it."""
    return {name: Markup("<bdi>{}</bdi>").format(blanks[name]) for name in NAMES if name in blanks}


def _lines(text: str) -> list[str]:
    return [one_line(line, LONGEST_LINE) for line in text.strip().splitlines()]
