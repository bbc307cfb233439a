"""Withdraws again what a restore from a backup brought back (invariant 23).

The journal stands beside the database, so a restore does not reach it. Whatever it says was withdrawn after
the consent on file was given is withdrawn once more; a consent that is newer stays.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from mentoring.domain.audit import AuditLine, Change, profile_changes
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import RecordUnreadableError
from mentoring.domain.events import profile_events
from mentoring.domain.profile import LISTING, Audience, Consent, Profile, StoredProfile
from mentoring.domain.withdrawals import PUBLIC, Withdrawal, subjects_shown
from mentoring.usecases.settle_withdrawal import JOURNAL, journal_entries

ACTOR: Final = "system:restore"
MOMENT: Final = timedelta(microseconds=1)


class Journal(Protocol):
    """Where the journal is read."""

    def names(self, prefix: str) -> list[str]:
        """Return the keys that begin so."""

    def read(self, key: str) -> bytes | None:
        """Return what an object holds."""


class OwnedProfiles(Protocol):
    """Where mentors' profiles are kept, and who owns an address."""

    def owner_of(self, slug: str) -> str | None:
        """Return the member whose address this is."""

    def get(self, member_id: str) -> StoredProfile | None:
        """Return a mentor's profile."""

    def save(self, profile: Profile, replacing: StoredProfile | None, change: Change) -> StoredProfile:
        """Store a profile in the place of a version. Raises StaleProfileError."""


class Withdrawals(Protocol):
    """What must not be shown."""

    def of(self, slug: str) -> list[Withdrawal]:
        """Return what must not be shown of one mentor."""

    def note(self, withdrawal: Withdrawal) -> None:
        """Note what must not be shown, where nothing is noted of it."""


@dataclass(slots=True)
class Replayed:
    """What a replay found: files of the journal, and mentors of whom something was withdrawn again."""

    read: int = 0
    withdrawn: int = 0


def note_withdrawals(
    journal: Journal,
    profiles: OwnedProfiles,
    withdrawals: Withdrawals,
    settle: Callable[[str], None],
    unreadable: Callable[[str], None],
    fence: int,
) -> int:
    """Note anew what a restore has taken out of the withdrawals; return of how many addresses.

    To be done before anything else: whatever settles goes by these rows. What its mentor gave again since is
    noted as such, up to the last build's `fence`. Damaged files go to `unreadable` by their keys.
    """
    noted = []
    for slug, entries in _read(journal, unreadable):
        on_file = {each.subject for each in withdrawals.of(slug)}
        lost = [each for each in entries if each.subject not in on_file]
        stored = _stored_at(slug, profiles, unreadable) if lost else None
        for each in lost:
            is_again = stored is not None and _is_given_again(stored.profile, each)
            withdrawals.note(replace(each, again=fence) if is_again else each)
        noted += [slug] if lost else []
    for slug in noted:
        settle(slug)
    return len(noted)


def replay_withdrawals(
    journal: Journal,
    profiles: OwnedProfiles,
    settle: Callable[[str], None],
    unreadable: Callable[[str], None],
    now: datetime,
) -> Replayed:
    """Withdraw again everything that the journal has and the database no longer does; return counts.

    It may be run again at any time: what is withdrawn already stays as it is. An address without a profile is
    left hidden. A damaged file goes to `unreadable` by its key. Raises StaleProfileError where somebody
    changes a profile meanwhile: run it again.
    """
    replayed = Replayed()
    for slug, entries in _read(journal, unreadable):
        replayed.read += 1
        stored = _stored_at(slug, profiles, unreadable)
        if stored and (after := withdrawn_again(stored.profile, entries)) != stored.profile:
            profiles.save(after, stored, _told(stored, after, now))
            settle(slug)
            replayed.withdrawn += 1
    return replayed


def _read(journal: Journal, unreadable: Callable[[str], None]) -> Iterator[tuple[str, list[Withdrawal]]]:
    for key in journal.names(JOURNAL):
        slug = key.removeprefix(JOURNAL).removesuffix(".json")
        try:
            entries = journal_entries(slug, journal.read(key) or b"{}")
        except RecordUnreadableError:
            unreadable(key)
        else:
            yield slug, entries


def _stored_at(slug: str, profiles: OwnedProfiles, unreadable: Callable[[str], None]) -> StoredProfile | None:
    owner = profiles.owner_of(slug)
    try:
        return profiles.get(owner) if owner else None
    except RecordUnreadableError:  # nothing shows it: who mends it has to look here
        unreadable(f"{JOURNAL}{slug}.json")
        return None


def withdrawn_again(profile: Profile, entries: Iterable[Withdrawal]) -> Profile:
    """Return a profile without what was withdrawn after its consents were given."""
    due = {entry.subject: entry.at for entry in entries if _is_due(profile, entry)}
    if LISTING in due:  # they left, and took everything back
        given = [subject for subject in profile.consents if profile.audience_of(subject) is not Audience.NONE]
        taken_back = {subject: due.get(subject, due[LISTING]) for subject in given}
        return replace(
            profile,
            opted_out_on=day_of(due[LISTING]),
            consents={**profile.consents, **_consents(profile, taken_back, Audience.NONE)},
        )
    public = {LISTING: due.pop(PUBLIC)} if PUBLIC in due else {}
    changed = _consents(profile, public, Audience.MEMBERS) | _consents(profile, due, Audience.NONE)
    return replace(profile, consents={**profile.consents, **changed})


def _is_given_again(profile: Profile, entry: Withdrawal) -> bool:
    return entry.subject in subjects_shown(profile) and not _is_due(profile, entry)


def _is_due(profile: Profile, entry: Withdrawal) -> bool:
    if entry.subject not in subjects_shown(profile):
        return False
    return profile.consents[LISTING if entry.subject == PUBLIC else entry.subject].given_at < entry.at


def _consents(profile: Profile, taken_back: Mapping[str, datetime], audience: Audience) -> dict[str, Consent]:
    return {
        # A moment later: the log, which is never rewritten, may still hold the withdrawal itself.
        subject: replace(profile.consents[subject], audience=audience, given_at=at + MOMENT)
        for subject, at in taken_back.items()
    }


def _told(stored: StoredProfile, after: Profile, now: datetime) -> Change:
    version = stored.version + 1
    line = AuditLine(
        actor=ACTOR,
        action="replay-withdrawals",
        member_id=after.member_id,
        occurrence=str(version),
        at=now,
        changes=profile_changes(stored.profile, after),
    )
    # Versions come again after a restore, and the outbox may still hold the messages of the first time.
    told = profile_events(stored.profile, after, version, now)
    return Change(
        line, tuple(replace(each, occurrence=f"{each.occurrence}-{now.isoformat()}") for each in told)
    )
