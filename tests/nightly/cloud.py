"""Stand-ins for AWS: the CDN's key-value store, which moto does not have."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError


def nothing() -> None:
    """Do nothing."""


@dataclass(slots=True)
class KeyValueStore:
    """As documented for PutKey and DeleteKey: a write names the store's version, and a write moves it."""

    keys: dict[str, str] = field(default_factory=dict)
    version: int = 0
    between: Callable[[], None] = nothing  # what somebody else does before the next write arrives

    def describe_key_value_store(self, **_: Any) -> dict[str, Any]:
        """Answer with the version."""
        return {"ETag": f"v{self.version}"}

    def get_key(self, *, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's own names
        """Answer with a value."""
        if Key not in self.keys:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetKey")
        return {"Value": self.keys[Key]}

    def put_key(self, *, Key: str, Value: str, IfMatch: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """Write a value, unless the store moved."""
        self._check(IfMatch)
        self.keys[Key] = Value
        return self._moved()

    def delete_key(self, *, Key: str, IfMatch: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """Remove a key, unless the store moved."""
        self._check(IfMatch)
        del self.keys[Key]
        return self._moved()

    def list_keys(self, *, NextToken: str = "0", **_: Any) -> dict[str, Any]:  # noqa: N803
        """Answer with two keys at a time."""
        first = int(NextToken)
        items = [{"Key": key, "Value": self.keys[key]} for key in sorted(self.keys)[first : first + 2]]
        more = {"NextToken": str(first + 2)} if len(self.keys) > first + 2 else {}
        return {"Items": items, **more}

    def _check(self, version: str) -> None:
        between, self.between = self.between, nothing
        between()
        if f"v{self.version}" != version:
            raise ClientError({"Error": {"Code": "ConflictException"}}, "PutKey")

    def _moved(self) -> dict[str, Any]:
        self.version += 1
        return {"ETag": f"v{self.version}"}
