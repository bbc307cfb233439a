"""Cuts what is deployed: four packages for Lambda and the template with the edge's code in it.

`python -m infrastructure.package [--out dist]` writes functions-<hash>.zip (whatever answers people),
sign-in-<hash>.zip (what verifies who they are), papers-<hash>.zip (what typesets receipts),
site-build-<hash>.zip (the nightly build) and template.yaml.
The same sources give the same bytes. Nothing of infrastructure/ or tests/ is in a package.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PYTHON_VERSION: Final = "3.13"  # the template's runtime
PLATFORM: Final = "x86_64-manylinux2014"
MEGABYTE: Final = 1024 * 1024
UNPACKED_AT_MOST: Final = 250 * MEGABYTE  # bytes: what Lambda unpacks
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # of zip: a file's own date would change the bytes
FUNCTIONS_SOURCES: Final = {
    "functions/mentoring": "mentoring",
    "site/theme": "site/theme",
    "content": "content",
}
BUILD_SOURCES: Final = {**FUNCTIONS_SOURCES, "build": "build", "site/pelicanconf.py": "site/pelicanconf.py"}
LEFT_OUT: Final = frozenset({"__pycache__", "README.md"})
# botocore describes every service of AWS in 20 MB; these are the ones that we talk to.
SERVICES: Final = frozenset(
    {"cloudfront-keyvaluestore", "dynamodb", "lambda", "s3", "secretsmanager", "sesv2", "sts"}
)
LOCALES: Final = ("en", "fr", "root")  # of Babel's 10 MB
# Of Stripe's library: what only type checkers read (half of it; the double reads it, and is in no package),
# and parts of Stripe that nobody asks for anything.
NOT_OF_STRIPE: Final = frozenset(
    {
        "billing",
        "billing_portal",
        "climate",
        "events",
        "financial_connections",
        "identity",
        "issuing",
        "params",
        "tax",
        "terminal",
        "test_helpers",
        "treasury",
    }
)
INLINED: Final = {
    "FunctionCode: edge/viewer-request.js": "edge/viewer-request.js",
    "ZipFile: edge/not_found.py": "edge/not_found.py",
    "ZipFile: edge/origin_check.py": "edge/origin_check.py",
}


class PackageError(Exception):
    """The package cannot be deployed."""


def _options(*groups: str) -> list[str]:
    """Return uv's options for what every function needs, and for these groups."""
    return ["--no-default-groups", *(f"--group={group}" for group in groups)]


def _without(*names: str) -> list[str]:
    """Return uv's options that leave dependencies out, with what they alone bring along."""
    return [f"--prune={name}" for name in names]


@dataclass(frozen=True, slots=True)
class Package:
    """What is cut into one package: our own sources, and the dependencies that uv's options name."""

    name: str
    sources: Mapping[str, str]
    dependencies: Sequence[str]
    largest: int  # bytes zipped


PACKAGES: Final = (
    # A member waits for a cold start: small, without what the build or signing in alone needs.
    Package(
        "functions",
        FUNCTIONS_SOURCES,
        # Stripe is reached by urllib3; joserfc would bring 5 MB of cryptography along.
        [*_options("cloud"), *_without("joserfc", "requests")],
        15 * MEGABYTE,
    ),
    # Tokens are verified by one function, which sends no letter, takes no money and hides no page.
    Package(
        "sign-in",
        FUNCTIONS_SOURCES,
        [*_options(), *_without("css-inline", "icalendar", "stripe")],
        15 * MEGABYTE,
    ),
    # A typesetter of 80 MB, for whoever wants a receipt as a file.
    Package(
        "papers",
        FUNCTIONS_SOURCES,
        [*_options("documents"), *_without("joserfc", "css-inline", "icalendar", "stripe")],
        50 * MEGABYTE,
    ),
    # The build does none of this.
    Package(
        "site-build",
        BUILD_SOURCES,
        [*_options("package"), *_without("joserfc", "css-inline", "icalendar", "stripe")],
        50 * MEGABYTE,  # what Lambda takes
    ),
)


def source_files(package: Package) -> dict[str, Path]:
    """Return our own files of a package: name in the package -> file."""
    return {
        (Path(target) / file.relative_to(ROOT / source)).as_posix(): file
        for source, target in package.sources.items()
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


def write_package(package: Package, folder: Path) -> Path:
    """Write a package into the folder, named after its content. Raises PackageError when it is too large."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as installed:
        _install(package, Path(installed))
        files = dict(_installed_files(Path(installed))) | source_files(package)
        draft = folder / f"{package.name}.zip"
        _zip(draft, files)
        unpacked = sum(file.stat().st_size for file in files.values())
    size = draft.stat().st_size
    if size > package.largest or unpacked > UNPACKED_AT_MOST:
        raise PackageError(f"{draft} is too large: {size:,} bytes, {unpacked:,} unpacked")
    written = folder / f"{package.name}-{hashlib.sha256(draft.read_bytes()).hexdigest()[:16]}.zip"
    draft.replace(written)
    return written


def _install(package: Package, folder: Path) -> None:
    """Install the locked dependencies of a package, as wheels for Lambda's platform."""
    uv = os.environ.get("UV", ".tools/bin/uv")
    locked = folder / "requirements.txt"
    export = [uv, "export", "--quiet", "--locked", "--no-emit-project", *package.dependencies]
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
    if name.parts[:2] == ("holidays", "locale"):
        return name.stem == "CA"  # nobody reads the names of holidays, here or elsewhere
    if name.parts[0] == "stripe":
        return name.parts[1] not in NOT_OF_STRIPE and "__pycache__" not in name.parts
    if "swagger_ui" in name.parts:
        return name.suffix == ".py"  # the page that Powertools would show of an API's description
    # RECORD names this machine's paths; bin/ and tests/ are a dependency's commands and tests.
    return (
        name.parts[0] != "bin"
        and not {"tests", "__pycache__"} & {*name.parts}
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
    """Write packages and template; say where they are and how large."""
    parser = argparse.ArgumentParser(prog="python -m infrastructure.package", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder to write to (dist)")
    folder = parser.parse_args().out
    try:
        for package in PACKAGES:
            written = write_package(package, folder)
            sys.stdout.write(f"{written} ({written.stat().st_size / MEGABYTE:.1f} MB)\n")
        (folder / "template.yaml").write_text(inlined_template(), "utf-8")
    except PackageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
