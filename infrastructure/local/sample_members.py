"""Made-up members and mentors, the same for the same seed and day.

    python -m infrastructure.local.sample_members --members 600 --mentors 240 --seed 7 --out DIR

Names are put together at random and addresses are at example.org: nobody of them exists.
"""

import argparse
import csv
import json
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from infrastructure.local.sample_biographies import FOLDER, Biographies
from infrastructure.local.sample_mentors import mentor_line
from mentoring.usecases.member_rows import COLUMNS

FIRST_NUMBER: Final = 10_001
TASK_MENTORS: Final = 3
HOME_TIMES: Final = 8  # how much more often an origin lives in its home provinces
CATEGORIES: Final = {
    "member": 80.0,
    "student-associate": 6.0,
    "ota-associate": 5.0,
    "provisional-associate": 4.0,
    "individual-associate": 2.0,
    "retired-member": 2.5,
}
FRENCH_SPEAKING: Final = {"QC": 0.82, "NB": 0.4, "ON": 0.05, "MB": 0.06}
FRENCH_ORIGINS: Final = frozenset({"quebec", "acadian", "haitian"})


def write_sample(out: Path, members: int, mentors: int, seed: int, today: date) -> tuple[Path, Path]:
    """Write members.csv and mentors.jsonl into a folder; return their paths.

    `mentors` of the members are mentors. Dates are told from `today`. Written as they are made: the number
    of people is bounded by the disk alone.
    """
    out.mkdir(parents=True, exist_ok=True)
    paths = out / "members.csv", out / "mentors.jsonl"
    with (
        paths[0].open("w", encoding="utf-8", newline="") as rows,
        paths[1].open("w", encoding="utf-8") as lines,
    ):
        writer = csv.DictWriter(rows, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for member, mentor in sample_people(members, mentors, seed, today):
            writer.writerow(member)
            if mentor:
                lines.write(json.dumps(mentor, ensure_ascii=False, separators=(",", ":")) + "\n")
    return paths


def sample_people(
    members: int, mentors: int, seed: int, today: date
) -> Iterator[tuple[dict[str, str], dict[str, Any] | None]]:
    """Yield each member's row of members.csv, and the line of mentors.jsonl of those who are mentors.

    The first, the middle and the last third of the mentors begin with one whom task 2 of the usability
    tests looks for: French-speaking, in New Brunswick, working with children.
    """
    rng = Random(seed)
    sample = _Sample()
    chosen = 0
    for number in range(members):
        is_mentor = rng.random() * (members - number) < mentors - chosen
        is_task_mentor = is_mentor and chosen in {
            third * mentors // TASK_MENTORS for third in range(TASK_MENTORS)
        }
        member, origin = sample.member(rng, number, today, is_task_mentor)
        if is_mentor:
            chosen += 1
            yield member, mentor_line(rng, member, origin, today, sample.biographies, is_task_mentor)
        else:
            yield member, None


class _Sample:
    """The word lists, and how often each entry is drawn."""

    def __init__(self) -> None:
        self.biographies = Biographies()
        self._origins: dict[str, dict[str, Any]] = _read("names.toml")
        places = _read("places.toml")
        self._cities: dict[str, list[str]] = places["cities"]
        self._abroad: dict[str, str] = places["abroad"]
        self._provinces: dict[str, float] = places["weights"]
        self._origins_of = {
            province: {
                name: origin["weight"] * (HOME_TIMES if province in origin["home"] else 1)
                for name, origin in self._origins.items()
            }
            for province in self._provinces
        }

    def member(
        self, rng: Random, number: int, today: date, is_task_mentor: bool
    ) -> tuple[dict[str, str], Mapping[str, Any]]:
        """Return a member's row, and the origin of their name."""
        province = "NB" if is_task_mentor else _draw(rng, self._provinces)
        origin_name = "acadian" if is_task_mentor else _draw(rng, self._origins_of[province])
        origin = self._origins[origin_name]
        is_woman = rng.random() < 0.88  # as the profession is
        given, family = rng.choice(origin["women" if is_woman else "men"]), rng.choice(origin["family"])
        category = "member" if is_task_mentor else _category(rng, province)
        city, country = self._place(rng, province)
        is_active = is_task_mentor or rng.random() > 0.05
        row = {
            "member_id": f"M-{FIRST_NUMBER + number}",
            "given_name": given,
            "family_name": family,
            "email": f"{_ascii(given)}.{_ascii(family)}.{FIRST_NUMBER + number}@example.org",
            "language": _language(rng, province, origin_name),
            "category": category,
            "profession": _profession(rng, category),
            "status": "active" if is_active else "lapsed",
            "expires_on": _year_end(today, 0 if is_active else -1).isoformat(),
            "province": province,
            "city": city,
            "country": country,
            "joined_on": _joined_on(rng, category, today).isoformat(),
        }
        return row | {"woman": "yes" if is_woman else "no"}, origin

    def _place(self, rng: Random, province: str) -> tuple[str, str]:
        if province == "outside-canada":
            city = rng.choice(list(self._abroad))
            return city, self._abroad[city]
        cities = self._cities[province]
        # The n-th city of a province has about one n-th of the people of the first.
        return rng.choices(cities, [1 / place for place in range(1, len(cities) + 1)])[0], "CA"


def _category(rng: Random, province: str) -> str:
    return "member-outside-canada" if province == "outside-canada" else _draw(rng, CATEGORIES)


def _profession(rng: Random, category: str) -> str:
    if category == "ota-associate":
        return "ota"
    if category == "individual-associate":
        return rng.choice(("ota", "ota", "other"))
    return "ot"


def _language(rng: Random, province: str, origin: str) -> str:
    if origin in FRENCH_ORIGINS and province in FRENCH_SPEAKING:
        return "fr" if rng.random() < 0.97 else "en"
    return "fr" if rng.random() < FRENCH_SPEAKING.get(province, 0.01) else "en"


def _joined_on(rng: Random, category: str, today: date) -> date:
    if category in ("student-associate", "provisional-associate"):
        years = rng.uniform(0.1, 2)
    elif category == "retired-member":
        years = rng.uniform(20, 38)
    else:
        years = min(38.0, 0.3 + rng.expovariate(1 / 9))
    return today - timedelta(days=round(years * 365.25))


def _year_end(today: date, years_later: int) -> date:
    """Return the end of the running membership year, 30 September, or of one some years later."""
    this_year = date(today.year, 9, 30)
    return date(today.year + (this_year < today) + years_later, 9, 30)


def _draw(rng: Random, weights: Mapping[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().replace("đ", "d").replace("œ", "oe"))
    return "".join(character for character in plain if character.isascii() and character.isalnum())


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def main() -> None:
    """Write a sample from the command line."""
    parser = argparse.ArgumentParser(description="Write made-up members.csv and mentors.jsonl.")
    parser.add_argument("--members", type=int, default=600)
    parser.add_argument("--mentors", type=int, default=240)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--today", type=date.fromisoformat, default=None, help="YYYY-MM-DD, the day dates start from"
    )
    chosen = parser.parse_args()
    today = chosen.today or date.today()  # noqa: DTZ011 - a day for sample people, wherever the machine is
    write_sample(chosen.out, chosen.members, chosen.mentors, chosen.seed, today)


if __name__ == "__main__":
    main()
