"""The files that were taken as workbooks (MOD-4): beside the database, in a place of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mentoring.gateway_settings import WorkbooksSettings
from mentoring.gateways.objects import Bucket, Folder, Objects

OWNER: Final = "member-"  # so that no member number is a folder's own sign, such as `..`
KEPT_BY_NOBODY: Final = "no-store"
BYTES: Final = "application/octet-stream"  # what it is, its row says; nothing shows it in its place


class WorkbookFiles:
    """Files by their member and a random id. Every method raises ObjectsDownError."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def keep(self, member_id: str, file_id: str, content: bytes) -> None:
        """Store a file as it came."""
        self._objects.write(_key(member_id, file_id), content, BYTES, KEPT_BY_NOBODY)

    def read(self, member_id: str, file_id: str) -> bytes | None:
        """Return a file; None where there is none."""
        return self._objects.read(_key(member_id, file_id))

    def remove(self, member_id: str, file_id: str) -> None:
        """Leave no such file."""
        self._objects.remove(_key(member_id, file_id))

    def of(self, member_id: str) -> list[str]:
        """Return the ids of a member's files."""
        return [key.rpartition("/")[2] for key in self._objects.names(f"{OWNER}{member_id}/")]

    def members(self) -> Iterator[str]:
        """Yield each member who has any."""
        owners = dict.fromkeys(key.partition("/")[0] for key in self._objects.names(""))
        return (owner.removeprefix(OWNER) for owner in owners)


def workbook_files(settings: WorkbooksSettings) -> WorkbookFiles:
    """Return the files of these settings; nothing is asked of them yet."""
    place = settings.place
    return WorkbookFiles(Folder(place) if isinstance(place, Path) else Bucket(place))


def _key(member_id: str, file_id: str) -> str:
    return f"{OWNER}{member_id}/{file_id}"
