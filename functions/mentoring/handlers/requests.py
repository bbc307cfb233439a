"""A request as the handlers see it, and what proves that a form is our own."""

import base64
import binascii
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from mentoring.domain.business_days import ZONE
from mentoring.domain.policy import SignInPolicy
from mentoring.domain.sessions import IssuerKind, Visitor
from mentoring.handlers.multipart import SentFile, UnreadableMultipartError, is_multipart, read_multipart
from mentoring.handlers.services import Services

SESSION_COOKIE: Final = "__Host-session"
SIGN_IN_COOKIE: Final = "__Host-sign-in"
KEPT_COOKIE: Final = "__Host-form"
SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits
TOKEN: Final = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{64}")  # as `Session.form_token` makes them
FORM_TOKEN: Final = "form_token"  # noqa: S105 - a field's name
STEERING: Final = frozenset({FORM_TOKEN, "version", "keep", "switch"})
"""Fields of a form that are no answer."""
LARGEST_FORM: Final = 512 * 1024  # bytes as sent: three for each byte of a letter outside ASCII
LARGEST_READ: Final = 2 * 1024 * 1024  # a longer one is read, to be shown; Lambda takes and gives 6 MB
LARGEST_SENT: Final = 6 * 1024 * 1024  # with its files
MOST_FIELDS: Final = 200


class ForgedFormError(Exception):
    """A form does not come from a page of ours, or not from this session's."""


class OtherSessionError(ForgedFormError):
    """A form was made in a session that is not this one: of the same person, or of another."""

    def __init__(self, form: "Form", visitor: Visitor) -> None:
        super().__init__("made in another session")
        self.form = form
        self.visitor = visitor


class UnreadableFormError(Exception):
    """What was sent is no form."""


class LargeFormError(Exception):
    """A form is larger than anything that a page of ours asks for."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


class Form:
    """The fields of a form, in the order they were sent, and its files by their fields."""

    def __init__(
        self, fields: Iterable[tuple[str, str]] = (), files: Mapping[str, SentFile] | None = None
    ) -> None:
        self._fields = tuple(fields)
        self._files = files or {}

    def __contains__(self, name: str) -> bool:
        return any(sent == name for sent, _ in self._fields)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._fields)

    def get(self, name: str, default: str = "") -> str:
        """Return the value of a field that was sent once: a repeated one says nothing to rely on."""
        values = self.all(name)
        return values[0] if len(values) == 1 else default

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, such as the boxes of a list that were ticked."""
        return tuple(value for sent, value in self._fields if sent == name)

    def file(self, name: str) -> SentFile | None:
        """Return the file of a field; None where none was chosen."""
        return self._files.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request: what was sent, who sent it, when, and what it is answered with."""

    services: Services
    path: str
    query_text: str
    language: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    form: "Form"
    now: datetime
    visitor: Visitor | None
    parameters: Mapping[str, str] = field(default_factory=dict)  # of the path, by name
    kept: "Form | None" = field(default=None, repr=False)  # typed here before this person's session ended

    @property
    def today(self) -> date:
        """Return the association's day."""
        return self.now.astimezone(ZONE).date()

    @property
    def is_member(self) -> bool:
        """Return whether a member asks, and nobody of the staff."""
        return self.visitor is not None and self.visitor.session.identity.kind is IssuerKind.MEMBERS

    @property
    def address(self) -> str:
        """Return the path with what stands behind its question mark."""
        return f"{self.path}?{self.query_text}" if self.query_text else self.path

    @property
    def policy(self) -> SignInPolicy:
        """Return how long signing in lasts."""
        return self.services.content.policy.sign_in_on(self.today)

    def secret(self, cookie: str) -> str | None:
        """Return the secret that a cookie of ours holds."""
        value = self.cookies.get(cookie, "")
        return value if SECRET.fullmatch(value) else None


def read_cookies(event: Mapping[str, Any]) -> dict[str, str]:
    """Return the cookies of an event by name."""
    pairs = (cookie.partition("=") for cookie in event.get("cookies") or ())
    return {name.strip(): value for name, _, value in pairs}


def read_query(event: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands behind the question mark."""
    return _once(_pairs(event.get("rawQueryString", "")))


def read_form(event: Mapping[str, Any]) -> Form:
    """Return the fields of a form. Raises UnreadableFormError, LargeFormError beyond what can be shown."""
    sent, content_type = _sent(event), _content_type(event)
    with_files = is_multipart(content_type)
    if len(sent) > (LARGEST_SENT if with_files else LARGEST_READ):
        raise LargeFormError(len(sent))
    try:
        if not with_files:
            return Form(_pairs(sent.decode()))
        pairs, files = read_multipart(content_type, sent)
    except (UnicodeError, UnreadableMultipartError) as error:
        raise UnreadableFormError from error
    if (size := sum(len(value) for _, value in pairs)) > LARGEST_READ:
        raise LargeFormError(size)
    return Form(pairs, files)


def check_form_size(event: Mapping[str, Any]) -> None:
    """Refuse a form that is longer than any of ours, its files apart. Raises LargeFormError."""
    form = read_form(event) if is_multipart(_content_type(event)) else None
    size = sum(len(value) for _, value in form) if form else len(_sent(event))
    if size > LARGEST_FORM:
        raise LargeFormError(size)


def check_origin(headers: Mapping[str, str], site_url: str) -> None:
    """Refuse a form that a browser says another site sent. Raises ForgedFormError."""
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise ForgedFormError
    if headers.get("origin", site_url) != site_url:
        raise ForgedFormError


def check_form_token(form: Form, visitor: Visitor) -> None:
    """Refuse a form that was not made for this session. Raises ForgedFormError, OtherSessionError."""
    sent = form.get(FORM_TOKEN)
    if hmac.compare_digest(sent.encode(), visitor.session.form_token.encode()):
        return
    if TOKEN.fullmatch(sent):
        raise OtherSessionError(form, visitor)
    raise ForgedFormError


def _content_type(event: Mapping[str, Any]) -> str:
    names = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return str(names.get("content-type", ""))


def _sent(event: Mapping[str, Any]) -> bytes:
    """Return a body as it was sent. Raises UnreadableFormError."""
    body = event.get("body") or ""
    try:
        return base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except (binascii.Error, UnicodeError) as error:
        raise UnreadableFormError from error


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise UnreadableFormError from error


def _once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the values of the names that stand once: a repeated one says nothing that can be relied on."""
    listed = list(pairs)
    times = Counter(name for name, _ in listed)
    return {name: value for name, value in listed if times[name] == 1}
