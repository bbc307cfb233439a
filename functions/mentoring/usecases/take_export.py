"""Takes the member system's export from where it is left each night: each file once (ELI-10)."""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final, Protocol

from mentoring.usecases.import_report import FileReport

EXPORT: Final = "imports/members.csv"
TAKEN: Final = "imports/taken.json"


class Objects(Protocol):
    """Files beside the member database."""

    def read(self, key: str) -> bytes | None:
        """Return what a file holds; None where there is none."""

    def write(self, key: str, content: bytes) -> None:
        """Put a file in the place of whatever is there."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known of the last export that was taken. `report` is the key of its report."""

    fingerprint: str
    report: str
    is_refused: bool
    at: datetime  # UTC
    is_new: bool = False


def take_export(
    objects: Objects,
    importer: Callable[[BinaryIO], FileReport],
    keep_report: Callable[[FileReport], str],
    now: datetime,
    *,
    again: bool = False,
) -> Taken | None:
    """Import the export if it is another one than last time; None where there never was any.

    `again` takes a file that was refused once more, for whoever now lets it through.

    That it was taken is noted last. Whoever dies before leaves a file that is taken again, and rows that are
    in already are unchanged then.
    """
    export = objects.read(EXPORT)
    last = _last(objects)
    if export is None:
        return last
    fingerprint = hashlib.sha256(export).hexdigest()
    if last and last.fingerprint == fingerprint and not (again and last.is_refused):
        return last
    report = importer(io.BytesIO(export))
    taken = Taken(fingerprint, keep_report(report), report.refused is not None, now, is_new=True)
    noted = {
        "sha256": taken.fingerprint,
        "report": taken.report,
        "refused": taken.is_refused,
        "taken_at": now.isoformat(),
    }
    objects.write(TAKEN, json.dumps(noted, sort_keys=True).encode())
    return taken


def _last(objects: Objects) -> Taken | None:
    try:
        noted = json.loads(objects.read(TAKEN) or b"null")
        if not noted:
            return None
        at = datetime.fromisoformat(noted["taken_at"])
        return Taken(noted["sha256"], noted["report"], noted["refused"], at)
    except (KeyError, TypeError, ValueError):
        return None  # a damaged note: the file is taken once more, which changes nothing
