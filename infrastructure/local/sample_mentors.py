"""A made-up mentor for a made-up member: what mentors.jsonl says of them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from infrastructure.local.sample_biographies import Background, Biographies

TERMS_VERSION: Final = "2026-01"
LONGEST_CAREER: Final = 44

# Areas of practice with the share of mentors who name them, and whom one meets there.
AREAS: Final[Mapping[str, tuple[float, tuple[str, ...]]]] = {
    "mental-health": (17, ("18-64",)),
    "neurological": (12, ("18-64", "65+")),
    "musculoskeletal": (10, ("18-64", "65+")),
    "cardiovascular-and-respiratory": (2.5, ("65+",)),
    "digestive-metabolic-and-endocrine": (1.2, ("18-64", "65+")),
    "general-physical-health": (10, ("18-64", "65+")),
    "vocational-rehabilitation": (6, ("18-64",)),
    "palliative-care": (2.5, ("65+",)),
    "health-promotion-and-wellness": (4, ("18-64", "65+")),
    "client-service-management": (4, ("18-64",)),
    "medico-legal": (3, ("18-64",)),
    "administration": (4, ()),
    "teaching": (5, ()),
    "research": (4, ()),
    "school-based-practice": (10, ("5-17",)),
    "driving-rehabilitation": (2, ("18-64", "65+")),
    "hand-therapy": (4, ("18-64",)),
    "assistive-technology": (4, ("5-17", "18-64")),
    "home-care": (11, ("65+",)),
    "private-practice": (9, ("18-64",)),
    "primary-care": (4, ("18-64", "65+")),
    "rural-and-remote": (3, ("18-64", "65+")),
    "indigenous-health": (1.8, ("5-17", "18-64")),
    "oncology": (2.2, ("18-64", "65+")),
    "other": (0.8, ()),
}
TOPICS: Final[Mapping[str, float]] = {
    "transition-to-practice": 30,
    "social-and-cultural-integration": 8,
    "canadian-practice": 10,
    "professional-practice-questions": 25,
    "review-of-assessments-or-interventions": 20,
    "business-and-private-practice": 9,
    "vocational-help": 12,
}
FORMATS: Final = {"video": 10.0, "phone": 6.0, "email": 4.0, "in-person": 3.0}
FREQUENCIES: Final = {"monthly": 45.0, "flexible": 30.0, "biweekly": 18.0, "weekly": 7.0}
SEASONED: Final = 3  # years after which somebody leads, teaches or testifies
LATER_AREAS: Final = frozenset({"administration", "teaching", "research", "medico-legal", "private-practice"})
LATER_TOPICS: Final = frozenset({"business-and-private-practice", "vocational-help", "canadian-practice"})
OWN_WORDS: Final = ("Two-Spirit", "queer", "asexual", "questioning")


def mentor_line(
    rng: Random,
    member: Mapping[str, str],
    origin: Mapping[str, Any],
    today: date,
    biographies: Biographies,
    is_task_mentor: bool,
) -> dict[str, Any]:
    """Return a mentor's answers, as mentors.jsonl holds them.

    `is_task_mentor` makes a mentor whom task 2 of the usability tests looks for: of children, with French,
    public, taking on new mentees.
    """
    background = _background(rng, member, origin, today, is_task_mentor)
    languages = _languages(rng, member, origin)
    is_available = is_task_mentor or rng.random() > 0.12
    opted_in_on = _recent(rng, today, 300)
    return {
        "member_id": member["member_id"],
        "listing": "members" if not is_task_mentor and rng.random() < 0.08 else "public",
        "years_of_experience": background.years,
        "areas": background.areas,
        "training": _training(rng, member, background),
        "client_ages": background.client_ages,
        "languages": languages,
        "topics": background.topics,
        "province": member["province"],
        "city": member["city"],
        "formats": _several(rng, FORMATS, (1, 2, 2, 3)),
        "frequency": _one(rng, FREQUENCIES),
        "bio": _bio(rng, biographies, background, languages),
        "available": is_available,
        "returns_on": _return_date(rng, today) if not is_available else None,
        "capacity": None if rng.random() < 0.55 else rng.choice((1, 1, 2, 2, 3, 5)),
        "search_engines": rng.random() < 0.15,
        "identity": _identity(rng, member["woman"] == "yes", origin),
        "terms_version": TERMS_VERSION,
        "opted_in_on": opted_in_on.isoformat(),
        "confirmed_on": max(opted_in_on, _recent(rng, today, 120)).isoformat(),
    }


def _background(
    rng: Random, member: Mapping[str, str], origin: Mapping[str, Any], today: date, is_task_mentor: bool
) -> Background:
    years = _years(rng, member, today)
    shares = {
        area: share for area, (share, _) in AREAS.items() if years >= SEASONED or area not in LATER_AREAS
    }
    areas = _several(rng, shares, (1, 2, 2, 3, 4))
    if is_task_mentor:
        areas = ["school-based-practice", *(area for area in areas if area != "school-based-practice")]
    return Background(
        category=member["category"],
        profession=member["profession"],
        years=years,
        city=member["city"],
        province=member["province"],
        is_from_abroad=origin["race"] != "white" and rng.random() < 0.3,
        areas=areas,
        client_ages=_client_ages(rng, areas),
        topics=_topics(rng, years),
    )


def _years(rng: Random, member: Mapping[str, str], today: date) -> int:
    if member["category"] == "student-associate":
        return 0
    if member["category"] == "retired-member":
        return rng.randint(25, LONGEST_CAREER)
    longest = today.year - int(member["joined_on"][:4])
    return max(0, min(LONGEST_CAREER, longest + rng.randint(-2, 3)))


def _several(rng: Random, shares: Mapping[str, float], how_many: Sequence[int]) -> list[str]:
    chosen: dict[str, None] = {}
    wanted = rng.choice(how_many)
    while len(chosen) < wanted:
        chosen[_one(rng, shares)] = None
    return list(chosen)


def _topics(rng: Random, years: int) -> list[str]:
    offered = {
        topic: share for topic, share in TOPICS.items() if years >= SEASONED or topic not in LATER_TOPICS
    }
    return _several(rng, offered, (1, 2, 3, 4))


def _one(rng: Random, shares: Mapping[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def _client_ages(rng: Random, areas: Sequence[str]) -> list[str]:
    ages = {age for area in areas for age in AREAS[area][1]}
    if "5-17" in ages and (areas[0] == "school-based-practice" or rng.random() < 0.4):
        ages.add("0-4")
    return sorted(ages or {"18-64"})


def _languages(rng: Random, member: Mapping[str, str], origin: Mapping[str, Any]) -> list[str]:
    first = member["language"]
    languages = [first]
    other = "en" if first == "fr" else "fr"
    if rng.random() < (0.7 if first == "fr" else 0.15):
        languages.append(other)
    if rng.random() < 0.65:
        languages.append(rng.choice(origin["languages"]))
    if rng.random() < 0.01:
        languages.append("fcs" if first == "fr" else "ase")
    return list(dict.fromkeys(languages))


def _training(rng: Random, member: Mapping[str, str], background: Background) -> list[str]:
    if member["category"] == "student-associate":
        return ["student"]
    if member["profession"] == "ota":
        return ["ota-pta-diploma"]
    entry = "bsc-ot" if background.years > 16 else "msc-ot"  # the master's became the entry in 2008
    training = [entry, *(["doctorate"] if rng.random() < 0.06 else [])]
    return [*training, "internationally-educated"] if background.is_from_abroad else training


def _bio(
    rng: Random, biographies: Biographies, background: Background, languages: Sequence[str]
) -> dict[str, str]:
    if rng.random() < 0.03:
        return {}
    written = [languages[0]]
    other = "en" if languages[0] == "fr" else "fr"
    if other in languages and rng.random() < 0.6:
        written.append(other)
    return biographies.write(rng, background, written)


def _identity(rng: Random, is_woman: bool, origin: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    gender = "woman" if is_woman else "man"
    answers: dict[str, list[str]] = {
        "gender": [rng.choices((gender, "non-binary", "Two-Spirit"), (96, 3, 1))[0]],
        "race": [origin["race"]],
        "ethnicity": [rng.choice(origin["ethnicity"])],
        "orientation": [
            rng.choices(
                ("heterosexual", "lesbian-or-gay", "bisexual-or-pansexual", rng.choice(OWN_WORDS)),
                (86, 6, 6, 2),
            )[0]
        ],
        "indigenous": [],
    }
    if origin["race"] == "indigenous":
        answers["indigenous"] = [rng.choice(("first-nations", "first-nations", "metis", "inuk-inuit"))]
    return {
        name: {"value": values, "share": "members" if rng.random() < 0.55 else "none"}
        if values and rng.random() < 0.45
        else {"value": [], "share": "none"}
        for name, values in answers.items()
    }


def _recent(rng: Random, today: date, days: int) -> date:
    """Return a day of the last `days`, none before the terms' first version came into force."""
    return max(date(2026, 1, 5), today - timedelta(days=rng.randint(1, days)))


def _return_date(rng: Random, today: date) -> str | None:
    return (today + timedelta(days=rng.randint(20, 300))).isoformat() if rng.random() < 0.6 else None
