"""Takes out of a member's registrations what an erasure takes (SAF-1); what money moved for is kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from mentoring.domain.errors import StaleProfileError
from mentoring.domain.registration_traces import is_left, unregistered
from mentoring.domain.registrations import StoredRegistration
from mentoring.settings import StorageSettings
from mentoring.storage.registration_rows import current_end_write, registration_write
from mentoring.storage.registrations import RegistrationStore
from mentoring.storage.transaction import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class RegistrationTraces:
    """The registrations table, for erasures."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._registrations = RegistrationStore(client, settings)
        self._table = settings.registrations_table

    def are_left(self, member_id: str, at: datetime) -> bool:
        """Return whether an erasure would take something of a member's registrations."""
        return is_left((each.registration for each in self._of(member_id)), at)

    def writes(self, member_id: str, until: datetime) -> Iterator[Write]:
        """Yield what takes it out of the registrations that were opened until then.

        Refused: StaleProfileError, for somebody pays, or the money's state has changed since it was read.
        """
        for stored in self._of(member_id):
            before = stored.registration
            after = unregistered(before, until)
            if after == before or before.opened_at > until:
                continue
            saved = StoredRegistration(after, stored.version + 1)
            write = registration_write(self._table, saved)
            yield Write(write.request, StaleProfileError(member_id, stored.version))
            if before.is_current and not after.is_current:
                yield current_end_write(self._table, after)

    def _of(self, member_id: str) -> list[StoredRegistration]:
        # A damaged one may be about money: it stays for a person to mend, and stops no erasure.
        return self._registrations.of(member_id, lambda _: None)
