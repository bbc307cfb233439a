"""The functions' environment: complete, and with issuers that may be believed."""

import pytest

from mentoring.settings import PagesSettings, SettingsError, UnsafeIssuerError

ENVIRONMENT = {
    "MEMBERSHIPS_TABLE_NAME": "memberships",
    "PROFILES_TABLE_NAME": "profiles",
    "CONSENTS_TABLE_NAME": "consents",
    "RELEASES_TABLE_NAME": "releases",
    "OUTBOX_TABLE_NAME": "outbox",
    "AUDIT_TABLE_NAME": "audit",
    "WITHDRAWALS_TABLE_NAME": "withdrawals",
    "REQUESTS_TABLE_NAME": "requests",
    "REGISTRATIONS_TABLE_NAME": "registrations",
    "SESSIONS_TABLE_NAME": "sessions",
    "STAFF_TABLE_NAME": "staff",
    "CONTENT_FOLDER": "content",
    "THEME_FOLDER": "site/theme",
    "SITE_URL": "https://mentors.example/",
    "MEMBER_ISSUER": "https://members.example",
    "MEMBER_CLIENT_ID": "mentoring",
    "STAFF_ISSUER": "https://staff.example",
    "STAFF_CLIENT_ID": "mentoring",
}


def test_settings_are_read() -> None:
    """Addresses lose their last slash; no issuer is local by default."""
    settings = PagesSettings.from_environment(ENVIRONMENT)
    assert settings.site_url == "https://mentors.example"
    assert settings.members.issuer == "https://members.example"
    assert not settings.staff.is_local


def test_everything_that_is_missing_is_named() -> None:
    """A function that lacks settings says which, all at once."""
    with pytest.raises(SettingsError) as missing:
        PagesSettings.from_environment({})
    assert set(missing.value.names) >= {"SESSIONS_TABLE_NAME", "STAFF_ISSUER", "SITE_URL"}


@pytest.mark.parametrize("variable", ["MEMBER_ISSUER", "STAFF_ISSUER"])
@pytest.mark.parametrize(
    ("address", "allowed", "believed"),
    [
        ("http://members.test", "yes", False),
        ("http://127.0.0.1:8000/members", "yes", True),
        ("http://localhost:8000/members", "yes", True),
        ("http://127.0.0.1:8000/members", "", False),
        ("http://127.0.0.1:8000/members", "true", False),
        ("http://127.0.0.1.evil.example/", "yes", False),
        ("http://127.0.0.1@evil.example/", "yes", False),
        ("https://evil.example#members.example", "yes", False),
        ("ftp://127.0.0.1/", "yes", False),
        ("members.example", "yes", False),
        ("https://members.test/tenant", "", True),
    ],
)
def test_issuers_in_the_clear_are_refused(variable: str, address: str, allowed: str, believed: bool) -> None:
    """SAF-2: http is for this machine, in the embedded cloud, and for nothing else."""
    environment = ENVIRONMENT | {variable: address, "ALLOW_LOCAL_ISSUERS": allowed}
    if believed:
        PagesSettings.from_environment(environment)
    else:
        with pytest.raises(UnsafeIssuerError, match=variable):
            PagesSettings.from_environment(environment)


def test_members_and_staff_have_an_issuer_each() -> None:
    """STF-9: were they one, a member's token would be a staff token."""
    with pytest.raises(UnsafeIssuerError, match="STAFF_ISSUER"):
        PagesSettings.from_environment(ENVIRONMENT | {"STAFF_ISSUER": ENVIRONMENT["MEMBER_ISSUER"]})
