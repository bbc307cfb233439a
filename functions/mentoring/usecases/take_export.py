"""Takes the member system's export from where it is left each night: each file once (ELI-10)."""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
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
    is_new: bool = False


def take_export(
    objects: Objects, importer: Callable[[BinaryIO], FileReport], keep_report: Callable[[FileReport], str]
) -> Taken | None:
    """Import the export if it is another one than last time; None where there never was any.

    That it was taken is noted last. Whoever dies before leaves a file that is taken again, and rows that are
    in already are unchanged then.
    """
    export = objects.read(EXPORT)
    last = _last(objects)
    if export is None:
        return last
    fingerprint = hashlib.sha256(export).hexdigest()
    if last and last.fingerprint == fingerprint:
        return last
    report = importer(io.BytesIO(export))
    taken = Taken(fingerprint, keep_report(report), report.refused is not None, is_new=True)
    noted = {"sha256": taken.fingerprint, "report": taken.report, "refused": taken.is_refused}
    objects.write(TAKEN, json.dumps(noted, sort_keys=True).encode())
    return taken


def _last(objects: Objects) -> Taken | None:
    try:
        noted = json.loads(objects.read(TAKEN) or b"null")
        return Taken(noted["sha256"], noted["report"], noted["refused"]) if noted else None
    except (KeyError, TypeError, ValueError):
        return None  # a damaged note: the file is taken once more, which changes nothing
