"""Takes pages from the release that is shown, where all that they are made of is the same.

A page is made of what it shows, and of what every page is made of: words, templates, code, the day. So each
night makes every page anew, and a build by day those that an edit changed.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path
from typing import Final, Self

import mentoring
from build.addresses import file_of
from mentoring.settings import BuildSettings

DIGITS: Final = 32  # of a hash
CODE: Final = (Path(__file__).parent, *(Path(folder) for folder in mentoring.__path__))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The release that is shown: its public files, and the hash of what each page was made of, by address."""

    folder: Path
    inputs: Mapping[str, str]


class Unchanged:
    """What need not be rendered. `made_of` is the hash of what every page is made of."""

    def __init__(self, made_of: str = "", folder: str = "", inputs: Mapping[str, str] | None = None) -> None:
        self._made_of = made_of
        self._folder = Path(folder)
        self._before = inputs or {}
        self.inputs: dict[str, str] = {}
        """The hash of what each page is made of now, for the next build."""

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read what `write_shown` wrote."""
        return cls(**json.loads(file.read_text("utf-8"))) if file.exists() else cls()

    def take(self, tree: Path, path: str, shows: str) -> bool:
        """Put the page at an address into the tree if the release has it; return whether it is there."""
        text = f"{self._made_of}\0{path}\0{shows}"
        self.inputs[path] = inputs = fingerprint(text.encode())
        if self._before.get(path) != inputs:
            return False
        file = file_of(tree, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file_of(self._folder, path), file)
        except OSError:  # removed by hand, or a disk without hard links
            return False
        return True


def write_shown(file: Path, shown: Shown | None, made_of: str) -> None:
    """Write for the renderers what they may take."""
    told = {"folder": str(shown.folder), "inputs": shown.inputs} if shown else {}
    file.write_text(json.dumps(told | {"made_of": made_of}), "utf-8")


def fingerprint(text: bytes) -> str:
    """Return a hash that no two texts have in common."""
    return sha256(text).hexdigest()[:DIGITS]


def made_of(settings: BuildSettings, assets: str, today: date) -> str:
    """Return one hash over what every page is made of, besides the mentors."""
    said = [settings.site_url, assets, f"{today}", sys.version]
    said += sorted(f"{each.name} {each.version}" for each in distributions())
    content = sha256("\0".join(said).encode())
    for folder in (settings.content_folder, settings.theme_folder / "templates", *CODE):
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            content.update(f"\0{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
            content.update(file.read_bytes())
    return content.hexdigest()
