"""What a release holds: the hash of every file, and the mentors it shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from build.listings import listing_text
from mentoring.domain.listing import Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMentor:
    """What the next build needs to know of a mentor, to say who is new, changed or gone."""

    name: str
    is_available: bool
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHash:
    """A file's content in short."""

    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Kept beside the releases, never in one: it is for staff and for the next build."""

    files: Mapping[str, FileHash]  # by path in the tree
    mentors: Mapping[str, ShownMentor]  # by slug

    @property
    def content_hash(self) -> str:
        """Return one hash over the whole tree: equal trees have equal hashes."""
        lines = (f"{path}\0{file.sha256}\n" for path, file in sorted(self.files.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def to_json(self) -> bytes:
        """Return the manifest as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read what `to_json` wrote."""
        read = json.loads(text)
        return cls(
            files={path: FileHash(**file) for path, file in read["files"].items()},
            mentors={slug: ShownMentor(**mentor) for slug, mentor in read["mentors"].items()},
        )

    @classmethod
    def of(cls, tree: Path, listings: Iterable[Listing]) -> Self:
        """Return the manifest of a tree that shows these listings."""
        files = {
            file.relative_to(tree).as_posix(): _file_hash(file)
            for file in sorted(tree.rglob("*"))
            if file.is_file()
        }
        mentors = {
            listing.slug: ShownMentor(
                name=listing.name,
                is_available=listing.is_available,
                fingerprint=hashlib.sha256(listing_text(listing).encode()).hexdigest()[:16],
            )
            for listing in listings
        }
        return cls(files=files, mentors=mentors)


def _file_hash(file: Path) -> FileHash:
    content = file.read_bytes()
    return FileHash(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
