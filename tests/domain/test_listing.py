"""What of a mentor is published, for whom."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.domain.listing import Listing, MembersListing, Withheld, members_listing, public_listing
from mentoring.domain.membership import Category, Membership, MembershipStatus, Profession
from mentoring.domain.policy import Document
from mentoring.domain.profile import IDENTITY_FIELDS, Acknowledgement, Audience, Consent, Profile

TODAY = date(2026, 11, 21)
GIVEN_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DOCUMENTS = tuple(
    Document(id=name, versions={"2026-01": date(2026, 1, 1), "2027-01": date(2027, 1, 1)})
    for name in ("terms-of-use", "confidentiality", "rules-of-engagement")
)
MEMBERSHIP = Membership(
    member_id="M-1",
    given_name="Amélie",
    family_name="Tremblay",
    email="amelie@example.org",
    language="fr",
    category=Category.MEMBER,
    profession=Profession.OT,
    status=MembershipStatus.ACTIVE,
    expires_on=date(2027, 9, 30),
    province="QC",
    city="Gatineau",
    country="CA",
    joined_on=date(2015, 9, 1),
)


def consent(subject: str, audience: Audience) -> Consent:
    return Consent(
        subject=subject, audience=audience, given_at=GIVEN_AT, wording_version="2026-01", language="fr"
    )


PROFILE = Profile(
    member_id="M-1",
    slug="amelie-tremblay",
    years_of_experience=12,
    areas=("mental-health",),
    training=("msc-ot",),
    client_ages=("0-4",),
    languages=("fr", "en"),
    topics=("business-and-private-practice",),
    province="QC",
    city="Gatineau",
    formats=("video",),
    frequency="monthly",
    bio={"fr": "J’accompagne des enfants."},
    is_available=True,
    returns_on=None,
    capacity=2,
    wants_search_engines=False,
    identity={"gender": ("woman",), "race": ("black", "white"), "ethnicity": ("Québécoise",)},
    consents={
        "listing": consent("listing", Audience.PUBLIC),
        "gender": consent("gender", Audience.MEMBERS),
        "race": consent("race", Audience.NONE),
    },
    acknowledgements={
        document.id: Acknowledgement(
            document=document.id, version="2026-01", language="fr", given_at=GIVEN_AT
        )
        for document in DOCUMENTS
    },
    opted_in_on=date(2026, 3, 1),
    confirmed_on=date(2026, 10, 1),
)


def test_a_public_listing_has_no_field_for_identity_address_or_number() -> None:
    """DIR-12: the public type cannot carry an identity value, an e-mail address or a member id."""
    names = {field.name for field in fields(Listing)}
    assert not names & {*IDENTITY_FIELDS, "identity", "email", "member_id", "capacity", "consents"}


def test_a_mentor_with_consent_is_listed() -> None:
    """DIR-2: what the questionnaire asked for is published as it was answered."""
    listing = public_listing(PROFILE, MEMBERSHIP, DOCUMENTS, TODAY)
    assert isinstance(listing, Listing)
    assert listing.name == "Amélie Tremblay"
    assert listing.areas == ("mental-health",)
    assert listing.accepts_requests


@pytest.mark.parametrize(
    ("profile", "membership", "reason"),
    [
        (replace(PROFILE, opted_out_on=TODAY), MEMBERSHIP, Withheld.OPTED_OUT),
        (PROFILE, None, Withheld.NO_MEMBERSHIP),
        (PROFILE, replace(MEMBERSHIP, status=MembershipStatus.LAPSED), Withheld.MEMBERSHIP_LAPSED),
        (PROFILE, replace(MEMBERSHIP, expires_on=date(2026, 11, 20)), Withheld.MEMBERSHIP_LAPSED),
        (replace(PROFILE, acknowledgements={}), MEMBERSHIP, Withheld.TERMS_MISSING),
        (replace(PROFILE, consents={}), MEMBERSHIP, Withheld.NO_CONSENT),
        (
            replace(PROFILE, consents={"listing": consent("listing", Audience.MEMBERS)}),
            MEMBERSHIP,
            Withheld.MEMBERS_ONLY,
        ),
        (replace(PROFILE, bio={"en": "write to me: a.b@example.org"}), MEMBERSHIP, Withheld.ADDRESS_IN_TEXT),
        (replace(PROFILE, city="me@example.org"), MEMBERSHIP, Withheld.ADDRESS_IN_TEXT),
    ],
)
def test_each_missing_condition_withholds_the_mentor(
    profile: Profile, membership: Membership | None, reason: Withheld
) -> None:
    """ELI-8, DIR-4, DIR-5: opted in, active, terms and consent: without any one of them nothing is shown."""
    assert public_listing(profile, membership, DOCUMENTS, TODAY) is reason


def test_a_membership_counts_on_its_last_day_and_not_after() -> None:
    """ELI-8: the expiry date is the last day that counts."""
    last_day = replace(MEMBERSHIP, expires_on=TODAY)
    assert last_day.is_active(TODAY)
    assert not last_day.is_active(date(2026, 11, 22))


def test_a_changed_document_keeps_the_listing_but_stops_new_requests() -> None:
    """DIR-5: after a new version came into force the listing stays, without new requests."""
    listing = public_listing(PROFILE, MEMBERSHIP, DOCUMENTS, date(2027, 1, 1))
    assert isinstance(listing, Listing)
    assert not listing.accepts_requests


def test_a_version_that_was_never_in_force_does_not_count() -> None:
    """DIR-5: agreeing to a future or unknown version is no agreement."""
    future = {name: replace(given, version="2027-01") for name, given in PROFILE.acknowledgements.items()}
    profile = replace(PROFILE, acknowledgements=future)
    assert public_listing(profile, MEMBERSHIP, DOCUMENTS, TODAY) is Withheld.TERMS_MISSING


def test_a_paused_mentor_stays_listed_without_new_requests() -> None:
    """DIR-7: a pause is shown, with its return date; it hides nothing."""
    profile = replace(PROFILE, is_available=False, returns_on=date(2027, 2, 1))
    listing = public_listing(profile, MEMBERSHIP, DOCUMENTS, TODAY)
    assert isinstance(listing, Listing)
    assert (listing.is_available, listing.returns_on) == (False, date(2027, 2, 1))
    assert not listing.accepts_requests


def test_members_see_only_the_identity_fields_that_were_shared() -> None:
    """DIR-4: each identity field has its own consent, and no consent means not shared."""
    listing = members_listing(PROFILE, MEMBERSHIP, DOCUMENTS, TODAY)
    assert isinstance(listing, MembersListing)
    assert listing.identity == {"gender": ("woman",)}


@given(
    audiences=st.dictionaries(st.sampled_from(("listing", *IDENTITY_FIELDS)), st.sampled_from(Audience)),
    secrets=st.dictionaries(st.sampled_from(IDENTITY_FIELDS), st.just(("canary-7f3a",)), min_size=1),
)
def test_whatever_the_consents_no_identity_value_is_in_a_public_listing(
    audiences: dict[str, Audience], secrets: dict[str, tuple[str, ...]]
) -> None:
    """DIR-12: no combination of consents puts an identity value into a public listing."""
    consents = {subject: consent(subject, audience) for subject, audience in audiences.items()}
    profile = replace(PROFILE, identity=secrets, consents=consents)
    assert "canary-7f3a" not in repr(public_listing(profile, MEMBERSHIP, DOCUMENTS, TODAY))


def test_a_profile_in_a_log_shows_no_identity() -> None:
    """DIR-12: the representation of a profile, as a log or a traceback prints it, has no identity value."""
    assert "Québécoise" not in repr(PROFILE)
