"""What fills the blanks of a letter: of its reader, of the site, of the request that it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from markupsafe import Markup

from mentoring.content import Wording
from mentoring.content.mail import ANSWER_BY
from mentoring.domain.business_days import day_of
from mentoring.domain.lines import one_line
from mentoring.domain.matters import Matter
from mentoring.domain.membership import Membership
from mentoring.domain.messages import Attachment, Message
from mentoring.domain.policy import Association
from mentoring.domain.registration_events import Matter as StaffMatter
from mentoring.pages.addresses import page_url
from mentoring.pages.calendar import CONTENT_TYPE, FILE_NAME, deadline_calendar, request_calendar

LONGEST_NAME: Final = 200  # characters
LONGEST_LINE: Final = 20_000  # characters: of a text that somebody wrote without a line break
NAMES: Final = ("name", "other")


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines that stand apart, under a line of ours: what somebody wrote, or a paper in its own language.

    Of no lines nothing is shown.
    """

    lead: str
    lines: tuple[str, ...] = field(repr=False)
    language: str = ""  # where it is known

    @property
    def text(self) -> str:
        """Return it as a paragraph of plain mail; what a person wrote stands behind marks."""
        mark = "" if self.language else "> "
        quote = "\n".join(f"{mark}{line}".rstrip() for line in self.lines)
        return "\n".join(part for part in (self.lead, quote) if part) if self.lines else ""

    @property
    def html(self) -> Markup:
        """Return it as HTML: escaped, never read as Markdown; it may run from right to left."""
        if not self.lines:
            return Markup()
        lead = Markup("<p>{}</p>\n").format(self.lead) if self.lead else Markup()
        how = Markup('lang="{}"').format(self.language) if self.language else Markup('dir="auto"')
        return lead + Markup("<blockquote {}>{}</blockquote>").format(how, Markup("<br>\n").join(self.lines))


class Blanks:
    """What fills a letter to one member in one language."""

    def __init__(self, wording: Wording, association: Association, site_url: str, mailbox: str) -> None:
        self._wording = wording
        self._mailbox = mailbox
        self._association = association
        self._site_url = site_url

    def filled(self, message: Message, membership: Membership, matter: Matter | None) -> dict[str, str]:
        """Return what is one line: names, days in words, addresses."""
        day = _answer_by(message, matter)
        return {
            "name": one_line(membership.name, LONGEST_NAME),
            "day": self._day(message),
            **self._places(),
            **({ANSWER_BY: self._wording.date_words(day)} if day else {}),
            **({"other": self._other(matter), "request_url": self._request_url(matter)} if matter else {}),
        }

    def for_staff(self, message: Message) -> dict[str, str]:
        """Return what a letter to the programme's own mailbox says."""
        facts, places = message.facts, {}
        if "concern_id" in facts:
            places["concern_url"] = self._address(f"staff/concerns/{facts['concern_id']}")
        if "registration_id" in facts:
            # What differs is listed on its own, and may be of no registration that we know.
            one = "" if facts["matter"] == StaffMatter.PAYMENT_DIFFERS else f"/{facts['registration_id']}"
            places["registration_url"] = self._address(f"staff/refunds{one}")
        return {"day": self._day(message), **places}

    def of_paper(self, name: str, title: str) -> dict[str, str]:
        """Return what a letter says of the receipt or credit note that it brings."""
        return {"title": title, "paper_url": self._address(f"account/purchases/{name}")}

    def quotes(self, matter: Matter) -> dict[str, Quote]:
        """Return what the other wrote; of nothing (any more) there is an empty quote."""
        return {
            "introduction": Quote("", _lines(matter.request.introduction)),
            "words": Quote(self._wording.t("letters.words"), _lines(matter.request.words)),
        }

    def deadline(self, message: Message, matter: Matter | None) -> Attachment | None:
        """Return the last day to answer as a file for calendars; None where there is none.

        It names nobody: calendars are shared with colleagues.
        """
        day = _answer_by(message, matter)
        if day is None:
            return None
        if matter:
            url = self._request_url(matter)
            made = request_calendar(self._wording, matter.request, matter.side, url)
        else:
            title, url = self._wording.t("letters.confirm_deadline"), self._address("account/mentoring")
            uid = f"availability-{message.facts['occurrence']}"
            made = deadline_calendar(title, day, url, uid, self._wording.language)
        return Attachment(filename=FILE_NAME, content_type=CONTENT_TYPE, content=made)

    def _request_url(self, matter: Matter) -> str:
        return self._address(f"account/mentoring/{matter.request.id}")

    def _day(self, message: Message) -> str:
        """Return when it happened: what was received by e-mail was, before anybody noted it."""
        facts = message.facts
        return self._wording.date_words(day_of(datetime.fromisoformat(facts.get("received_at", facts["at"]))))

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
            "mailbox": self._mailbox,
            "association": association.name[language],
        }

    def _address(self, path: str) -> str:
        return f"{self._site_url}{page_url(self._wording.language, path)}"


def bidirectional(blanks: Mapping[str, str]) -> dict[str, Markup]:
    """Return the names among the blanks, so that one from right to left turns nothing around it."""
    return {name: Markup("<bdi>{}</bdi>").format(blanks[name]) for name in NAMES if name in blanks}


def _lines(text: str) -> tuple[str, ...]:
    return tuple(one_line(line, LONGEST_LINE) for line in text.strip().splitlines())


def _answer_by(message: Message, matter: Matter | None) -> date | None:
    """Return the last day on which an answer counts, as it is by now; None where nobody waits for one."""
    if ANSWER_BY not in message.facts:
        return None
    return matter.request.answer_by if matter else date.fromisoformat(message.facts[ANSWER_BY])
