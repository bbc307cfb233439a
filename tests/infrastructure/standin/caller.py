"""A function that makes the one call that it is told to, with a client as the stores have it."""

import os
from typing import Any

from botocore.exceptions import ClientError

from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Say whether the call was permitted."""
    names = dict.fromkeys(StorageSettings.__dataclass_fields__, "")
    client = dynamodb(StorageSettings(**names | {"endpoint": os.environ["ENDPOINT"]}))
    try:
        getattr(client, event["operation"])(**event["call"])
    except ClientError as error:
        if event.get("is_raised") or error.response["Error"]["Code"] != "AccessDeniedException":
            raise
        return {"is_permitted": False}
    return {"is_permitted": True}
