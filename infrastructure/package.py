"""Cuts what is deployed: the site-build Lambda's package and the template with the edge's code in it.

`python -m infrastructure.package [--out dist]` writes site-build-<hash>.zip and template.yaml. The same
sources give the same bytes. Nothing of infrastructure/ or tests/ is in the package.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PYTHON_VERSION: Final = "3.13"  # the template's runtime
PLATFORM: Final = "x86_64-manylinux2014"
LARGEST: Final = 50 * 1024 * 1024  # bytes zipped: what Lambda takes
UNPACKED_AT_MOST: Final = 250 * 1024 * 1024  # bytes: what Lambda unpacks
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # of zip: a file's own date would change the bytes
SOURCES: Final = {
    "functions/mentoring": "mentoring",
    "build": "build",
    "site/pelicanconf.py": "site/pelicanconf.py",
    "site/theme": "site/theme",
    "content": "content",
}
LEFT_OUT: Final = frozenset({"__pycache__", "README.md"})
# botocore describes every service of AWS in 20 MB; these are the ones that the build talks to.
SERVICES: Final = frozenset({"cloudfront-keyvaluestore", "dynamodb", "s3", "sts"})
LOCALES: Final = ("en", "fr", "root")  # of Babel's 10 MB
INLINED: Final = {
    "FunctionCode: edge/viewer-request.js": "edge/viewer-request.js",
    "ZipFile: edge/not_found.py": "edge/not_found.py",
}


class PackageError(Exception):
    """The package cannot be deployed."""


def source_files() -> dict[str, Path]:
    """Return our own files of the package: name in the package -> file."""
    return {
        (Path(target) / file.relative_to(ROOT / source)).as_posix(): file
        for source, target in SOURCES.items()
        for file in [ROOT / source, *sorted((ROOT / source).rglob("*"))]
        if file.is_file() and not LEFT_OUT & {*file.relative_to(ROOT).parts}
    }


def inlined_template() -> str:
    """Return the template with the edge's code in the place of the file names."""
    text = (ROOT / "infrastructure/template.yaml").read_text("utf-8")
    for line, file in INLINED.items():
        if text.count(line) != 1:
            raise PackageError(f"template.yaml has no line, or more than one, with `{line}`")
        text = _with_block(text, line, (ROOT / "infrastructure" / file).read_text("utf-8"))
    return text


def write_package(folder: Path) -> Path:
    """Write package and template into the folder; return the package. Raises PackageError when too large."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as installed:
        _install(Path(installed))
        files = dict(_installed_files(Path(installed))) | source_files()
        draft = folder / "site-build.zip"
        _zip(draft, files)
        unpacked = sum(file.stat().st_size for file in files.values())
    if draft.stat().st_size > LARGEST or unpacked > UNPACKED_AT_MOST:
        raise PackageError(
            f"{draft} is too large for Lambda: {draft.stat().st_size:,} bytes, {unpacked:,} unpacked"
        )
    package = folder / f"site-build-{hashlib.sha256(draft.read_bytes()).hexdigest()[:16]}.zip"
    draft.replace(package)
    (folder / "template.yaml").write_text(inlined_template(), "utf-8")
    return package


def _install(folder: Path) -> None:
    """Install the locked dependencies of the package, as wheels for Lambda's platform."""
    uv = os.environ.get("UV", ".tools/bin/uv")
    locked = folder / "requirements.txt"
    export = [uv, "export", "--quiet", "--locked", "--no-dev", "--group", "package", "--no-emit-project"]
    subprocess.run([*export, "--output-file", str(locked)], cwd=ROOT, check=True)  # noqa: S603 - our own words
    wheels = ["--only-binary", ":all:", "--python-platform", PLATFORM, "--python-version", PYTHON_VERSION]
    install = [uv, "pip", "install", "--quiet", "--no-deps", "--target", str(folder), *wheels]
    subprocess.run([*install, "--requirements", str(locked)], cwd=ROOT, check=True)  # noqa: S603
    locked.unlink()


def _installed_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        if file.is_file() and _is_needed(name):
            yield name.as_posix(), file


def _is_needed(name: Path) -> bool:
    if name.parts[:2] == ("botocore", "data") and len(name.parts) > 3:
        return name.parts[2] in SERVICES
    if name.parts[:2] == ("babel", "locale-data"):
        return name.stem.partition("_")[0] in LOCALES
    # RECORD names this machine's paths; bin/ and tests/ are a dependency's commands and tests.
    return (
        name.parts[0] not in ("bin", "tests")
        and "__pycache__" not in name.parts
        and name.name not in ("RECORD", ".lock")
    )


def _zip(path: Path, files: Mapping[str, Path]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, file in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, file.read_bytes())


def _with_block(text: str, line: str, code: str) -> str:
    """Put code into YAML as a block under its key."""
    before, after = text.split(line)
    indent = " " * (len(before) - len(before.rstrip(" ")) + 2)
    key = line.partition(":")[0]
    block = "".join(f"{indent}{row}\n" if row else "\n" for row in code.splitlines())
    return f"{before}{key}: |\n{block.rstrip()}{after}"


def main() -> int:
    """Write the package; say where it is and how large."""
    parser = argparse.ArgumentParser(prog="python -m infrastructure.package", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder to write to (dist)")
    try:
        package = write_package(parser.parse_args().out)
    except PackageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{package} ({package.stat().st_size / 1024 / 1024:.1f} MB)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
