"""Reads at the payment provider what may have escaped us: each quarter of an hour, and deeper every night.

Events: `{"hours": 3}`, how far back to read.
"""

from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger

from mentoring.handlers import clock
from mentoring.handlers.till import Till, till
from mentoring.usecases.reconcile_payments import Reconciling

logger = Logger(service="reconciliation")


class ReconciliationIncompleteError(Exception):
    """Something could not be taken in; each was logged, and the next reconciliation tries again."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Reconcile for a schedule. Raises ReconciliationIncompleteError, after everything else was done."""
    return run(till(), timedelta(hours=event["hours"]), clock.now())


def run(made: Till, back: timedelta, now: datetime) -> dict[str, Any]:
    """Read so far back; return how much was looked at.

    Raises ReconciliationIncompleteError, and PaymentsDownError where the provider cannot be read.
    """
    read = failures = 0
    reconciling = Reconciling(
        waiting=made.registrations,
        provider=made.provider,
        settling=made.settling(now),
        giving=made.giving(now),
    )
    for about, error in reconciling.run(now - back):
        read += 1
        if error:
            failures += 1
            logger.error("failed", about=about, exc_info=error)
    logger.info("reconciled", read=read, failures=failures)
    if failures:
        raise ReconciliationIncompleteError(f"{failures} of {read} could not be taken in")
    return {"read": read}
