"""The way round the distribution is closed."""

import importlib
from typing import Any

import pytest


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the function, with a secret."""
    monkeypatch.setenv("ORIGIN_SECRET", "s3cret")
    return importlib.reload(importlib.import_module("infrastructure.edge.origin_check")).handler


@pytest.mark.parametrize(
    ("headers", "is_authorized"),
    [
        ({"x-origin-secret": "s3cret"}, True),
        ({"x-origin-secret": "s3cret,s3cret"}, False),
        ({"x-origin-secret": "S3CRET"}, False),
        ({"x-origin-secret": "é"}, False),
        ({"x-origin-secret": ""}, False),
        ({}, False),
    ],
)
def test_only_the_secret_lets_in(check: Any, headers: dict[str, str], is_authorized: bool) -> None:
    """SAF-2: nobody reaches the API round the CDN and its firewall."""
    assert check({"headers": headers}, None) == {"isAuthorized": is_authorized}


def test_without_a_secret_nobody_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment that lost its secret is closed, not open."""
    monkeypatch.delenv("ORIGIN_SECRET", raising=False)
    with pytest.raises(KeyError, match="ORIGIN_SECRET"):
        importlib.reload(importlib.import_module("infrastructure.edge.origin_check"))
