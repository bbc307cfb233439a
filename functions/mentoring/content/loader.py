"""One call that loads and checks everything in the content folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mentoring.content.policy import read_policy
from mentoring.content.problems import ContentError
from mentoring.content.resources import resource_problems
from mentoring.content.strings import Strings, read_strings
from mentoring.content.vocabularies import read_vocabularies
from mentoring.domain.policy import Policy
from mentoring.domain.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The words and numbers that staff own; pages in Markdown are read by the site's build."""

    policy: Policy
    vocabularies: Mapping[str, Vocabulary]
    strings: Mapping[str, Strings]


def load_content(folder: Path) -> Content:
    """Return everything in the content folder. Raises ContentError with each problem's file and line."""
    policy, problems = read_policy(folder / "policy.toml")
    vocabularies, wrong_lists = read_vocabularies(folder / "vocabulary")
    strings, wrong_strings = read_strings(folder / "strings")
    problems += wrong_lists + wrong_strings + resource_problems(folder / "resources")
    if policy and "provinces" in vocabularies:
        taxed = {place for entry in policy.taxes for place in entry.places}
        problems += [
            f"{folder.name}/policy.toml:0: no [[taxes]] entry names '{place}': add one (MOD-3)"
            for place in vocabularies["provinces"].terms
            if place not in taxed
        ]
    if problems or policy is None:
        raise ContentError(problems)
    return Content(policy=policy, vocabularies=vocabularies, strings=strings)
