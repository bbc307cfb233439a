"""Checks the data that the directory's search loads: the listed mentors, and nothing private of any."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from build.checks.identity import IdentityCheck
from build.listings import Listed
from build.problems import Problem


def check_index(
    tree: Path, index_url: str, listed: Sequence[Listed], identity: IdentityCheck
) -> Iterator[Problem]:
    """Yield what is wrong with the index: other mentors than on the pages, or a private word in a row."""
    rows = json.loads((tree / index_url[1:]).read_text("utf-8"))["mentors"]
    if [row["slug"] for row in rows] != [each.listing.slug for each in listed]:
        yield Problem(index_url, "mentors-differ")
        return
    # A field that every row has says nothing of one mentor.
    usual = set[str]().union(*rows).intersection(*rows)
    for row, each in zip(rows, listed, strict=True):
        texts = [*(row.keys() - usual), *_texts(list(row.values()))]
        if each.member_id in texts and each.member_id != each.listing.slug:
            yield Problem(index_url, "member-id", each.listing.slug)
        if identity.is_in_row(each, texts):
            yield Problem(index_url, "identity", each.listing.slug)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a value, names of fields included."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
