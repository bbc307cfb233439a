"""What there is of a member at this moment, for whoever ends what they left."""

from datetime import date
from typing import TYPE_CHECKING

from mentoring.settings import StorageSettings
from mentoring.storage.batches import read_records
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.mentee_profiles import KIND
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.records import member_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class PresenceStore:
    """Memberships, profiles and questionnaires, read alone. What is damaged is there."""

    def __init__(self, client: "DynamoDBClient", settings: StorageSettings) -> None:
        self._client = client
        self._requests = settings.requests_table
        self._memberships = MembershipStore(client, settings)
        self._profiles = ProfileStore(client, settings)

    def is_active(self, member_id: str, today: date) -> bool:
        """Return whether a membership counts on a day."""
        damaged = list[str]()
        known = self._memberships.get_many([member_id], damaged.append).get(member_id)
        return bool(damaged) or (known is not None and known.is_active(today))

    def is_mentor(self, member_id: str) -> bool:
        """Return whether a member has a profile and has not opted out."""
        damaged = list[str]()
        stored = self._profiles.get_many([member_id], damaged.append).get(member_id)
        return bool(damaged) or (stored is not None and not stored.profile.opted_out_on)

    def questionnaire(self, member_id: str) -> int:
        """Return which questionnaire a member has as a mentee, by its first version; 0 for none."""
        rows = read_records(self._client, self._requests, [member_key(member_id, KIND)], "begun")
        return next((int(row["begun"]["N"]) for row in rows if "begun" in row), 0)
