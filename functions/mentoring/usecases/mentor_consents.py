"""The consents and agreements that a line of mentors.jsonl leads to, each with its date (DIR-4, DIR-5)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from mentoring.domain.policy import Document
from mentoring.domain.profile import LISTING, Acknowledgement, Audience, Consent, Profile
from mentoring.usecases.import_report import FieldError
from mentoring.usecases.mentor_lines import MentorAnswers

NOON: Final = time(12, tzinfo=UTC)


def consents_of(
    answers: MentorAnswers, language: str, before: Profile | None, now: datetime
) -> dict[str, Consent]:
    """Return every consent: those that did not change as they were, with their own dates (DIR-4).

    Raises FieldError where one would be widened that was changed after the line's confirmation.
    """
    known = before.consents if before else {}
    # An answer that is no longer given takes its consent back.
    wanted = dict.fromkeys(known, Audience.NONE)
    wanted |= {subject: answer.share for subject, answer in answers.identity.items()}
    wanted[LISTING] = answers.listing
    consents: dict[str, Consent] = {}
    for subject, audience in wanted.items():
        old = known.get(subject)
        if old and old.audience is audience:
            consents[subject] = old
        elif old and _widens(old.audience, audience) and old.given_at.date() > answers.confirmed_on:
            raise FieldError("withdrawn-since", subject)
        else:
            consents[subject] = Consent(
                subject=subject,
                audience=audience,
                given_at=_given_at(answers.opted_in_on, before, old, now),
                wording_version=answers.terms_version,
                language=language,
            )
    return consents


def acknowledgements_of(
    answers: MentorAnswers,
    language: str,
    before: Profile | None,
    documents: Sequence[Document],
    now: datetime,
) -> dict[str, Acknowledgement]:
    """Return what was agreed to, every document in the file's version or in a newer one (DIR-5)."""
    known = before.acknowledgements if before else {}
    given = {
        document.id: Acknowledgement(
            document=document.id,
            version=answers.terms_version,
            language=language,
            given_at=_given_at(answers.opted_in_on, before, None, now),
        )
        for document in documents
    }
    for document in documents:
        old = known.get(document.id)
        if old and document.versions.get(old.version, date.min) >= document.versions[answers.terms_version]:
            given[document.id] = old
    return {**known, **given}


def _given_at(opted_in_on: date, before: Profile | None, old: Consent | None, now: datetime) -> datetime:
    """The file knows the day alone: its noon in UTC stands for a first opt-in, now for a change."""
    if before is None:
        return min(datetime.combine(opted_in_on, NOON), now)
    # Under a clock that stands still, a change is still later than what it changes.
    return max(now, old.given_at + timedelta(microseconds=1)) if old else now


def _widens(before: Audience, after: Audience) -> bool:
    order = (Audience.NONE, Audience.MEMBERS, Audience.PUBLIC)
    return order.index(after) > order.index(before)
