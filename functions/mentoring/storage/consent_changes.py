"""What a change of consents writes: what nobody may see any more, and what somebody may see again.

What is given again must not show the answer that was withdrawn, which a release may still hold: it counts
for the releases of later builds. A build is later when its fence is higher than the last one at the commit,
so the commit names that fence. An answer changed while it is shown, so that a value goes, counts likewise.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mentoring.domain.profile import Profile
from mentoring.domain.withdrawals import Withdrawal, answers_gone, subjects_shown
from mentoring.settings import StorageSettings
from mentoring.storage.build_rows import LOCK
from mentoring.storage.transaction import Write
from mentoring.storage.withdrawals import WithdrawalStore, again_writes, taken_writes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class BuildBeganError(Exception):
    """A build was let in between the reading of the last fence and the commit: read it again."""


def consent_change_writes(
    client: "DynamoDBClient", tables: StorageSettings, before: Profile | None, after: Profile, at: datetime
) -> list[Write]:
    """Return the writes; the last one raises BuildBeganError where a build was let in meanwhile."""
    if before is None:
        return []
    shown, still_shown = subjects_shown(before), subjects_shown(after)
    taken = taken_writes(tables.withdrawals_table, after.slug, shown - still_shown, at)
    given = still_shown - shown
    withdrawn = WithdrawalStore(client, tables.withdrawals_table).of(after.slug) if given else []
    again = [each for each in withdrawn if each.subject in given]
    again += [
        # Since its consent, which stands: a replay of the journal must not take that back.
        Withdrawal(slug=after.slug, subject=name, at=after.consents[name].given_at)
        for name in sorted(answers_gone(before, after))
    ]
    return [*taken, *(_again(client, tables, again) if again else [])]


def _again(client: "DynamoDBClient", tables: StorageSettings, withdrawn: Iterable[Withdrawal]) -> list[Write]:
    lock = client.get_item(TableName=tables.releases_table, Key=LOCK, ConsistentRead=True).get("Item", {})
    fence = lock.get("fence", {"N": "0"})
    same: Any = {
        "TableName": tables.releases_table,
        "Key": LOCK,
        "ConditionExpression": "fence = :last" if lock else "attribute_not_exists(pk)",
    }
    if lock:
        same["ExpressionAttributeValues"] = {":last": fence}
    writes = again_writes(tables.withdrawals_table, withdrawn, int(fence["N"]))
    return [*writes, Write({"ConditionCheck": same}, BuildBeganError())]
