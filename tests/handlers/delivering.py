"""The outbox's function over a match request's desk: what members find in their mailboxes."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from mentoring.handlers import outbox
from mentoring.settings import StorageSettings
from tests.usecases.matching import Matching

ROOT = Path(__file__).parent.parent.parent


def outbox_environment(engine: StorageSettings, folder: Path) -> dict[str, str]:
    """What the template and the embedded cloud give the function."""
    return {
        "MEMBERSHIPS_TABLE_NAME": engine.memberships_table,
        "PROFILES_TABLE_NAME": engine.profiles_table,
        "CONSENTS_TABLE_NAME": engine.consents_table,
        "RELEASES_TABLE_NAME": engine.releases_table,
        "OUTBOX_TABLE_NAME": engine.outbox_table,
        "AUDIT_TABLE_NAME": engine.audit_table,
        "WITHDRAWALS_TABLE_NAME": engine.withdrawals_table,
        "REQUESTS_TABLE_NAME": engine.requests_table,
        "REGISTRATIONS_TABLE_NAME": engine.registrations_table,
        "DYNAMODB_ENDPOINT": str(engine.endpoint),
        "CONTENT_FOLDER": str(ROOT / "content"),
        "SITE_URL": "https://mentors.example/",
        "MAIL_SENDER": "otmentor@association.example",
        "MAIL_FOLDER": str(folder / "mail"),
        "SITE_FOLDER": str(folder / "site"),
        "EDGE_FOLDER": str(folder / "edge"),
        "PAYMENTS_FILE": str(folder / "keys.json"),
        "PAYMENTS_ADDRESS": "http://127.0.0.1:9",
    }


class Mailroom:
    """Two people's desk, and the function that brings out what was told there."""

    def __init__(self, desk: Matching, folder: Path, monkeypatch: Any) -> None:
        self.desk = desk
        self._folder = folder
        self._read: set[str] = set()
        for name, value in outbox_environment(desk.storage, folder).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("mentoring.handlers.clock.now", lambda: desk.now)
        outbox.carriers.cache_clear()

    def deliver(self) -> list[EmailMessage]:
        """Let ten minutes go by and a sweep bring out what waits; return the letters that are new."""
        self.desk.now += timedelta(minutes=10)
        outbox.handler({"sweep": True}, None)
        files = sorted((self._folder / "mail").glob("*.eml"))
        fresh = [file for file in files if file.name not in self._read]
        self._read.update(file.name for file in fresh)
        return [message_from_bytes(file.read_bytes(), policy=default) for file in fresh]

    def subjects(self) -> list[str]:
        """Deliver; return what the letters are about, in the order of their words."""
        return sorted(str(letter["Subject"]) for letter in self.deliver())

    def state(self, kind: str) -> str:
        """How far the only message about this kind of event has come."""
        (state,) = self.states(kind)
        return state

    def states(self, kind: str) -> list[str]:
        """How far each message about this kind of event has come; an erasure takes along what it told."""
        rows = (row for row in self.desk.rows("outbox") if row["pk"]["S"].startswith(f"MESSAGE#{kind}#"))
        return [str(row["state"]["S"]) for row in rows]
