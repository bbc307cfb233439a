"""Releases in a bucket, a prefix each; the one shown is a key of the CDN's key-value store."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError

from build.files import FileHash
from build.targets.manifest import MEMBERS, PUBLIC, Manifest, Trees
from build.targets.target import ASSETS, LIVE, Decide, IncompleteReleaseError, ReadShown, is_older

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

CALLS_AT_ONCE: Final = 16
MOST_DELETED: Final = 1000  # keys a DeleteObjects takes
SHOWN: Final = "release"  # the key that the CDN's function reads
ATTEMPTS: Final = 10
MOVED: Final = frozenset(
    {"ConflictException", "ValidationException"}
)  # the store changed since it was described
# Somebody else wrote the object since it was read.
REPLACED: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})
CALLS: Final = Config(
    max_pool_connections=CALLS_AT_ONCE, retries={"mode": "standard", "total_max_attempts": 5}
)
TYPES: Final = {
    ".bin": "text/plain; charset=x-user-defined",  # the CDN compresses texts, and no application/octet-stream
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}


@dataclass(frozen=True, slots=True)
class EdgeStore:
    """The CDN's key-value store: a `cloudfront-keyvaluestore` client and the store's ARN."""

    client: Any  # boto3 has no types for it among ours
    arn: str

    def show(self, read_shown: ReadShown) -> None:
        """Put the release that the row names.

        The row is read after the store's version, and the write names that version: whoever moved either
        meanwhile makes this one read again, so an older release never wins.
        """
        for attempt in range(ATTEMPTS):
            version = self.client.describe_key_value_store(KvsARN=self.arn)["ETag"]
            release = read_shown()
            if release is None or self._shown() == release:
                return
            try:
                self.client.put_key(KvsARN=self.arn, Key=SHOWN, Value=release, IfMatch=version)
            except ClientError as error:
                if error.response["Error"]["Code"] not in MOVED or attempt == ATTEMPTS - 1:
                    raise
            else:
                return

    def _shown(self) -> str | None:
        try:
            return str(self.client.get_key(KvsARN=self.arn, Key=SHOWN)["Value"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return None


class BucketTarget:
    """`releases/NAME/`, `members/NAME/`, `manifests/`, `reports/` in one bucket; the CDN reads the first.

    Without an edge store it shows nothing.
    """

    def __init__(self, client: "S3Client", bucket: str, edge: EdgeStore | None = None) -> None:
        self._client = client
        self._bucket = bucket
        self._edge = edge

    def workspace(self, fence: int) -> Path:
        """Return an empty folder of this machine; it does not outlive the function."""
        return Path(mkdtemp(prefix=f"build-{fence}-"))

    def manifest(self, release: str) -> Manifest | None:
        """Return the manifest of a complete release; None where somebody removed it by hand."""
        text = self._read(_manifest_key(release))
        return None if text is None else Manifest.from_json(text)

    def public_files(self, release: str) -> Path | None:
        """Return None: a bucket's files are not at hand."""

    def stage(self, release: str, trees: Trees, manifest: Manifest, previous: str | None) -> None:
        """Put both trees in place, unchanged files by a copy within the bucket.

        Raises IncompleteReleaseError.
        """
        before = self.manifest(previous) if previous else None

        def put(place: tuple[str, str]) -> None:
            root, path = place
            if before and before.trees[root].get(path) == manifest.trees[root][path]:
                self._client.copy_object(
                    Bucket=self._bucket,
                    Key=f"{root}/{release}/{path}",
                    CopySource={"Bucket": self._bucket, "Key": f"{root}/{previous}/{path}"},
                )
            else:
                self._put(f"{root}/{release}/{path}", (trees[root] / path).read_bytes())

        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            for _ in pool.map(put, [(root, path) for root in trees for path in manifest.trees[root]]):
                pass
        for root, files in manifest.trees.items():
            self._verify(root, release, files)
        self._put(_manifest_key(release), manifest.to_json())

    def show(self, read_shown: ReadShown) -> None:
        """Let the CDN show the release that the row names."""
        if self._edge:
            self._edge.show(read_shown)

    def remove(self, release: str) -> None:
        """Remove a release's files and manifest."""
        self._delete([key for root in (PUBLIC, MEMBERS) for key, _ in self._objects(f"{root}/{release}/")])
        self._client.delete_object(Bucket=self._bucket, Key=_manifest_key(release))

    def sweep(self, fence: int, kept: Collection[str]) -> None:
        """Remove what builds with a lower fence left behind."""
        for release in sorted(self._releases() - set(kept)):
            if is_older(release, fence):
                self.remove(release)

    def keep_assets(self, tree: Path) -> None:
        """Put the theme's files of a tree beside the releases: those that are not there yet."""
        kept = {key for key, _ in self._objects(f"{ASSETS}/")}
        for file in sorted(path for path in (tree / ASSETS).rglob("*") if path.is_file()):
            key = file.relative_to(tree).as_posix()
            if key not in kept:
                self._put(key, file.read_bytes())

    def assets(self) -> set[str]:
        """Return the hashes of the themes whose files are beside the releases."""
        return {key.split("/")[1] for key, _ in self._objects(f"{ASSETS}/")}

    def forget_assets(self, theme: str) -> None:
        """Remove a theme's files from beside the releases."""
        self._delete([key for key, _ in self._objects(f"{ASSETS}/{theme}/")])

    def write_report(self, name: str, content: bytes) -> None:
        """Write a file that staff alone may read."""
        self._put(f"reports/{name}", content)

    def read_report(self, name: str) -> bytes | None:
        """Return such a file; None where there is none."""
        return self._read(f"reports/{name}")

    def write_live(self, decide: Decide) -> None:
        """Let the file of who is withdrawn be what is decided: a write names the version decided on."""
        for attempt in range(ATTEMPTS):
            held, version = self._live()
            wanted = decide()
            if wanted == held:
                return
            condition: dict[str, Any] = {"IfMatch": version} if version else {"IfNoneMatch": "*"}
            try:
                self._put(LIVE, wanted, CacheControl="no-cache", **condition)
            except ClientError as error:
                if error.response["Error"]["Code"] not in REPLACED or attempt == ATTEMPTS - 1:
                    raise

    def _live(self) -> tuple[bytes | None, str]:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=LIVE)
        except self._client.exceptions.NoSuchKey:
            return None, ""
        return answer["Body"].read(), answer["ETag"]

    def _releases(self) -> set[str]:
        listing = self._client.get_paginator("list_objects_v2")
        prefixes = {
            each["Prefix"]
            for root in (PUBLIC, MEMBERS)
            for page in listing.paginate(Bucket=self._bucket, Prefix=f"{root}/", Delimiter="/")
            for each in page.get("CommonPrefixes", [])
        }
        manifests = {Path(key).stem for key, _ in self._objects("manifests/")}
        return {prefix.split("/")[1] for prefix in prefixes} | manifests

    def _delete(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), MOST_DELETED):
            batch: list[ObjectIdentifierTypeDef] = [
                {"Key": key} for key in keys[start : start + MOST_DELETED]
            ]
            answer = self._client.delete_objects(
                Bucket=self._bucket, Delete={"Objects": batch, "Quiet": True}
            )
            _refuse_errors(answer.get("Errors", []))

    def _verify(self, root: str, release: str, files: Mapping[str, FileHash]) -> None:
        prefix = f"{root}/{release}/"
        found = {key.removeprefix(prefix): size for key, size in self._objects(prefix)}
        for path in sorted(found.keys() | files.keys()):
            if path not in files or found.get(path) != files[path].size:
                raise IncompleteReleaseError(release, path)

    def _objects(self, prefix: str) -> Iterator[tuple[str, int]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in pages:
            yield from ((each["Key"], each["Size"]) for each in page.get("Contents", []))

    def _read(self, key: str) -> bytes | None:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._client.exceptions.NoSuchKey:
            return None

    def _put(self, key: str, content: bytes, **more: Any) -> None:
        # S3 computes the checksum as well and refuses a body that was damaged on its way.
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=content,
            ContentType=TYPES.get(Path(key).suffix, "application/octet-stream"),
            ChecksumAlgorithm="SHA256",
            **more,
        )


def _manifest_key(release: str) -> str:
    return f"manifests/{release}.json"


def _refuse_errors(errors: Iterable[Any]) -> None:
    for error in errors:
        raise OSError(f"{error.get('Key')} was not deleted: {error.get('Code')}")
