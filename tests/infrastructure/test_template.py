"""What the template promises: kept, encrypted, private, watched, least privilege."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.headers import behaviours, policy_headers
from infrastructure.local.template import load_template, resources
from mentoring.settings import BuildSettings

ROOT = Path(__file__).parents[2]
TEMPLATE = load_template()
FUNCTIONS = resources(TEMPLATE, "AWS::Lambda::Function")
SCHEDULES = resources(TEMPLATE, "AWS::Scheduler::Schedule")


def statements() -> Iterator[dict[str, Any]]:
    """Yield every statement of every role."""
    for role in resources(TEMPLATE, "AWS::IAM::Role").values():
        for policy in role["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]


def as_list(value: Any) -> list[Any]:
    """Return what IAM writes as one or as many."""
    return value if isinstance(value, list) else [value]


def test_the_template_is_valid() -> None:
    """CloudFormation's own schema finds nothing to say, warnings included."""
    command = [str(Path(sys.executable).parent / "cfn-lint"), "infrastructure/template.yaml"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


@pytest.mark.parametrize("name", resources(TEMPLATE, "AWS::DynamoDB::Table"))
def test_tables_are_kept_encrypted_and_restorable(name: str) -> None:
    """Member records survive the stack, are encrypted, and can be restored to any second of 35 days."""
    table = TEMPLATE["Resources"][name]
    properties = table["Properties"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert properties["SSESpecification"]["SSEEnabled"] is True
    assert properties["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize("name", resources(TEMPLATE, "AWS::S3::Bucket"))
def test_buckets_are_private_encrypted_and_versioned(name: str) -> None:
    """Nothing of a bucket is public; what is overwritten can be undone; what is withdrawn leaves in days."""
    bucket = TEMPLATE["Resources"][name]["Properties"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["VersioningConfiguration"]["Status"] == "Enabled"
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] <= 7


def test_the_edge_reads_releases_and_nothing_else() -> None:
    """SAF-2: staff's reports lie in the same bucket and cannot leave by the distribution."""
    (policy,) = resources(TEMPLATE, "AWS::S3::BucketPolicy").values()
    allowed, denied = policy["PolicyDocument"]["Statement"]
    assert allowed["Resource"] == {"Fn::Sub": "${SiteBucket.Arn}/releases/*"}
    assert allowed["Action"] == "s3:GetObject"
    assert "SourceArn" in str(allowed["Condition"])
    assert denied["Effect"] == "Deny"
    assert "SecureTransport" in str(denied["Condition"])


def test_no_role_has_a_wildcard() -> None:
    """Least privilege: every action and every resource is named."""
    for statement in statements():
        assert statement["Effect"] == "Allow"
        assert not [action for action in as_list(statement["Action"]) if "*" in action]
        assert "*" not in as_list(statement["Resource"])


def test_the_build_reads_members_and_writes_only_releases() -> None:
    """The site build changes no membership, profile or consent."""
    (reading,) = [statement for statement in statements() if statement.get("Sid") == "ReadMembers"]
    verbs = {action.removeprefix("dynamodb:") for action in reading["Action"]}
    assert verbs == {"BatchGetItem", "GetItem", "Query", "Scan"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_watched_and_its_log_forgotten(name: str) -> None:
    """A function has a log with an end, a limit on its concurrency, and an alarm on its errors."""
    function = FUNCTIONS[name]
    log = resources(TEMPLATE, "AWS::Logs::LogGroup")[function["LoggingConfig"]["LogGroup"]["Ref"]]
    assert log["RetentionInDays"] <= 90
    assert function["ReservedConcurrentExecutions"] > 0
    watched = [
        alarm
        for alarm in resources(TEMPLATE, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "Errors"
        and {"Ref": name} in [each["Value"] for each in alarm["Dimensions"]]
    ]
    assert watched


def test_every_alarm_tells_somebody() -> None:
    """An alarm without an action is a light in an empty room."""
    for alarm in resources(TEMPLATE, "AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
        assert alarm["AlarmDescription"]


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_has_a_zone_retries_and_a_place_for_failures(name: str) -> None:
    """A night follows the association's clock, and one that fails is kept, not lost."""
    schedule = SCHEDULES[name]
    assert schedule["ScheduleExpressionTimezone"] == "America/Toronto"
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert schedule["Target"]["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": "FailedBuilds.Arn"}


def test_the_build_runs_at_two_in_toronto() -> None:
    """ELI-8: memberships are read again each night at 02:00."""
    assert SCHEDULES["NightlySchedule"]["ScheduleExpression"] == "cron(0 2 * * ? *)"


def test_the_build_gets_every_setting_it_reads() -> None:
    """The function's environment is what BuildSettings asks for, no name more and none less."""
    variables = FUNCTIONS["SiteBuildFunction"]["Environment"]["Variables"]
    settings = BuildSettings.from_environment(dict.fromkeys(variables, "x"))
    assert settings.storage.endpoint is None
    for name in variables:
        with pytest.raises(Exception, match=name):
            BuildSettings.from_environment(dict.fromkeys(set(variables) - {name}, "x"))


def test_every_behaviour_has_the_edge_function_and_safe_headers() -> None:
    """No address of the site is answered without the edge's rules, TLS and the security headers."""
    (distribution,) = resources(TEMPLATE, "AWS::CloudFront::Distribution").values()
    configuration = distribution["DistributionConfig"]
    for behaviour in [*configuration["CacheBehaviors"], configuration["DefaultCacheBehavior"]]:
        assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
        assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
        (association,) = behaviour["FunctionAssociations"]
        assert association["EventType"] == "viewer-request"
    for rule in behaviours(TEMPLATE):
        assert rule.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in rule.headers["Content-Security-Policy"]


def test_pages_and_hashed_files_differ_in_caching_alone() -> None:
    """A hashed file stays a year in the browser, a page is asked for again; their security is the same."""
    pages, hashed = (
        resources(TEMPLATE, "AWS::CloudFront::ResponseHeadersPolicy")[name]
        for name in ("PageHeaders", "HashedFileHeaders")
    )
    differing = {pair[0] for pair in policy_headers(pages).items() ^ policy_headers(hashed).items()}
    assert differing == {"Cache-Control"}
    assert policy_headers(pages)["Cache-Control"] == "public, no-cache"
    assert policy_headers(hashed)["Cache-Control"] == "public, max-age=31536000, immutable"
