"""Made-up members and mentors: always the same, in the contract's shape, and nobody who exists."""

import csv
import json
import re
import tomllib
from collections import Counter
from collections.abc import Generator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.importing import run_import
from infrastructure.local.sample_biographies import FOLDER
from infrastructure.local.sample_members import sample_people, write_sample
from mentoring.content import Content
from mentoring.domain.email_addresses import has_address
from mentoring.settings import StorageSettings

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_sample(tmp_path_factory.mktemp("sample"), 600, 240, 7, TODAY)


@pytest.fixture(scope="module")
def members(sample: tuple[Path, Path]) -> list[dict[str, str]]:
    with sample[0].open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


@pytest.fixture(scope="module")
def mentors(sample: tuple[Path, Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in sample[1].read_text("utf-8").splitlines()]


def test_the_same_seed_gives_the_same_bytes(sample: tuple[Path, Path], tmp_path: Path) -> None:
    """Everybody's sample is the same; another seed gives other people."""
    again = write_sample(tmp_path / "again", 600, 240, 7, TODAY)
    other = write_sample(tmp_path / "other", 600, 240, 8, TODAY)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in sample]
    assert other[0].read_bytes() != sample[0].read_bytes()


def test_every_row_is_taken(
    sample: tuple[Path, Path], database: StorageSettings, content: Content, tmp_path: Path
) -> None:
    """The sample is what the import's contract asks for, to the last row."""
    report = run_import(database, *sample, NOW, content, tmp_path)
    assert [(each.created, each.problems) for _, each in report.files] == [(600, []), (240, [])]
    again = run_import(database, *sample, NOW, content, tmp_path)
    assert [each.unchanged for _, each in again.files] == [600, 240]


def test_nobody_can_be_written_to(members: list[dict[str, str]], mentors: list[dict[str, Any]]) -> None:
    """Addresses are at example.org, each one's own; biographies hold none."""
    addresses = {member["email"] for member in members}
    assert len(addresses) == len(members)
    assert all(re.fullmatch(r"[a-z0-9.]+@example\.org", address) for address in addresses)
    assert not any(has_address(text) for mentor in mentors for text in mentor["bio"].values())


def test_task_2_can_be_done(members: list[dict[str, str]], mentors: list[dict[str, Any]]) -> None:
    """DIR-11: a French-speaking mentor of children in New Brunswick is public and takes on new mentees."""
    active = {member["member_id"] for member in members if member["status"] == "active"}
    fitting = [
        mentor
        for mentor in mentors
        if mentor["province"] == "NB"
        and "fr" in mentor["languages"]
        and "school-based-practice" in mentor["areas"]
        and {"0-4", "5-17"} <= set(mentor["client_ages"])
        and mentor["available"]
        and mentor["listing"] == "public"
        and mentor["member_id"] in active
    ]
    assert len(fitting) >= 2


def test_the_skew_is_the_professions(members: list[dict[str, str]], mentors: list[dict[str, Any]]) -> None:
    """Ontario and Quebec lead, French lives mostly in Quebec, some mentors pause, some show members only."""
    provinces = Counter(member["province"] for member in members)
    assert [province for province, _ in provinces.most_common(2)] == ["ON", "QC"]
    french = [member["province"] for member in members if member["language"] == "fr"]
    assert french.count("QC") > len(french) / 2
    share = {
        "paused": sum(not mentor["available"] for mentor in mentors) / len(mentors),
        "members only": sum(mentor["listing"] == "members" for mentor in mentors) / len(mentors),
        "lapsed": sum(member["status"] == "lapsed" for member in members) / len(members),
    }
    assert 0.06 < share["paused"] < 0.2
    assert 0.03 < share["members only"] < 0.15
    assert 0.02 < share["lapsed"] < 0.1
    assert {"ot", "ota"} <= {member["profession"] for member in members}
    assert "student-associate" in {member["category"] for member in members}
    shares = {answer["share"] for mentor in mentors for answer in mentor["identity"].values()}
    assert shares == {"none", "members"}


def leaves(tree: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], list[str]]:
    """The lists of sentences of a file, by where they stand."""
    found: dict[tuple[str, ...], list[str]] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            found |= leaves(value, (*path, key))
        elif isinstance(value, list):
            found[*path, key] = value
    return found


def test_both_languages_say_the_same(content: Content) -> None:
    """MOD-27: each English sentence has its French one, for every area, topic and age of the lists."""
    english, french = (
        leaves(tomllib.loads((FOLDER / f"bio_{language}.toml").read_text("utf-8")))
        for language in ("en", "fr")
    )
    assert {path: len(said) for path, said in english.items()} == {
        path: len(said) for path, said in french.items()
    }
    for heading, vocabulary in (("areas", "areas"), ("topics", "topics"), ("ages", "client-ages")):
        told = {path[1] for path in english if path[0] == heading}
        assert told == content.vocabularies[vocabulary].terms.keys()
    assert sum(len(said) for said in english.values()) > 120


def test_biographies_differ(mentors: list[dict[str, Any]]) -> None:
    """Hardly two mentors say the same, and no blank stays unfilled."""
    texts = [text for mentor in mentors for text in mentor["bio"].values()]
    assert len(set(texts)) > 0.98 * len(texts)
    assert not any("{" in text for text in texts)


def test_small_samples_are_whole() -> None:
    """As many mentors as were asked for, also when everybody or nobody is one."""
    for members, mentors in ((0, 0), (1, 0), (3, 3), (50, 7)):
        people = list(sample_people(members, mentors, 1, TODAY))
        assert len(people) == members
        assert sum(mentor is not None for _, mentor in people) == mentors


def test_large_samples_are_made_as_they_are_read() -> None:
    """A hundred thousand people are never held at once: the first are there at once."""
    people = sample_people(100_000, 90_000, 7, TODAY)
    assert isinstance(people, Generator)
    assert sum(1 for _ in islice(people, 1_000)) == 1_000
