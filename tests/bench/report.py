"""Keeps what was measured in tests/bench/report.json, a section for each part of `make bench`."""

import json
import os
from pathlib import Path
from typing import Any, Final

REPORT: Final = Path(__file__).parent / "report.json"


def keep(section: str, measured: Any) -> None:
    """Replace one section of the report; the others stay as they were measured last."""
    report = json.loads(REPORT.read_text("utf-8")) if REPORT.exists() else {}
    report |= {"cores": os.cpu_count(), section: measured}
    REPORT.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
