"""Everything the double knows, in one file of SQLite: what was committed survives a kill."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Final

Row = dict[str, Any]
"""An object as JSON. Keys that begin with `_` are ours, and nobody outside sees them."""

TABLE: Final = """
CREATE TABLE IF NOT EXISTS rows (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    said TEXT NOT NULL,
    UNIQUE (kind, id)
)
"""
WRITE: Final = (
    "INSERT INTO rows (kind, id, said) VALUES (?, ?, ?) "
    "ON CONFLICT (kind, id) DO UPDATE SET said = excluded.said"
)


class Store:
    """Rows of several kinds, in the order they came in."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")  # a kill loses nothing; a power cut may
        self._database.execute(TABLE)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Commit whatever is written in here at once, or nothing of it where it fails."""
        with self._lock:
            if self._database.in_transaction:
                yield
                return
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def put(self, kind: str, row: Row) -> None:
        """Write a row; one of the same id keeps its place."""
        with self._lock:
            self._database.execute(WRITE, (kind, row["id"], json.dumps(row)))

    def remove(self, kind: str, row_id: str) -> None:
        """Forget a row."""
        with self._lock:
            self._database.execute("DELETE FROM rows WHERE kind = ? AND id = ?", (kind, row_id))

    def find(self, kind: str, row_id: str) -> Row | None:
        """Return a row by its id; None where there is none."""
        with self._lock:
            found = self._database.execute(
                "SELECT said FROM rows WHERE kind = ? AND id = ?", (kind, row_id)
            ).fetchone()
        return json.loads(found[0]) if found else None

    def every(self, kind: str) -> list[Row]:
        """Return the rows of a kind, the oldest first."""
        with self._lock:
            found = self._database.execute(
                "SELECT said FROM rows WHERE kind = ? ORDER BY number", (kind,)
            ).fetchall()
        return [json.loads(said) for (said,) in found]
