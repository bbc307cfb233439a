"""The files of a tree: which there are, and what each holds in short."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHash:
    """A file's content in short."""

    sha256: str
    size: int  # bytes


def hash_of(content: bytes) -> FileHash:
    """Return a content in short."""
    return FileHash(sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def paths_in(tree: Path) -> list[str]:
    """Return the path in a tree of each of its files, in order."""
    # Texts, not paths: of twenty thousand files, `rglob` spends seconds on those.
    start = len(str(tree)) + 1
    return sorted(f"{folder}/{name}"[start:] for folder, _, names in os.walk(tree) for name in names)
