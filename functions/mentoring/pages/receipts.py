"""A receipt or credit note in both languages, the member's first: words for the page, bytes for the PDF."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from mentoring.content import Content, Wording
from mentoring.domain.business_days import day_of
from mentoring.domain.money import Charge
from mentoring.domain.receipts import CreditNote, Receipt

TEMPLATE: Final = Path(__file__).parent / "templates" / "receipt.typ"
CONTENT_TYPE: Final = "application/pdf"
HARMONIZED: Final = frozenset({"GST", "HST"})  # one registration number for both


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWords:
    """One language's half of it. `facts` and `amounts` are pairs of a term and what it says."""

    language: str
    title: str
    supplier: str
    address: Sequence[str]
    facts: Sequence[tuple[str, str]]
    caption: str
    columns: tuple[str, str]
    amounts: Sequence[tuple[str, str]]
    total: tuple[str, str]
    note: str


def paper_words(
    paper: Receipt | CreditNote, recipient: str, content: Content, language: str
) -> list[PaperWords]:
    """Return both halves, the one in the member's language first."""
    languages = sorted(content.strings, key=lambda each: (each != language, each))
    return [_half(paper, recipient, content, Wording(content, each)) for each in languages]


def paper_lines(half: PaperWords, content: Content) -> tuple[str, ...]:
    """Return one half as lines of a letter: everything that it says, in the same order."""
    words = Wording(content, half.language)
    pairs = [*half.facts, *half.amounts, half.total]
    said = [words.t("papers.line", what=what, value=value) for what, value in pairs]
    return (half.title, half.supplier, *half.address, *said, half.note)


def paper_pdf(paper: Receipt | CreditNote, halves: Sequence[PaperWords]) -> bytes:
    """Return it as PDF/UA-1: tagged, each half in its language. The same paper gives the same bytes."""
    # 80 MB of typesetter: only who makes a PDF has it, and loads it.
    import typst

    day = day_of(paper.made_at)
    given = {"halves": [asdict(half) for half in halves], "day": [day.year, day.month, day.day]}
    inputs = {"paper": json.dumps(given, ensure_ascii=False)}
    return typst.compile(TEMPLATE, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])


def _half(paper: Receipt | CreditNote, recipient: str, content: Content, words: Wording) -> PaperWords:
    kind = "credit_note" if isinstance(paper, CreditNote) else "receipt"
    said = "returned" if isinstance(paper, CreditNote) and paper.is_returned else kind
    association = content.policy.association
    facts = [("number", paper.name), ("date", words.date_words(day_of(paper.made_at)))]
    if isinstance(paper, CreditNote):
        facts.append(("about", paper.receipt.name))
    facts.append(("recipient", recipient))
    facts += _numbers(paper.lines, content)
    return PaperWords(
        language=words.language,
        title=words.t(f"papers.{kind}.title", number=paper.name),
        supplier=association.name[words.language],
        address=association.address,
        facts=[(words.t(f"papers.facts.{name}"), value) for name, value in facts],
        caption=words.t(f"papers.{said}.caption"),
        columns=(words.t("papers.columns.what"), words.t("papers.columns.amount")),
        amounts=_amounts(paper.lines, words),
        total=(words.t(f"papers.{said}.total"), words.money(paper.lines.total_cents)),
        note=words.t(f"papers.{said}.note"),
    )


def _numbers(lines: Charge, content: Content) -> list[tuple[str, str]]:
    kinds = {line.rate.kind for line in lines.taxes}
    association = content.policy.association
    numbers = [("gst_hst_number", association.gst_hst_number)]
    if kinds - HARMONIZED:
        numbers.append(("qst_number", association.qst_number))
    return numbers


def _amounts(lines: Charge, words: Wording) -> list[tuple[str, str]]:
    fee = (words.t("papers.fee"), words.money(lines.fee_cents))
    taxes = [
        (
            words.t(
                "papers.tax",
                tax=words.t(f"site.taxes.kind.{line.rate.kind}"),
                percent=words.percent(line.rate.percent),
            ),
            words.money(line.cents),
        )
        for line in lines.taxes
    ]
    return [fee, *(taxes or [(words.t("papers.no_tax"), words.money(0))])]
