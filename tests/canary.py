"""Private answers that are like nothing else, and the watch for them over the whole suite (DIR-12).

Tests give them to members. At the end of a run every public tree, log, message and report it left behind
is searched, in every way a text may come to be written. The database and the members' tree may hold them.
"""

import html
import json
import logging
import subprocess
import unicodedata
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

IDENTITY: Final = {
    "gender": "Zyxöqueer Quokka",
    "race": "Blåhaj-Ænglander",
    "ethnicity": "Ünobtainian of Wéstmarch",
    "orientation": "Quizzaciously Panda",
    "indigenous": "Nëmësïs Nation",
}
MAILBOX: Final = "canary.zqx+42@quokka-post.example"

WATCHED: Final = {
    "edge",
    "erasures",
    "live",
    "logs",
    "mail",
    "manifests",
    "releases",
    "reports",
    "withdrawals",
}
PRIVATE: Final = {"database", "members", "members-site"}
LOGS: Final = {"logs"}


def writings(secret: str) -> Iterator[bytes]:
    """Every way in which a text may come to stand in a file."""
    for form in ("NFC", "NFD", "NFKC"):
        text = unicodedata.normalize(form, secret)  # type: ignore[arg-type]
        for cased in {text, text.lower(), text.upper(), text.casefold()}:
            yield cased.encode()
            yield cased.encode("utf-16-le")
            yield quote(cased).encode()
            yield quote(cased, safe="@+").encode()
            yield json.dumps(cased)[1:-1].encode()
            yield cased.encode("ascii", "xmlcharrefreplace")
            yield "".join(f"&#x{ord(letter):x};" for letter in cased).encode()
            yield html.escape(cased).encode()
            yield cased.replace(" ", "-").encode()
            yield cased.replace(" ", "+").encode()
            yield cased[::-1].encode()
            yield from base64_of(cased.encode())


def base64_of(text: bytes) -> Iterator[bytes]:
    """A text within a longer one in base64: three shifts without their ends, if that leaves enough."""
    for shift in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            sure = encode(b"\0" * shift + text)[4:-4]
            if len(sure) >= 8:
                yield sure


def leaks(folder: Path, scratch: Path) -> list[str]:
    """Return the watched files below a folder that hold a private answer, and logs that hold a mailbox."""
    watched = [file for file in folder.rglob("*") if _is_watched(file.relative_to(folder)) and file.is_file()]
    logs = [file for file in watched if LOGS & set(file.relative_to(folder).parts)]
    answers = [writing for secret in IDENTITY.values() for writing in writings(secret)]
    return _holding(answers, watched, scratch) + _holding([*writings(MAILBOX)], logs, scratch)


def _is_watched(path: Path) -> bool:
    folders = set(path.parts[:-1])
    return bool(folders & WATCHED) and not folders & PRIVATE


def _holding(patterns: list[bytes], files: list[Path], scratch: Path) -> list[str]:
    """Return the files in which any of the patterns stands; grep reads hundreds of megabytes in a second."""
    asked = scratch / "canary-patterns"
    # A pattern a line: a line break in UTF-16 would make two patterns of one, and one of them empty.
    asked.write_bytes(
        b"\n".join(sorted({each for each in patterns if b"\n" not in each and b"\0" not in each}))
    )
    names = b"\0".join(str(file).encode() for file in files)
    search = ["xargs", "-0", "--no-run-if-empty", "grep", "-laF", "-f", str(asked)]
    found = subprocess.run(
        search, input=names, capture_output=True, check=False, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    )
    assert found.returncode in (0, 123), found.stderr.decode()  # 123: nothing found
    return found.stdout.decode().splitlines()


class LogWatch:
    """Reads along with every log record of this process, as its handlers are given it."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._patterns = [w for secret in (*IDENTITY.values(), MAILBOX) for w in writings(secret)]
        self._call_handlers = logging.Logger.callHandlers

    def start(self) -> None:
        """Listen from now on."""
        watch, call_handlers = self, self._call_handlers

        def listening(logger: logging.Logger, record: logging.LogRecord) -> None:
            watch.note(record)
            call_handlers(logger, record)

        logging.Logger.callHandlers = listening  # type: ignore[method-assign]

    def stop(self) -> None:
        """Listen no more."""
        logging.Logger.callHandlers = self._call_handlers  # type: ignore[method-assign]

    def note(self, record: logging.LogRecord) -> None:
        """Note a record that says too much: its message, what was added to it, or its error."""
        said = f"{record.getMessage()} {record.__dict__} {record.exc_info and record.exc_info[1]!r}".encode()
        if any(pattern in said for pattern in self._patterns):
            self.heard.append(f"{record.name} {record.levelname} at {record.pathname}:{record.lineno}")
