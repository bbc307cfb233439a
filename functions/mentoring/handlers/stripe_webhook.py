"""What Stripe tells: believed by its signature, read anew, taken in (SAF-5, invariants 2 to 4).

Stripe tells again for three days until it is answered with 2xx: only what is settled, or none of ours, is.
Nothing of a body is logged.
"""

from typing import Any, Final

from aws_lambda_powertools import Logger

from mentoring.domain.payments import NoticeRefusedError, PaymentsDownError
from mentoring.handlers import clock
from mentoring.handlers.till import till

ROUTE: Final = "POST /hooks/stripe"
SIGNATURE: Final = "stripe-signature"
TAKEN: Final = 204
REFUSED: Final = 400
LATER: Final = 503

logger = Logger(service="stripe-webhook")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take one notice. Raises what is a fault of ours: API Gateway answers 500, and the alarm rings."""
    try:
        return {"statusCode": _taken(event)}
    except NoticeRefusedError as refused:
        logger.warning("refused", reason=refused.reason)
        return {"statusCode": REFUSED}
    except PaymentsDownError as down:
        logger.warning("down", reason=down.reason)
        return {"statusCode": LATER}


def _taken(event: dict[str, Any]) -> int:
    made, now = till(), clock.now()
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    is_base64 = bool(event.get("isBase64Encoded"))
    body, signature = event.get("body") or "", headers.get(SIGNATURE, "")
    notice = made.provider.notice(body, signature, now, is_base64=is_base64)
    if notice.livemode is made.provider.is_live:
        made.settling(now, notice.event).notice(notice)
    logger.info("taken", notice=notice.event, kind=notice.kind)
    return TAKEN
