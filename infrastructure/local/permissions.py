"""What the template lets a function do with tables. The embedded cloud refuses the rest, as AWS would.

So a role that is too narrow fails in a test, and not in the cloud. Buckets, mail and the edge are folders
here and ask nobody.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from infrastructure.local.template import resources, substitute

Permissions = Mapping[str, list[str]]
"""Tables (`mentoring-outbox`) and indexes (`mentoring-outbox/index/waiting`) by action (`dynamodb:Query`).

Where a condition names partition keys, theirs alone: `mentoring-sessions FORM#*`.
"""

ARN: Final = re.compile(r"\$\{(\w+)\.Arn\}")
QUERIED: Final = re.compile(r"pk = (:\w+)")
IN_TRANSACTION: Final = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}


def permissions_of(template: Mapping[str, Any], function: str) -> dict[str, list[str]]:
    """Return what the role of a function, by logical name, permits with tables."""
    permitted: dict[str, list[str]] = {}
    for statement in _statements(template, function):
        for action in _as_list(statement["Action"]):
            if action.startswith("dynamodb:"):
                places = [_place(template, resource) for resource in _as_list(statement["Resource"])]
                found = [f"{place}{_keys(statement)}" for place in places if place]
                permitted.setdefault(action, []).extend(found)
    return permitted


def refusing(permitted: Permissions, session: boto3.Session) -> boto3.Session:
    """Return a session whose DynamoDB clients raise AccessDeniedException for what is not permitted."""
    refuse_unpermitted(session, lambda: permitted)
    return session


def refuse_unpermitted(session: boto3.Session, permitted_now: Callable[[], Permissions | None]) -> None:
    """Let a session's DynamoDB clients ask before each call what is permitted; None for everything."""

    def check(params: Mapping[str, Any], model: Any, **_: Any) -> None:
        permitted = permitted_now()
        if permitted is None:
            return
        for action, place, key in _needs(model.name, params):
            named = (each if " " in each else f"{each} *" for each in permitted.get(action, []))
            if not any(fnmatchcase(f"{place} {key}", each) for each in named):
                message = f"the role in template.yaml does not permit {action} on {place}"
                raise ClientError(
                    {"Error": {"Code": "AccessDeniedException", "Message": message}}, model.name
                )

    session.events.register("provide-client-params.dynamodb", check)


def _needs(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield a call's actions, places and partition keys, as DynamoDB's authorization reference has them."""
    if "TransactItems" in params:
        for write in params["TransactItems"]:
            for kind, call in write.items():
                yield f"dynamodb:{IN_TRANSACTION[kind]}", call["TableName"], _key(call)
    elif "RequestItems" in params:
        for table, asked in params["RequestItems"].items():
            for key in _batched_keys(asked):
                yield f"dynamodb:{operation}", table, key
    else:
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        yield f"dynamodb:{operation}", f"{params['TableName']}{index}", _key(params)


def _batched_keys(asked: Any) -> set[str]:
    """Return the partition keys that a batch reads from a table, or writes to it."""
    if isinstance(asked, Mapping):
        return {str(key["pk"]["S"]) for key in asked["Keys"]}
    return {_key(call) for write in asked for call in write.values()}


def _key(call: Mapping[str, Any]) -> str:
    """Return the partition key that a call names; a query names it in its condition."""
    asked = QUERIED.match(call.get("KeyConditionExpression", ""))
    named = call.get("Key") or call.get("Item") or {}
    value = call["ExpressionAttributeValues"][asked[1]] if asked else named.get("pk", {})
    return str(value.get("S", ""))


def _statements(template: Mapping[str, Any], function: str) -> Iterator[Mapping[str, Any]]:
    declared = resources(template, "AWS::Lambda::Function")[function]
    role = resources(template, "AWS::IAM::Role")[declared["Role"]["Fn::GetAtt"].removesuffix(".Arn")]
    shared = resources(template, "AWS::IAM::ManagedPolicy")
    named = [shared[each["Ref"]] for each in role.get("ManagedPolicyArns", [])]
    for policy in [*role["Policies"], *named]:
        yield from policy["PolicyDocument"]["Statement"]


def _keys(statement: Mapping[str, Any]) -> str:
    """Return the condition on partition keys, if there is one: the template has it with one key alone."""
    condition = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
    (keys,) = condition.get("dynamodb:LeadingKeys", [""])
    return f" {keys}" if keys else ""


def _place(template: Mapping[str, Any], resource: Any) -> str | None:
    """Return the table, or its index, that a resource of a statement names; None for anything else."""
    tables = resources(template, "AWS::DynamoDB::Table")
    text = resource.get("Fn::Sub") or f"${{{resource.get('Fn::GetAtt')}}}"
    found = ARN.match(text)
    if not found or found[1] not in tables:
        return None
    return substitute(tables[found[1]]["TableName"]) + text[found.end() :]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
