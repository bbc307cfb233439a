"""Letters that were held back for an address: sent, once the export brings another one (MOD-26)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mentoring.domain.policy import OutboxPolicy
from mentoring.settings import StorageSettings
from mentoring.storage.address_marks import AddressMarkStore
from mentoring.storage.letters import LetterStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.outbox import OutboxStore
from mentoring.usecases.mark_addresses import write_again

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The marks, and the letters that wait behind them."""

    marks: AddressMarkStore
    letters: LetterStore
    outbox: OutboxStore
    memberships: MembershipStore

    @classmethod
    def of(cls, client: "DynamoDBClient", storage: StorageSettings) -> "HeldBack":
        """Return those of these settings."""
        return cls(
            AddressMarkStore(client, storage),
            LetterStore(client, storage.outbox_table),
            OutboxStore(client, storage.outbox_table),
            MembershipStore(client, storage),
        )

    def write_again(self, policy: OutboxPolicy, now: datetime) -> int:
        """Let go out what has an address by now; return how many letters."""
        return write_again(self.marks, self.letters, self.outbox, self.memberships, policy, now)
