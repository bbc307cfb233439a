"""Releases in a folder: complete by one rename, shown by one symbolic link, unchanged files hard-linked."""

import fcntl
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_native_id

from build.files import FileHash, paths_in
from build.targets.manifest import MEMBERS, PUBLIC, Manifest, Trees
from build.targets.target import ASSETS, LIVE, Decide, IncompleteReleaseError, ReadShown, is_older


class FolderTarget:
    """`releases/NAME/`, `current` -> one of them, `manifests/`, `reports/`, `work/` for builds that run.

    What only members see is never within: for a folder `site` it is the folder `members-site` beside it, with
    releases and `current` of its own.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._roots = {PUBLIC: path, MEMBERS: path.with_name(f"members-{path.name}")}
        for name in ("manifests", "reports", "work"):
            (path / name).mkdir(parents=True, exist_ok=True)
        for root in self._roots.values():
            (root / "releases").mkdir(parents=True, exist_ok=True)

    def workspace(self, fence: int) -> Path:
        """Return an empty folder on the releases' own disk, so that files move there by a link."""
        folder = self._path / "work" / f"build-{fence}"
        folder.mkdir()
        return folder

    def manifest(self, release: str) -> Manifest | None:
        """Return the manifest of a complete release; None where somebody removed it by hand."""
        if not self._folder(PUBLIC, release).is_dir() or not self._manifest(release).exists():
            return None
        manifest = Manifest.from_json(self._manifest(release).read_bytes())
        is_whole = not manifest.members_files or self._folder(MEMBERS, release).is_dir()
        return manifest if is_whole else None

    def public_files(self, release: str) -> Path | None:
        """Return where the public files of a release are."""
        return self._folder(PUBLIC, release)

    def stage(self, release: str, trees: Trees, manifest: Manifest, previous: str | None) -> None:
        """Put both trees in place: they move there. Raises IncompleteReleaseError."""
        before = self.manifest(previous) if previous else None
        for root, files in manifest.trees.items():
            if before and previous:
                same = [path for path, file in before.trees[root].items() if files.get(path) == file]
                _link_kept(self._folder(root, previous), trees[root], same)
            _verify(release, trees[root], files)
        _write_whole(self._manifest(release), manifest.to_json())
        # The public one last: with it the release is complete.
        for root in (MEMBERS, PUBLIC):
            trees[root].rename(self._folder(root, release))

    def show(self, read_shown: ReadShown) -> None:
        """Let `current` be the release that the row names, read while nobody else can move the links."""
        with self._locked():
            release = read_shown()
            for root in (MEMBERS, PUBLIC):
                # Nothing yet, or removed by hand: the next build puts it right.
                if release is not None and self._folder(root, release).is_dir():
                    self._point(self._roots[root] / "current", release)

    def remove(self, release: str) -> None:
        """Remove a release's files and manifest."""
        for root in self._roots:
            shutil.rmtree(self._folder(root, release), ignore_errors=True)
        self._manifest(release).unlink(missing_ok=True)

    def sweep(self, fence: int, kept: Collection[str]) -> None:
        """Remove what builds with a lower fence left behind."""
        for folder in self._path.glob("work/*-*"):
            if is_older(folder.name, fence):
                shutil.rmtree(folder, ignore_errors=True)
        names = {path.name for root in self._roots.values() for path in root.glob("releases/*")}
        names |= {path.stem for path in self._path.glob("manifests/*.json")}
        for release in names - set(kept):
            if is_older(release, fence):
                self.remove(release)

    def keep_assets(self, tree: Path) -> None:
        """Put the theme's files of a tree beside the releases, a theme by one rename."""
        for theme in sorted((tree / ASSETS).glob("*")):
            kept = self._path / ASSETS / theme.name
            if kept.exists():
                continue
            staged = self._path / "work" / f"assets-{theme.name}"
            shutil.rmtree(staged, ignore_errors=True)
            shutil.copytree(theme, staged, copy_function=_link)
            kept.parent.mkdir(exist_ok=True)
            staged.rename(kept)

    def assets(self) -> set[str]:
        """Return the hashes of the themes whose files are beside the releases."""
        return {folder.name for folder in (self._path / ASSETS).glob("*")}

    def forget_assets(self, theme: str) -> None:
        """Remove a theme's files from beside the releases."""
        shutil.rmtree(self._path / ASSETS / theme, ignore_errors=True)

    def write_report(self, name: str, content: bytes) -> None:
        """Write a file that staff alone may read."""
        _write_whole(self._path / "reports" / name, content)

    def read_report(self, name: str) -> bytes | None:
        """Return such a file; None where there is none."""
        file = self._path / "reports" / name
        return file.read_bytes() if file.exists() else None

    def write_live(self, decide: Decide) -> None:
        """Let the file of who is withdrawn be what is decided, while nobody else may decide."""
        with self._locked():
            (self._path / LIVE).parent.mkdir(exist_ok=True)
            _write_whole(self._path / LIVE, decide())

    def _manifest(self, release: str) -> Path:
        return self._path / "manifests" / f"{release}.json"

    def _folder(self, root: str, release: str) -> Path:
        return self._roots[root] / "releases" / release

    def _point(self, current: Path, release: str) -> None:
        if current.is_symlink() and current.readlink().name == release:
            return
        fresh = self._path / "work" / "current"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path("releases") / release)
        fresh.replace(current)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._path / "work" / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _link_kept(before: Path, tree: Path, paths: Iterable[str]) -> None:
    """Let files of a tree be those of the release before, so that both together take the room of one."""
    for path in paths:
        target = f"{tree}/{path}"
        with suppress(FileNotFoundError):
            os.unlink(target)  # noqa: PTH108 - of texts: paths of twenty thousand files take a second
        _link(f"{before}/{path}", target)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a disk without hard links, as some shared folders are
        shutil.copyfile(source, target)


def _verify(release: str, staged: Path, files: Mapping[str, FileHash]) -> None:
    found = {path: os.stat(f"{staged}/{path}").st_size for path in paths_in(staged)}  # noqa: PTH116 - as above
    for path in sorted(found.keys() | files.keys()):
        if path not in files or found.get(path) != files[path].size:
            raise IncompleteReleaseError(release, path)


def _write_whole(file: Path, content: bytes) -> None:
    fresh = file.with_name(f".{file.name}.{get_native_id()}")
    fresh.write_bytes(content)
    fresh.replace(file)
