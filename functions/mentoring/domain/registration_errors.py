"""Errors of the rules about registrations and their money."""

from mentoring.domain.errors import DomainError
from mentoring.domain.payments import Found


class RegistrationMovedError(DomainError):
    """A registration is no longer where this act is possible."""

    def __init__(self, registration_id: str, state: str, act: str) -> None:
        super().__init__(f"{act} is not possible on {registration_id}, which is {state}")
        self.registration_id = registration_id
        self.state = state
        self.act = act


class StaleRegistrationError(DomainError):
    """Somebody else saved this registration since it was read: read it again and decide anew."""

    def __init__(self, registration_id: str, expected_version: int) -> None:
        super().__init__(f"registration {registration_id} is no longer at version {expected_version}")
        self.registration_id = registration_id
        self.expected_version = expected_version


class RegistrationRefusedError(DomainError):
    """Somebody cannot register, pay, hand in or cancel. `reason` is a code that the page has words for."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"refused: {reason}")
        self.reason = reason


class StaleNumberError(DomainError):
    """The number of a receipt or credit note was given to somebody else since it was read."""

    def __init__(self, series: str, number: int) -> None:
        super().__init__(f"{series} {number} is given")
        self.series = series
        self.number = number


class RefundMovedError(DomainError):
    """A refund cannot go from where it is to there (invariant 11)."""

    def __init__(self, refund_id: str, state: str, wanted: str) -> None:
        super().__init__(f"refund {refund_id} is {state} and cannot become {wanted}")
        self.refund_id = refund_id
        self.state = state
        self.wanted = wanted


class RefundTooLargeError(DomainError):
    """More would go back than was charged (SAF-5, invariant 5). Amounts in cents."""

    def __init__(self, payment_intent: str, asked_cents: int, left_cents: int) -> None:
        super().__init__(f"{asked_cents} cents of {payment_intent}, of which {left_cents} are left")
        self.payment_intent = payment_intent
        self.asked_cents = asked_cents
        self.left_cents = left_cents


class PaymentDiffersError(DomainError):
    """Money came that is not what was asked for: a person decides (invariant 2). `code` says in what."""

    def __init__(self, registration_id: str, found: Found, code: str) -> None:
        super().__init__(f"{found.about}, for {registration_id}, differs: {code}")
        self.registration_id = registration_id
        self.found = found
        self.code = code


class DifferenceKnownError(DomainError):
    """This difference is on file already, open or settled."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is known")
        self.name = name
