"""The CDN's function and the not-found function, held to the table of addresses."""

import importlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infrastructure.local.edge import lead

ROOT = Path(__file__).parents[2]
FUNCTION = ROOT / "infrastructure/edge/viewer-request.js"
KEYS = {"release": "2026-11-21-1", "withdrawn:gone-away": ""}
PREFIX = f"/releases/{KEYS['release']}"


def at_the_edge(addresses: list[str], keys: dict[str, str]) -> list[dict[str, Any]]:
    """Return what the function answers for each address, in JavaScript as it is deployed."""
    asked = {"source": str(FUNCTION), "keys": keys, "addresses": addresses}
    ran = subprocess.run(
        ["/usr/bin/env", "node", str(ROOT / "tests/infrastructure/edge.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    """Return the function's answer for every address of the table."""
    table = json.loads((ROOT / "tests/infrastructure/addresses.json").read_text("utf-8"))
    addresses = [case["address"] for case in table]
    return dict(zip(addresses, at_the_edge(addresses, KEYS), strict=True))


@pytest.fixture(scope="module")
def not_found(release_files: dict[str, str]) -> Iterator[Any]:
    """Return the not-found function, over a bucket with one release."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        patch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
        patch.setenv("SITE_BUCKET_NAME", "site")
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="site", CreateBucketConfiguration={"LocationConstraint": "ca-central-1"})
        for path, text in release_files.items():
            s3.put_object(Bucket="site", Key=f"{PREFIX}/{path}".lstrip("/"), Body=text.encode())
        module = importlib.reload(importlib.import_module("infrastructure.edge.not_found"))
        yield module.handler


def test_every_address_leads_where_the_table_says(
    case: dict[str, Any], answers: dict[str, dict[str, Any]], release_files: dict[str, str], not_found: Any
) -> None:
    """Edge function, bucket and not-found function together answer each address as the table says."""
    answer = answers[case["address"]]
    if case["status"] == 308:
        assert (answer["statusCode"], answer["headers"]["location"]["value"]) == (308, case["location"])
        return
    file = answer["uri"].removeprefix(PREFIX).removeprefix("/")
    if case["status"] == 200:
        assert file == case["shows"]
        return
    assert file not in release_files
    second = not_found({"rawPath": answer["uri"]}, None)
    shown = release_files[case["shows"]] if case["shows"] else "Not found. / Introuvable.\n"
    assert (second["statusCode"], second["body"]) == (case["status"], shown)
    assert second["headers"]["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("mark", "is_hidden"),
    [("always", True), ("", True), ("16", False), ("17", True), ("x17", True), ("18", True)],
)
def test_a_page_that_was_given_again_is_hidden_up_to_a_build(mark: str, is_hidden: bool) -> None:
    """Invariant 23: the CDN's function and the local edge compare mark and release alike."""
    keys = {"release": "20261121-abc-17", "withdrawn:ana": mark}
    (answer,) = at_the_edge(["/en/mentors/ana/"], keys)
    assert answer["uri"].endswith("/gone") is is_hidden
    assert (lead("/en/mentors/ana/", "", keys["release"], keys.get) == "/en/gone") is is_hidden


def test_every_file_asked_for_lies_in_the_release_shown(answers: dict[str, dict[str, Any]]) -> None:
    """Invariant 20: whatever is sent, the edge asks for nothing but the release shown, assets/ and live/."""
    asked = {answer["uri"] for answer in answers.values() if "uri" in answer}
    beside = {uri for uri in asked if uri.startswith(("/assets/", "/live/"))}
    assert beside == {
        "/assets/5a1f/css/none.css",
        "/assets/5a1f/css/site.css",
        "/live/none.json",
        "/live/withdrawn.json",
    }
    assert asked - beside
    assert all(uri.startswith(f"{PREFIX}/") and ".." not in uri and "%" not in uri for uri in asked - beside)


def test_before_the_first_release_the_edge_says_so_in_both_languages() -> None:
    """SAF-4: without a release there is a sentence and a time to come back, never the bucket's own error."""
    (answer,) = at_the_edge(["/en/"], {})
    assert answer["statusCode"] == 503
    assert answer["headers"]["retry-after"]["value"] == "60"
    assert "being built" in answer["body"]
    assert "en construction" in answer["body"]


def test_the_functions_fit_where_they_are_deployed() -> None:
    """CloudFront takes 10 KB of function, CloudFormation 4,096 characters of inline Lambda."""
    assert len(FUNCTION.read_bytes()) <= 10 * 1024
    for name in ("not_found", "origin_check"):
        assert len((ROOT / f"infrastructure/edge/{name}.py").read_text("utf-8")) <= 4096


def test_a_release_without_its_not_found_page_still_answers(not_found: Any) -> None:
    """A page that is missing as well ends in one plain bilingual sentence."""
    answer = not_found({"rawPath": "/releases/unknown/fr/nulle-part/index.html"}, None)
    assert (answer["statusCode"], answer["body"]) == (404, "Not found. / Introuvable.\n")
