"""Where releases are kept and shown: a folder of this machine, or a bucket behind the CDN."""

from build.targets.bucket import BucketTarget
from build.targets.folder import FolderTarget
from build.targets.manifest import MEMBERS, PUBLIC, Manifest, Trees
from build.targets.target import IncompleteReleaseError, Target

__all__ = [
    "MEMBERS",
    "PUBLIC",
    "BucketTarget",
    "FolderTarget",
    "IncompleteReleaseError",
    "Manifest",
    "Target",
    "Trees",
]
