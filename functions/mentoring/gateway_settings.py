"""The environment as typed settings, for what the functions reach besides the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mentoring.settings import StorageSettings, required


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsSettings:
    """Where the files beside the member database are: a bucket's name, or folders of one machine."""

    site: Path | str
    members: Path | None = None  # a folder's members' tree is beside it, a bucket's within

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ObjectsSettings":
        """Read the place. Raises SettingsError, which names the cloud's variable."""
        if folder := environment.get("SITE_FOLDER"):
            members = environment.get("MEMBERS_FOLDER")
            return cls(site=Path(folder), members=Path(members) if members else None)
        return cls(site=required(environment, {"site": "SITE_BUCKET_NAME"})["site"])


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingsSettings:
    """Where webinars' recordings are: a bucket's name, or a folder and the address it is served under."""

    site: Path | str
    address: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "RecordingsSettings":
        """Read the place. Raises SettingsError, which names the cloud's variable."""
        if folder := environment.get("SITE_FOLDER"):
            address = required(environment, {"address": "FILES_URL"})["address"]
            return cls(site=Path(folder), address=address)
        return cls(site=required(environment, {"site": "SITE_BUCKET_NAME"})["site"])


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbooksSettings:
    """Where members' workbooks are as files: a bucket's name, or a folder of one machine."""

    place: Path | str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "WorkbooksSettings":
        """Read the place. Raises SettingsError, which names the cloud's variable."""
        if folder := environment.get("WORKBOOKS_FOLDER"):
            return cls(place=Path(folder))
        return cls(place=required(environment, {"place": "WORKBOOKS_BUCKET_NAME"})["place"])


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSettings:
    """Where the edge's keys are: the ARN of CloudFront's key-value store, or a folder of one machine."""

    store: Path | str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "EdgeSettings":
        """Read the place. Raises SettingsError, which names the cloud's variable."""
        if folder := environment.get("EDGE_FOLDER"):
            return cls(store=Path(folder))
        return cls(store=required(environment, {"store": "EDGE_STORE_ARN"})["store"])


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildsSettings:
    """Who builds the site: a function; None on one machine, where the server watches what was asked."""

    function: str | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "BuildsSettings":
        """Read the name. Raises SettingsError, which names the cloud's variable."""
        if environment.get("SITE_FOLDER"):
            return cls(function=None)
        return cls(function=required(environment, {"function": "SITE_BUILD_FUNCTION_NAME"})["function"])


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Who sends letters: SES with its configuration set, or a folder of one machine."""

    sender: str  # an address
    configuration_set: str = ""
    folder: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "MailSettings":
        """Read the sender and the way. Raises SettingsError with every name that is missing."""
        sender = {"sender": "MAIL_SENDER"}
        if folder := environment.get("MAIL_FOLDER"):
            return cls(sender=required(environment, sender)["sender"], folder=Path(folder))
        read = required(environment, {**sender, "configuration_set": "MAIL_CONFIGURATION_SET"})
        return cls(sender=read["sender"], configuration_set=read["configuration_set"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsSettings:
    """Where Stripe's keys are: a secret's name; or a file of one machine, with the double's address."""

    secret: Path | str
    address: str | None = None  # in the place of Stripe's own

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "PaymentsSettings":
        """Read the place. Raises SettingsError, which names the cloud's variable."""
        if file := environment.get("PAYMENTS_FILE"):
            read = required(environment, {"address": "PAYMENTS_ADDRESS"})
            return cls(secret=Path(file), address=read["address"])
        return cls(secret=required(environment, {"secret": "PAYMENTS_SECRET_NAME"})["secret"])


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSettings:
    """What delivering messages needs; nobody signs in here."""

    storage: StorageSettings
    content_folder: Path
    site_url: str  # without a slash at its end
    mail: MailSettings
    objects: ObjectsSettings
    edge: EdgeSettings
    builds: BuildsSettings
    payments: PaymentsSettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "OutboxSettings":
        """Read the settings. Raises SettingsError."""
        read = required(environment, {"content_folder": "CONTENT_FOLDER", "site_url": "SITE_URL"})
        return cls(
            storage=StorageSettings.from_environment(environment),
            content_folder=Path(read["content_folder"]),
            site_url=read["site_url"].rstrip("/"),
            mail=MailSettings.from_environment(environment),
            objects=ObjectsSettings.from_environment(environment),
            edge=EdgeSettings.from_environment(environment),
            builds=BuildsSettings.from_environment(environment),
            payments=PaymentsSettings.from_environment(environment),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberImportSettings:
    """What the nightly import of members works with."""

    storage: StorageSettings
    content_folder: Path
    objects: ObjectsSettings
    edge: EdgeSettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "MemberImportSettings":
        """Read the import's settings. Raises SettingsError."""
        return cls(
            storage=StorageSettings.from_environment(environment),
            content_folder=Path(required(environment, {"folder": "CONTENT_FOLDER"})["folder"]),
            objects=ObjectsSettings.from_environment(environment),
            edge=EdgeSettings.from_environment(environment),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesSettings:
    """What the morning's sweep of match requests works with."""

    storage: StorageSettings
    content_folder: Path
    objects: ObjectsSettings
    workbooks: WorkbooksSettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "DeadlinesSettings":
        """Read the sweep's settings. Raises SettingsError."""
        return cls(
            storage=StorageSettings.from_environment(environment),
            content_folder=Path(required(environment, {"folder": "CONTENT_FOLDER"})["folder"]),
            objects=ObjectsSettings.from_environment(environment),
            workbooks=WorkbooksSettings.from_environment(environment),
        )
