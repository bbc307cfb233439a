"""Reads infrastructure/template.yaml, so that the embedded cloud is what the template says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

TEMPLATE: Final = Path(__file__).parent.parent / "template.yaml"
PSEUDO_PARAMETERS: Final = {
    "AWS::StackName": "mentoring",
    "AWS::Region": "ca-central-1",
    "AWS::AccountId": "000000000000",
}


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short forms: `!Ref X` reads as {"Ref": "X"}, `!Sub` as {"Fn::Sub": ...}."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)  # noqa: S101 - YAML has no fourth kind of node
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)


def load_template(path: Path = TEMPLATE) -> dict[str, Any]:
    """Return the template as plain values, short forms spelled out."""
    return dict(yaml.load(path.read_text("utf-8"), _Loader))  # noqa: S506 - _Loader is a safe one


def resources(template: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every resource of a type, by logical name."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def table_definitions(template: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what CreateTable takes, for each table of the template."""
    kept = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    return [
        {"TableName": substitute(table["TableName"])}
        | {key: table[key] for key in kept if key in table}
        | _stream(table)
        for table in resources(template, "AWS::DynamoDB::Table").values()
    ]


def _stream(table: Mapping[str, Any]) -> dict[str, Any]:
    declared = table.get("StreamSpecification")
    # The template's having one is enough there; CreateTable wants it said.
    return {"StreamSpecification": {"StreamEnabled": True, **declared}} if declared else {}


def substitute(text: Any) -> str:
    """Return a string or a `!Sub` of pseudo parameters as the text it stands for here."""
    if isinstance(text, str):
        return text
    substituted = str(text["Fn::Sub"])
    for name, meaning in PSEUDO_PARAMETERS.items():
        substituted = substituted.replace(f"${{{name}}}", meaning)
    return substituted
