"""A form with a file, as browsers send it: multipart/form-data (RFC 7578, HTML's "encode a form")."""

import re
from dataclasses import dataclass, field
from typing import Final

MULTIPART: Final = "multipart/form-data"
MOST_PARTS: Final = 200
HEAD_END: Final = b"\r\n\r\n"
# Read by patterns that never look twice: the time that `email` takes grows with a head's square.
BOUNDARY: Final = re.compile(r';\s*boundary="?([^\s";]+)', re.IGNORECASE)
DISPOSITION: Final = re.compile(r"^content-disposition:(.*)$", re.IGNORECASE | re.MULTILINE)
PARAMETER: Final = re.compile(r';\s*([\w-]+)="([^"]*)"')
# The three signs that a browser writes otherwise in a name, so that it cannot end early.
ESCAPED: Final = (("%22", '"'), ("%0D", "\r"), ("%0A", "\n"))


class UnreadableMultipartError(ValueError):
    """What was sent is no form with files."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as a browser sent it. Its name is what somebody calls it, and proves nothing."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)


Parts = tuple[list[tuple[str, str]], dict[str, SentFile]]


def is_multipart(content_type: str) -> bool:
    """Return whether a form comes with files."""
    return content_type.partition(";")[0].strip().lower() == MULTIPART


def read_multipart(content_type: str, sent: bytes) -> Parts:
    """Return the fields in their order, and the files by their fields; one that was not chosen is none.

    Raises UnreadableMultipartError.
    """
    pairs: list[tuple[str, str]] = []
    files: dict[str, SentFile] = {}
    for named, content in _parts(_boundary(content_type), sent):
        name, file_name = named.get("name"), named.get("filename")
        if name is None:
            raise UnreadableMultipartError("a part has no name")
        if file_name is None:
            pairs.append((name, _text(content)))
        elif file_name or content:
            files[name] = SentFile(file_name, content)
    return pairs, files


def _boundary(content_type: str) -> bytes:
    found = BOUNDARY.search(content_type)
    if not found or not found[1].isascii():
        raise UnreadableMultipartError("no boundary")
    return b"--" + found[1].encode()


def _parts(delimiter: bytes, sent: bytes) -> list[tuple[dict[str, str], bytes]]:
    # A delimiter begins a line: the one before it ends with the part.
    _, *parts = (b"\r\n" + sent).split(b"\r\n" + delimiter)
    if not parts or not parts[-1].startswith(b"--") or len(parts) > MOST_PARTS:
        raise UnreadableMultipartError("cut short")
    return [_part(part) for part in parts[:-1]]


def _part(part: bytes) -> tuple[dict[str, str], bytes]:
    head, found, content = part.partition(HEAD_END)
    if not found or not head.startswith(b"\r\n"):
        raise UnreadableMultipartError("a part has no head")
    said = DISPOSITION.search(_text(head))
    named = PARAMETER.findall(said[1] if said else "")
    return {parameter.lower(): _unescaped(value) for parameter, value in named}, content


def _unescaped(name: str) -> str:
    for written, sign in ESCAPED:
        name = name.replace(written, sign)
    return name


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise UnreadableMultipartError("not UTF-8") from error
