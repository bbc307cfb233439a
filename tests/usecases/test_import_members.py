"""The nightly export of the member system (ELI-10), read into a real database."""

import io
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from mentoring.content import Content
from mentoring.domain.membership import MembershipStatus
from mentoring.settings import StorageSettings
from mentoring.storage.memberships import MembershipStore
from mentoring.usecases.import_members import import_members
from mentoring.usecases.import_report import FileReport
from mentoring.usecases.member_rows import COLUMNS
from tests.usecases.files import damage, member, members_csv

TODAY = date(2026, 11, 21)

Import = Callable[..., FileReport]


@pytest.fixture
def store(database: StorageSettings) -> MembershipStore:
    return MembershipStore.connect(database)


@pytest.fixture
def run(store: MembershipStore, content: Content) -> Import:
    policy = replace(content.policy.publishing_on(TODAY), truncated_export_percent=Decimal(20))

    def run_once(file: bytes, allowed: Collection[str] = ()) -> FileReport:
        return import_members(
            io.BytesIO(file),
            store,
            content.vocabularies,
            replace(policy, largest_lapse_percent=Decimal(20), lapses_let_through=5),
            TODAY,
            progress=lambda: None,
            allowed=allowed,
        )

    return run_once


def counts(report: FileReport) -> tuple[int, int, int, int, int]:
    return report.read, report.created, report.changed, report.unchanged, report.rejected


def found(report: FileReport) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.code) for problem in report.problems]


def test_members_are_created(run: Import, store: MembershipStore) -> None:
    """ELI-1, ELI-10: each row becomes a membership with every column of the contract."""
    assert counts(run(members_csv(member(1), member(2, given_name="Zoé")))) == (2, 2, 0, 0, 0)
    stored = store.get("M-2")
    assert stored is not None
    assert (stored.name, stored.status, stored.expires_on) == (
        "Zoé Tremblay",
        MembershipStatus.ACTIVE,
        date(2027, 9, 30),
    )


def test_the_same_file_again_changes_nothing(run: Import) -> None:
    """ELI-10: an import is idempotent."""
    file = members_csv(*(member(number) for number in range(30)))
    run(file)
    assert counts(run(file)) == (30, 0, 0, 30, 0)


def test_what_changed_is_updated(run: Import, store: MembershipStore) -> None:
    """ELI-8, ELI-10: a renewal or a lapse comes with the next export; the rest is left alone."""
    run(members_csv(member(1), member(2)))
    report = run(members_csv(member(1, status="lapsed"), member(2), member(3)))
    assert counts(report) == (3, 1, 1, 1, 0)
    lapsed = store.get("M-1")
    assert lapsed is not None
    assert not lapsed.is_active(TODAY)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("member_id", "", "missing"),
        ("member_id", "M 1", "not-a-member-id"),
        ("member_id", "M-" + "1" * 63, "not-a-member-id"),
        ("given_name", "", "missing"),
        ("given_name", "x" * 8_000, "too-long"),
        ("given_name", "Am\u202eilé", "control-character"),
        ("family_name", "Trem\x00blay", "control-character"),
        ("family_name", "\u200b\u200d", "control-character"),
        # Putting such marks in their order takes time with the square of their number: minutes for a form.
        ("city", "a" + "\u0301\u0316" * 31, "control-character"),
        ("city", "x" * 101, "too-long"),
        ("email", "amelie at example.org", "not-an-email"),
        ("email", "amelie@example", "not-an-email"),
        ("email", "a@example.org, b@example.org", "not-an-email"),
        ("email", "x" * 250 + "@example.org", "too-long"),
        ("language", "de", "unknown-choice"),
        ("category", "honorary", "unknown-choice"),
        ("profession", "OT", "unknown-choice"),
        ("status", "expired", "unknown-choice"),
        ("expires_on", "2026-02-30", "not-a-date"),
        ("expires_on", "30/09/2027", "not-a-date"),
        ("expires_on", "20270930", "not-a-date"),
        ("joined_on", "", "missing"),
        ("province", "ZZ", "unknown-id"),
        ("province", "", "missing"),
    ],
)
def test_a_bad_value_is_reported_where_it_stands(run: Import, column: str, value: str, code: str) -> None:
    """ELI-10: a bad row is reported with its line and column, and the rows around it are taken."""
    report = run(members_csv(member(2), member(1, **{column: value}), member(3)))
    assert found(report) == [(3, column, code)]
    assert counts(report) == (3, 2, 0, 0, 1)


def test_every_problem_of_a_row_is_reported(run: Import) -> None:
    """ELI-10: a row with three errors is corrected once, not three times."""
    report = run(members_csv(member(1, email="x", status="y", joined_on="z")))
    assert {problem.column for problem in report.problems} == {"email", "status", "joined_on"}
    assert report.rejected == 1


def test_a_report_tells_shapes_and_no_values(run: Import) -> None:
    """DIR-12: of a rejected value its length and sorts of characters are told, never the value."""
    report = run(members_csv(member(1, expires_on="2026-13-40", email="secret.name@nowhere")))
    shapes = {problem.column: problem.shape for problem in report.problems}
    assert (shapes["expires_on"].size, shapes["expires_on"].made_of) == (10, ("digits", "hyphens"))
    assert "secret" not in repr(report)
    assert "2026-13-40" not in repr(report)


@pytest.mark.parametrize(
    "name", ["نور الهدى", "李小龙", "Zoë 🙂", "<script>alert(1)</script>", "O’Brien-Côté", "👩‍⚕️"]
)
def test_names_of_every_origin_are_taken(run: Import, store: MembershipStore, name: str) -> None:
    """ELI-10: right-to-left names, emoji and markup are names; showing them safely is the page's task."""
    assert run(members_csv(member(1, given_name=name))).created == 1
    stored = store.get("M-1")
    assert stored is not None
    assert stored.given_name == name


def test_texts_are_trimmed_and_normalised(run: Import, store: MembershipStore) -> None:
    """ELI-10: the same name written in two ways of Unicode is no change."""
    run(members_csv(member(1, given_name="  Ame\u0301lie ")))
    assert run(members_csv(member(1, given_name="Amélie"))).unchanged == 1
    stored = store.get("M-1")
    assert stored is not None
    assert stored.given_name == "Am\u00e9lie"


def test_spreadsheets_habits_are_taken(run: Import) -> None:
    """ELI-10: a byte order mark, CRLF, quotes, a blank line and lines of commas at the end are no errors."""
    quoted = members_csv(member(1, city='"The" Pas, West'), member(2), line_end="\r\n")
    file = b"\xef\xbb\xbf" + quoted + b"\r\n,,,,,,,,,,,,\r\n"
    assert counts(run(file)) == (2, 2, 0, 0, 0)


def test_columns_may_stand_in_any_order(run: Import) -> None:
    """ELI-10: the header says which column is which."""
    row = member(1)
    names = sorted(row)
    file = ",".join(names) + "\n" + ",".join(row[name] for name in names) + "\n"
    assert run(file.encode()).created == 1


def test_windows_1252_is_told_by_line_and_column(run: Import) -> None:
    """ELI-10: bytes that are not UTF-8 are named with their line, and the rows that are plain are taken."""
    file = members_csv(member(1, given_name="Ann"), member(2), member(3, given_name="Bob"))
    report = run(file.decode().encode("windows-1252"))
    assert found(report) == [(3, "given_name", "not-utf8")]
    assert report.created == 2


def test_an_open_quote_costs_its_own_line(run: Import) -> None:
    """ELI-10: an unclosed quotation mark does not swallow the rows below it."""
    lines = members_csv(member(1), member(2), member(3)).splitlines()
    lines[2] = lines[2].replace(b"Tremblay", b'"Tremblay')
    report = run(b"\n".join(lines))
    assert found(report) == [(3, "", "open-quote")]
    assert report.created == 2


def test_a_row_of_the_wrong_length_is_reported(run: Import) -> None:
    """ELI-10: a missing or surplus comma is told with what was found and what was expected."""
    report = run(members_csv(member(1)) + b"M-2,Ann\n" + members_csv(member(3)).splitlines()[1] + b",\n")
    assert found(report) == [(3, "", "field-count"), (4, "", "field-count")]
    assert report.problems[0].facts == {"found": 2, "expected": 13}


def test_an_endless_line_is_not_held_in_memory(run: Import) -> None:
    """ELI-10: a megabyte without a line break is one bad row."""
    report = run(members_csv(member(1)) + b"x" * 1_000_000 + b"\n" + members_csv(member(2)).splitlines()[1])
    assert found(report) == [(3, "", "line-too-long")]
    assert report.created == 2


def test_a_repeated_member_is_rejected(run: Import, store: MembershipStore) -> None:
    """ELI-10: of two rows for one member the first counts, and the second names its line."""
    report = run(members_csv(member(1), member(2), member(1, city="Laval")))
    assert found(report) == [(4, "member_id", "repeated-member")]
    assert report.problems[0].facts == {"first": 2}
    stored = store.get("M-1")
    assert stored is not None
    assert stored.city == "Gatineau"


def test_somebody_abroad_needs_no_province(run: Import, store: MembershipStore) -> None:
    """ELI-1: outside Canada a blank province reads as outside Canada."""
    run(members_csv(member(1, province="", city="Lyon", country="FR")))
    stored = store.get("M-1")
    assert stored is not None
    assert stored.province == "outside-canada"


def test_a_truncated_export_is_refused_whole(run: Import, store: MembershipStore) -> None:
    """ELI-10: fewer rows than the policy's share allows: nothing is written, not even the rows that came."""
    run(members_csv(*(member(number) for number in range(100))))
    report = run(members_csv(*(member(number, city="Laval") for number in range(79))))
    assert report.refused is not None
    assert report.refused.code == "truncated"
    assert report.refused.facts == {"rows": 79, "on_file": 100, "percent": Decimal(20)}
    stored = store.get("M-1")
    assert stored is not None
    assert stored.city == "Gatineau"


def test_a_fall_by_just_the_share_is_taken(run: Import) -> None:
    """ELI-10: `more than` is meant; and a bad row is still a row."""
    run(members_csv(*(member(number) for number in range(100))))
    report = run(members_csv(*(member(number) for number in range(79)), member(79, email="x")))
    assert report.refused is None
    assert counts(report) == (80, 0, 0, 79, 1)


@pytest.mark.parametrize("ended", [{"status": "lapsed"}, {"expires_on": "2026-11-20"}])
def test_an_export_that_ends_too_many_is_refused_whole(
    run: Import, store: MembershipStore, ended: dict[str, str]
) -> None:
    """ELI-8, ELI-10: rows of which too many end memberships: nothing is written before it is allowed."""
    run(members_csv(*(member(number) for number in range(100))))
    some = [member(number, city="Laval") for number in range(21, 100)]
    file = members_csv(*(member(number, **ended) for number in range(21)), *some)
    report = run(file)
    assert report.refused is not None
    assert report.refused.code == "mass-lapse"
    assert report.refused.facts == {"lapsing": 21, "on_file": 100, "percent": Decimal(20)}
    assert len(store.active_ids(TODAY)) == 100
    others = [f"M-{number}" for number in range(30, 60)]
    assert run(file, others).refused is not None
    assert counts(run(file, report.lapsing)) == (100, 0, 100, 0, 0)
    assert len(store.active_ids(TODAY)) == 79


@pytest.mark.parametrize(("members", "ending"), [(100, 20), (10, 5)])
def test_as_many_as_the_policy_lets_through_lapse(run: Import, members: int, ending: int) -> None:
    """ELI-8: a share of just that size, and a few members of a small association, are taken."""
    run(members_csv(*(member(number) for number in range(members))))
    rows = [member(number, status="lapsed" if number < ending else "active") for number in range(members)]
    assert run(members_csv(*rows)).refused is None


def test_memberships_that_ended_by_themselves_stop_no_export(run: Import) -> None:
    """ELI-8: on the day after most memberships ended, the export that says so is taken."""
    run(members_csv(*(member(number, expires_on="2026-11-20") for number in range(100))))
    report = run(members_csv(*(member(number, status="lapsed") for number in range(100))))
    assert counts(report) == (100, 0, 100, 0, 0)


def test_lapsed_members_do_not_make_an_export_look_short(run: Import) -> None:
    """ELI-10: the comparison is with active memberships, since lapsed ones leave the export for good."""
    run(members_csv(*(member(number, status="lapsed") for number in range(100)), member(100)))
    assert run(members_csv(member(100))).refused is None


def test_absent_members_stay_and_are_counted(run: Import, store: MembershipStore) -> None:
    """ELI-10: a row that is missing erases nobody; staff read how many there are."""
    run(members_csv(*(member(number) for number in range(10))))
    report = run(members_csv(*(member(number) for number in range(9))))
    assert report.absent == 1
    assert store.get("M-9") is not None


HEADER = ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "empty"),
        (HEADER.replace(",email", "").encode(), "missing-columns"),
        ((HEADER + ",email").encode(), "repeated-columns"),
        ((HEADER + ",notes").encode(), "unknown-columns"),
        (HEADER.replace(",", ";").encode(), "semicolons"),
        (HEADER.encode("utf-16"), "header-not-utf8"),
        (b"M-1,Am\xe9lie,Tremblay", "header-not-utf8"),
        (b'member_id,"given_name', "header-not-utf8"),
    ],
)
def test_a_wrong_header_refuses_the_file(run: Import, file: bytes, code: str) -> None:
    """ELI-10: a file whose columns are not known cannot be read row by row: it is refused whole."""
    report = run(file)
    assert report.refused is not None
    assert report.refused.code == code
    assert report.read == 0


def test_a_file_without_header_is_refused_without_telling_its_first_member(run: Import) -> None:
    """DIR-12: where a member stands in the header's place, the refusal does not repeat them."""
    report = run(members_csv(member(1)).splitlines()[1])
    assert report.refused is not None
    assert "Tremblay" not in repr(report.refused.facts)


def test_a_damaged_record_is_replaced_and_stops_nobody(
    run: Import, store: MembershipStore, database: StorageSettings
) -> None:
    """ELI-10: a damaged stored record is healed by the export, and the rest is taken."""
    run(members_csv(member(1), member(2)))
    damage(database, database.memberships_table, "M-1", "MEMBERSHIP")
    assert counts(run(members_csv(member(1), member(2), member(3)))) == (3, 2, 0, 1, 0)
    assert store.get("M-1") is not None
