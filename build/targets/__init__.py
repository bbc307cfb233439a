"""Where releases are kept and shown: a folder of this machine, or a bucket behind the CDN."""

from build.targets.bucket import BucketTarget
from build.targets.folder import FolderTarget
from build.targets.manifest import Manifest
from build.targets.target import IncompleteReleaseError, Target

__all__ = ["BucketTarget", "FolderTarget", "IncompleteReleaseError", "Manifest", "Target"]
