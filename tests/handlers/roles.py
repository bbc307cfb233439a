"""The template's roles around functions that run in the tests' own process.

Whatever a function asks of a table while it answers is refused where its role does not permit it, as the
embedded cloud and AWS refuse it: a role that is too narrow fails with the first test of the new call.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import local

import boto3

from infrastructure.local.permissions import Permissions, permissions_of, refuse_unpermitted
from infrastructure.local.template import load_template

_here = local()
_answering: list[str] = []


@contextmanager
def in_role_of(function: str) -> Iterator[None]:
    """Let what this thread asks of tables be asked by a function, by its name in the template."""
    before = getattr(_here, "function", None)
    _here.function = function
    _answering.append(function)
    try:
        yield
    finally:
        _answering.remove(function)
        _here.function = before


def enforcing(session: Callable[[], boto3.Session]) -> Callable[[], boto3.Session]:
    """Return what makes sessions whose clients know who is asking."""

    def enforced() -> boto3.Session:
        made = session()
        refuse_unpermitted(made, _permitted_here)
        return made

    return enforced


def _permitted_here() -> Permissions | None:
    # Stores read in threads of their own: these belong to the one function that is answering.
    function = getattr(_here, "function", None) or (_answering[0] if len(set(_answering)) == 1 else None)
    return _permissions(function) if function else None


@cache
def _permissions(function: str) -> Permissions:
    return permissions_of(load_template(), function)
