"""The payment provider's keys: a secret of the cloud, or a file of one machine. No error holds one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError

from mentoring.domain.payments import PaymentsDownError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

KEPT: Final = 300  # seconds until a key that was changed is read anew
TIMES: Final = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)


@dataclass(frozen=True, slots=True)
class PaymentKeys:
    """What we sign in with, and what signs the provider's notices: two while one takes over from another."""

    api_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)


def read_keys(secret: Path | str) -> PaymentKeys:
    """Return the keys: `{"api_key": "...", "webhook_secrets": ["..."]}`. Raises PaymentsDownError."""
    try:
        said = json.loads(secret.read_text("utf-8")) if isinstance(secret, Path) else _secret(secret)
        secrets = tuple(str(each) for each in said["webhook_secrets"])
        return PaymentKeys(str(said["api_key"]), secrets)
    except (OSError, KeyError, TypeError, ValueError, BotoCoreError):
        raise PaymentsDownError("keys") from None


def _secret(name: str) -> Mapping[str, Any]:
    from aws_lambda_powertools.utilities import parameters

    try:
        return cast(Mapping[str, Any], _provider().get(name, max_age=KEPT, transform="json"))
    except (parameters.GetParameterError, parameters.TransformParameterError):
        raise PaymentsDownError("keys") from None


@cache
def _provider() -> "SecretsProvider":
    """Return what remembers secrets for a while."""
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

    return SecretsProvider(boto_config=TIMES)
