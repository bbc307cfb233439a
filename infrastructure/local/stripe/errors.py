"""What the double answers when it does not do what it is asked: Stripe's reference, "Errors"."""

from typing import Any


class StripeRefusal(Exception):  # noqa: N818 - an answer like any other, not a failure of ours
    """An answer with an error in it."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"error": {"type": kind, "message": message}}
        self.body["error"] |= {"code": code} if code else {}
        self.body["error"] |= {"param": param} if param else {}


def absent(param: str) -> StripeRefusal:
    """Return the answer to whoever leaves out what is needed."""
    return StripeRefusal(f"Missing required param: {param}.", code="parameter_missing", param=param)


def missing(kind: str, row_id: str, param: str = "id") -> StripeRefusal:
    """Return the answer to whoever asks for what does not exist."""
    return StripeRefusal(
        f"No such {kind.rpartition('.')[2]}: '{row_id}'", status=404, code="resource_missing", param=param
    )
