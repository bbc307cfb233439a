"""Says an import's report in words: as lines for a terminal, and as a record in both languages."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from mentoring.content import Content, Wording
from mentoring.pages.addresses import LANGUAGES
from mentoring.usecases.import_report import Facts, FileReport, Problem
from mentoring.usecases.shapes import Kind, Shape
from mentoring.usecases.tell_lapses import Told

MOST_SHOWN: Final = 50  # problems on a terminal; the kept report has them all
LAPSING: Final = "lapsing"  # in a report: the members whose lapses wait for a person
COUNTS: Final = ("read", "created", "changed", "unchanged", "rejected")


class NoSuchLapsesError(Exception):
    """The report that was named as seen asks nothing about lapses."""

    def __init__(self) -> None:
        super().__init__("no report of lapses has this name: name the one that was read")


def as_text(name: str, report: FileReport, wording: Wording) -> str:
    """Return one file's report as lines, the problems in the order of the file's lines."""
    lines = [wording.t(f"import.{report.kind}", name=name)]
    if report.refused:
        return "\n".join([*lines, "  " + _refusal(report, wording)])
    counts = [wording.t(f"import.{each}", count=getattr(report, each)) for each in COUNTS]
    lines.append("  " + ", ".join(counts) + ".")
    if report.absent:
        lines.append("  " + wording.t("import.absent", count=report.absent))
    lines += ["  " + _sentence(problem, wording) for problem in report.problems[:MOST_SHOWN]]
    if more := max(0, len(report.problems) - MOST_SHOWN) + report.unlisted_problems:
        lines.append("  " + wording.t("import.more", count=more))
    return "\n".join(lines)


def kept_report(
    files: Sequence[tuple[str, FileReport]],
    started_at: datetime,
    seconds: float,
    content: Content,
    held: Iterable[str] = (),
) -> bytes:
    """Return the report of an import of these named files as JSON, in both languages.

    `held` are the mentors whom it told of no lapse.
    """
    wordings = [Wording(content, language) for language in LANGUAGES]
    record: dict[str, Any] = {
        "started_at": started_at.isoformat(),
        "seconds": round(seconds, 3),
        "files": [as_record(name, report, wordings) for name, report in files],
        LAPSING: sorted({*held, *(each for _, report in files for each in report.lapsing)}),
    }
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def lapses_allowed(report: bytes | None) -> frozenset[str]:
    """Return of whom a report asked whether their memberships end. Raises NoSuchLapsesError for none."""
    try:
        members = json.loads(report or b"")[LAPSING]
    except (KeyError, TypeError, ValueError):
        members = []
    if not members:
        raise NoSuchLapsesError
    return frozenset(members)


def held_text(told: Told, percent: Decimal, wording: Wording) -> str:
    """Return why nobody was told of a lapse, and what to do."""
    return wording.t("import.held", held=len(told.held), percent=wording.percent(percent))


def held_report(told: Told, percent: Decimal, at: datetime, content: Content) -> bytes:
    """Return the report of lapses that were told to nobody as JSON, in both languages."""
    wordings = [Wording(content, language) for language in LANGUAGES]
    held = {each.language: held_text(told, percent, each) for each in wordings}
    record = {"at": at.isoformat(), "lapses_held": held, LAPSING: told.held}
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def as_record(name: str, report: FileReport, wordings: Sequence[Wording]) -> dict[str, Any]:
    """Return one file's report as plain values, its words by language."""
    return {
        "file": name,
        "kind": report.kind,
        "refused": {each.language: _refusal(report, each) for each in wordings} if report.refused else None,
        **{count: getattr(report, count) for count in (*COUNTS, "absent")},
        "problems": [_problem_record(problem, wordings) for problem in report.problems],
        "problems_not_listed": report.unlisted_problems,
    }


def _problem_record(problem: Problem, wordings: Sequence[Wording]) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column or None,
        "code": problem.code,
        "problem": {each.language: _said("problem", problem, each) for each in wordings},
        "shape": {each.language: _shape(problem.shape, each) for each in wordings}
        if problem.column
        else None,
        "what_to_do": {each.language: _said("advice", problem, each) for each in wordings},
    }


def _sentence(problem: Problem, wording: Wording) -> str:
    return wording.t(
        "import.value" if problem.column else "import.line",
        line=str(problem.line),  # as an editor writes it
        column=problem.column,
        problem=_said("problem", problem, wording),
        shape=_shape(problem.shape, wording),
        advice=_said("advice", problem, wording),
    )


def _said(part: str, problem: Problem, wording: Wording) -> str:
    return wording.t(f"import.{part}.{problem.code}", **_facts(problem.facts, wording))


def _refusal(report: FileReport, wording: Wording) -> str:
    refused = report.refused
    assert refused is not None  # noqa: S101 - asked for refused files alone
    reason = wording.t(f"import.refusal.{refused.code}", **_facts(refused.facts, wording))
    return wording.t("import.refused", reason=reason)


def _shape(shape: Shape, wording: Wording) -> str:
    if shape.kind is Kind.TEXT:
        sorts = ", ".join(wording.t(f"import.made-of.{sort}") for sort in shape.made_of)
        return wording.t("import.shape.text", count=shape.size, sorts=sorts)
    return wording.t(f"import.shape.{shape.kind}", count=shape.size)


def _facts(facts: Facts, wording: Wording) -> dict[str, object]:
    return {
        name: wording.percent(fact) if isinstance(fact, Decimal) else fact for name, fact in facts.items()
    }
