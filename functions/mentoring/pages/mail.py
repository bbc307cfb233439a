"""Writes letters: a template's Markdown as plain text and as HTML, in the language of its reader."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown import markdown
from markupsafe import Markup, escape

from mentoring.content import Content, Wording
from mentoring.content.mail import LetterTemplates
from mentoring.domain.business_days import day_of
from mentoring.domain.lines import one_line
from mentoring.domain.membership import Membership
from mentoring.domain.messages import Letter, Message
from mentoring.pages.addresses import page_url

TEMPLATES: Final = Path(__file__).parent / "templates"
LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
MARKS: Final = re.compile(r"^#+ |\*\*", re.MULTILINE)
LONGEST_NAME: Final = 200  # characters


class Letters:
    """Who writes letters: templates are turned into HTML once, blanks are filled for each letter."""

    def __init__(self, content: Content, templates: LetterTemplates, site_url: str) -> None:
        self._content = content
        self._templates = templates
        self._site_url = site_url
        self._bodies: dict[tuple[str, str], str] = {}

    def compose(self, message: Message, membership: Membership) -> Letter:
        """Return the letter that tells a member of an event, in their language.

        Raises KeyError for an event that is not mailed.
        """
        language = "fr" if membership.language == "fr" else "en"
        key = (message.event, language)
        template = self._templates[key]
        wording = Wording(self._content, language)
        blanks = self._blanks(message, membership, wording)
        association = self._content.policy.association
        subject = template.subject.format_map(blanks)
        body = _plain(template.body).format_map(blanks)
        about = self._about(wording)
        return Letter(
            language=language,
            sender=wording.t("mail.sender", association=association.short_name[language]),
            reply_to=association.directory_mailbox,
            recipient=membership.name,
            address=membership.email,
            subject=subject,
            text=f"{body}\n\n-- \n{_about_text(about)}\n",
            html=self._html(key, subject, blanks, about),
        )

    def _html(
        self, key: tuple[str, str], subject: str, blanks: Mapping[str, str], about: Mapping[str, str]
    ) -> str:
        # The Markdown is the staff's. What fills its blanks is anybody's: escaped, never read as Markdown.
        if key not in self._bodies:
            self._bodies[key] = markdown(self._templates[key].body, output_format="html")
        filled = {name: escape(value) for name, value in blanks.items()}
        filled["name"] = Markup("<bdi>{}</bdi>").format(blanks["name"])  # it may run from right to left
        body = self._bodies[key].format_map(filled)
        layout = self._environment.get_template("mail/letter.html")
        page = layout.render(about, lang=key[1], subject=subject, body=Markup(body))  # noqa: S704 - above
        return _INLINER.inline(page)

    def _blanks(self, message: Message, membership: Membership, wording: Wording) -> dict[str, str]:
        language = wording.language
        association = self._content.policy.association

        def address(path: str) -> str:
            return f"{self._site_url}{page_url(language, path)}"

        return {
            "name": one_line(membership.name, LONGEST_NAME),
            "day": wording.date_words(day_of(datetime.fromisoformat(message.facts["at"]))),
            "account_url": address("account"),
            "data_url": address("account/data"),
            "listing_url": address("account/listing"),
            "mentor_url": address("account/mentor"),
            "receipt_url": f"{address('account/listing')}left",
            "resources_url": address("resources"),
            "membership_url": association.membership_page[language],
            "mailbox": association.directory_mailbox,
            "association": association.name[language],
        }

    def _about(self, wording: Wording) -> dict[str, str]:
        """Return who writes, from where, how to reach them and why (CASL)."""
        association = self._content.policy.association
        language = wording.language
        return {
            "sender": wording.t(
                "mail.from", name=association.name[language], short_name=association.short_name[language]
            ),
            "address": ", ".join(association.address),
            "contact": wording.t(
                "mail.contact",
                mailbox=association.directory_mailbox,
                phone=association.phone,
                extension=association.phone_extension,
            ),
            "why": wording.t("mail.why"),
            "missing": wording.t("mail.missing"),
            "no_mail_url": f"{self._site_url}{page_url(language, 'no-emails')}",
        }

    @cached_property
    def _environment(self) -> Environment:
        return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


_INLINER: Final = CSSInliner(load_remote_stylesheets=False)


def _plain(body: str) -> str:
    """Return Markdown as it is read aloud: a link's address behind its words, a paragraph one line."""
    text = MARKS.sub("", LINK.sub(lambda link: _spelled(link[1], link[2]), body))
    return "\n\n".join(_unwrapped(block) for block in text.split("\n\n"))


def _unwrapped(block: str) -> str:
    return re.sub(r"\n(?!- )\s*", " ", block.strip())


def _spelled(words: str, address: str) -> str:
    return words if address == f"mailto:{words}" else f"{words} <{address}>"


def _about_text(about: Mapping[str, str]) -> str:
    first = (about["sender"], about["address"], about["contact"], about["why"])
    return "\n".join((*first, f"{about['missing']} {about['no_mail_url']}"))
