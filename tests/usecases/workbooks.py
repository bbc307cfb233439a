"""A member who has paid, and what they may do with their workbook: over one database and one folder."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mentoring.content import Content
from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.policy import Policy
from mentoring.domain.registrations import Registration, StoredRegistration
from mentoring.domain.settling import settled
from mentoring.domain.workbooks import MemberWorkbooks, StoredWorkbookDraft
from mentoring.gateway_settings import WorkbooksSettings
from mentoring.gateways.workbooks import WorkbookFiles, workbook_files
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.registrations import RegistrationStore
from mentoring.storage.workbooks import WorkbookStore
from mentoring.usecases.fill_workbook import Filling
from mentoring.usecases.opt_in_fields import Lists
from mentoring.usecases.questionnaires import Shown
from mentoring.usecases.send_workbook import Sending
from mentoring.usecases.sweep_workbooks import WorkbookSweep
from mentoring.usecases.workbook_steps import STEPS
from tests.domain.registering import NOW, asking, checkout

MEMBER = "M-1"
REGISTRATION = "a" * 32


def register_paid(registrations: RegistrationStore, policy: Policy, now: datetime) -> Registration:
    """Have registered and paid."""
    asked = asking(policy, id=REGISTRATION, member_id=MEMBER)
    line = AuditLine(actor="t", action="register", member_id=MEMBER, occurrence="1", at=now, changes={})
    stored = registrations.open(asked, Change(line))
    paid = settled(asked, checkout(asked), False, registrations.numbers(), now)
    return registrations.save(paid, stored, Change(replace(line, occurrence="2"))).registration


class Desk:
    """What the functions would let them do, at an instant that a test moves."""

    def __init__(self, storage: StorageSettings, content: Content, folder: Path) -> None:
        self.storage, self.content, self.now = storage, content, NOW
        self.client: Any = dynamodb(storage)
        self.files = workbook_files(WorkbooksSettings(place=folder))
        self.policy = content.policy.facilitated_on(NOW.date())

    def over(self, client: Any, files: WorkbookFiles) -> "Desk":
        """The same with a client and files of its own."""
        other = object.__new__(Desk)
        other.__dict__.update(self.__dict__ | {"client": client, "files": files})
        return other

    @property
    def workbooks(self) -> WorkbookStore:
        """Where workbooks are kept."""
        return WorkbookStore(self.client, self.storage)

    @property
    def registrations(self) -> RegistrationStore:
        """Where registrations are kept."""
        return RegistrationStore(self.client, self.storage)

    @property
    def held(self) -> MemberWorkbooks:
        """What is held."""
        return self.workbooks.of(MEMBER)

    @property
    def registration(self) -> Registration:
        """What is on file."""
        stored = self.registrations.get(REGISTRATION)
        assert stored
        return stored.registration

    def pay(self) -> None:
        """Have paid."""
        register_paid(self.registrations, self.content.policy, self.now)

    def filling(self, **changes: Any) -> Filling:
        """Fill in the form, or upload a file."""
        fields: dict[str, Any] = {
            "lists": Lists(
                vocabularies=self.content.vocabularies,
                documents=self.content.policy.documents,
                today=self.now.date(),
                language="en",
            ),
            "now": self.now,
            "workbooks": self.workbooks,
            "member_id": MEMBER,
            "registration_id": REGISTRATION,
            "policy": self.policy,
        }
        return Filling(**fields | changes)

    def write(self, step: str, text: str, seen: int | None = None, **changes: Any) -> None:
        """Answer a page."""
        version = self.held.draft.version if seen is None else seen
        self.filling(**changes).save(STEPS[step], Shown([(step, text)]), version)

    def upload(self, content: bytes, name: str = "x.pdf") -> None:
        """Upload a file."""
        self.filling().take_file(name, content, self.files)

    def send(self, draft: StoredWorkbookDraft, seen: int = 0) -> StoredRegistration:
        """Hand in the file of a draft."""
        return Sending(
            workbooks=self.workbooks,
            registrations=self.registrations,
            registration=self.registration,
            seen=seen,
            now=self.now,
        ).upload(draft)

    def sweep(self, days: int) -> list[Any]:
        """The morning so many days later; what was done."""
        self.now += timedelta(days=days)
        return [done for _, done in WorkbookSweep(self.workbooks, self.files, self.now).run()]
