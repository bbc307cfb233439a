"""A member has a receipt or a credit note sent to them again: so often a day, each wish once (MOD-24)."""

from dataclasses import replace
from datetime import datetime

from mentoring.domain.business_days import day_of
from mentoring.domain.registration_errors import RegistrationRefusedError
from mentoring.domain.registrations import PaperLetter, Registration


def last_letter(registration: Registration, paper: str) -> str:
    """Return what names the last letter with a paper; empty before the first."""
    mine = (each.mark for each in registration.letters if each.paper == paper)
    return max(mine, default="")


def letter_asked(registration: Registration, paper: str, seen: str, most: int, now: datetime) -> Registration:
    """Return a registration with one more letter, where `seen` was the last one when its page was shown.

    Sent twice, a form asks for one. Raises RegistrationRefusedError beyond so many in a day of the
    association.
    """
    if seen != last_letter(registration, paper):
        return registration
    today = day_of(now)
    if sum(day_of(each.asked_at) == today for each in registration.letters) >= most:
        raise RegistrationRefusedError("letters")
    kept = (
        each
        for each in registration.letters
        if day_of(each.asked_at) == today or each.mark == last_letter(registration, each.paper)
    )
    return replace(registration, letters=(*kept, PaperLetter(paper=paper, asked_at=now)))
