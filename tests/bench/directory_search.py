"""Measures the directory's search and its peers over the same mentors and queries; `make bench` runs it.

    python -m tests.bench.directory_search [--quick]

Every engine's answers are compared with a plain filter before it is timed, each in a process of its own.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from tests.bench.directory_data import write_data
from tests.bench.first_result import first_results
from tests.bench.report import keep
from tests.bench.search_table import LARGEST, OURS, table

SEARCH: Final = Path(__file__).parent / "search"
QUICK: Final = (1_000, 10_000)
LIBRARIES: Final = ("minisearch", "flexsearch", "itemsjs", "orama", "lunr")
AT_ALL_SIZES: Final = ("minisearch", "flexsearch")  # the others take minutes to index the largest
IN_BROWSER: Final = (OURS, "pagefind", "minisearch", "flexsearch")
MEMORY: Final = 8_192  # MB that a peer may take before it is given up


class MeasurementError(Exception):
    """A step did not end well."""


def main() -> int:
    """Measure each size in turn; return the exit status."""
    parser = argparse.ArgumentParser(description="Measure the directory's search and its peers.")
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 mentors, without a browser")
    is_quick = parser.parse_args().quick
    sizes = [measure(mentors, in_browser=not is_quick) for mentors in QUICK]
    if not is_quick:
        sizes.append(measure_largest(LARGEST))
    keep("directory_search", sizes)
    sys.stdout.write(table(sizes))
    return 0


def measure(mentors: int, *, in_browser: bool) -> dict[str, Any]:
    """Return the measurements of every engine at one size."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        lay_out(data, mentors, (OURS, "pagefind", *LIBRARIES))
        engines = {peer: engine(peer, data) for peer in (OURS, "pagefind", *LIBRARIES)}
        visits = first_results(data, IN_BROWSER) if in_browser else {}
        return size_of(data, mentors) | {"engines": engines, "visits": visits}


def measure_largest(mentors: int) -> dict[str, Any]:
    """Return times and memory alone: at this size nobody would serve what most peers ask for."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        lay_out(data, mentors, (OURS, *AT_ALL_SIZES), "--uncompressed")
        engines = {peer: engine(peer, data) for peer in (OURS, *AT_ALL_SIZES)}
        return size_of(data, mentors) | {"engines": engines, "visits": {}}


def lay_out(data: Path, mentors: int, peers: Sequence[str], *options: str) -> None:
    """Write the mentors, the queries with the answers, and what each engine's users put on a server."""
    write_data(data, mentors)
    node("reference.mjs", str(data))
    # One after the other those that share the documents, which are compressed once; beside them all others.
    groups = (
        [peer for peer in peers if peer in LIBRARIES],
        [peer for peer in peers if peer not in LIBRARIES],
    )
    with ThreadPoolExecutor() as both:
        list(
            both.map(lambda group: [node("layout.mjs", peer, str(data), *options) for peer in group], groups)
        )


def engine(peer: str, data: Path) -> dict[str, Any]:
    """Return what one engine takes, in a process of its own; where it ran out of memory, that."""
    try:
        measured: dict[str, Any] = json.loads(node("measure.mjs", peer, str(data)))
    except MeasurementError as error:
        if "heap out of memory" not in str(error):
            raise
        return {"out_of_memory": True}
    return measured


def size_of(data: Path, mentors: int) -> dict[str, Any]:
    """Return how many mentors there are, how large our facet index is, and how small it could be."""
    bound = json.loads((data / "bound.json").read_text("utf-8"))
    return {"mentors": mentors, "facets": bound | {"bytes": facet_bytes(data)}}


def facet_bytes(data: Path) -> int:
    """Return how large our facet index is when it comes over the wire."""
    (facets,) = (data / "tree").glob("data/*/facets.bin")
    return int(node("brotli.mjs", str(facets)))


def node(script: str, *arguments: str) -> str:
    """Run a script of the search's measurements; return what it printed. Raises MeasurementError."""
    command = ["node", "--expose-gc", f"--max-old-space-size={MEMORY}", str(SEARCH / script), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise MeasurementError(f"{script} {arguments[0]}: {ended.stderr[-2000:]}")
    return ended.stdout


if __name__ == "__main__":
    sys.exit(main())
