"""What a release holds: the hash of every file of both its trees, and the mentors it shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Self

from build.files import FileHash, hash_of, paths_in
from mentoring.domain.listing import Listing
from mentoring.storage.listing_records import listing_text

PUBLIC: Final = "releases"
MEMBERS: Final = "members"

Trees = Mapping[str, Path]
"""What a build has made: the site for everybody (PUBLIC), what signed-in members see besides (MEMBERS)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMentor:
    """What the next build needs to know of a mentor, to say who is new, changed or gone."""

    name: str
    is_available: bool
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Kept beside the releases, never in one: it is for staff and for the next build."""

    files: Mapping[str, FileHash]  # of the public tree, by path in it
    members_files: Mapping[str, FileHash] = field(default_factory=dict)
    mentors: Mapping[str, ShownMentor]  # who is public, by slug
    members_only: Mapping[str, ShownMentor] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)  # of pages that the next build may take

    @property
    def trees(self) -> Mapping[str, Mapping[str, FileHash]]:
        """Return the files of each tree."""
        return {PUBLIC: self.files, MEMBERS: self.members_files}

    @property
    def shown(self) -> Mapping[str, ShownMentor]:
        """Return every mentor whom somebody sees."""
        return {**self.members_only, **self.mentors}

    @property
    def themes(self) -> set[str]:
        """Return the hashes of the themes whose files are in the public tree."""
        return {path.split("/")[1] for path in self.files if path.startswith("assets/")}

    @property
    def content_hash(self) -> str:
        """Return one hash over both trees: equal trees have equal hashes."""
        lines = (
            f"{root}/{path}\0{file.sha256}\n"
            for root, files in self.trees.items()
            for path, file in sorted(files.items())
        )
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def to_json(self) -> bytes:
        """Return the manifest as JSON."""
        # Part by part: `asdict` of the whole copies each of its twenty thousand parts.
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        text = json.dumps(parts, default=asdict, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read what `to_json` wrote, or what it wrote while there was one tree."""
        read = json.loads(text)
        return cls(
            files=_files_from(read["files"]),
            members_files=_files_from(read.get("members_files", {})),
            mentors=_mentors_from(read["mentors"]),
            members_only=_mentors_from(read.get("members_only", {})),
            inputs=read.get("inputs", {}),
        )

    @classmethod
    def of_mentors(cls, listings: Iterable[Listing], members_only: Iterable[Listing]) -> Self:
        """Return who would be shown, for a build that made no files."""
        return cls(
            files={},
            members_files={},
            mentors=_mentors_of(listings),
            members_only=_mentors_of(members_only),
        )

    @classmethod
    def of(
        cls,
        trees: Trees,
        listings: Iterable[Listing],
        members_only: Iterable[Listing] = (),
        *,
        files: Mapping[str, FileHash] | None = None,
        inputs: Mapping[str, str] | None = None,
    ) -> Self:
        """Return the manifest of two trees that show these listings; `files` of the public one, if known."""
        return cls(
            files=_files_of(trees[PUBLIC]) if files is None else files,
            members_files=_files_of(trees[MEMBERS]),
            mentors=_mentors_of(listings),
            members_only=_mentors_of(members_only),
            inputs=inputs or {},
        )


def _files_of(tree: Path) -> dict[str, FileHash]:
    return {path: hash_of((tree / path).read_bytes()) for path in paths_in(tree)}


def _files_from(read: Mapping[str, Any]) -> dict[str, FileHash]:
    return {path: FileHash(**file) for path, file in read.items()}


def _mentors_of(listings: Iterable[Listing]) -> dict[str, ShownMentor]:
    # Of the listing alone: a hash over a private answer would let whoever reads it guess the answer.
    return {
        listing.slug: ShownMentor(
            name=listing.name,
            is_available=listing.is_available,
            fingerprint=hashlib.sha256(listing_text(listing).encode()).hexdigest()[:16],
        )
        for listing in listings
    }


def _mentors_from(read: Mapping[str, Any]) -> dict[str, ShownMentor]:
    return {slug: ShownMentor(**mentor) for slug, mentor in read.items()}
