"""The template's roles, enforced here: what a role forgets fails in a test, and not in the cloud."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.environments import functions_of
from infrastructure.local.function_process import Function, FunctionError
from infrastructure.local.permissions import permissions_of
from infrastructure.local.state import State
from infrastructure.local.template import load_template, resources
from mentoring.settings import StorageSettings

STANDIN = Path(__file__).parent / "standin"


@contextmanager
def standing_in(name: str, database: StorageSettings, state: State) -> Iterator[Function]:
    """Run a stand-in with the role of a function."""
    template = load_template()
    resources(template, "AWS::Lambda::Function")[name] |= {"Handler": "caller.handler"}
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(STANDIN), "ENDPOINT": str(database.endpoint)}
    function = Function(template, name, environment, state)
    yield function
    function.stop()


@pytest.fixture
def account(database: StorageSettings, tmp_path: Path) -> Iterator[Function]:
    """A stand-in for the function that shows the account."""
    with standing_in("AccountFunction", database, State(tmp_path)) as function:
        yield function


def key(name: str) -> dict[str, Any]:
    """Return a key."""
    return {"pk": {"S": name}, "sk": {"S": name}}


@pytest.mark.parametrize(
    ("operation", "call", "is_permitted"),
    [
        ("get_item", {"TableName": "mentoring-sessions", "Key": key("x")}, True),
        ("put_item", {"TableName": "mentoring-sessions", "Item": key("x")}, False),
        ("get_item", {"TableName": "mentoring-releases", "Key": key("x")}, False),
        ("scan", {"TableName": "mentoring-memberships"}, False),
        ("batch_get_item", {"RequestItems": {"mentoring-memberships": {"Keys": [key("x")]}}}, True),
        ("batch_get_item", {"RequestItems": {"mentoring-outbox": {"Keys": [key("x")]}}}, False),
        (
            "transact_write_items",
            {"TransactItems": [{"Put": {"TableName": "mentoring-profiles", "Item": key("x")}}]},
            False,
        ),
        (
            "query",
            {
                "TableName": "mentoring-outbox",
                "IndexName": "waiting",
                "KeyConditionExpression": "queue = :queue",
                "ExpressionAttributeValues": {":queue": {"S": "x"}},
            },
            False,
        ),
    ],
)
def test_a_function_may_do_what_its_role_says_and_nothing_else(
    account: Function, operation: str, call: dict[str, Any], is_permitted: bool
) -> None:
    """SAF-2: a call that the role does not permit is refused before it reaches the database."""
    assert account.invoke({"operation": operation, "call": call}) == {"is_permitted": is_permitted}


def test_a_condition_on_keys_counts(database: StorageSettings, tmp_path: Path) -> None:
    """SAF-2: a function that may keep forms among the sessions can neither make nor end a session."""
    with standing_in("OptInFunction", database, State(tmp_path)) as opt_in:
        for name, is_permitted in (("FORM#x", True), ("SESSION#x", False)):
            call = {"TableName": "mentoring-sessions", "Item": key(name)}
            assert opt_in.invoke({"operation": "put_item", "call": call}) == {"is_permitted": is_permitted}


def test_a_condition_on_keys_counts_for_queries(database: StorageSettings, tmp_path: Path) -> None:
    """DIR-21, SAF-2: staff's function lists the concerns, and nothing of what members write to each other."""
    with standing_in("ConcernsFunction", database, State(tmp_path)) as concerns:
        for name, is_permitted in (("CONCERNS", True), ("MEMBER#M-1", False)):
            call = {
                "TableName": "mentoring-requests",
                "KeyConditionExpression": "pk = :name",
                "ExpressionAttributeValues": {":name": {"S": name}},
            }
            assert concerns.invoke({"operation": "query", "call": call}) == {"is_permitted": is_permitted}


def test_a_refusal_is_said_in_the_functions_log(account: Function, tmp_path: Path) -> None:
    """Whoever meets it reads which action on which table the template does not permit."""
    with pytest.raises(FunctionError, match="ClientError"):
        account.invoke({"operation": "scan", "call": {"TableName": "mentoring-audit-log"}, "is_raised": True})
    log = (tmp_path / "logs/AccountFunction.log").read_text()
    assert "does not permit dynamodb:Scan on mentoring-audit-log" in log


@pytest.mark.parametrize(("partition", "is_permitted"), [("MEMBER#M-1", True), ("REQUEST#1", False)])
def test_a_condition_on_keys_counts_in_a_batch(
    database: StorageSettings, tmp_path: Path, partition: str, is_permitted: bool
) -> None:
    """SAF-2: a function that keeps questionnaires among the requests reads none of the requests."""
    with standing_in("MenteeFunction", database, State(tmp_path)) as mentee:
        call = {"RequestItems": {"mentoring-requests": {"Keys": [key(partition)]}}}
        answer = mentee.invoke({"operation": "batch_get_item", "call": call})
    assert answer == {"is_permitted": is_permitted}


def test_permissions_name_tables_and_indexes_that_exist() -> None:
    """Every table of a role is one of the template's, and the outbox's index is one of its own."""
    template = load_template()
    tables = {f"mentoring-{name}" for name in ("memberships", "profiles", "consents", "releases", "outbox")}
    tables |= {
        f"mentoring-{name}"
        for name in ("audit-log", "withdrawals", "requests", "staff", "sessions", "registrations")
    }
    named = {
        place
        for function in functions_of(template)
        for places in permissions_of(template, function).values()
        for place in (each.partition(" ")[0] for each in places)
    }
    indexes = (
        "outbox/index/waiting",
        "outbox/index/letters",
        "requests/index/due",
        "registrations/index/unsettled",
    )
    assert named <= tables | {f"mentoring-{index}" for index in indexes}
    assert json.dumps(permissions_of(template, "OutboxFunction")["dynamodb:Query"]).count("waiting") == 1
