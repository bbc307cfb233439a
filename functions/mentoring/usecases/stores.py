"""What use cases ask of the stores they are given."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from mentoring.domain.audit import Change
from mentoring.domain.drafts import Draft, DraftTerm, StoredDraft
from mentoring.domain.erasures import Erasure
from mentoring.domain.kept_forms import KeptForm
from mentoring.domain.membership import Membership
from mentoring.domain.profile import Profile, StoredProfile
from mentoring.domain.sessions import Identity, PendingSignIn, Person, Session, StaffMember


class Memberships(Protocol):
    """Where memberships are kept."""

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, Membership]:
        """Return the memberships of those of these members that are known, by member id."""

    def put(self, memberships: Sequence[Membership]) -> None:
        """Store these memberships in the place of what was known of the members."""

    def active_ids(self, today: date) -> frozenset[str]:
        """Return the ids of the members whose membership counts on this day."""


class Profiles(Protocol):
    """Where mentors' profiles are kept."""

    def get_many(
        self, member_ids: Iterable[str], unreadable: Callable[[str], None] | None = None
    ) -> dict[str, StoredProfile]:
        """Return the profiles of those of these members that have one, by member id."""

    def save(self, profile: Profile, replacing: StoredProfile | None, change: Change) -> StoredProfile:
        """Store a profile in the place of a version, with what is told of it, all or nothing.

        Raises StaleProfileError, SlugTakenError.
        """


class PublishedProfiles(Protocol):
    """Where a questionnaire becomes a profile."""

    def save(
        self,
        profile: Profile,
        replacing: StoredProfile | None,
        change: Change,
        draft: StoredDraft | None = None,
    ) -> StoredProfile:
        """Store a profile in the place of a version and end the draft that it came from, all or nothing.

        Raises StaleProfileError, StaleDraftError, SlugTakenError.
        """


class Drafts(Protocol):
    """Where questionnaires under way are kept."""

    def open(self, member_id: str, now: datetime) -> tuple[StoredDraft | None, StoredProfile | None]:
        """Return a member's draft and profile, read at one moment; None for what there is not."""

    def save(self, draft: Draft, replacing: StoredDraft, term: DraftTerm) -> StoredDraft:
        """Store a draft in the place of a version. Raises StaleDraftError."""


class Erasures(Protocol):
    """What members had erased."""

    def all(self) -> Iterable[Erasure]:
        """Return every erasure that ever was."""


class Sessions(Protocol):
    """Where sign-ins and sessions are kept."""

    def begin_sign_in(self, state: str, pending: PendingSignIn) -> None:
        """Keep a sign-in until it comes back."""

    def take_sign_in(self, state: str, browser: str) -> PendingSignIn | None:
        """Return a sign-in and forget it; None for one that is not this browser's."""

    def start(self, session_id: str, session: Session, ends_at: datetime) -> None:
        """Keep a new session."""

    def find(self, session_id: str) -> Session | None:
        """Return a session, over or not; None where there is none."""

    def note_use(self, session_id: str, now: datetime) -> bool:
        """Note that a session was used; return False where it was ended meanwhile."""

    def end(self, session_id: str) -> None:
        """Forget one session."""

    def end_all(self, identity: Identity, now: datetime, forget_at: datetime) -> None:
        """End every session that this person has started until now."""

    def signed_out_before(self, identity: Identity) -> datetime | None:
        """Return until when this person has ended every session."""


class KeptForms(Protocol):
    """Where forms wait whose session was over."""

    def keep(self, secret: str, form: KeptForm) -> None:
        """Keep a form until it is taken or expires."""

    def take(self, secret: str, identity: Identity, path: str) -> KeptForm | None:
        """Return a form and forget it; None for one that is somebody else's, or another page's."""


class People(Protocol):
    """Where it stands who somebody is."""

    def get(self, identity: Identity) -> Person:
        """Return what is known of a person at this moment."""


class OneMembership(Protocol):
    """Where a member's own membership is found."""

    def get(self, member_id: str) -> Membership | None:
        """Return a member's membership, active or not; None when the association never knew them."""


class Staff(Protocol):
    """Where the staff's roles are kept."""

    def get(self, issuer: str, subject: str) -> StaffMember | None:
        """Return a member of staff with the roles of this moment; None for anybody else."""
