"""Generated members and mentors for measuring, the same for the same seed and number; importable.

    python -m tests.bench.members --mentors 10000 --out DIR

Who lives where, speaks what and works in which area is drawn as for the sample people. What they are
called and what they write is not: a handful of names and of sentences compresses and searches as no
directory does. So family names have a long tail, and biographies are words drawn by Zipf's law from
words_en.txt and words_fr.txt (the more frequent first), with a tail of derived and of coined words that
goes on as people come.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Final

from infrastructure.local.sample_members import sample_people
from mentoring.usecases.member_rows import COLUMNS

FOLDER: Final = Path(__file__).parent
DAY: Final = date(2026, 11, 22)
SEED: Final = 7
MEMBERS_A_MENTOR: Final = 2.5
SYLLABLES: Final = (
    "ba",
    "bel",
    "can",
    "cour",
    "dal",
    "fer",
    "gan",
    "jor",
    "ker",
    "lan",
    "mar",
    "nes",
    "or",
    "pel",
    "quin",
    "sal",
)
COINED: Final = 10**7  # different words at most
FREQUENT: Final = 40  # of them are met again and again
ENDINGS: Final = {
    "en": ("s", "ing", "ed", "er", "ers", "ly", "ness", "ment", "al", "ity"),
    "fr": ("s", "es", "er", "ée", "eur", "euse", "ement", "age", "ité", "isation"),
}
AREA_WORDS: Final = 60  # words that mentors of one area use more than others do
SENTENCE: Final = (6, 18)  # words
SHARES: Final = (0.10, 0.06, 0.03)  # of words of the area, derived ones, coined ones


def people(mentors: int) -> Iterator[tuple[dict[str, str], dict[str, Any] | None]]:
    """Yield each member's row of members.csv, and the line of mentors.jsonl of those who are mentors."""
    rng = Random(f"{SEED} {mentors}")
    writers = {language: Writer(language) for language in ENDINGS}
    for member, mentor in sample_people(round(mentors * MEMBERS_A_MENTOR), mentors, SEED, DAY):
        if rng.random() < 0.7:
            member["family_name"] = coined(rank(rng)).capitalize()
        if mentor:
            mentor["bio"] = {
                language: writers[language].biography(rng, mentor["areas"]) for language in mentor["bio"]
            }
        yield member, mentor


class Writer:
    """Writes biographies in one language."""

    def __init__(self, language: str) -> None:
        self._words = (FOLDER / f"words_{language}.txt").read_text("utf-8").split()
        self._weights = list(accumulate(1 / (place + 3) for place in range(len(self._words))))
        self._endings = ENDINGS[language]

    def biography(self, rng: Random, areas: list[str]) -> str:
        """Return a biography of a sentence or two, or of a page: most are of some sixty words."""
        words = max(12, min(400, round(rng.lognormvariate(4.1, 0.5))))
        sentences = []
        while words > 0:
            length = rng.randint(*SENTENCE)
            sentences.append(self._sentence(rng, areas, length))
            words -= length
        return " ".join(sentences)

    def _sentence(self, rng: Random, areas: list[str], length: int) -> str:
        plain = rng.choices(self._words, cum_weights=self._weights, k=length)
        words = [self._instead(rng, areas, word) for word in plain]
        return words[0][0].upper() + " ".join(words)[1:] + "."

    def _instead(self, rng: Random, areas: list[str], word: str) -> str:
        """Return the word itself mostly; else one of the area, a derived one, or some name."""
        of_area, derived, name = accumulate(SHARES)
        drawn = rng.random()
        if drawn < of_area:
            return rng.choice(self._words_of(rng.choice(areas)))
        if drawn < derived:
            return rng.choice(self._words) + rng.choice(self._endings)
        return coined(rank(rng)).capitalize() if drawn < name else word

    @cache  # noqa: B019 - a writer lives as long as the program
    def _words_of(self, area: str) -> list[str]:
        return Random(area).sample(self._words[100:], AREA_WORDS)


def rank(rng: Random) -> int:
    """Return a place in a list without end, of which the first places are drawn far more often."""
    return min(COINED, int(rng.paretovariate(0.6) * rng.uniform(1, FREQUENT)))


def coined(number: int) -> str:
    """Return a word that nobody uses, another one for each number."""
    syllables = []
    number += len(SYLLABLES)
    while number:
        number, place = divmod(number, len(SYLLABLES))
        syllables.append(SYLLABLES[place])
    return "".join(syllables)


def write_members(out: Path, mentors: int) -> tuple[Path, Path]:
    """Write members.csv and mentors.jsonl into a folder; return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    paths = out / "members.csv", out / "mentors.jsonl"
    with (
        paths[0].open("w", encoding="utf-8", newline="") as rows,
        paths[1].open("w", encoding="utf-8") as lines,
    ):
        writer = csv.DictWriter(rows, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for member, mentor in people(mentors):
            writer.writerow(member)
            if mentor:
                lines.write(json.dumps(mentor, ensure_ascii=False, separators=(",", ":")) + "\n")
    return paths


def main() -> None:
    """Write them from the command line."""
    parser = argparse.ArgumentParser(description="Write generated members.csv and mentors.jsonl.")
    parser.add_argument("--mentors", type=int, default=1_000)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    write_members(chosen.out, chosen.mentors)


if __name__ == "__main__":
    main()
