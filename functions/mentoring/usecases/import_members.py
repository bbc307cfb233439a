"""Takes the member system's nightly export (ELI-10)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import BinaryIO, Final

from mentoring.domain.membership import Membership
from mentoring.domain.policy import PublishingPolicy
from mentoring.domain.vocabulary import Vocabulary
from mentoring.usecases.file_lines import physical_lines
from mentoring.usecases.import_report import FieldError, FileReport, Problem, RefusedError
from mentoring.usecases.member_rows import MemberRows, read_header
from mentoring.usecases.stores import Memberships

AT_ONCE: Final = 1_000  # memberships held in memory


def import_members(
    source: BinaryIO,
    store: Memberships,
    vocabularies: Mapping[str, Vocabulary],
    policy: PublishingPolicy,
    today: date,
    progress: Callable[[], None],
    allowed: Collection[str] = (),
) -> FileReport:
    """Create and update memberships from members.csv; return what became of each row (ELI-10).

    `source` must be seekable: it is looked through before anything is written, and read again to import.
    A bad row is reported and left out. Refused whole is a file with a wrong header, one with so few rows that
    they fall short of the active memberships on file by more than the policy's share, and one that ends more
    of them than the policy lets through, beside those of the `allowed` members: a person said that they end.
    Members whom the export does not name stay as they are: their own expiry date ends their membership.
    `progress` is called after each piece.
    """
    report = FileReport("members")
    try:
        header, rows = _survey(source)
        active = store.active_ids(today)
        _refuse_short(rows, len(active), policy)
        lapsing = _lapsing(source, MemberRows(header, vocabularies), active, today)
        if policy.is_mass_lapse(len(set(lapsing) - set(allowed)), len(active)):
            report.lapsing, percent = lapsing, policy.largest_lapse_percent
            raise RefusedError("mass-lapse", lapsing=len(lapsing), on_file=len(active), percent=percent)
    except RefusedError as refusal:
        report.refused = refusal
        return report
    source.seek(0)
    named = 0
    for some in _pieces(_memberships(source, MemberRows(header, vocabularies), report)):
        named += _store(some, store, today, report)
        progress()
    report.absent = max(0, len(active) - named)
    return report


def _survey(source: BinaryIO) -> tuple[tuple[str, ...], int]:
    """Return the header and the number of rows. Raises RefusedError for a header that is not ours."""
    lines = physical_lines(source)
    _, first = next(lines, (0, None))
    header = read_header(first)
    return header, sum(1 for _ in lines)


def _refuse_short(rows: int, on_file: int, policy: PublishingPolicy) -> None:
    percent = policy.truncated_export_percent
    if Decimal(on_file - rows) * 100 > on_file * percent:
        raise RefusedError("truncated", rows=rows, on_file=on_file, percent=percent)


def _lapsing(source: BinaryIO, rows: MemberRows, active: Collection[str], today: date) -> tuple[str, ...]:
    """Return which of these members' memberships the export ends."""
    source.seek(0)
    read = _memberships(source, rows, FileReport("members"))
    return tuple(each.member_id for each in read if each.member_id in active and not each.is_active(today))


def _memberships(source: BinaryIO, rows: MemberRows, report: FileReport) -> Iterator[Membership]:
    """Yield the memberships of the rows that can be taken, and report the others."""
    first_lines: dict[str, int] = {}
    for number, line in islice(physical_lines(source), 1, None):
        report.read += 1
        membership = rows.read(number, line)
        if isinstance(membership, list):
            report.reject(*membership)
        elif membership.member_id in first_lines:
            twice = FieldError("repeated-member", first=first_lines[membership.member_id])
            report.reject(Problem.of(twice, number, "member_id", membership.member_id))
        else:
            first_lines[membership.member_id] = number
            yield membership


def _store(some: list[Membership], store: Memberships, today: date, report: FileReport) -> int:
    """Write what is new or different; return how many of these were active memberships before."""
    # A damaged record is as good as none: what the export says takes its place.
    known = store.get_many((membership.member_id for membership in some), unreadable=lambda _: None)
    different = [each for each in some if known.get(each.member_id) != each]
    store.put(different)
    created = sum(each.member_id not in known for each in different)
    report.created += created
    report.changed += len(different) - created
    report.unchanged += len(some) - len(different)
    return sum(before.is_active(today) for before in known.values())


def _pieces(memberships: Iterable[Membership]) -> Iterator[list[Membership]]:
    remaining = iter(memberships)
    while piece := list(islice(remaining, AT_ONCE)):
        yield piece
