"""The environment as typed settings. Whatever is missing is named at the start, all of it at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

LOOPBACK: Final = ("127.0.0.1", "localhost")


class SettingsError(Exception):
    """Environment variables are missing."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"missing environment variables: {', '.join(names)}")
        self.names = names


class UnsafeIssuerError(Exception):
    """An issuer must not be believed: others can listen in, or it is both issuers at once."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} is no https:// address of an issuer of its own")
        self.variable = variable


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """Where the member database is. `endpoint` is set for an engine that is not AWS's own."""

    memberships_table: str
    profiles_table: str
    consents_table: str
    releases_table: str
    outbox_table: str
    audit_table: str
    withdrawals_table: str
    requests_table: str
    registrations_table: str
    endpoint: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "StorageSettings":
        """Read the table names. Raises SettingsError with every name that is missing."""
        names = {
            "memberships_table": "MEMBERSHIPS_TABLE_NAME",
            "profiles_table": "PROFILES_TABLE_NAME",
            "consents_table": "CONSENTS_TABLE_NAME",
            "releases_table": "RELEASES_TABLE_NAME",
            "outbox_table": "OUTBOX_TABLE_NAME",
            "audit_table": "AUDIT_TABLE_NAME",
            "withdrawals_table": "WITHDRAWALS_TABLE_NAME",
            "requests_table": "REQUESTS_TABLE_NAME",
            "registrations_table": "REGISTRATIONS_TABLE_NAME",
        }
        return cls(**required(environment, names), endpoint=environment.get("DYNAMODB_ENDPOINT"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """What the nightly build reads and where it releases: a folder on one machine, or a bucket."""

    storage: StorageSettings
    content_folder: Path
    theme_folder: Path
    site_url: str
    target: Path | str  # a folder, or a bucket's name
    edge_store_arn: str | None = None  # the CloudFront key-value store that a bucket's release is shown by

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "BuildSettings":
        """Read the cloud's settings. Raises SettingsError with every name that is missing."""
        names = {
            "content_folder": "CONTENT_FOLDER",
            "theme_folder": "THEME_FOLDER",
            "site_url": "SITE_URL",
            "target": "SITE_BUCKET_NAME",
            "edge_store_arn": "EDGE_STORE_ARN",
        }
        read = required(environment, names)
        return cls(
            storage=StorageSettings.from_environment(environment),
            content_folder=Path(read["content_folder"]),
            theme_folder=Path(read["theme_folder"]),
            site_url=read["site_url"],
            target=read["target"],
            edge_store_arn=read["edge_store_arn"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSettings:
    """One OpenID Connect issuer, and our name there. `is_local`: http on this machine is allowed."""

    issuer: str
    client_id: str
    is_local: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSettings:
    """What the functions that answer with pages need."""

    storage: StorageSettings
    sessions_table: str
    staff_table: str
    content_folder: Path
    theme_folder: Path
    site_url: str  # without a slash at its end
    members: IssuerSettings
    staff: IssuerSettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "PagesSettings":
        """Read the functions' settings. Raises SettingsError, UnsafeIssuerError."""
        names = {
            "sessions_table": "SESSIONS_TABLE_NAME",
            "staff_table": "STAFF_TABLE_NAME",
            "content_folder": "CONTENT_FOLDER",
            "theme_folder": "THEME_FOLDER",
            "site_url": "SITE_URL",
            "member_issuer": "MEMBER_ISSUER",
            "member_client_id": "MEMBER_CLIENT_ID",
            "staff_issuer": "STAFF_ISSUER",
            "staff_client_id": "STAFF_CLIENT_ID",
        }
        read = required(environment, names)
        if read["member_issuer"] == read["staff_issuer"]:
            raise UnsafeIssuerError("STAFF_ISSUER")
        return cls(
            storage=StorageSettings.from_environment(environment),
            sessions_table=read["sessions_table"],
            staff_table=read["staff_table"],
            content_folder=Path(read["content_folder"]),
            theme_folder=Path(read["theme_folder"]),
            site_url=read["site_url"].rstrip("/"),
            members=_issuer(environment, "MEMBER_ISSUER", read["member_client_id"]),
            staff=_issuer(environment, "STAFF_ISSUER", read["staff_client_id"]),
        )


def is_safe_address(address: str, *, local_allowed: bool) -> bool:
    """Return whether nobody can listen in or answer in an address's place: https, or this very machine."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (
        local_allowed and parts.scheme == "http" and parts.hostname in LOOPBACK
    )


def _issuer(environment: Mapping[str, str], variable: str, client_id: str) -> IssuerSettings:
    issuer = environment[variable]
    is_local = environment.get("ALLOW_LOCAL_ISSUERS") == "yes"
    if not is_safe_address(issuer, local_allowed=is_local):
        raise UnsafeIssuerError(variable)
    return IssuerSettings(issuer=issuer, client_id=client_id, is_local=is_local)


def required(environment: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return each variable by its field. Raises SettingsError with every name that is missing."""
    missing = [variable for variable in names.values() if not environment.get(variable)]
    if missing:
        raise SettingsError(missing)
    return {field: environment[variable] for field, variable in names.items()}
