"""The environment as typed settings. Whatever is missing is named at the start, all of it at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingsError(Exception):
    """Environment variables are missing."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"missing environment variables: {', '.join(names)}")
        self.names = names


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """Where the member database is. `endpoint` is set for an engine that is not AWS's own."""

    memberships_table: str
    profiles_table: str
    consents_table: str
    releases_table: str
    endpoint: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "StorageSettings":
        """Read the table names. Raises SettingsError with every name that is missing."""
        names = {
            "memberships_table": "MEMBERSHIPS_TABLE_NAME",
            "profiles_table": "PROFILES_TABLE_NAME",
            "consents_table": "CONSENTS_TABLE_NAME",
            "releases_table": "RELEASES_TABLE_NAME",
        }
        return cls(**_required(environment, names), endpoint=environment.get("DYNAMODB_ENDPOINT"))


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
        read = _required(environment, names)
        return cls(
            storage=StorageSettings.from_environment(environment),
            content_folder=Path(read["content_folder"]),
            theme_folder=Path(read["theme_folder"]),
            site_url=read["site_url"],
            target=read["target"],
            edge_store_arn=read["edge_store_arn"],
        )


def _required(environment: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    missing = [variable for variable in names.values() if not environment.get(variable)]
    if missing:
        raise SettingsError(missing)
    return {field: environment[variable] for field, variable in names.items()}
