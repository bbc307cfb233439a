"""Made-up members and mentors for the tests of the stores."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from mentoring.domain.audit import AuditLine, Change
from mentoring.domain.events import Event
from mentoring.domain.membership import Category, Membership, MembershipStatus, Profession
from mentoring.domain.profile import Acknowledgement, Audience, Consent, Profile
from tests.canary import IDENTITY

GIVEN_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def membership(member_id: str = "M-1", **changes: Any) -> Membership:
    """An active occupational therapist of Gatineau, with what a test changes."""
    fields: dict[str, Any] = {
        "member_id": member_id,
        "given_name": "Amélie",
        "family_name": "Tremblay",
        "email": "amelie@example.org",
        "language": "fr",
        "category": Category.MEMBER,
        "profession": Profession.OT,
        "status": MembershipStatus.ACTIVE,
        "expires_on": date(2027, 9, 30),
        "province": "QC",
        "city": "Gatineau",
        "country": "CA",
        "joined_on": date(2015, 9, 1),
    }
    return Membership(**fields | changes)


def consent(subject: str, audience: Audience, given_at: datetime = GIVEN_AT) -> Consent:
    """A choice about one field."""
    return Consent(
        subject=subject, audience=audience, given_at=given_at, wording_version="2026-01", language="fr"
    )


def profile(member_id: str = "M-1", **changes: Any) -> Profile:
    """A public mentor who shares gender with members, with what a test changes."""
    fields: dict[str, Any] = {
        "member_id": member_id,
        "slug": f"mentor-{member_id.lower()}",
        "years_of_experience": 12,
        "areas": ("mental-health", "home-care"),
        "training": ("msc-ot",),
        "client_ages": ("0-4",),
        "languages": ("fr", "en"),
        "topics": ("business-and-private-practice",),
        "province": "QC",
        "city": "Gatineau",
        "formats": ("video",),
        "frequency": "monthly",
        "bio": {"fr": "Bonjour 🙂 « ça va »", "en": "Hello"},
        "is_available": False,
        "returns_on": date(2027, 1, 15),
        "capacity": 2,
        "wants_search_engines": True,
        "identity": {"gender": ("woman",), "ethnicity": (IDENTITY["ethnicity"],)},
        "consents": {
            "listing": consent("listing", Audience.PUBLIC),
            "gender": consent("gender", Audience.MEMBERS),
        },
        "acknowledgements": {
            "terms-of-use": Acknowledgement(
                document="terms-of-use", version="2026-01", language="fr", given_at=GIVEN_AT
            )
        },
        "opted_in_on": date(2026, 3, 1),
        "confirmed_on": date(2026, 10, 1),
        "opted_out_on": None,
    }
    return Profile(**fields | changes)


_ACTS = count(1)


def change(*events: Event, member_id: str = "M-1") -> Change:
    """Who saved, and what is told of it: every act of a run its own."""
    line = AuditLine(
        actor=f"member:{member_id}",
        action="save",
        member_id=member_id,
        occurrence=str(next(_ACTS)),
        at=GIVEN_AT,
        changes={},
    )
    return Change(line, events)
