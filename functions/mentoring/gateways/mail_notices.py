"""What the mail service says of a letter later on, read from its own words. Nothing here names a person.

The event's fields: SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS".
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final

from mentoring.domain.address_marks import Fault, Notice

TAG: Final = "message"
PERMANENT: Final = "Permanent"  # other bounces pass: a full mailbox, a server that is down


class NoticeUnreadableError(Exception):
    """This is no notice of ours. Its text must not go on: it may hold an address."""


def tag_of(name: str) -> str:
    """Return a message's name as a tag of a letter: SES takes letters, digits, `-` and `_`, 256 at most."""
    return urlsafe_b64encode(name.encode()).decode().rstrip("=")


def notice_from(text: str) -> Notice | None:
    """Return what an event says of a letter; None where nothing follows from it.

    Raises NoticeUnreadableError.
    """
    try:
        event = json.loads(text)
        found = _fault(event)
        if found is None:
            return None
        fault, recipients = found
        (tag,) = event["mail"]["tags"][TAG]
        name = _name_of(tag)
        return Notice(message=name, fault=fault, address=str(recipients[0]["emailAddress"]))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise NoticeUnreadableError from None


def written_notice(name: str, address: str, fault: Fault) -> str:
    """Return an event as SES writes it, for the mailbox of one machine."""
    recipients = [{"emailAddress": address}]
    said: dict[str, Any] = {
        Fault.BOUNCED: {
            "eventType": "Bounce",
            "bounce": {"bounceType": PERMANENT, "bouncedRecipients": recipients},
        },
        Fault.COMPLAINED: {"eventType": "Complaint", "complaint": {"complainedRecipients": recipients}},
    }[fault]
    return json.dumps(said | {"mail": {"tags": {TAG: [tag_of(name)]}}})


def _fault(event: dict[str, Any]) -> tuple[Fault, list[dict[str, Any]]] | None:
    if event["eventType"] == "Complaint":
        return Fault.COMPLAINED, event["complaint"]["complainedRecipients"]
    if event["eventType"] == "Bounce" and event["bounce"]["bounceType"] == PERMANENT:
        return Fault.BOUNCED, event["bounce"]["bouncedRecipients"]
    return None


def _name_of(tag: str) -> str:
    name = urlsafe_b64decode(tag + "=" * (-len(tag) % 4)).decode()
    if name.count("#") < 3:  # kind, member, occurrence, channel
        raise ValueError("no message's name")
    return name
