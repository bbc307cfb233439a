"""How Stripe's library reaches Stripe: by urllib3, which every function has loaded anyway."""

from collections.abc import Mapping
from typing import Any, Final

import stripe
import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

# The library's own way waits 80 seconds, and brings half a megabyte of requests and its company.
TIMES: Final = urllib3.Timeout(connect=3, read=8)
# What happens before a request leaves. Anything else may have happened after Stripe had it.
NOT_SENT: Final = (ConnectTimeoutError, NewConnectionError, SSLError)


class LostError(stripe.APIConnectionError):
    """Whatever was sent may have reached Stripe, and no answer came back."""

    def __init__(self, what: str, *, should_retry: bool = True) -> None:
        super().__init__(what, should_retry=should_retry)  # type: ignore[no-untyped-call] # the library's own


class NotSentError(LostError):
    """Nothing has reached Stripe."""


class Transport(stripe.HTTPClient):
    """One pool of connections; the library decides what is tried again."""

    name = "urllib3"

    def __init__(self) -> None:
        super().__init__()
        self._pool = urllib3.PoolManager(timeout=TIMES, retries=False)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_usage: Any,  # what the library counts for itself
    ) -> tuple[str, int, Mapping[str, str]]:
        """Return body, status and headers of an answer. Raises LostError, NotSentError."""
        try:
            answer = self._pool.request(method.upper(), url, body=post_data, headers=headers, redirect=False)
        except NOT_SENT as error:
            raise NotSentError(type(error).__name__, should_retry=not isinstance(error, SSLError)) from None
        except HTTPError as error:
            raise LostError(type(error).__name__) from None
        return answer.data.decode(), answer.status, answer.headers

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()
