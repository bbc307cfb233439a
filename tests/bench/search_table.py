"""The table of the search's measurements: figures, ratios, and which target each meets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

Size = Mapping[str, Any]
OURS: Final = "ours"
LARGEST: Final = 100_000
MOST_ROUND_TRIPS: Final = 2
MOST_MEMORY: Final = 15  # MB, at 100,000 mentors
BOUND: Final = {1_000: 1.25, 10_000: 1.15, 100_000: 1.10}


@dataclass(frozen=True, slots=True)
class Target:
    """How many times less than a peer we take, at least."""

    figure: str
    peer: str
    mentors: int
    times: float


TARGETS: Final = (
    Target("bytes", "pagefind", 1_000, 6),
    Target("bytes", "pagefind", 10_000, 6),
    Target("bytes", "minisearch", 1_000, 8),
    Target("bytes", "minisearch", 10_000, 20),
    Target("p95", "flexsearch", 10_000, 5),
    Target("p95", "flexsearch", 100_000, 15),
    Target("first", "pagefind", 1_000, 2.5),
    Target("first", "pagefind", 10_000, 3.5),
)
COLUMNS: Final = {
    "bytes": "KB to a filtered result",
    "p95": "p95, ms",
    "facets": "without words",
    "text": "with words",
    "memory": "memory, MB",
    "first": "first result, ms",
    "words": "then words, ms",
}
NAME_WIDTH: Final = 12
WIDTH: Final = 28


def table(sizes: Sequence[Size]) -> str:
    """Return the measurements for people: medians with their spread, ratios to ours, and the targets."""
    return "\n".join([*(line for size in sizes for line in lines_of(size)), *verdicts(sizes), ""])


def lines_of(size: Size) -> Iterator[str]:
    """Yield what was measured at one size, a line an engine."""
    yield f"{size['mentors']:,} mentors"
    yield " " * NAME_WIDTH + "".join(f"{title:>{WIDTH}}" for title in COLUMNS.values()) + "  compared"
    for name, engine in size["engines"].items():
        if "out_of_memory" in engine:
            yield f"{name:<{NAME_WIDTH}}  ran out of memory"
            continue
        cells = (cell(size, figure, name) for figure in COLUMNS)
        yield (
            f"{name:<{NAME_WIDTH}}" + "".join(f"{text:>{WIDTH}}" for text in cells) + f"  {compared(engine)}"
        )
    yield ""


def cell(size: Size, figure: str, name: str) -> str:
    """Return the median with its spread, and how many times ours it is."""
    values = series(size, figure, name)
    if not values:
        return ""
    spread = f" ({short(min(values))}-{short(max(values))})" if len(values) > 1 else ""
    ratio = "" if name == OURS else f" {times_ours(size, figure, name):.1f}x"
    return short(median(values)) + spread + ratio


def series(size: Size, figure: str, name: str) -> list[float]:
    """Return each measurement of a figure of one engine; none where it was not measured."""
    engine, visits = size["engines"].get(name, {}), size["visits"].get(name, [])
    if "rounds" not in engine:
        return []
    if figure == "bytes" and visits:  # a browser loads what node does not: workers
        return [visit["bytes"] / 1000 for visit in visits]
    if figure == "bytes":
        fetched = sum(engine["bytes"].values()) / 1000
        return [fetched] if engine["bytes"]["code"] else []
    if figure == "memory":
        return [engine["memory_mb"]["used"]]
    if figure in ("first", "words"):
        return [visit["filtered_ms" if figure == "first" else "text_ms"] for visit in visits]
    return [each[figure] for each in engine["rounds"]]


def times_ours(size: Size, figure: str, name: str) -> float:
    """Return how many times ours a peer's median is."""
    return median(series(size, figure, name)) / median(series(size, figure, OURS))


def compared(engine: Mapping[str, Any]) -> str:
    """Return how many queries gave what the plain filter gives, and what words find."""
    return f"{engine['compared']} of {engine['rounds'][0]['queries']}, words: {engine['text_rule']}"


def short(value: float) -> str:
    """Return a number with three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def verdicts(sizes: Sequence[Size]) -> Iterator[str]:
    """Yield each target of what was measured, what was reached, and whether that is enough."""
    for size in sizes:
        yield from ratios(size)
        yield from limits(size)


def ratios(size: Size) -> Iterator[str]:
    """Yield how many times less than the peers ours takes."""
    for target in TARGETS:
        if target.mentors == size["mentors"] and series(size, target.figure, target.peer):
            reached = times_ours(size, target.figure, target.peer)
            name = f"{target.mentors:,}: {COLUMNS[target.figure]}, {target.peer}"
            yield verdict(name, f"{reached:.1f}x", f">= {target.times}x", reached >= target.times)


def limits(size: Size) -> Iterator[str]:
    """Yield what ours takes where it is held against a number."""
    mentors, facets = size["mentors"], size["facets"]
    over, most = facets["bytes"] / facets["in_any_order"], BOUND[mentors]
    yield verdict(f"{mentors:,}: facet index over its bound", f"{over:.2f}x", f"<= {most}x", over <= most)
    if visits := size["visits"].get(OURS):
        trips = max(visit["text_round_trips"] for visit in visits)
        name = f"{mentors:,}: round trips to a first result for words"
        yield verdict(name, f"{trips}", f"<= {MOST_ROUND_TRIPS}", trips <= MOST_ROUND_TRIPS)
    if mentors == LARGEST:
        (memory,) = series(size, "memory", OURS)
        yield verdict(
            f"{mentors:,}: memory", f"{memory:.1f} MB", f"<= {MOST_MEMORY} MB", memory <= MOST_MEMORY
        )


def verdict(name: str, reached: str, asked: str, is_met: bool) -> str:
    """Return one target's line."""
    return f"{name:<55}{reached:>12}{asked:>12}  {'met' if is_met else 'MISSED'}"
