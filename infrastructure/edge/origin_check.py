"""Lets a request into the API that shows the distribution's secret, and no other.

API Gateway asks once an hour for each secret it is shown, and answers 401 itself where none is. At most 4,096
characters: the template holds the text itself.
"""

import hmac
import os
from typing import Any

SECRET = os.environ["ORIGIN_SECRET"].encode()


def handler(event: dict[str, Any], _context: object) -> dict[str, bool]:
    """Return API Gateway's simple answer: whether the request came by the distribution."""
    shown = event["headers"].get("x-origin-secret", "")
    return {"isAuthorized": hmac.compare_digest(shown.encode(), SECRET)}
