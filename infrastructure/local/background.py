"""What goes on beside requests: messages and webhooks are delivered, builds that were asked for are made."""

import logging
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Final, Self

from infrastructure.local.builds import Builds
from infrastructure.local.notices import MailNotices
from infrastructure.local.stream import OutboxStream
from infrastructure.local.stripe.double import StripeDouble
from infrastructure.local.watcher import Watcher
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.message_rows import KIND, WAITING

LOG: Final = logging.getLogger(__name__)
ROUNDS: Final = 10  # a message may ask for a build; none of ours asks for a second one


class Background:
    """The outbox's stream, the notices of mail and of Stripe, and the builds, each in a thread of its own."""

    def __init__(
        self,
        stream: OutboxStream,
        notices: MailNotices,
        stripe: StripeDouble,
        builds: Builds,
        storage: StorageSettings,
    ) -> None:
        self._stream = stream
        self._notices = notices
        self._stripe = stripe
        self._builds = builds
        self._storage = storage
        self._watchers = (
            Watcher("outbox", stream.drain),
            Watcher("notices", notices.drain),
            Watcher("stripe", stripe.drain),
            Watcher("builds", builds.serve),
        )
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        for watcher in self._watchers:
            self._stack.enter_context(watcher)
        self._stack.callback(self._stream.stop)
        self._stack.callback(self._builds.stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Begin nothing, and wait for what is being done."""
        self._stack.close()

    def wake(self) -> None:
        """Look at once: something may have been committed."""
        for watcher in self._watchers:
            watcher.wake()

    def settle(self) -> None:
        """Do everything that waits, and what it leads to."""
        try:
            for _ in range(ROUNDS):
                told = [self._stream.drain(), self._notices.drain(), self._stripe.drain()]
                if not (any(told) or self._builds.serve()):
                    return
        except Exception:
            # As between turns of a schedule: it is told, and the watchers try again.
            LOG.exception("not everything that waited was done")

    def report(self) -> dict[str, Any]:
        """Return what waits and what is being done, without what any message says."""
        messages = sorted(self._messages(), key=lambda message: str(message["id"]))
        waiting = sum(1 for message in messages if message["is_waiting"])
        is_told = self._notices.is_waiting or self._stripe.is_waiting
        build = {"is_running": self._builds.is_running, "is_requested": self._builds.is_requested}
        return {
            "is_quiet": not (waiting or is_told or any(build.values())),
            "waiting": waiting,
            "build": build,
            "messages": messages,
        }

    def _messages(self) -> list[dict[str, Any]]:
        pages = (
            dynamodb(self._storage)
            .get_paginator("scan")
            .paginate(TableName=self._storage.outbox_table, ConsistentRead=True)
        )
        return [
            {
                "id": row["pk"]["S"].removeprefix("MESSAGE#"),
                "state": row["state"]["S"],
                "attempts": int(row["attempts"]["N"]),
                "is_waiting": row.get("queue") == {"S": WAITING},
                "due_at": row.get("due_at", {}).get("S"),
            }
            for page in pages
            for row in page["Items"]
            if row["sk"]["S"] == KIND
        ]
