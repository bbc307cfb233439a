"""What the searches are measured over: documents, their labels, queries, and our index of the same mentors.

    python -m tests.bench.directory_data --mentors 1000 --out DIR

leaves documents.json, labels.json, queries.json and our tree in a folder. Peers get the same documents.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, Final

from build.search import Arrangement, words_of, write_search_index
from build.search.words import STOP_WORDS
from mentoring.content import Content, load_content
from mentoring.domain.listing import Listing
from mentoring.domain.membership import Profession
from mentoring.domain.slugs import slug_candidates
from tests.bench.entropy import entropy_of
from tests.bench.members import DAY, SEED, people

ROOT: Final = Path(__file__).parent.parent.parent
QUERIES: Final = 200
WITH_TEXT: Final = 60
VOCABULARY_OF: Final = {
    "area": "areas",
    "training": "training",
    "age": "client-ages",
    "province": "provinces",
    "lang": "languages",
    "experience": "experience",
    "topic": "topics",
}
SHORTEST_WORD: Final = 5  # letters, of a word that is searched
SHORTEST_PART: Final = 4  # letters, of one that is not yet typed to its end
FREQUENT: Final = 0.2  # a share: a word, or a beginning, that more mentors have is nothing to search by
Document = dict[str, Any]


def write_data(out: Path, mentors: int) -> None:
    """Write everything for so many mentors into a folder."""
    content = load_content(ROOT / "content")
    listings = list(listings_of(mentors))
    documents = [document_of(listing, content) for listing in listings]
    labels = labels_of(content)
    out.mkdir(parents=True, exist_ok=True)
    write(out / "documents.json", documents)
    write(out / "labels.json", labels)
    write(out / "queries.json", list(queries(documents)))
    arrangement = Arrangement.of(listings, content.vocabularies, DAY)
    write(out / "index.json", write_search_index(arrangement, out / "tree")[1:])
    write(out / "bound.json", entropy_of(arrangement))
    write(out / "tree" / "labels.json", labels_in(content, "en"))


def write(file: Path, value: Any) -> None:
    """Write JSON without a blank."""
    file.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), "utf-8")


def listings_of(mentors: int) -> Iterator[Listing]:
    """Yield what is shown of each generated mentor, as if all were for everybody: the sizes are round."""
    taken: set[str] = set()
    for member, line in people(mentors):
        if not line:
            continue
        name = f"{member['given_name']} {member['family_name']}"
        slug = next(slug for slug in slug_candidates(name, member["member_id"]) if slug not in taken)
        taken.add(slug)
        yield Listing(
            slug=slug,
            name=name,
            profession=Profession(member["profession"]),
            years_of_experience=line["years_of_experience"],
            areas=tuple(line["areas"]),
            training=tuple(line["training"]),
            client_ages=tuple(line["client_ages"]),
            languages=tuple(line["languages"]),
            topics=tuple(line["topics"]),
            province=line["province"],
            city=line["city"],
            formats=tuple(line["formats"]),
            frequency=line["frequency"],
            bio=line["bio"],
            is_available=line["available"],
            returns_on=line["returns_on"] and date.fromisoformat(line["returns_on"]),
            accepts_requests=line["available"],
            wants_search_engines=line["search_engines"],
            listed_on=date.fromisoformat(line["opted_in_on"]),
            confirmed_on=date.fromisoformat(line["confirmed_on"]),
        )


def document_of(listing: Listing, content: Content) -> Document:
    """Return a mentor as a site would hand them to a library: facets by id, and the texts as they are."""
    return {
        "slug": listing.slug,
        "name": listing.name,
        "profession": listing.profession,
        "city": listing.city,
        "area": listing.areas,
        "training": listing.training,
        "age": listing.client_ages,
        "province": [listing.province],
        "lang": listing.languages,
        "experience": [content.vocabularies["experience"].band_of(listing.years_of_experience)],
        "topic": listing.topics,
        "available": listing.is_available,
        "confirmed_on": listing.confirmed_on.isoformat(),
        "bio": listing.bio,
    }


def labels_of(content: Content) -> dict[str, dict[str, list[str]]]:
    """Return what people call each value of a facet, in both languages; professions as well."""
    named = VOCABULARY_OF | {"profession": "professions"}
    return {
        facet: {
            term.id: [*term.labels.values(), *term.also]
            for term in content.vocabularies[vocabulary].terms.values()
        }
        for facet, vocabulary in named.items()
    }


def labels_in(content: Content, language: str) -> dict[str, dict[str, str]]:
    """Return what a page in one language needs to name the values on a card."""
    return {
        facet: {term.id: term.labels[language] for term in content.vocabularies[vocabulary].terms.values()}
        for facet, vocabulary in VOCABULARY_OF.items()
    }


def queries(documents: Sequence[Document]) -> Iterator[dict[str, Any]]:
    """Yield the queries: three facets, some with several values, and wishes to rank by.

    What many mentors have is asked for often. Those with words ask for one facet beside them.
    """
    rng = Random(SEED)
    values = {facet: Counter(chain(*(each[facet] for each in documents))) for facet in VOCABULARY_OF}
    words = Words(documents)
    for number in range(QUERIES):
        has_text = number % 10 < WITH_TEXT * 10 // QUERIES
        asked = rng.sample(list(values), 1 if has_text else 3)
        wished = rng.sample(list(values), 3)
        yield {
            "choices": {facet: some(rng, values[facet], rng.choice((1, 1, 2, 3))) for facet in asked},
            "text": words.draw(rng) if has_text else "",
            "wishes": [
                {"facet": facet, "id": some(rng, values[facet], 1)[0], "must": False} for facet in wished
            ],
            "sort": "fit",
            "day": DAY.isoformat(),
            "paused": has_text or rng.random() < 0.2,  # words find the paused by name as well: not so peers
            "page": 1,
            "size": 20,
        }


def some(rng: Random, counts: Mapping[str, int], how_many: int) -> list[str]:
    """Return different values, drawn as often as mentors have them."""
    drawn = rng.choices(list(counts), list(counts.values()), k=how_many)
    return list(dict.fromkeys(drawn))


class Words:
    """What mentors write, to search by."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._texts = [words_of(" ".join([each["name"], *each["bio"].values()])) for each in documents]
        found = Counter(
            beginning
            for text in self._texts
            for beginning in {word[:length] for word in text for length in range(1, len(word) + 1)}
        )
        self._frequent = {part for part, count in found.items() if count > FREQUENT * len(documents)}
        self._frequent |= {word[:SHORTEST_PART] for word in STOP_WORDS}  # of which our index has none

    def draw(self, rng: Random) -> str:
        """Return one or two words of one mentor, the last of them not yet typed to its end."""
        while True:
            text = [word for word in rng.choice(self._texts) if self._is_sought(word)]
            if len(text) > 1:
                break
        *first, last = rng.sample(text, rng.choice((1, 1, 2)))
        return " ".join([*first, last[: rng.randint(SHORTEST_PART, len(last))]])

    def _is_sought(self, word: str) -> bool:
        return len(word) >= SHORTEST_WORD and word[:SHORTEST_PART] not in self._frequent


def main() -> None:
    """Write them from the command line."""
    parser = argparse.ArgumentParser(description="Write what the searches are measured over.")
    parser.add_argument("--mentors", type=int, default=1_000)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    write_data(chosen.out, chosen.mentors)


if __name__ == "__main__":
    main()
