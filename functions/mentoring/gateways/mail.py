"""Sends letters: by SES in the cloud, into a folder of .eml files on one machine.

A letter that was certainly not sent raises MailRefusedError, one that may have been MailUnclearError. Nothing
here names a person: not a log, not an error.
"""

import hashlib
import os
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, default
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
)

from mentoring.domain.errors import MailRefusedError, MailUnclearError
from mentoring.domain.lines import one_line
from mentoring.domain.messages import Letter
from mentoring.gateway_settings import MailSettings
from mentoring.gateways.errors import code_of

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

# One attempt: botocore would send again what SES may have taken. The outbox tries again, and knows more.
TIMES: Final = Config(
    connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1}
)
FINAL: Final = frozenset({"MessageRejected", "BadRequestException"})  # the same letter would fail again
TURNED_AWAY: Final = 503  # nobody took the request: as good as a refusal
# What happens before a request leaves. Anything else may have happened after SES had it.
NOT_SENT: Final = (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
)
LONGEST_NAME: Final = 100  # characters of a name in a header
LONGEST_SUBJECT: Final = 200


class Mail(Protocol):
    """Who sends letters."""

    def send(self, letter: Letter, name: str, at: datetime) -> None:
        """Send a letter under the name of its message. Raises MailRefusedError, MailUnclearError."""


class Ses:
    """Amazon SES. A letter of one message is never sent twice by itself."""

    def __init__(self, settings: MailSettings) -> None:
        self._sender = settings.sender
        self._configuration_set = settings.configuration_set

    def send(self, letter: Letter, name: str, at: datetime) -> None:
        """Send a letter; its message's name goes along as a hash, for what SES later says of it."""
        raw = written(letter, self._sender, name, at)
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [letter.address]},
                Content={"Raw": {"Data": raw}},
                ConfigurationSetName=self._configuration_set,
                EmailTags=[{"Name": "message", "Value": _hash(name)}],
            )
        except (BotoCoreError, ClientError) as error:
            # Nothing of the cause goes on: SES quotes addresses.
            raise _meaning(error) from None

    @cached_property
    def _client(self) -> "SESV2Client":
        return boto3.client("sesv2", config=TIMES)


class Mailbox:
    """Letters as files. The same message twice is one file."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, letter: Letter, name: str, at: datetime) -> None:
        """Write a letter, whole or not at all."""
        raw = written(letter, self._sender, name, at, default)
        file = self._folder / f"{_hash(name)}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(raw)
            fresh.replace(file)
        except OSError as error:
            raise MailRefusedError(type(error).__name__, is_retryable=True) from None


def mail(settings: MailSettings) -> Mail:
    """Return who sends letters under these settings; nothing is asked of them yet."""
    return Mailbox(settings.folder, settings.sender) if settings.folder else Ses(settings)


def written(
    letter: Letter, sender: str, name: str, at: datetime, policy: "EmailPolicy[EmailMessage]" = SMTP
) -> bytes:
    """Return a letter as RFC 5322 has it: text, and the same as HTML. Raises MailRefusedError.

    `policy` says how lines end: as on the wire, or as in files of this machine.
    """
    if not letter.address.isascii():  # SES takes no other; Python would send a garbled one
        raise MailRefusedError("address", is_retryable=False)
    try:
        message = EmailMessage(policy)
        message["From"] = Address(one_line(letter.sender, LONGEST_NAME), addr_spec=sender)
        message["To"] = Address(one_line(letter.recipient, LONGEST_NAME), addr_spec=letter.address)
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
        message["Subject"] = one_line(letter.subject, LONGEST_SUBJECT)
        message["Date"] = at
        message["Message-ID"] = f"<{_hash(name)[:32]}@{sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notice answers it
        message.set_content(letter.text, cte="quoted-printable")
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
        for each in letter.attachments:
            kind, _, form = each.content_type.partition("/")
            message.add_attachment(each.content, kind, form, filename=each.filename)
        message["Content-Language"] = letter.language  # before, it would be the text's alone
        return message.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError):
        # What is wrong is the address: all other headers are made safe. Its text must not go on.
        raise MailRefusedError("address", is_retryable=False) from None


def _meaning(error: BotoCoreError | ClientError) -> MailRefusedError | MailUnclearError:
    code = code_of(error)
    if isinstance(error, ClientError):
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status >= 500 and status != TURNED_AWAY:
            return MailUnclearError(code)
        return MailRefusedError(code, is_retryable=code not in FINAL)
    if isinstance(error, NOT_SENT):
        return MailRefusedError(code, is_retryable=True)
    return MailUnclearError(code)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
