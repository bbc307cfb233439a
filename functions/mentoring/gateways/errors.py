"""What can go wrong with an issuer. Code words only: neither tokens nor what the issuer wrote."""


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
