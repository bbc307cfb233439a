"""Biographies of made-up mentors, from the sentences in sample/bio_en.toml and bio_fr.toml.

Both files hold the same sentences in the same order, so a mentor who writes in both languages says the
same in each.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "sample"
NEW_YEARS: Final = 2
LONG_YEARS: Final = 18

Where = tuple[str, ...]  # in the file, to a list of sentences
Sentence = tuple[Where, int]  # where, and which one there


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What a biography speaks of."""

    category: str
    profession: str
    years: int
    city: str
    province: str
    is_from_abroad: bool
    areas: Sequence[str]
    client_ages: Sequence[str]
    topics: Sequence[str]


class Biographies:
    """Writes biographies from the sentences of both languages."""

    def __init__(self) -> None:
        self._sentences = {language: _read(f"bio_{language}.toml") for language in ("en", "fr")}
        places = _read("places.toml")
        self._places = {"en": places["in_english"], "fr": places["in_french"]}

    def write(self, rng: Random, background: Background, languages: Sequence[str]) -> dict[str, str]:
        """Return a biography in each of these languages, sentence for sentence the same."""
        chosen = self._choose(rng, background)
        has_break = rng.random() < 0.3 and len(chosen) > 4
        return {language: self._said(chosen, background, language, has_break) for language in languages}

    def _choose(self, rng: Random, background: Background) -> list[Sentence]:
        career = _career(background)
        wanted: list[Where] = [("openings", career)]
        wanted += [("openings", career)] if career == "student" else self._practice(rng, background)
        if rng.random() < 0.6:
            wanted.append(("approach", "sentences"))
        wanted.append(("topics", rng.choice(background.topics), "sentences"))
        if rng.random() < 0.7:
            wanted.append(("closings", "sentences"))
        chosen = [(path, rng.randrange(len(_at(self._sentences["en"], path)))) for path in wanted]
        return list(dict.fromkeys(chosen))

    def _practice(self, rng: Random, background: Background) -> list[Where]:
        practice: list[Where] = [("areas", background.areas[0], "sentences")] * rng.choice((1, 1, 2))
        beside: list[Where] = []
        if len(background.areas) > 1 and rng.random() < 0.6:
            beside.append(("areas", background.areas[1], "sentences"))
        if background.client_ages and rng.random() < 0.35:
            beside.append(("ages", rng.choice(background.client_ages)))
        rng.shuffle(beside)
        return practice + beside

    def _said(
        self, chosen: Sequence[Sentence], background: Background, language: str, has_break: bool
    ) -> str:
        sentences = self._sentences[language]
        blanks = {
            "years": background.years,
            "city": background.city,
            "place": self._places[language][background.province],
            "field": sentences["areas"][background.areas[0]]["field"],
        }
        said = [_at(sentences, path)[index].format(**blanks) for path, index in chosen]
        if not has_break:
            return " ".join(said)
        half = len(said) // 2
        return " ".join(said[:half]) + "\n\n" + " ".join(said[half:])


def _career(background: Background) -> str:
    """Return which openings fit."""
    if background.category == "student-associate":
        return "student"
    if background.category == "retired-member":
        return "retired"
    if background.years <= NEW_YEARS:
        return "new"
    if background.profession == "ota":
        return "ota"
    if background.is_from_abroad:
        return "abroad"
    return "long" if background.years >= LONG_YEARS else "some"


def _at(sentences: Mapping[str, Any], path: Sequence[str]) -> list[str]:
    for key in path:
        sentences = sentences[key]
    return list(sentences)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))
