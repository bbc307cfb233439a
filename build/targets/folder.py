"""Releases in a folder: complete by one rename, shown by one symbolic link, unchanged files hard-linked."""

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from build.targets.manifest import Manifest
from build.targets.target import IncompleteReleaseError, ReadShown, is_older


class FolderTarget:
    """`releases/NAME/`, `current` -> one of them, `manifests/`, `reports/`, `work/` for builds that run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        for name in ("releases", "manifests", "reports", "work"):
            (path / name).mkdir(parents=True, exist_ok=True)

    def workspace(self, fence: int) -> Path:
        """Return an empty folder on the releases' own disk, so that files move there by a link."""
        folder = self._path / "work" / f"build-{fence}"
        folder.mkdir()
        return folder

    def manifest(self, release: str) -> Manifest | None:
        """Return the manifest of a complete release; None where somebody removed it by hand."""
        if not (self._path / "releases" / release).is_dir() or not self._manifest(release).exists():
            return None
        return Manifest.from_json(self._manifest(release).read_bytes())

    def stage(self, release: str, tree: Path, manifest: Manifest, previous: str | None) -> None:
        """Put a tree in place. Raises IncompleteReleaseError."""
        staged = self._path / "work" / f"stage-{release}"
        before = self.manifest(previous) if previous else None
        same = before.files if before else {}
        for path, file in manifest.files.items():
            kept = same.get(path) == file
            source = self._path / "releases" / str(previous) / path if kept else tree / path
            _link(source, staged / path)
        _verify(release, staged, manifest)
        _write_whole(self._manifest(release), manifest.to_json())
        staged.rename(self._path / "releases" / release)

    def show(self, read_shown: ReadShown) -> None:
        """Let `current` be the release that the row names, read while nobody else can move the link."""
        current = self._path / "current"
        with self._locked():
            release = read_shown()
            if release is None or not (self._path / "releases" / release).is_dir():
                return  # nothing yet, or removed by hand: the next build puts it right
            if current.is_symlink() and current.readlink().name == release:
                return
            fresh = self._path / "work" / "current"
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(Path("releases") / release)
            fresh.replace(current)

    def remove(self, release: str) -> None:
        """Remove a release's files and manifest."""
        shutil.rmtree(self._path / "releases" / release, ignore_errors=True)
        self._manifest(release).unlink(missing_ok=True)

    def sweep(self, fence: int, kept: Collection[str]) -> None:
        """Remove what builds with a lower fence left behind."""
        for folder in self._path.glob("work/*-*"):
            if is_older(folder.name, fence):
                shutil.rmtree(folder, ignore_errors=True)
        names = {path.name for path in self._path.glob("releases/*")}
        names |= {path.stem for path in self._path.glob("manifests/*.json")}
        for release in names - set(kept):
            if is_older(release, fence):
                self.remove(release)

    def write_report(self, name: str, content: bytes) -> None:
        """Write a file that staff alone may read."""
        _write_whole(self._path / "reports" / name, content)

    def _manifest(self, release: str) -> Path:
        return self._path / "manifests" / f"{release}.json"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._path / "work" / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a disk without hard links, as some shared folders are
        shutil.copyfile(source, target)


def _verify(release: str, staged: Path, manifest: Manifest) -> None:
    found = {
        file.relative_to(staged).as_posix(): file.stat().st_size
        for file in staged.rglob("*")
        if file.is_file()
    }
    for path in sorted(found.keys() | manifest.files.keys()):
        if path not in manifest.files or found.get(path) != manifest.files[path].size:
            raise IncompleteReleaseError(release, path)


def _write_whole(file: Path, content: bytes) -> None:
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(file)
