"""One settable clock for everything that runs on this machine."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infrastructure.local.state import write_whole


class Clock:
    """Real time plus an offset. The offset is a file, so that it survives and that every process agrees."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """Return the instant it is here, in UTC."""
        return datetime.now(UTC) + self._offset()

    def set(self, moment: datetime) -> None:
        """Let it be this instant; time goes on running from there."""
        offset = moment - datetime.now(UTC)
        write_whole(self._file, json.dumps({"offset_seconds": offset.total_seconds()}))

    def _offset(self) -> timedelta:
        try:
            return timedelta(seconds=json.loads(self._file.read_text("utf-8"))["offset_seconds"])
        except FileNotFoundError:
            return timedelta()
