"""What the mail service says of letters: addresses that bounce or complain are marked (MOD-26).

Events: records of SNS, each with one event of SES; `{"clear": ["<member id>"]}` by a person who knows that
letters arrive again. Nothing of an event is logged: it names an address, and the subject of a letter.
"""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from mentoring.gateways.mail_notices import NoticeUnreadableError, notice_from
from mentoring.handlers import clock
from mentoring.settings import StorageSettings
from mentoring.storage.address_marks import AddressMarkStore
from mentoring.storage.client import dynamodb
from mentoring.storage.letters import LetterStore
from mentoring.storage.memberships import MembershipStore
from mentoring.usecases.mark_addresses import Taken, clear_mark, take_notice

logger = Logger(service="mail-notices")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take notices, or a person's decision. Raises what the database raises: Lambda tries again."""
    for record in event.get("Records", []):
        _take(record["Sns"]["Message"])
    for member_id in event.get("clear", []):
        is_cleared = clear_mark(member_id, stores()[0], clock.now())
        logger.info("cleared" if is_cleared else "not-marked", member_id=member_id)
    return {}


def _take(text: str) -> None:
    try:
        notice = notice_from(text)
    except NoticeUnreadableError:
        logger.error("unreadable")  # again it would be no better; the next letter that bounces says it anew
        return
    if notice is None:
        return
    taken = take_notice(notice, *stores(), clock.now())
    log = logger.error if taken is Taken.NOT_A_MEMBERS else logger.info
    log(taken.value, message_id=notice.message, fault=notice.fault.value)


@cache
def stores() -> tuple[AddressMarkStore, LetterStore, MembershipStore]:
    """Return this function's stores. Raises SettingsError."""
    settings = StorageSettings.from_environment(os.environ)
    client = dynamodb(settings)
    letters = LetterStore(client, settings.outbox_table)
    return AddressMarkStore(client, settings), letters, MembershipStore(client, settings)
