"""The connection to the member database."""

import os
from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from mentoring.settings import StorageSettings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LOCAL_REGION: Final = "ca-central-1"
# A call answers in milliseconds: one that hangs is given up and tried again, well within a function's time.
TIMES: Final = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 5},
    max_pool_connections=16,
)


def dynamodb(settings: StorageSettings, times: Config = TIMES) -> "DynamoDBClient":
    """Return a client for these settings: AWS's own engine, or the one at `settings.endpoint`."""
    if settings.endpoint is None:
        return boto3.client("dynamodb", config=times)
    return isolated_session().client(
        "dynamodb", endpoint_url=settings.endpoint, config=times.merge(Config(proxies={}))
    )


def isolated_session() -> boto3.Session:
    """Return a session that reads nothing of the person's AWS set-up (profile, credentials, proxies).

    Sample members must not travel, and a test must never find a real table.
    """
    nowhere = (None, None, os.devnull, None)
    isolated = botocore.session.Session(
        {"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
    )
    isolated.register_component("data_loader", _models())
    return boto3.Session(
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the embedded engine takes any
        region_name=LOCAL_REGION,
        botocore_session=isolated,
    )


@cache
def _models() -> Loader:
    """Return the descriptions of AWS's services, read once for all clients of this process."""
    return create_loader()
