"""Measures import, nightly build, its peers and a rebuild over generated members; `make bench` runs it.

Each step is a process of its own, as a person runs it: wall seconds, and the peak memory of its largest
process in MB. Writes a table, and tests/bench/report.json.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any, Final

from tests.bench.report import keep
from tests.bench.site_peers import measure_rendering, table

ROOT: Final = Path(__file__).parent.parent.parent
SIZES: Final = (1_000, 10_000)
CHANGED: Final = 100  # one mentor in so many


class StepFailedError(Exception):
    """A step that is measured did not end well."""


def main() -> int:
    """Measure each size in turn; return the exit status."""
    rows = [measure(mentors) for mentors in SIZES]
    keep("nightly_build", rows)
    for row in rows:
        sys.stdout.write(f"{row['mentors']:,} mentors, {row['pages']:,} pages\n")
        for step in row["steps"]:
            sys.stdout.write(f"  {step['name']:<24}{step['seconds']:>8.1f} s {step['peak_mb']:>7.0f} MB\n")
        parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in row["build"].items())
        sys.stdout.write(f"  of the nightly build: {parts}\n{table(row['rendering'])}")
    return 0


def measure(mentors: int) -> dict[str, Any]:
    """Return the measurements at one size."""
    with tempfile.TemporaryDirectory() as folder:
        state, files = Path(folder) / "state", Path(folder) / "members"
        members = ["--members", str(files / "members.csv"), "--mentors", str(files / "mentors.jsonl")]
        steps = [
            generated(mentors, state, files),
            step("import", state, "import", *members),
            step("import, unchanged", state, "import", *members),
            step("nightly build", state, "nightly"),
        ]
        first = newest_report(state)
        rendering = measure_rendering(state, Path(folder) / "peers", date.fromisoformat(first["built_on"]))
        change_some(files / "mentors.jsonl")
        steps += [
            step("import, 1% changed", state, "import", *members[2:]),
            step("rebuild, 1% changed", state, "nightly"),
        ]
        return {
            "mentors": mentors,
            "pages": first["pages"],
            "build": first["seconds"],
            "steps": steps,
            "rendering": rendering,
        }


def generated(mentors: int, state: Path, files: Path) -> dict[str, Any]:
    """Write so many mentors among two and a half times as many members; return what that took."""
    arguments = ["--mentors", str(mentors), "--out", str(files)]
    return step("generated members", state, *arguments, module="tests.bench.members")


def step(name: str, state: Path, *arguments: str, module: str = "infrastructure.local") -> dict[str, Any]:
    """Run one command; return its wall seconds and peak memory in MB. Raises StepFailedError."""
    command = [sys.executable, "-m", module, *arguments]
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"STATE": str(state)}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise StepFailedError(name)
    return {"name": name, "seconds": time.monotonic() - began, "peak_mb": usage.ru_maxrss / 1024}


def newest_report(state: Path) -> dict[str, Any]:
    """Return the report of the last build."""
    reports = sorted((state / "site" / "reports").glob("*.json"), key=lambda path: path.stat().st_mtime)
    report: dict[str, Any] = json.loads(reports[-1].read_text("utf-8"))
    return report


def change_some(file: Path) -> None:
    """Give one mentor in a hundred another year of experience."""
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    for mentor in lines[::CHANGED]:
        mentor["years_of_experience"] += 1
    file.write_text("".join(json.dumps(mentor, ensure_ascii=False) + "\n" for mentor in lines), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
