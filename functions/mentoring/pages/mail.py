"""Writes letters: a template's Markdown as plain text and as HTML, in the language of its reader."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Final

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown import markdown
from markupsafe import Markup, escape

from mentoring.content import Content, Wording
from mentoring.content.mail import QUOTED, LetterTemplates
from mentoring.domain.channels import FACILITATED
from mentoring.domain.matters import Matter
from mentoring.domain.membership import Membership
from mentoring.domain.messages import Letter, Message
from mentoring.domain.receipts import Paper
from mentoring.pages.addresses import page_url
from mentoring.pages.blanks import Blanks, Quote, bidirectional
from mentoring.pages.receipts import paper_lines, paper_words

TEMPLATES: Final = Path(__file__).parent / "templates"
LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
PARAGRAPH: Final = re.compile(rf"<p>(\{{(?:{'|'.join(QUOTED)})\}})</p>")  # a quote is its own
MARKS: Final = re.compile(r"^#+ |\*\*", re.MULTILINE)


class Letters:
    """Who writes letters: templates are turned into HTML once, blanks are filled for each letter."""

    def __init__(self, content: Content, templates: LetterTemplates, site_url: str) -> None:
        self._content = content
        self._association = content.policy.association
        self._templates = templates
        self._site_url = site_url
        self._bodies: dict[tuple[str, str], str] = {}

    def compose(
        self,
        message: Message,
        membership: Membership,
        matter: Matter | None = None,
        paper: Paper | None = None,
    ) -> Letter:
        """Return the letter that tells a member of an event, in their language.

        `matter` is the request that it is about, `paper` the receipt or credit note that it brings. Raises
        KeyError for an event that is not mailed.
        """
        wording = self._wording(membership.language)
        blanks = Blanks(wording, self._association, self._site_url, self._mailbox(message.event))
        filled = blanks.filled(message, membership, matter)
        quotes = blanks.quotes(matter) if matter else {}
        if paper:
            halves = paper_words(paper, filled["name"], self._content, wording.language)
            filled |= blanks.of_paper(paper.name, halves[0].title)
            quotes = {
                name: Quote("", paper_lines(half, self._content), half.language)
                for name, half in zip(("paper", "twin"), halves, strict=True)
            }
        letter = self._letter(message.event, wording, filled, quotes, wording.t("mail.why"))
        deadline = blanks.deadline(message, matter)
        attachments = (deadline,) if deadline else ()
        return replace(letter, recipient=membership.name, address=membership.email, attachments=attachments)

    def compose_for_staff(self, message: Message) -> Letter:
        """Return the letter that tells the programme's own mailbox of an event, in its language."""
        wording = self._wording(self._association.directory_language)
        mailbox = self._mailbox(message.event)
        blanks = Blanks(wording, self._association, self._site_url, mailbox).for_staff(message)
        return self._letter(message.event, wording, blanks, {}, wording.t("letters.why_staff"))

    def _letter(
        self,
        event: str,
        wording: Wording,
        blanks: Mapping[str, str],
        quotes: Mapping[str, Quote],
        why: str,
    ) -> Letter:
        """Return a letter as the programme's own mailbox gets it; a member's is readdressed by `compose`."""
        key, mailbox = (event, wording.language), self._mailbox(event)
        template = self._templates[key]
        subject = template.subject.format_map(blanks)
        body = _filled(template.body, {**blanks, **{name: each.text for name, each in quotes.items()}})
        about = self._about(wording, event) | {"why": why}
        short_name = self._association.short_name[wording.language]
        return Letter(
            language=wording.language,
            sender=wording.t("mail.sender", association=short_name),
            reply_to=mailbox,
            recipient=short_name,
            address=mailbox,
            subject=subject,
            text=f"{body}\n\n-- \n{_about_text(about)}\n",
            html=self._html(key, subject, blanks, quotes, about),
        )

    def _html(
        self,
        key: tuple[str, str],
        subject: str,
        blanks: Mapping[str, str],
        quotes: Mapping[str, Quote],
        about: Mapping[str, str],
    ) -> str:
        # The Markdown is the staff's. What fills its blanks is anybody's: escaped, never read as Markdown.
        if key not in self._bodies:
            body = markdown(self._templates[key].body, output_format="html")
            self._bodies[key] = PARAGRAPH.sub(r"\1", body)
        escaped = {name: escape(value) for name, value in blanks.items()}
        quoted = {name: each.html for name, each in quotes.items()}
        body = self._bodies[key].format_map({**escaped, **bidirectional(blanks), **quoted})
        layout = self._environment.get_template("mail/letter.html")
        page = layout.render(about, lang=key[1], subject=subject, body=Markup(body))  # noqa: S704 - above
        return _INLINER.inline(page)

    def _wording(self, language: str) -> Wording:
        return Wording(self._content, "fr" if language == "fr" else "en")

    def _mailbox(self, event: str) -> str:
        return self._association.mailbox(is_facilitated=event in FACILITATED)

    def _about(self, wording: Wording, event: str) -> dict[str, str]:
        """Return who writes, from where and how to reach them (CASL)."""
        association = self._association
        language = wording.language
        return {
            "sender": wording.t(
                "mail.from_facilitated" if event in FACILITATED else "mail.from",
                name=association.name[language],
                short_name=association.short_name[language],
            ),
            "address": ", ".join(association.address),
            "contact": wording.t(
                "mail.contact",
                mailbox=self._mailbox(event),
                phone=association.phone,
                extension=association.phone_extension,
            ),
            "missing": wording.t("mail.missing"),
            "no_mail_url": f"{self._site_url}{page_url(language, 'no-emails')}",
        }

    @cached_property
    def _environment(self) -> Environment:
        return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


_INLINER: Final = CSSInliner(load_remote_stylesheets=False)


def _filled(body: str, blanks: Mapping[str, str]) -> str:
    """Return Markdown as plain text with its blanks filled; a quote of nothing leaves no gap."""
    filled = (block.format_map(blanks) for block in _plain(body).split("\n\n"))
    return "\n\n".join(block for block in filled if block)


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
