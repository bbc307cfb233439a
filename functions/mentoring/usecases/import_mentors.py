"""Takes mentors who opted in elsewhere: their answers and the consents these stand under (DIR-2 to DIR-5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import BinaryIO, Final

from mentoring.domain.audit import AuditLine, Change, profile_changes
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import SlugTakenError, StaleProfileError
from mentoring.domain.events import consent_events
from mentoring.domain.membership import Membership
from mentoring.domain.policy import Document
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.domain.slugs import slug_candidates
from mentoring.domain.vocabulary import Vocabulary
from mentoring.usecases.file_lines import physical_lines
from mentoring.usecases.import_report import FieldError, FileReport, Problem
from mentoring.usecases.mentor_consents import acknowledgements_of, consents_of
from mentoring.usecases.mentor_lines import MentorAnswers, MentorLines
from mentoring.usecases.stores import Erasures, Memberships, Profiles

AT_ONCE: Final = 200  # mentors held in memory

Numbered = tuple[int, MentorAnswers]


class MentorImport:
    """One run: what it reads from and decides by."""

    def __init__(
        self,
        memberships: Memberships,
        profiles: Profiles,
        erasures: Erasures,
        vocabularies: Mapping[str, Vocabulary],
        documents: Sequence[Document],
        now: datetime,
    ) -> None:
        self._memberships = memberships
        self._profiles = profiles
        self._erasures = erasures
        self._lines = MentorLines(vocabularies)
        self._documents = documents
        self._now = now
        self._given: set[str] = set()  # addresses that this run gave or found taken: not asked for again

    def run(self, source: BinaryIO, progress: Callable[[], None]) -> FileReport:
        """Create and update profiles from mentors.jsonl; return what became of each line.

        A bad line is reported and left out. A file that is older than the mentor's last confirmation, than an
        opt-out, a consent taken back or an erasure changes nothing of theirs. `progress` is called after each
        piece.
        """
        report = FileReport("mentors")
        for piece in _pieces(self._answers(source, report)):
            self._store(piece, report)
            progress()
        return report

    def _answers(self, source: BinaryIO, report: FileReport) -> Iterator[Numbered]:
        first_lines: dict[str, int] = {}
        for number, line in physical_lines(source):
            report.read += 1
            answers = self._lines.read(number, line)
            if isinstance(answers, list):
                report.reject(*answers)
            elif answers.member_id in first_lines:
                twice = FieldError("repeated-member", first=first_lines[answers.member_id])
                report.reject(Problem.of(twice, number, "member_id", answers.member_id))
            else:
                first_lines[answers.member_id] = number
                yield number, answers

    def _store(self, piece: Sequence[Numbered], report: FileReport) -> None:
        member_ids = [answers.member_id for _, answers in piece]
        damaged: list[str] = []
        members = self._memberships.get_many(member_ids, damaged.append)
        mentors = self._profiles.get_many(member_ids, damaged.append)
        erased = self._erased(member_ids)  # after the profiles: who is in neither was never erased
        for number, answers in piece:
            stored = mentors.get(answers.member_id)
            try:
                if answers.member_id in damaged:
                    raise FieldError("damaged-record", "member_id")
                erased_at = erased.get(answers.member_id)
                profile = self._decide(answers, members.get(answers.member_id), stored, erased_at)
                if stored and stored.profile == profile:
                    report.unchanged += 1
                    continue
                self._save(profile, stored, members[answers.member_id].name)
            except FieldError as error:
                value = getattr(answers, error.part, None) if error.part else None
                report.reject(Problem.of(error, number, "", _as_written(value)))
            else:
                report.changed += stored is not None
                report.created += stored is None

    def _erased(self, member_ids: Iterable[str]) -> dict[str, datetime]:
        """Return when each of these members last had something erased, of those who ever had."""
        wanted, last = set(member_ids), dict[str, datetime]()
        for each in self._erasures.all():
            if each.member_id in wanted:
                last[each.member_id] = max(each.at, last.get(each.member_id, each.at))
        return last

    def _decide(
        self,
        answers: MentorAnswers,
        member: Membership | None,
        stored: StoredProfile | None,
        erased_at: datetime | None,
    ) -> Profile:
        """Return the profile these answers lead to, its address still to be given. Raises FieldError."""
        before = stored.profile if stored else None
        if member is None:
            raise FieldError("no-such-member", "member_id")
        self._check_dates(answers, before)
        if erased_at and answers.opted_in_on <= day_of(erased_at):
            raise FieldError("erased-since", "opted_in_on")
        self._check_terms(answers)
        return self._profile(answers, before, member.language)

    def _profile(self, answers: MentorAnswers, before: Profile | None, language: str) -> Profile:
        return Profile(
            member_id=answers.member_id,
            slug=before.slug if before else "",
            years_of_experience=answers.years_of_experience,
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
            is_available=answers.available,
            returns_on=None if answers.available else answers.returns_on,
            capacity=answers.capacity,
            wants_search_engines=answers.search_engines,
            identity={name: answer.values for name, answer in answers.identity.items()},
            consents=consents_of(answers, language, before, self._now),
            acknowledgements=acknowledgements_of(answers, language, before, self._documents, self._now),
            opted_in_on=answers.opted_in_on,
            confirmed_on=answers.confirmed_on,
        )

    def _check_dates(self, answers: MentorAnswers, before: Profile | None) -> None:
        tomorrow = self._now.date() + timedelta(days=1)  # where some members live, it has begun
        for name, given_on in (("opted_in_on", answers.opted_in_on), ("confirmed_on", answers.confirmed_on)):
            if given_on > tomorrow:
                raise FieldError("in-the-future", name)
        if before and answers.confirmed_on < before.confirmed_on:
            raise FieldError("confirmed-since", "confirmed_on")
        if before and before.opted_out_on and answers.opted_in_on <= before.opted_out_on:
            raise FieldError("opted-out-since", "opted_in_on")

    def _check_terms(self, answers: MentorAnswers) -> None:
        if any(answers.terms_version not in document.versions for document in self._documents):
            raise FieldError("unknown-version", "terms_version")

    def _save(self, profile: Profile, stored: StoredProfile | None, name: str) -> None:
        """Store a profile; a new mentor's with the first of their addresses that nobody ever had."""
        try:
            if stored:
                self._profiles.save(profile, stored, self._change(profile, stored))
                return
            for slug in slug_candidates(name, profile.member_id):
                if slug in self._given:
                    continue
                self._given.add(slug)
                try:
                    first = replace(profile, slug=slug)
                    self._profiles.save(first, None, self._change(first, None))
                except SlugTakenError:
                    continue
                return
        except StaleProfileError:
            raise FieldError("changed-meanwhile") from None
        raise FieldError("no-free-address")

    def _change(self, profile: Profile, stored: StoredProfile | None) -> Change:
        before, version = (stored.profile, stored.version + 1) if stored else (None, 1)
        line = AuditLine(
            actor="system:import",
            action="import-mentor",
            member_id=profile.member_id,
            occurrence=str(version),
            at=self._now,
            changes=profile_changes(before, profile),
        )
        # A file speaks of many at once: the next build shows them. What is taken back is hidden at once, and
        # what was hidden is free to be shown.
        return Change(line, consent_events(before, profile, version, self._now) if before else ())


def _pieces(numbered: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    remaining = iter(numbered)
    while piece := list(islice(remaining, AT_ONCE)):
        yield piece


def _as_written(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
