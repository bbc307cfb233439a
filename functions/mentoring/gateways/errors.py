"""What can go wrong with others. Code words only: neither tokens nor what was answered."""

from botocore.exceptions import ClientError


class IdentityProviderDownError(Exception):
    """The issuer cannot be asked, or answers what no issuer should."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the identity provider does not answer: {what}")
        self.what = what


class TokenRefusedError(Exception):
    """The issuer's answer says nothing that may be believed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the identity token was refused: {reason}")
        self.reason = reason


class UnknownKeyError(Exception):
    """A token is signed with a key that is not known here: the issuer may have changed its keys."""


class ObjectsDownError(Exception):
    """The bucket, or the folder in its place, does not do what it is asked."""

    def __init__(self, what: str) -> None:
        super().__init__(f"objects cannot be reached: {what}")
        self.what = what


class EdgeDownError(Exception):
    """The edge's key-value store, or the folder in its place, does not do what it is asked."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the edge's keys cannot be reached: {what}")
        self.what = what


class BuildsAsleepError(Exception):
    """The site's build cannot be woken. What was asked of it waits."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the site's build cannot be woken: {what}")
        self.what = what


def code_of(error: Exception) -> str:
    """Return the code word for what AWS, or the way there, answered."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__
