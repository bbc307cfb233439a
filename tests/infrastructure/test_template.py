"""What the template promises: kept, encrypted, private, watched, least privilege."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.headers import behaviour_for, behaviours, headers_for, policy_headers
from infrastructure.local.template import load_template, resources
from mentoring.domain.erasures import BACKUPS_LAST
from mentoring.handlers.authorisation import PERMITTED
from mentoring.settings import BuildSettings, PagesSettings

ROOT = Path(__file__).parents[2]
TEMPLATE = load_template()
FUNCTIONS = resources(TEMPLATE, "AWS::Lambda::Function")
SCHEDULES = resources(TEMPLATE, "AWS::Scheduler::Schedule")
ROUTES = resources(TEMPLATE, "AWS::ApiGatewayV2::Route")
TABLES = resources(TEMPLATE, "AWS::DynamoDB::Table")
PAGES = sorted(
    name for name, function in FUNCTIONS.items() if "MEMBER_ISSUER" in str(function.get("Environment"))
)
WRITES = {f"dynamodb:{verb}" for verb in ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")}
CHANGERS = {"OptIn", "Listing", "DataRights", "MemberImport"}  # of a mentor's profile, and what goes with it
TAKERS = {"StripeWebhook", "Reconciliation", "Facilitated", "Payments"}  # of what the payment provider says
KEPT_TABLES = TABLES.keys() - {"SessionsTable"}


def statements() -> Iterator[dict[str, Any]]:
    """Yield every statement of every role and policy."""
    for role in resources(TEMPLATE, "AWS::IAM::Role").values():
        for policy in role["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]
    for kind in ("AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
        for policy in resources(TEMPLATE, kind).values():
            yield from policy["PolicyDocument"]["Statement"]


def statements_of(function: str) -> Iterator[dict[str, Any]]:
    """Yield every statement of a function's role: its own, and those of the policies it shares."""
    name = FUNCTIONS[function]["Role"]["Fn::GetAtt"].removesuffix(".Arn")
    role = resources(TEMPLATE, "AWS::IAM::Role")[name]
    shared = resources(TEMPLATE, "AWS::IAM::ManagedPolicy")
    documents = [policy["PolicyDocument"] for policy in role["Policies"]]
    documents += [shared[each["Ref"]]["PolicyDocument"] for each in role.get("ManagedPolicyArns", [])]
    documents += [
        policy["PolicyDocument"]
        for policy in resources(TEMPLATE, "AWS::IAM::RolePolicy").values()
        if policy["RoleName"] == {"Ref": name}
    ]
    for document in documents:
        yield from document["Statement"]


def who_may(verbs: set[str], place: str) -> set[str]:
    """Return the functions that may do any of these things to whatever names this place, all of it."""
    return {
        function
        for function in FUNCTIONS
        for statement in statements_of(function)
        if verbs & set(as_list(statement["Action"]))
        and any(place in str(resource) for resource in as_list(statement["Resource"]))
        and "LeadingKeys" not in str(statement.get("Condition"))
    }


def tables_of(function: str) -> dict[str, set[str]]:
    """Return what a function may do with each table, by its name in the template."""
    found: dict[str, set[str]] = {}
    for statement in statements_of(function):
        actions = [action for action in as_list(statement["Action"]) if action.startswith("dynamodb:")]
        for resource in as_list(statement["Resource"]) if actions else ():
            table = str(resource.get("Fn::GetAtt", resource)).removesuffix(".Arn")
            found.setdefault(table, set()).update(action.removeprefix("dynamodb:") for action in actions)
    return found


def as_list(value: Any) -> list[Any]:
    """Return what IAM writes as one or as many."""
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", sorted(KEPT_TABLES))
def test_tables_are_kept_encrypted_and_restorable(name: str) -> None:
    """Member records survive the stack, are encrypted, and can be restored to any second of 35 days."""
    table = TEMPLATE["Resources"][name]
    properties = table["Properties"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert properties["SSESpecification"]["SSEEnabled"] is True
    assert properties["DeletionProtectionEnabled"] is True


def test_sessions_are_encrypted_and_forgotten() -> None:
    """SAF-2: who was signed in is in no backup, and leaves the table by itself."""
    table = TABLES["SessionsTable"]
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "PointInTimeRecoverySpecification" not in table


@pytest.mark.parametrize("name", resources(TEMPLATE, "AWS::S3::Bucket"))
def test_buckets_are_private_encrypted_and_versioned(name: str) -> None:
    """Nothing of a bucket is public; what is overwritten can be undone; what is withdrawn leaves in days."""
    bucket = TEMPLATE["Resources"][name]["Properties"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["VersioningConfiguration"]["Status"] == "Enabled"
    old_versions, *named = bucket["LifecycleConfiguration"]["Rules"]
    assert old_versions["NoncurrentVersionExpiration"]["NoncurrentDays"] <= 7
    assert "Prefix" not in old_versions
    of_site = {
        ("imports/", BACKUPS_LAST.days),
        ("reports/", BACKUPS_LAST.days),  # the page on erasing says so
    }
    forgotten = {(rule["Prefix"], rule["ExpirationInDays"]) for rule in named}
    assert forgotten == (of_site if name == "SiteBucket" else set())


def test_the_edge_reads_releases_and_nothing_else() -> None:
    """SAF-2: reports, exports and the members' tree lie in the same bucket, with no way out by the CDN."""
    policies = resources(TEMPLATE, "AWS::S3::BucketPolicy")
    allowed, denied = policies["SiteBucketPolicy"]["PolicyDocument"]["Statement"]
    assert allowed["Resource"] == [
        {"Fn::Sub": "${SiteBucket.Arn}/releases/*"},
        {"Fn::Sub": "${SiteBucket.Arn}/assets/*"},
        {"Fn::Sub": "${SiteBucket.Arn}/live/*"},
    ]
    assert allowed["Action"] == "s3:GetObject"
    assert "SourceArn" in str(allowed["Condition"])
    assert denied["Effect"] == "Deny"
    assert "SecureTransport" in str(denied["Condition"])
    for name, other in policies.items():
        effects = {statement["Effect"] for statement in other["PolicyDocument"]["Statement"]}
        assert name == "SiteBucketPolicy" or effects == {"Deny"}


def test_no_role_has_a_wildcard() -> None:
    """Least privilege: every action and every resource is named."""
    for statement in statements():
        assert statement["Effect"] == "Allow"
        assert not [action for action in as_list(statement["Action"]) if "*" in action]
        assert "*" not in as_list(statement["Resource"])


def test_the_build_reads_members_and_writes_only_releases() -> None:
    """The site build changes no membership, profile or consent."""
    # A profile holds the consents in force; their log is the member's.
    assert tables_of("SiteBuildFunction") == {
        "MembershipsTable": {"BatchGetItem"},
        "ProfilesTable": {"Scan"},
        "ReleasesTable": {"ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"},
        "WithdrawalsTable": {"Query"},
    }


def test_the_account_changes_nothing_but_the_use_of_a_session() -> None:
    """SAF-2: what shows the account can neither make a session nor change a membership or a role."""
    assert tables_of("AccountFunction") == {
        "MembershipsTable": {"BatchGetItem"},
        "StaffTable": {"BatchGetItem"},
        "SessionsTable": {"BatchGetItem", "GetItem", "UpdateItem"},
        "OutboxTable": {"GetItem"},  # the mark of one's own address
        "{'Fn::Sub': '${OutboxTable.Arn}/index/letters'}": {"Query"},  # one's own letters, not what they say
        "RequestsTable": {"BatchGetItem", "Query"},  # who waits for an answer
    }


@pytest.mark.parametrize(
    ("verbs", "place", "functions"),
    [
        (
            WRITES,
            "ProfilesTable",
            {"OptIn", "Listing", "DataRights", "MemberImport", "Deadlines", "MatchRequests"},
        ),
        ({"dynamodb:DeleteItem"}, "ProfilesTable", {"OptIn", "DataRights", "MemberImport"}),
        (
            {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"},
            "ProfilesTable",
            # The mentee's pages name who is to be asked; the outbox has to know whether a mentor is back.
            {
                "OptIn",
                "Mentee",
                "Listing",
                "DataRights",
                "MemberImport",
                "SiteBuild",
                "Deadlines",
                "MatchRequests",
                "Outbox",
            },
        ),
        ({"dynamodb:Scan"}, "Table", {"MemberImport", "SiteBuild"}),
        ({"dynamodb:PutItem"}, "ConsentsTable", {"OptIn", "Mentee", "Listing", "MemberImport"}),
        ({"dynamodb:DeleteItem"}, "ConsentsTable", {"DataRights", "MemberImport"}),
        (WRITES, "MembershipsTable", {"MemberImport"}),
        (WRITES, "WithdrawalsTable", CHANGERS),
        (
            {"dynamodb:PutItem"},
            "AuditTable",
            {
                "OptIn",
                "Mentee",
                "Listing",
                "DataRights",
                "MemberImport",
                "Rebuild",
                "Deadlines",
                "Outbox",
                "MailNotices",
                "MatchRequests",
                "Concerns",
                "Eligibility",
                "Refunds",
                "Workbook",
                *TAKERS,
            },
        ),
        (WRITES, "RegistrationsTable", {"Outbox", "Refunds", "Workbook", *TAKERS}),
        ({"s3:GetObject", "s3:PutObject"}, "WorkbooksBucket", {"Workbook"}),
        ({"s3:DeleteObject"}, "WorkbooksBucket", {"Workbook", "DataRights", "Deadlines"}),
        ({"secretsmanager:GetSecretValue"}, "-payments-", {"Outbox", *TAKERS}),
        (
            WRITES,
            "RequestsTable",
            # Who leaves, or has all erased, ends at once what was open with them.
            {"MatchRequests", "Deadlines", "Outbox", "MemberImport", "Listing", "DataRights"},
        ),
        ({"dynamodb:DeleteItem", "dynamodb:UpdateItem"}, "AuditTable", {"DataRights", "MemberImport"}),
        ({"dynamodb:DeleteItem"}, "AuditTable", set()),
        ({"dynamodb:UpdateItem"}, "OutboxTable", {"Outbox"}),
        (WRITES, "StaffTable", set()),
        ({"dynamodb:PutItem", "dynamodb:DeleteItem"}, "SessionsTable", {"SignIn"}),
        (WRITES, "ReleasesTable", {"SiteBuild", "Outbox", "Rebuild"}),
        ({"dynamodb:DeleteItem", "dynamodb:PutItem"}, "ReleasesTable", {"SiteBuild"}),
        (
            {"dynamodb:GetItem", "dynamodb:PutItem"},
            "ReleasesTable",
            # Whoever settles a withdrawal has to know which release may still show it.
            {
                "SiteBuild",
                "Listing",
                "MembersIndex",
                "Rebuild",
                "OptIn",
                "DataRights",
                "MemberImport",
                "Outbox",
                "Deadlines",
                "MatchRequests",
            },
        ),
        (
            {"s3:GetObject"},
            "}/members/*",
            {"MembersIndex", "Listing", "SiteBuild", "Deadlines", "MatchRequests"},
        ),
        ({"s3:GetObject"}, "}/reports/*", {"Rebuild", "SiteBuild"}),
        ({"s3:PutObject"}, "}/members/*", {"SiteBuild"}),
        ({"s3:DeleteObject"}, "}/reports/*", set()),
        ({"s3:PutObject"}, "}/releases/*", {"SiteBuild"}),
        ({"s3:GetObject", "s3:PutObject"}, "}/imports/*", {"MemberImport"}),
        ({"s3:PutObject"}, "}/withdrawals/*", {"DataRights", "Listing", "MemberImport", "OptIn", "Outbox"}),
        ({"s3:DeleteObject"}, "}/withdrawals/*", {"MemberImport"}),
        ({"s3:GetObject", "s3:PutObject"}, "}/erasures/*", {"DataRights", "MemberImport", "Outbox"}),
        ({"s3:DeleteObject"}, "}/erasures/*", set()),
        ({"lambda:InvokeFunction"}, "SiteBuildFunction", {"Outbox", "Rebuild", "SiteBuild"}),
        ({"ses:SendEmail", "ses:SendRawEmail"}, "", {"Outbox"}),
    ],
)
def test_nobody_may_do_what_is_not_theirs(verbs: set[str], place: str, functions: set[str]) -> None:
    """SAF-2: who may change profiles, logs and roles, send mail, read what members share is a short list."""
    assert who_may(verbs, place) == {f"{name}Function" for name in functions}


def test_a_form_is_kept_among_sessions_and_touches_none() -> None:
    """SAF-2: functions that keep a form over the end of a session can neither make nor end a session."""
    (keeping,) = [each for each in statements() if each.get("Sid") == "KeepForms"]
    assert keeping["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["FORM#*"]}}


@pytest.mark.parametrize("purpose", ["KeepWorkbooks", "TakeTheWorkbookAlong", "EraseWorkbooks"])
def test_a_workbook_is_kept_among_requests_and_touches_none(purpose: str) -> None:
    """SAF-2: what keeps, cancels or erases a workbook can change nothing else of the table."""
    (keeping,) = [each for each in statements() if each.get("Sid") == purpose]
    assert keeping["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["WORKBOOK#*"]}}


@pytest.mark.parametrize("purpose", ["KeepQuestionnaires", "EraseQuestionnaires"])
def test_a_questionnaire_is_kept_among_requests_and_touches_none(purpose: str) -> None:
    """SAF-2: what keeps or erases a member's questionnaire can change no request and no pair."""
    (keeping,) = [each for each in statements() if each.get("Sid") == purpose]
    assert keeping["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["MEMBER#*"]}}


def test_staff_read_concerns_and_no_request() -> None:
    """DIR-21, SAF-2: of the table that holds what members write to each other staff's pages open one part."""
    (reading,) = [each for each in statements_of("ConcernsFunction") if "RequestsTable" in str(each)]
    assert reading["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["CONCERNS"]}}


def test_staff_decide_beside_memberships_and_change_none() -> None:
    """ELI-7, ELI-10, SAF-2: what staff decide stands in rows of its own; a membership is the export's."""
    (deciding,) = [
        each
        for each in statements_of("EligibilityFunction")
        if "MembershipsTable" in str(each) and "PutItem" in str(each)
    ]
    assert deciding["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["OVERRIDES#*"]}}


def test_mail_goes_out_in_one_name_and_over_tls() -> None:
    """Nobody sends in another name, bounced addresses are left alone, one function is told of them."""
    (sending,) = [each for each in statements_of("OutboxFunction") if each.get("Sid") == "SendMail"]
    assert sending["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailSender"}}}
    assert all("identity/" in str(each) or "configuration-set/" in str(each) for each in sending["Resource"])
    (configuration,) = resources(TEMPLATE, "AWS::SES::ConfigurationSet").values()
    assert configuration["DeliveryOptions"]["TlsPolicy"] == "REQUIRE"
    assert configuration["SuppressionOptions"]["SuppressedReasons"] == ["BOUNCE", "COMPLAINT"]
    events = resources(TEMPLATE, "AWS::SES::ConfigurationSetEventDestination")
    kinds = {
        name: [*(each["EventDestination"].keys() - {"Name", "Enabled", "MatchingEventTypes"})]
        for name, each in events.items()
    }
    assert kinds == {"MailEvents": ["CloudWatchDestination"], "MailNoticeEvents": ["SnsDestination"]}
    told = [
        (each["Protocol"], each["Endpoint"])
        for each in resources(TEMPLATE, "AWS::SNS::Subscription").values()
        if each["TopicArn"] == {"Ref": "MailNoticesTopic"}
    ]
    assert told == [("lambda", {"Fn::GetAtt": "MailNoticesFunction.Arn"})]
    (policy,) = resources(TEMPLATE, "AWS::SNS::TopicPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Condition"]["StringEquals"].keys() == {"AWS:SourceAccount", "AWS:SourceArn"}


def test_notices_of_letters_are_encrypted_under_a_key_of_their_own() -> None:
    """DIR-12: they name addresses; SES may write them, and the key turns each year."""
    topic = resources(TEMPLATE, "AWS::SNS::Topic")["MailNoticesTopic"]
    assert topic["KmsMasterKeyId"] == {"Ref": "MailNoticesKey"}
    (key,) = resources(TEMPLATE, "AWS::KMS::Key").values()
    assert key["EnableKeyRotation"] is True
    _, statement = key["KeyPolicy"]["Statement"]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert set(statement["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}


@pytest.mark.parametrize("function", ["MailNoticesFunction", "AddressesFunction", "AccountFunction"])
def test_marks_of_addresses_are_read_and_written_beside_messages(function: str) -> None:
    """SAF-2: whoever looks after addresses can read no message of the same table, and note returns alone."""
    touching = [each for each in statements_of(function) if "OutboxTable.Arn'" in str(each["Resource"])]
    assert touching
    noting = [each for each in touching if each["Sid"] == "NoteWhatCameBack"]
    assert all("ADDRESS#*" in str(each.get("Condition")) for each in touching if each not in noting)
    for each in noting:
        only = {"dynamodb:Attributes": ["pk", "sk", "came_back"]}
        assert each["Action"] == "dynamodb:UpdateItem"
        assert each["Condition"]["ForAllValues:StringEquals"] == only


def test_the_stream_repeats_what_failed_and_gives_up_what_always_fails() -> None:
    """SAF-3: only new messages come, one failing message repeats alone, and what is given up is kept."""
    (mapping,) = resources(TEMPLATE, "AWS::Lambda::EventSourceMapping").values()
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": "OutboxTable.StreamArn"}
    assert TABLES["OutboxTable"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] < 10
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": "FailedMessages.Arn"}
    (wanted,) = mapping["FilterCriteria"]["Filters"]
    assert json.loads(wanted["Pattern"]) == {"eventName": ["INSERT"]}


@pytest.mark.parametrize("name", resources(TEMPLATE, "AWS::SQS::Queue"))
def test_what_was_given_up_is_kept_encrypted_and_told(name: str) -> None:
    """A queue of failures keeps them for 14 days, and somebody is told that there are any."""
    queue = resources(TEMPLATE, "AWS::SQS::Queue")[name]
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["SqsManagedSseEnabled"] is True
    watched = [
        alarm
        for alarm in resources(TEMPLATE, "AWS::CloudWatch::Alarm").values()
        if {"Fn::GetAtt": f"{name}.QueueName"} in [each["Value"] for each in alarm.get("Dimensions", [])]
    ]
    assert watched


@pytest.mark.parametrize(
    ("name", "log", "line"),
    [("ParkedMessages", "OutboxLogs", "parked"), ("MissingExports", "MemberImportLogs", "export missing")],
)
def test_a_line_that_asks_for_a_person_rings(name: str, log: str, line: str) -> None:
    """A message that waits for a person, an export that stopped coming: a line of a log is an alarm."""
    found = resources(TEMPLATE, "AWS::Logs::MetricFilter")[name]
    assert found["LogGroupName"] == {"Ref": log}
    assert found["FilterPattern"] == f'{{ $.message = "{line}" }}'
    (metric,) = found["MetricTransformations"]
    alarms = resources(TEMPLATE, "AWS::CloudWatch::Alarm").values()
    (alarm,) = [alarm for alarm in alarms if alarm["MetricName"] == metric["MetricName"]]
    assert alarm["Namespace"] == metric["MetricNamespace"]


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
        and {"Ref": name} in [each["Value"] for each in alarm.get("Dimensions", [])]
    ]
    assert watched


def test_the_runbook_knows_every_alarm_and_what_concurrency_is_needed() -> None:
    """Whoever is called finds their alarm; an account that cannot hold the reservations is told before."""
    runbook = (ROOT / "infrastructure/runbook.md").read_text("utf-8")
    for name in resources(TEMPLATE, "AWS::CloudWatch::Alarm"):
        assert name.removesuffix("Alarm") in runbook
    reserved = sum(function["ReservedConcurrentExecutions"] for function in FUNCTIONS.values())
    assert f"at least {reserved + 100} " in runbook  # 100 is what AWS keeps unreserved


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
    queue = schedule["Target"]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"].removesuffix(".Arn")
    assert queue in resources(TEMPLATE, "AWS::SQS::Queue")
    role = schedule["Target"]["RoleArn"]["Fn::GetAtt"].removesuffix(".Arn")
    (policy,) = resources(TEMPLATE, "AWS::IAM::Role")[role]["Policies"]
    may = [each["Resource"] for each in policy["PolicyDocument"]["Statement"]]
    assert may == [schedule["Target"]["Arn"], schedule["Target"]["DeadLetterConfig"]["Arn"]]


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


@pytest.mark.parametrize("name", PAGES)
def test_pages_functions_get_every_setting_they_read(name: str) -> None:
    """A function's environment is what PagesSettings asks for, and places of its own; no issuer over http."""
    own = {"SITE_BUCKET_NAME", "EDGE_STORE_ARN", "SITE_BUILD_FUNCTION_NAME", "PAYMENTS_SECRET_NAME"}
    own |= {"WORKBOOKS_BUCKET_NAME"}
    variables = FUNCTIONS[name]["Environment"]["Variables"].keys() - own
    given = {variable: f"https://{variable.lower()}" for variable in variables}
    PagesSettings.from_environment(given)
    for variable in variables:
        with pytest.raises(Exception, match=variable):
            PagesSettings.from_environment({each: value for each, value in given.items() if each != variable})
    with pytest.raises(Exception, match="MEMBER_ISSUER"):
        PagesSettings.from_environment(given | {"MEMBER_ISSUER": "http://127.0.0.1"})


def test_every_route_has_a_permission_and_the_origins_check() -> None:
    """Invariant 19, SAF-2: each route stands in the authorisation matrix, and none is open round the CDN."""
    assert sorted(route["RouteKey"] for route in ROUTES.values()) == sorted(PERMITTED)
    for route in ROUTES.values():
        assert route["AuthorizationType"] == "CUSTOM"
        assert route["AuthorizerId"] == {"Ref": "OriginAuthorizer"}
    (authorizer,) = resources(TEMPLATE, "AWS::ApiGatewayV2::Authorizer").values()
    assert authorizer["IdentitySource"] == ["$request.header.x-origin-secret"]
    assert "OriginCheckFunction" in authorizer["AuthorizerUri"]["Fn::Sub"]


def test_the_secret_is_one_and_no_person_knows_it() -> None:
    """The distribution shows what the check compares with: generated, and by reference alone."""
    (distribution,) = resources(TEMPLATE, "AWS::CloudFront::Distribution").values()
    (api,) = [each for each in distribution["DistributionConfig"]["Origins"] if each["Id"] == "api"]
    (shown,) = api["OriginCustomHeaders"]
    expected = FUNCTIONS["OriginCheckFunction"]["Environment"]["Variables"]["ORIGIN_SECRET"]
    assert shown == {"HeaderName": "x-origin-secret", "HeaderValue": expected}
    assert expected == {"Fn::Sub": "{{resolve:secretsmanager:${OriginSecret}}}"}
    assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_only_the_api_calls_the_functions_of_its_routes() -> None:
    """Every function behind a route may be invoked by this API, and by nothing else."""
    integrations = resources(TEMPLATE, "AWS::ApiGatewayV2::Integration").values()
    called = {each["IntegrationUri"]["Fn::GetAtt"] for each in integrations}
    permissions = [
        each
        for each in resources(TEMPLATE, "AWS::Lambda::Permission").values()
        if each["Principal"] == "apigateway.amazonaws.com"
    ]
    assert called | {"OriginCheckFunction.Arn"} == {
        each["FunctionName"]["Fn::GetAtt"] for each in permissions
    }
    assert all("${Api}/" in each["SourceArn"]["Fn::Sub"] for each in permissions)
    assert all(each["PayloadFormatVersion"] == "2.0" for each in integrations)


def test_pages_for_one_person_are_cached_by_nobody() -> None:
    """SAF-2: what is asked of members' and staff's addresses is passed on whole and never kept."""
    (distribution,) = resources(TEMPLATE, "AWS::CloudFront::Distribution").values()
    for behaviour in distribution["DistributionConfig"]["CacheBehaviors"]:
        if behaviour["TargetOriginId"] == "api":
            assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # CachingDisabled
            assert (
                behaviour["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
            )  # all but Host
            assert "POST" in behaviour["AllowedMethods"]
    rules = behaviours(TEMPLATE)
    for route in ROUTES.values():
        if route["RouteKey"] != "$default":
            path = route["RouteKey"].split()[1].replace("{lang}", "fr")
            assert behaviour_for(path, rules).origin == "api"
            assert headers_for(path, rules)["Cache-Control"] == "no-store"
    for address in (
        "/en/",
        "/en/mentors/account/",
        "/en/mentors/staff/",
        "/en/account",
        "/data/staff/x.json",
    ):
        assert behaviour_for(address, rules).origin != "api"


def test_no_error_is_kept_at_the_edge() -> None:
    """SAF-2: CloudFront keeps errors by address alone, `no-store` or not; only zero is safe."""
    (distribution,) = resources(TEMPLATE, "AWS::CloudFront::Distribution").values()
    kept = {
        rule["ErrorCode"]: rule["ErrorCachingMinTTL"]
        for rule in distribution["DistributionConfig"]["CustomErrorResponses"]
    }
    assert kept == dict.fromkeys((400, 403, 404, 405, 414, 500, 501, 502, 503, 504), 0)


def test_every_behaviour_has_tls_and_safe_headers_and_pages_have_the_edge_function() -> None:
    """No address is answered without TLS and the security headers, and no page without the edge's rules."""
    (distribution,) = resources(TEMPLATE, "AWS::CloudFront::Distribution").values()
    configuration = distribution["DistributionConfig"]
    for behaviour in [*configuration["CacheBehaviors"], configuration["DefaultCacheBehavior"]]:
        assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
        if behaviour["TargetOriginId"] == "api":
            continue
        assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
        (association,) = behaviour["FunctionAssociations"]
        assert association["EventType"] == "viewer-request"
    for rule in behaviours(TEMPLATE):
        assert rule.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in rule.headers["Content-Security-Policy"]


def test_pages_hashed_files_and_answers_differ_in_caching_alone() -> None:
    """A hashed file stays a year, a page is asked for again, an answer is not kept; their security is one.

    Answers alone may play a recording: MOD-1.
    """
    pages, hashed, answers = (
        policy_headers(resources(TEMPLATE, "AWS::CloudFront::ResponseHeadersPolicy")[name])
        for name in ("PageHeaders", "HashedFileHeaders", "AnswerHeaders")
    )
    policy = answers["Content-Security-Policy"]
    answers["Content-Security-Policy"] = policy.replace(" media-src 'self';", "")
    for other in (hashed, answers):
        differing = {"Cache-Control"} | ({"Content-Security-Policy"} if other is answers else set())
        assert {pair[0] for pair in pages.items() ^ other.items()} == differing
    paying = pages["Content-Security-Policy"].replace(
        "form-action 'self'", "form-action 'self' https://checkout.stripe.com"
    )
    assert answers["Content-Security-Policy"] == paying  # MOD-3: a form of ours leads there
    assert pages["Cache-Control"] == "public, no-cache"
    assert hashed["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answers["Cache-Control"] == "no-store"


def test_a_function_cannot_loosen_the_headers_of_its_answer() -> None:
    """Every header of an answer's policy overrides; the local server takes that for granted."""
    policy = resources(TEMPLATE, "AWS::CloudFront::ResponseHeadersPolicy")["AnswerHeaders"]
    configuration = policy["ResponseHeadersPolicyConfig"]
    headers = [
        *configuration["SecurityHeadersConfig"].values(),
        *configuration["CustomHeadersConfig"]["Items"],
    ]
    assert all(header["Override"] is True for header in headers)
