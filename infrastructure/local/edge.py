"""The rules of infrastructure/edge/viewer-request.js, for the local server.

tests/infrastructure/addresses.json holds both to one table. The reasons stand in the function itself.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

ADDRESS: Final = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._-]*)*/?", re.ASCII)
FILE: Final = re.compile(r"\.[A-Za-z0-9]+$", re.ASCII)
ASSET: Final = re.compile(r"/assets/[^/]+/.*[^/]")
LIVE: Final = re.compile(r"/live/[A-Za-z0-9][A-Za-z0-9._-]*\.[A-Za-z0-9]+", re.ASCII)
LANGUAGE: Final = re.compile(r"/(en|fr)/")
NUMBER: Final = re.compile(r"[0-9]+", re.ASCII)
MENTOR: Final = re.compile(r"/(?:en|fr)/mentors/([^/]+)/")


@dataclass(frozen=True, slots=True)
class Redirect:
    """The address has another spelling, which is the one to use."""

    location: str


@dataclass(frozen=True, slots=True)
class Live:
    """A file beside the releases, the same whichever of them is shown."""

    file: str


def lead(
    address: str, query: str, release: str, value_of: Callable[[str], str | None]
) -> Redirect | Live | str:
    """Return the file of a release that an address, as it was sent, leads to, or one beside the releases.

    `release` is the one shown, `value_of` asks the edge's key-value store, None for no such key. A file
    that no release holds stands for an answer of its own: `/fr/not-found` and `/fr/gone`.
    """
    if not ADDRESS.fullmatch(address):
        return f"{_language(address)}not-found"
    if address.endswith("/index.html"):
        return _redirect(address.removesuffix("index.html"), query)
    if not address.endswith("/") and not FILE.search(address):
        return _redirect(f"{address}/", query)
    if LIVE.fullmatch(address) or ASSET.fullmatch(address):
        return Live(address)
    mentor = MENTOR.fullmatch(address)
    if mentor and _is_hidden(value_of(f"withdrawn:{mentor[1]}"), release):
        return f"{_language(address)}gone"
    return f"{address}index.html" if address.endswith("/") else address


def _is_hidden(mark: str | None, release: str) -> bool:
    build = release.rpartition("-")[2]
    if mark is None or not (NUMBER.fullmatch(mark) and NUMBER.fullmatch(build)):
        return mark is not None
    return int(build) <= int(mark)


def _language(address: str) -> str:
    language = LANGUAGE.match(address)
    return language[0] if language else "/"


def _redirect(path: str, query: str) -> Redirect:
    return Redirect(f"{path}?{query}" if query else path)
