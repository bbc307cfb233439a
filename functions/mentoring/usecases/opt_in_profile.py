"""From a draft to the profile that it publishes: consents and agreements with their dates (DIR-4, DIR-5)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mentoring.domain.business_days import day_of
from mentoring.domain.drafts import Answers, Draft
from mentoring.domain.policy import Document
from mentoring.domain.profile import IDENTITY_FIELDS, LISTING, Acknowledgement, Audience, Consent, Profile


def composed_profile(
    draft: Draft, before: Profile | None, documents: Sequence[Document], language: str, now: datetime
) -> Profile:
    """Return the profile of a whole draft; a first one's address is still to be given.

    A consent that did not change keeps its date, one that did is dated now, in the language of the page that
    asked. The version of its wording is the first document's, the terms of use. Who has left begins anew.
    """
    answers, today = draft.answers, day_of(now)
    known = before if before and not before.opted_out_on else None
    years = answers.years_of_experience
    assert years is not None  # noqa: S101 - the draft is whole
    return Profile(
        member_id=draft.member_id,
        slug=before.slug if before else "",
        years_of_experience=years,
        areas=answers.areas,
        training=answers.training,
        client_ages=answers.client_ages,
        languages=answers.languages,
        topics=answers.topics,
        province=answers.province,
        city=answers.city,
        formats=answers.formats,
        frequency=answers.frequency,
        bio=answers.bio,
        is_available=bool(answers.is_available),
        returns_on=None if answers.is_available else answers.returns_on,
        capacity=answers.capacity,
        wants_search_engines=answers.wants_search_engines,
        identity=answers.identity,
        consents=_consents(answers, before, Choosing(documents[0].current(today), language, now)),
        acknowledgements=_acknowledgements(answers, before, documents, language, now),
        opted_in_on=known.opted_in_on if known else today,
        confirmed_on=max(known.confirmed_on, today) if known else today,
    )


class Choosing:
    """The moment of a choice: which wording asked for it, in which language, when."""

    def __init__(self, wording_version: str, language: str, now: datetime) -> None:
        self._wording_version = wording_version
        self._language = language
        self._now = now

    def consent(self, subject: str, audience: Audience, old: Consent | None) -> Consent:
        """Return a choice about one subject, later than the one it takes the place of."""
        # Under a clock that stands still, a change is still later than what it changes.
        later = old.given_at + timedelta(microseconds=1) if old else self._now
        return Consent(
            subject=subject,
            audience=audience,
            given_at=max(self._now, later),
            wording_version=self._wording_version,
            language=self._language,
        )


def agreed_to_all(profile: Profile, documents: Sequence[Document], now: datetime) -> Profile:
    """Return a profile as if every document had been agreed to: a preview comes before that (DIR-6)."""
    agreed = {
        document.id: Acknowledgement(
            document=document.id, version=document.current(day_of(now)), language="", given_at=now
        )
        for document in documents
    }
    return replace(profile, acknowledgements=agreed)


def _consents(answers: Answers, before: Profile | None, choosing: Choosing) -> dict[str, Consent]:
    known = before.consents if before else {}
    left = before is not None and before.opted_out_on is not None
    # An answer that is no longer given takes its consent back.
    wanted = dict.fromkeys(known, Audience.NONE)
    wanted |= {name: answers.share_of(name) for name in IDENTITY_FIELDS if answers.identity.get(name)}
    wanted[LISTING] = answers.listing
    consents = {}
    for subject, audience in wanted.items():
        old = known.get(subject)
        stays = old is not None and old.audience is audience and (audience is Audience.NONE or not left)
        consents[subject] = old if old and stays else choosing.consent(subject, audience, old)
    return consents


def _acknowledgements(
    answers: Answers,
    before: Profile | None,
    documents: Sequence[Document],
    language: str,
    now: datetime,
) -> dict[str, Acknowledgement]:
    """Return what was agreed to; a version agreed to before keeps its day, unless they left since."""
    known = dict(before.acknowledgements) if before else {}
    given = {
        document: Acknowledgement(
            document=document, version=version, language=answers.agreed_in or language, given_at=now
        )
        for document, version in answers.agreed.items()
        if document in {each.id for each in documents}
    }
    if before and not before.opted_out_on:
        given = {
            document: known[document] if document in known and known[document].version == new.version else new
            for document, new in given.items()
        }
    return {**known, **given}
