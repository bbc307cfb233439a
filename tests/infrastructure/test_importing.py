"""Importing files of this machine: the report on screen and on disk, in both languages."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infrastructure.local.importing import progress_bar, run_import
from mentoring.content import Content, Wording
from mentoring.settings import StorageSettings
from tests.usecases.files import member, members_csv, mentor, mentors_jsonl

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


class Terminal(io.StringIO):
    """A screen that remembers."""

    def isatty(self) -> bool:
        """Claim to be one."""
        return True


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    members = tmp_path / "members.csv"
    mentors = tmp_path / "mentors.jsonl"
    members.write_bytes(members_csv(member(1), member(2, email="amelie at home"), member(3)))
    mentors.write_bytes(mentors_jsonl(mentor(1), mentor(2)))
    return members, mentors


def test_a_report_says_what_became_of_each_row(
    files: tuple[Path, Path], database: StorageSettings, content: Content, tmp_path: Path
) -> None:
    """ELI-10: each problem stands with its line, column, shape and what to do, in both languages."""
    report = run_import(database, *files, NOW, content, tmp_path)
    assert report.exit_status == 0
    english, french = (report.text(Wording(content, language)) for language in ("en", "fr"))
    assert "3 rows read, 2 new, 0 changed, 0 unchanged, 1 rejected" in english
    assert (
        "Line 3, email: not an email address (14 characters: letters, spaces). "
        "Write one address, such as name@example.org." in english
    )
    assert "Line 2, member_id: no member has this number" in english
    assert "3 lignes lues, 2 nouvelles, 0 modifiée, 0 inchangée, 1 rejetée" in french
    assert "Ligne 3, email\u00a0: ce n’est pas une adresse courriel" in french


def test_a_report_is_kept(
    files: tuple[Path, Path], database: StorageSettings, content: Content, tmp_path: Path
) -> None:
    """ELI-10: the whole report is kept beside the state as JSON, with no value of a rejected row."""
    report = run_import(database, *files, NOW, content, tmp_path)
    assert report.kept_at.parent == tmp_path / "imports"
    kept = json.loads(report.kept_at.read_text("utf-8"))
    members, mentors = kept["files"]
    assert (members["read"], members["created"], members["rejected"]) == (3, 2, 1)
    assert (mentors["read"], mentors["created"], mentors["rejected"]) == (2, 1, 1)
    problem = members["problems"][0]
    assert (problem["line"], problem["column"], problem["code"]) == (3, "email", "not-an-email")
    assert problem["what_to_do"].keys() == {"en", "fr"}
    assert "at home" not in report.kept_at.read_text("utf-8")


def test_a_refused_file_stops_the_mentors_too(
    files: tuple[Path, Path], database: StorageSettings, content: Content, tmp_path: Path
) -> None:
    """ELI-10: when the members' file is refused nothing is written, and the exit status says so."""
    files[0].write_bytes(b"member_id;given_name\n")
    report = run_import(database, *files, NOW, content, tmp_path)
    assert report.exit_status == 2
    assert [each.refused.code for _, each in report.files if each.refused] == ["semicolons", "after-members"]
    assert "Refused, nothing of this file was written." in report.text(Wording(content, "en"))


def test_a_truncated_file_is_refused_in_words(
    database: StorageSettings, content: Content, tmp_path: Path
) -> None:
    """ELI-10: staff read the numbers that made the export suspicious."""
    path = tmp_path / "members.csv"
    path.write_bytes(members_csv(*(member(number) for number in range(10))))
    run_import(database, path, None, NOW, content, tmp_path)
    path.write_bytes(members_csv(member(1)))
    report = run_import(database, path, None, NOW, content, tmp_path)
    assert "It has 1 rows, but 10 active memberships are on file" in report.text(Wording(content, "en"))
    assert "une baisse de plus de 20\u00a0%" in report.text(Wording(content, "fr"))


def test_a_missing_file_is_refused(database: StorageSettings, content: Content, tmp_path: Path) -> None:
    """ELI-10: a wrong name is told, not a traceback."""
    report = run_import(database, tmp_path / "nowhere.csv", None, NOW, content, tmp_path)
    assert report.exit_status == 2


def test_every_code_has_its_words(content: Content) -> None:
    """MOD-27: whatever problem an import may name, both languages have its words and its advice."""
    for language in ("en", "fr"):
        keys = content.strings[language].keys()
        problems = {key.rsplit(".", 1)[1] for key in keys if key.startswith("import.problem.")}
        advice = {key.rsplit(".", 1)[1] for key in keys if key.startswith("import.advice.")}
        assert problems == advice


def test_progress_is_drawn_on_a_terminal_alone() -> None:
    """A log file is not filled with bars."""
    source = io.BytesIO(b"x" * 100)
    screen, pipe = Terminal(), io.StringIO()
    for place in (screen, pipe):
        draw = progress_bar(source, 100, place)
        source.seek(50)
        draw()
    assert "50%" in screen.getvalue()
    assert pipe.getvalue() == ""
