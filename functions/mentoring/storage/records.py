"""How records are written: a body in JSON, beside it the attributes that conditions and filters need.

One body, not an attribute a field: botocore takes 5 microseconds to read each attribute, and a mentor
has seventy. Keys of a body are sorted, so equal records are equal texts.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from mentoring.domain.errors import RecordUnreadableError
from mentoring.domain.membership import Category, Membership, MembershipStatus, Profession
from mentoring.domain.profile import Acknowledgement, Audience, Consent, Profile, StoredProfile

Read = TypeVar("Read")
Value = TypeVar("Value")


def member_key(member_id: str, kind: str) -> dict[str, Any]:
    """Return the key of a member's record: `MEMBERSHIP`, `PROFILE`, or a row of the consent log."""
    return {"pk": {"S": f"MEMBER#{member_id}"}, "sk": {"S": kind}}


def membership_body(membership: Membership) -> str:
    """Return a membership as text; equal memberships give equal texts."""
    return _text(
        {
            "member_id": membership.member_id,
            "given_name": membership.given_name,
            "family_name": membership.family_name,
            "email": membership.email,
            "language": membership.language,
            "category": membership.category,
            "profession": membership.profession,
            "status": membership.status,
            "expires_on": membership.expires_on.isoformat(),
            "province": membership.province,
            "city": membership.city,
            "country": membership.country,
            "joined_on": membership.joined_on.isoformat(),
        }
    )


def membership_from(body: str) -> Membership:
    """Return the membership that a body holds. Raises KeyError, TypeError, ValueError for anything else."""
    read = json.loads(body)
    return Membership(
        member_id=as_kind(str, read["member_id"]),
        given_name=as_kind(str, read["given_name"]),
        family_name=as_kind(str, read["family_name"]),
        email=as_kind(str, read["email"]),
        language=as_kind(str, read["language"]),
        category=Category(read["category"]),
        profession=Profession(read["profession"]),
        status=MembershipStatus(read["status"]),
        expires_on=date.fromisoformat(read["expires_on"]),
        province=as_kind(str, read["province"]),
        city=as_kind(str, read["city"]),
        country=as_kind(str, read["country"]),
        joined_on=date.fromisoformat(read["joined_on"]),
    )


def profile_body(profile: Profile) -> str:
    """Return a profile as text, consents and acknowledgements included."""
    return _text(
        {
            "member_id": profile.member_id,
            "slug": profile.slug,
            "years_of_experience": profile.years_of_experience,
            "areas": profile.areas,
            "training": profile.training,
            "client_ages": profile.client_ages,
            "languages": profile.languages,
            "topics": profile.topics,
            "province": profile.province,
            "city": profile.city,
            "formats": profile.formats,
            "frequency": profile.frequency,
            "bio": dict(profile.bio),
            "is_available": profile.is_available,
            "returns_on": day_text(profile.returns_on),
            "capacity": profile.capacity,
            "wants_search_engines": profile.wants_search_engines,
            "identity": dict(profile.identity),
            "consents": {name: consent_record(consent) for name, consent in profile.consents.items()},
            "acknowledgements": {
                name: _acknowledgement_record(given) for name, given in profile.acknowledgements.items()
            },
            "opted_in_on": profile.opted_in_on.isoformat(),
            "confirmed_on": profile.confirmed_on.isoformat(),
            "opted_out_on": day_text(profile.opted_out_on),
        }
    )


def stored_profile_row(stored: StoredProfile) -> dict[str, Any]:
    """Return a profile as the attributes of its row, the key aside."""
    return {
        "body": {"S": profile_body(stored.profile)},
        "version": {"N": str(stored.version)},
        "said": {"M": {name: {"N": str(version)} for name, version in stored.said.items()}},
    }


def stored_profile_from(row: Mapping[str, Any]) -> StoredProfile:
    """Return the profile of a row. Raises KeyError, TypeError, ValueError for anything else."""
    said = row.get("said", {"M": {}})["M"]
    return StoredProfile(
        profile_from(row["body"]["S"]),
        int(row["version"]["N"]),
        {name: int(version["N"]) for name, version in said.items()},
    )


def profile_from(body: str) -> Profile:
    """Return the profile that a body holds. Raises KeyError, TypeError, ValueError for anything else."""
    read = json.loads(body)
    return Profile(
        member_id=as_kind(str, read["member_id"]),
        slug=as_kind(str, read["slug"]),
        years_of_experience=as_kind(int, read["years_of_experience"]),
        areas=as_texts(read["areas"]),
        training=as_texts(read["training"]),
        client_ages=as_texts(read["client_ages"]),
        languages=as_texts(read["languages"]),
        topics=as_texts(read["topics"]),
        province=as_kind(str, read["province"]),
        city=as_kind(str, read["city"]),
        formats=as_texts(read["formats"]),
        frequency=as_kind(str, read["frequency"]),
        bio={language: as_kind(str, text) for language, text in read["bio"].items()},
        is_available=as_kind(bool, read["is_available"]),
        returns_on=as_day(read["returns_on"]),
        capacity=None if read["capacity"] is None else as_kind(int, read["capacity"]),
        wants_search_engines=as_kind(bool, read["wants_search_engines"]),
        identity={name: as_texts(values) for name, values in read["identity"].items()},
        consents={name: recorded_consent(record) for name, record in read["consents"].items()},
        acknowledgements={
            name: _acknowledgement_from(record) for name, record in read["acknowledgements"].items()
        },
        opted_in_on=date.fromisoformat(read["opted_in_on"]),
        confirmed_on=date.fromisoformat(read["confirmed_on"]),
        opted_out_on=as_day(read["opted_out_on"]),
    )


def consent_body(consent: Consent) -> str:
    """Return an entry of the consent log as text."""
    return _text(consent_record(consent))


def consent_from(body: str) -> Consent:
    """Return the consent that an entry of the log holds."""
    return recorded_consent(json.loads(body))


def consent_record(consent: Consent) -> dict[str, str]:
    """Return a consent as a part of a record."""
    return {
        "subject": consent.subject,
        "audience": consent.audience,
        "given_at": instant_text(consent.given_at),
        "wording_version": consent.wording_version,
        "language": consent.language,
    }


def recorded_consent(record: Mapping[str, str]) -> Consent:
    """Return the consent that a part of a record holds."""
    return Consent(
        subject=as_kind(str, record["subject"]),
        audience=Audience(record["audience"]),
        given_at=datetime.fromisoformat(record["given_at"]),
        wording_version=as_kind(str, record["wording_version"]),
        language=as_kind(str, record["language"]),
    )


def instant_text(instant: datetime) -> str:
    """Return an instant in UTC, of one length, so that texts sort as time does."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def readable(
    records: Iterable[Mapping[str, Any]],
    read: Callable[[Mapping[str, Any]], Read],
    unreadable: Callable[[str], None] | None,
) -> Iterator[Read]:
    """Yield what records hold.

    One that cannot be read goes to `unreadable` by its member id, so that it stops nobody else; without a
    place to go it raises RecordUnreadableError.
    """
    for record in records:
        try:
            yield read(record)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            member_id = record["pk"]["S"].removeprefix("MEMBER#")
            if unreadable is None:
                raise RecordUnreadableError(member_id) from error
            unreadable(member_id)


def _acknowledgement_record(given: Acknowledgement) -> dict[str, str]:
    return {
        "document": given.document,
        "version": given.version,
        "language": given.language,
        "given_at": instant_text(given.given_at),
    }


def _acknowledgement_from(record: Mapping[str, str]) -> Acknowledgement:
    return Acknowledgement(
        document=as_kind(str, record["document"]),
        version=as_kind(str, record["version"]),
        language=as_kind(str, record["language"]),
        given_at=datetime.fromisoformat(record["given_at"]),
    )


def as_kind(kind: type[Value], value: object) -> Value:
    """Return a value of its kind. Raises TypeError: damage is found here, not by a rule or a page later."""
    if type(value) is not kind:  # true is a number to Python
        raise TypeError(f"takes {kind.__name__}")
    return value


def as_texts(values: object) -> tuple[str, ...]:
    texts = as_kind(list, values)
    if not {*map(type, texts)} <= {str}:
        raise TypeError("takes texts")
    return tuple(texts)


def as_typed(pairs: object) -> tuple[tuple[str, str], ...]:
    return tuple((as_kind(str, name), as_kind(str, value)) for name, value in as_kind(list, pairs))


def _text(record: Mapping[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None
