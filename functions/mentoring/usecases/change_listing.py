"""What mentors do with their listing: pause, resume, cap, share, withdraw, leave (DIR-4, DIR-7 to DIR-9)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from mentoring.domain.audit import AuditLine, Change, ProfileChange, profile_changes
from mentoring.domain.business_days import day_of
from mentoring.domain.errors import MembershipLapsedError, NoListingError, StaleProfileError
from mentoring.domain.events import profile_events
from mentoring.domain.profile import IDENTITY_FIELDS, LISTING, Audience, Consent, Profile, StoredProfile
from mentoring.usecases.opt_in_profile import Choosing
from mentoring.usecases.stores import Profiles

Decide = Callable[[Profile], Profile]
Check = Callable[[StoredProfile, Profile], None]

ATTEMPTS: Final = 5
"""How often an act that never conflicts is decided anew: each time, somebody else's change was saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingActs:
    """One mentor's acts of one request. `wording_version` and `language` are those of the page that asked."""

    profiles: Profiles
    member_id: str
    is_active: bool  # the membership counts (ELI-8)
    wording_version: str
    language: str
    now: datetime

    def pause(self, returns_on: date | None, version: int | None = None) -> StoredProfile:
        """Take on nobody for a while, until a day or until further notice (DIR-7).

        Without a version it is decided anew over whatever was saved meanwhile. Raises NoListingError,
        StaleProfileError.
        """
        return self._change("pause", _pausing(returns_on), version)

    def decided_pause(self, returns_on: date | None) -> ProfileChange | None:
        """Return a pause to be saved together with what it comes with; None where there is none to save."""
        try:
            decided = self._decided("pause", _pausing(returns_on))
        except NoListingError:  # whoever left takes on nobody anyway
            return None
        return None if decided.after == decided.replacing.profile else decided

    def resume(self) -> StoredProfile:
        """Take on mentees again, whatever else was changed meanwhile.

        Raises MembershipLapsedError, NoListingError.
        """
        self._require_active()
        return self._change("resume", lambda profile: replace(profile, is_available=True, returns_on=None))

    def cap(self, capacity: int | None, version: int) -> StoredProfile:
        """Take on so many mentees at once, None for as many as time allows (DIR-9).

        Raises NoListingError, StaleProfileError.
        """
        return self._change("set-capacity", lambda profile: replace(profile, capacity=capacity), version)

    def share(
        self, audiences: Mapping[str, Audience], wants_search_engines: bool, version: int
    ) -> StoredProfile:
        """Let each of these subjects be seen by its audience; others stay as they are (DIR-4).

        Taking something back is never refused, whoever changed the profile meanwhile. Raises
        MembershipLapsedError, NoListingError, StaleProfileError where something more would be shown.
        """

        def decide(profile: Profile) -> Profile:
            consents = {
                subject: self._consent(profile, subject, audience)
                for subject, audience in audiences.items()
                if audience is not profile.audience_of(subject)
            }
            return replace(
                profile,
                consents={**profile.consents, **consents},
                wants_search_engines=wants_search_engines,
            )

        def check(stored: StoredProfile, after: Profile) -> None:
            # Of the very profile that is saved over: what it shares may have been taken back a moment ago.
            if shows_more(stored.profile, after):
                self._require_active()
                if stored.version != version:
                    raise StaleProfileError(self.member_id, version)

        return self._change("share", decide, check=check)

    def leave(self) -> StoredProfile:
        """Opt out: every consent is withdrawn (DIR-8). Leaving again changes nothing.

        Raises NoListingError.
        """

        def decide(profile: Profile) -> Profile:
            if profile.opted_out_on:
                return profile
            given = [
                subject for subject in profile.consents if profile.audience_of(subject) is not Audience.NONE
            ]
            withdrawn = {subject: self._consent(profile, subject, Audience.NONE) for subject in given}
            return replace(profile, opted_out_on=day_of(self.now), consents={**profile.consents, **withdrawn})

        return self._change("leave", decide)

    def _change(
        self, action: str, decide: Decide, version: int | None = None, check: Check = lambda *_: None
    ) -> StoredProfile:
        """Save what is decided, with its messages and its audit line.

        An act that is done already, by the other click of two, changes nothing more. With a version it
        is refused where the profile is another one by now; without, it is decided anew. `check` raises what
        keeps this change of this profile from being saved.
        """
        for _ in range(ATTEMPTS):
            decided = self._decided(action, decide)
            stored, after = decided.replacing, decided.after
            if after == stored.profile:
                return stored
            if version is not None and stored.version != version:
                break
            check(stored, after)
            try:
                return self.profiles.save(after, stored, decided.told)
            except StaleProfileError:
                continue
        raise StaleProfileError(self.member_id, stored.version)

    def _decided(self, action: str, decide: Decide) -> ProfileChange:
        """Return what an act makes of the profile as it stands. Raises NoListingError."""
        stored = self.stored()
        if stored.profile.opted_out_on and action != "leave":
            raise NoListingError(self.member_id)
        after = self._confirmed(stored.profile, decide(stored.profile))
        return ProfileChange(stored, after, self._told(action, stored, after))

    def stored(self) -> StoredProfile:
        """Return the profile as it stands. Raises NoListingError."""
        stored = self.profiles.get_many([self.member_id]).get(self.member_id)
        if stored is None:
            raise NoListingError(self.member_id)
        return stored

    def _confirmed(self, before: Profile, after: Profile) -> Profile:
        """Return a changed profile as confirmed today, so that no older file undoes the change."""
        if after == before or after.opted_out_on:
            return after
        return replace(after, confirmed_on=max(before.confirmed_on, day_of(self.now)))

    def _consent(self, profile: Profile, subject: str, audience: Audience) -> Consent:
        choosing = Choosing(self.wording_version, self.language, self.now)
        return choosing.consent(subject, audience, profile.consents.get(subject))

    def _told(self, action: str, stored: StoredProfile, after: Profile) -> Change:
        version = stored.version + 1
        line = AuditLine(
            actor=f"member:{self.member_id}",
            action=action,
            member_id=self.member_id,
            occurrence=str(version),
            at=self.now,
            changes=profile_changes(stored.profile, after),
        )
        return Change(line, profile_events(stored.profile, after, version, self.now))

    def _require_active(self) -> None:
        if not self.is_active:
            raise MembershipLapsedError(self.member_id)


def _pausing(returns_on: date | None) -> Decide:
    return lambda profile: replace(profile, is_available=False, returns_on=returns_on)


def shareable(profile: Profile) -> list[str]:
    """Return what a mentor decides about, each by itself: the listing, each identity field with an answer."""
    return [LISTING, *(name for name in IDENTITY_FIELDS if profile.identity.get(name))]


def shows_more(before: Profile, after: Profile) -> bool:
    """Return whether somebody could see something that they could not see before."""
    order = (Audience.NONE, Audience.MEMBERS, Audience.PUBLIC)
    widened = any(
        order.index(after.audience_of(subject)) > order.index(before.audience_of(subject))
        for subject in after.consents
    )
    return widened or (after.wants_search_engines and not before.wants_search_engines)
