"""A member has one of their own receipts or credit notes sent to them again (MOD-24)."""

from datetime import datetime

from mentoring.domain.business_days import day_of
from mentoring.domain.paper_letters import letter_asked
from mentoring.domain.policy import Policy
from mentoring.domain.receipts import papers
from mentoring.domain.registrations import Registration, StoredRegistration
from mentoring.usecases.change_registration import (
    NoSuchRegistrationError,
    Registrations,
    acted,
    changed,
)


def send_paper(
    registration_id: str,
    member_id: str,
    paper: str,
    seen: str,
    registrations: Registrations,
    policy: Policy,
    now: datetime,
) -> StoredRegistration:
    """Ask for one letter. `seen` names the last one when the page was shown: a form sent twice asks once.

    Raises NoSuchRegistrationError where there is no such paper of theirs; RegistrationRefusedError beyond
    the policy's number in a day.
    """
    most = policy.facilitated_on(day_of(now)).paper_letters_per_day

    def decide(registration: Registration) -> Registration:
        names = {each.name for each in papers(registration)}
        if registration.member_id != member_id or paper not in names:
            raise NoSuchRegistrationError
        return letter_asked(registration, paper, seen, most, now)

    return changed(registrations, registration_id, decide, acted(f"member:{member_id}", "send", now))
