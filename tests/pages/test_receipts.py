"""Receipts and credit notes, as a member and a tax auditor read them."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pypdf import PdfReader

from mentoring.content import Content
from mentoring.domain.money import charge, refund
from mentoring.domain.receipts import CreditNote, Receipt
from mentoring.pages.receipts import paper_pdf, paper_words

PAID_AT = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # still the 23rd in Toronto
NAME = "Zoé D’Arcy-Okonkwo"


def receipt(content: Content, place: str = "ON") -> Receipt:
    fee = content.policy.facilitated_on(date(2026, 11, 23)).fee_cents
    rates = content.policy.tax_rates(place, date(2026, 11, 23))
    return Receipt(number=12, made_at=PAID_AT, lines=charge(fee, rates))


def credit_note(content: Content) -> CreditNote:
    paid = receipt(content)
    return CreditNote(number=3, made_at=PAID_AT, lines=refund(paid.lines, Decimal(50)), receipt=paid)


def text_of(pdf: bytes) -> str:
    """What the PDF says to whoever reads its text."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_receipt_says_what_the_tax_acts_ask_for(content: Content, language: str) -> None:
    """MOD-24: supplier, number, date, recipient, fee, each tax with its rate, total; in both languages."""
    halves = paper_words(receipt(content), NAME, content, language)
    assert [half.language for half in halves] == [language, "fr" if language == "en" else "en"]
    for half in halves:
        said = dict(half.facts)
        association = content.policy.association
        assert half.supplier == association.name[half.language]
        assert association.gst_hst_number in said.values()
        assert NAME in said.values()
        assert "R000012" in said.values()
        assert half.total[1] in ("$111.87", "111,87\xa0$")
        assert [amount for _, amount in half.amounts] in (["$99.00", "$12.87"], ["99,00\xa0$", "12,87\xa0$"])
    english = next(half for half in halves if half.language == "en")
    assert dict(english.facts)["Date"] == "November 23, 2026"
    assert english.amounts[1][0] == "HST (13%)"


def test_the_number_for_quebec_stands_where_its_tax_does(content: Content) -> None:
    """MOD-24: a receipt with QST names the number for it, one without does not."""
    charged = replace(content.policy, charges_qst=True)
    with_tax = replace(content, policy=charged)
    number = content.policy.association.qst_number
    assert [
        number in dict(paper_words(receipt(each, "QC"), NAME, each, "fr")[0].facts).values()
        for each in (content, with_tax)
    ] == [False, True]


def test_a_sale_without_tax_says_so(content: Content) -> None:
    """MOD-24: a member outside Canada reads that no tax was charged, and why."""
    amounts = paper_words(receipt(content, "outside-canada"), NAME, content, "en")[0].amounts
    assert amounts[1] == ("No tax: service to a person living outside Canada", "$0.00")


def test_a_credit_note_names_its_receipt(content: Content) -> None:
    """MOD-24: what went back stands on a paper of its own: its name, the receipt's number, each tax."""
    english, french = paper_words(credit_note(content), NAME, content, "en")
    assert english.title == "Credit note C000003"
    assert french.title == "Note de crédit C000003"
    assert dict(english.facts)["For receipt"] == "R000012"
    assert english.total == ("Total given back", "$55.94")
    returned = replace(credit_note(content), is_returned=True)
    english, french = paper_words(returned, NAME, content, "en")
    assert english.total == ("Total that did not reach the card", "$55.94")
    assert "n’est pas parvenu à la carte" in french.note


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pdf_is_tagged_and_says_the_same(content: Content, language: str) -> None:
    """MOD-24: as PDF/UA-1 with every fact of both halves in its text, in the same bytes each time."""
    paper = credit_note(content)
    halves = paper_words(paper, NAME, content, language)
    pdf = paper_pdf(paper, halves)
    assert paper_pdf(paper, halves) == pdf
    assert re.search(rb"pdfuaid:part>1<", pdf)
    root = PdfReader(io.BytesIO(pdf)).root_object
    assert root["/Lang"] == f"{language}-CA"
    assert "/StructTreeRoot" in root
    text = text_of(pdf)
    for half in halves:
        told = [half.title, half.supplier, *half.address, half.caption, half.note]
        told += [word for pair in [*half.facts, *half.amounts, half.total] for word in pair]
        assert [each for each in told if " ".join(each.split()) not in text] == []


def test_markup_in_a_name_stays_a_name(content: Content) -> None:
    """MOD-24: whatever somebody is called, it is set as text and never as typesetting."""
    paper = receipt(content)
    name = '#panic("x") *A* $b$ <c> @d \\ {e}'
    assert name in text_of(paper_pdf(paper, paper_words(paper, name, content, "en")))
