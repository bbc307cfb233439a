"""What the functions work with, made once for each running copy."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from mentoring.content import Content, load_content
from mentoring.domain.sessions import IssuerKind, is_return_path
from mentoring.gateways.identity import IdentityProvider
from mentoring.pages.addresses import LANGUAGES, page_url
from mentoring.pages.rendering import Pages
from mentoring.settings import PagesSettings
from mentoring.storage.address_marks import AddressMarkStore
from mentoring.storage.client import dynamodb
from mentoring.storage.drafts import DraftStore
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.holdings import HoldingsStore
from mentoring.storage.kept_forms import KeptFormStore
from mentoring.storage.letters import LetterStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.mentee_profiles import MenteeProfileStore
from mentoring.storage.overrides import OverrideStore
from mentoring.storage.people import PeopleStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.sessions import SessionStore
from mentoring.storage.staff import StaffStore

SECTIONS = {IssuerKind.MEMBERS: "account", IssuerKind.STAFF: "staff"}
"""Under which address people of each issuer sign in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Stores, issuers, words and pages."""

    site_url: str
    content_folder: Path
    content: Content
    pages: Pages
    sessions: SessionStore
    kept_forms: KeptFormStore
    people: PeopleStore
    memberships: MembershipStore
    overrides: OverrideStore
    profiles: ProfileStore
    drafts: DraftStore
    mentees: MenteeProfileStore
    erasures: ErasureStore
    holdings: HoldingsStore
    staff: StaffStore
    address_marks: AddressMarkStore
    letters: LetterStore
    issuers: Mapping[IssuerKind, IdentityProvider]


def sign_in_path(language: str, kind: IssuerKind, back_to: str = "") -> str:
    """Return the address where somebody signs in, and from there goes back to a page of ours."""
    path = f"{page_url(language, SECTIONS[kind])}sign-in"
    return f"{path}?{urlencode({'return': back_to})}" if is_return_path(back_to) else path


def connect(settings: PagesSettings) -> Services:
    """Return the services of these settings. Raises ContentError."""
    content, pages = _worded(settings.content_folder, settings.theme_folder, settings.site_url)
    client = dynamodb(settings.storage)
    issuers = {IssuerKind.MEMBERS: settings.members, IssuerKind.STAFF: settings.staff}
    return Services(
        site_url=settings.site_url,
        content_folder=settings.content_folder,
        content=content,
        pages=pages,
        sessions=SessionStore(client, settings.sessions_table),
        kept_forms=KeptFormStore(client, settings.sessions_table),
        people=PeopleStore(
            client,
            memberships_table=settings.storage.memberships_table,
            staff_table=settings.staff_table,
            sessions_table=settings.sessions_table,
        ),
        memberships=MembershipStore(client, settings.storage),
        overrides=OverrideStore(client, settings.storage),
        profiles=ProfileStore(client, settings.storage),
        drafts=DraftStore(client, settings.storage),
        mentees=MenteeProfileStore(client, settings.storage),
        erasures=ErasureStore(client, settings.storage),
        holdings=HoldingsStore(client, settings.storage),
        staff=StaffStore(client, settings.staff_table),
        address_marks=AddressMarkStore(client, settings.storage),
        letters=LetterStore(client, settings.storage.outbox_table),
        issuers={
            kind: IdentityProvider(kind, issuer, _redirect_uris(settings.site_url, kind))
            for kind, issuer in issuers.items()
        },
    )


@cache
def services() -> Services:
    """Return this function's services. Raises SettingsError, UnsafeIssuerError, ContentError."""
    return connect(PagesSettings.from_environment(os.environ))


@cache
def _worded(content_folder: Path, theme_folder: Path, site_url: str) -> tuple[Content, Pages]:
    """Return words and pages: templates are compiled once, however often somebody connects."""
    content = load_content(content_folder)
    return content, Pages(content, theme_folder, site_url)


def _redirect_uris(site_url: str, kind: IssuerKind) -> dict[str, str]:
    return {language: f"{site_url}{page_url(language, SECTIONS[kind])}signed-in" for language in LANGUAGES}
