"""Words and numbers load whole, or name each mistake with its file and line."""

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mentoring.content import Content, ContentError, Wording, load_content
from mentoring.content.wording import MissingStringError
from mentoring.domain.eligibility import Outcome, Programme, Reason, Role
from mentoring.domain.errors import PolicyNotInForceError
from mentoring.domain.membership import Category, Profession


@pytest.fixture
def folder(tmp_path: Path, content_folder: Path) -> Path:
    """A copy of the content folder to spoil."""
    return Path(shutil.copytree(content_folder, tmp_path / "content"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("text", ["{name", "name}", "{na{me}}"])
def test_a_brace_that_makes_no_blank_is_named(folder: Path, text: str) -> None:
    """MOD-27: a slip of the keyboard in a text is reported with its line, like any other."""
    file = folder / "strings/en.toml"
    key, _, _ = next(line for line in file.read_text("utf-8").splitlines() if ' = "' in line).partition(" = ")
    lines = file.read_text("utf-8").splitlines()
    number = next(place for place, line in enumerate(lines) if line.startswith(f"{key} = "))
    lines[number] = f'{key} = "{text}"'
    file.write_text("\n".join(lines), "utf-8")
    (problem,) = (each for each in problems_of(folder) if each.startswith("strings/en.toml"))
    assert problem.startswith(f"strings/en.toml:{number + 1}: ")
    assert "brace" in problem


def test_a_list_that_is_gone_is_named(folder: Path) -> None:
    """DIR-2: a vocabulary that was renamed or removed is missed before anything is built."""
    (folder / "vocabulary/race.toml").unlink()
    assert problems_of(folder) == ["vocabulary/race.toml:0: the file is missing"]


def test_an_id_that_is_no_text_is_named(folder: Path) -> None:
    """DIR-2: whatever stands in the place of an id, the answer is a line, not a traceback."""
    spoil(folder / "vocabulary/race.toml", 'id = "black"', "id = [1]")
    assert any("'id' is missing" in problem for problem in problems_of(folder))


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_content(folder)
    return caught.value.problems


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "said"),
    [
        ("policy.toml", "fee_cents = 9900", 'fee_cents = "99"', "fee_cents", "takes a whole number"),
        ("policy.toml", "fee_cents = 9900 # MOD-3\n", "", "[[facilitated]]", "'fee_cents' is missing"),
        ("policy.toml", "fee_cents", "fee_cent", "fee_cent", "'fee_cent' is not known here"),
        ("policy.toml", '"9.975"', "9.975", "9.975", "takes a percentage in quotes"),
        ("policy.toml", '"easter-monday"', '"easter-sunday"', "easter-sunday", "is no rule"),
        *(
            ("policy.toml", "minutes = 120", f"minutes = {minutes}", "checkout_minutes", "takes 31 to 1440")
            for minutes in (0, 30, 1441)
        ),
        ("policy.toml", '["card"]', "[]", "payment_methods", "takes one or more of acss_debit, card"),
        ("policy.toml", '["card"]', '["cash"]', "payment_methods", "takes one or more of acss_debit, card"),
        ("policy.toml", "charges_qst = false", "charges_qst = 0", None, "takes true or false"),
        ("vocabulary/areas.toml", "fr = ", "frr = ", 'id = "', "'fr' is missing"),
        ("vocabulary/languages.toml", "first = 4", 'first = "4"', None, "'first' takes a number"),
        (
            "strings/en.toml",
            "[eligibility.role]\n",
            "[eligibility.role]\nextra = 'x'\n",
            "extra",
            "is not in fr.toml",
        ),
        (
            "strings/fr.toml",
            "[eligibility.role]\n",
            "[eligibility.role]\nextra = ''\n",
            "extra",
            "'eligibility.role.extra' is empty",
        ),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(
    folder: Path, file: str, old: str, new: str, line: str | None, said: str
) -> None:
    """MOD-27: a wrong number, missing French or an unknown key fails with file, line and what to do."""
    spoil(folder / file, old, new)
    found = [problem for problem in problems_of(folder) if said in problem]
    assert found
    assert found[0].startswith(f"{(folder / file).parent.name}/{(folder / file).name}:")
    number = int(found[0].split(":")[1])
    if line:
        assert line in (folder / file).read_text("utf-8").splitlines()[number - 1]


def test_every_mistake_is_told_at_once(folder: Path) -> None:
    """MOD-27: two files with mistakes give two problems in one run."""
    spoil(folder / "policy.toml", "fee_cents = 9900", 'fee_cents = "99"')
    (folder / "vocabulary" / "areas.toml").write_text("terms = [", "utf-8")
    files = {problem.split(":")[0] for problem in problems_of(folder)}
    assert files >= {"content/policy.toml", "vocabulary/areas.toml"}


def test_a_place_without_a_tax_is_refused(folder: Path) -> None:
    """MOD-3: every province and territory has a tax entry, so nobody can be charged by guess."""
    spoil(folder / "policy.toml", '"NT", "NU", "YT"', '"NT", "NU"')
    assert any("'YT'" in problem for problem in problems_of(folder))


def test_an_entry_that_starts_later_does_not_count_yet(content: Content) -> None:
    """MOD-6: a case is judged by the entry in force on its day; before the first there is none."""
    with pytest.raises(PolicyNotInForceError):
        content.policy.facilitated_on(date(2025, 12, 31))


def test_categories_and_professions_of_the_rules_have_their_words(content: Content) -> None:
    """ELI-1: the rules' ids and the vocabularies' ids are the same."""
    assert set(content.vocabularies["categories"].terms) == set(Category)
    assert set(content.vocabularies["professions"].terms) == set(Profession)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_outcome_and_reason_has_its_words(content: Content, language: str) -> None:
    """ELI-2: each outcome and reason can be said in the member's language."""
    wording = Wording(content, language)
    for name, values in {"reason": Reason, "outcome": Outcome, "programme": Programme, "role": Role}.items():
        for value in values:
            assert wording.t(f"eligibility.{name}.{value}")


@pytest.mark.parametrize(
    ("language", "day", "number", "money", "percent"),
    [
        ("en", "November 1, 2026", "1,234", "$1,234.50", "50%"),
        ("fr", "1er novembre 2026", "1\xa0234", "1\xa0234,50\xa0$", "50\xa0%"),
    ],
)
def test_dates_numbers_and_money_are_written_as_the_language_does(
    content: Content, language: str, day: str, number: str, money: str, percent: str
) -> None:
    """MOD-27: the same facts, written as English and as French (Canada) write them."""
    wording = Wording(content, language)
    assert wording.date_words(date(2026, 11, 1)) == day
    assert wording.number(1234) == number
    assert wording.money(123450) == money
    assert wording.money(-100).startswith("\u2212")
    assert wording.percent(50) == percent


@pytest.mark.parametrize(("minute", "time"), [(34, "16\xa0h\xa034"), (0, "16\xa0h")])
def test_a_french_time_is_on_one_line_and_names_no_empty_minutes(
    content: Content, minute: int, time: str
) -> None:
    """MOD-27: « le 22 novembre 2026 à 16 h », as French (Canada) writes it."""
    instant = datetime(2026, 11, 22, 21, minute, tzinfo=UTC)
    assert Wording(content, "fr").moment_words(instant) == f"22 novembre 2026 à\xa0{time}"


def test_a_text_that_is_not_there_is_an_error(content: Content) -> None:
    """MOD-27: a key without a text fails the build instead of showing the key."""
    with pytest.raises(MissingStringError, match=r"fr\.toml has no 'nowhere'"):
        Wording(content, "fr").t("nowhere")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_hour_ends_a_sentence(content_folder: Path, language: str) -> None:
    """MOD-27: "9:20 p.m." brings a full stop of its own, so none follows it."""
    text = (content_folder / f"strings/{language}.toml").read_text("utf-8")
    assert re.findall(r"\{(?:time|moment)\}\.", text) == []
