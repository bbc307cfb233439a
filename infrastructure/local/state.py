"""Where the embedded cloud keeps what must survive a stop and a kill: one folder, $STATE."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import get_native_id
from typing import Final

DEFAULT_PORT: Final = 8000
DEFAULT_STATE: Final = ".local"


class StateBusyError(Exception):
    """Another process holds this state."""

    def __init__(self, purpose: str, root: Path) -> None:
        super().__init__(f"{root} is in use: another process is {purpose}")


@dataclass(frozen=True, slots=True)
class State:
    """The folders and files of one embedded cloud."""

    root: Path

    @property
    def site(self) -> Path:
        """The site's bucket: releases/ with the link `current`, live/, and what is for functions alone."""
        return self.root / "site"

    @property
    def members_site(self) -> Path:
        """The members' tree of each release, which a function alone reads."""
        return self.root / "members-site"

    @property
    def current(self) -> Path:
        """The release that is shown, as a link that a build swaps at once."""
        return self.site / "current"

    @property
    def reports(self) -> Path:
        """One JSON and one page a language for every build."""
        return self.site / "reports"

    @property
    def recordings(self) -> Path:
        """Webinars' recordings: in the site's bucket, beside what is shown to everybody."""
        return self.site / "recordings"

    @property
    def workbooks(self) -> Path:
        """The bucket of workbooks that came as files."""
        return self.root / "workbooks"

    @property
    def edge(self) -> Path:
        """The edge's key-value store: a file a key."""
        return self.root / "edge"

    @property
    def mail(self) -> Path:
        """Every message sent, as .eml."""
        return self.root / "mail"

    @property
    def stripe(self) -> Path:
        """What the double of Stripe knows, and its keys."""
        return self.root / "stripe"

    @property
    def logs(self) -> Path:
        """What each function wrote, one file a function."""
        return self.root / "logs"

    @property
    def sample(self) -> Path:
        """The sample members' files, and a mark that they were imported whole."""
        return self.root / "sample"

    @property
    def site_address(self) -> Path:
        """Where the site was last served, for the absolute addresses in its pages."""
        return self.root / "site-address"

    def contents(self) -> list[Path]:
        """Return what is ours in the folder, and nothing else that somebody may keep there."""
        names = ("database", "edge", "imports", "logs", "mail", "members-site", "sample", "site", "stripe")
        return [
            *(self.root / name for name in (*names, "workbooks") if (self.root / name).exists()),
            *self.root.glob("*.json"),
            *self.root.glob("*.jsonl"),
            *self.root.glob("*.lock"),
            self.site_address,
        ]

    def site_url(self) -> str:
        """Return the address of the site that was last served from here, or the one to expect."""
        if self.site_address.exists():
            return self.site_address.read_text("utf-8").strip()
        return f"http://127.0.0.1:{os.environ.get('PORT') or DEFAULT_PORT}"

    @contextmanager
    def held_for(self, purpose: str) -> Iterator[None]:
        """Keep other processes from the same purpose. Raises StateBusyError where one is at it.

        The lock belongs to the process: a kill frees it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f"{purpose}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StateBusyError(purpose, self.root) from None
            yield


def write_whole(path: Path, text: str) -> None:
    """Replace a file so that a kill leaves the old text or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{get_native_id()}.draft")  # threads of one process write as well
    with draft.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(path)
