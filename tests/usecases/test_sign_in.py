"""Finishing a sign-in when things happen at once, or halfway."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from infrastructure.local.template import load_template, resources, substitute
from mentoring.domain.errors import SignInRefusedError
from mentoring.domain.policy import SignInPolicy
from mentoring.domain.sessions import IssuerKind
from mentoring.gateways.errors import IdentityProviderDownError
from mentoring.gateways.identity import IdentityProvider
from mentoring.settings import IssuerSettings, StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.sessions import SessionStore
from mentoring.storage.staff import StaffStore
from mentoring.usecases.sign_in import Arrival, finish_sign_in, start_sign_in
from tests.gateways.issuer import NOW, Issuer, running_issuer

POLICY = SignInPolicy(
    starts_on=date(2026, 1, 1),
    minutes_to_sign_in=10,
    kept_form_minutes=60,
    idle_minutes=30,
    member_hours=12,
    staff_hours=8,
)
TABLES = resources(load_template(), "AWS::DynamoDB::Table")
SESSIONS, STAFF = (substitute(TABLES[name]["TableName"]) for name in ("SessionsTable", "StaffTable"))
AT_ONCE = 20

Arrive = Callable[[], Arrival]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """The members' issuer."""
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def arrive(database: StorageSettings, issuer: Issuer) -> Arrive:
    """Come back from a sign-in of M-1 that has been begun: the same one at every call."""
    client = dynamodb(database)
    sessions, staff = SessionStore(client, SESSIONS), StaffStore(client, STAFF)
    settings = IssuerSettings(issuer=issuer.url, client_id=issuer.client_id, is_local=True)
    provider = IdentityProvider(IssuerKind.MEMBERS, settings, {"en": "https://mentors.example/back"})
    left = start_sign_in(
        provider, sessions, POLICY, NOW, return_path="/en/", language="en", browser_secret=None
    )
    back = issuer.approve(left.url, "M-1")
    return lambda: finish_sign_in(
        provider,
        sessions,
        staff,
        POLICY,
        NOW,
        state=back["state"],
        code=back["code"],
        browser_secret=left.browser_secret,
        replaced_session=None,
    )


def session_rows(database: StorageSettings) -> int:
    rows = dynamodb(database).scan(TableName=SESSIONS)["Items"]
    return sum(row["sk"]["S"] == "SESSION" for row in rows)


def test_of_many_at_once_one_is_signed_in(arrive: Arrive, database: StorageSettings) -> None:
    """SAF-2: a state brought back twenty times at once starts one session."""

    def outcome(_: int) -> str:
        try:
            arrive()
        except SignInRefusedError as error:
            return error.reason
        return "in"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = sorted(pool.map(outcome, range(AT_ONCE)))
    assert outcomes == ["in", *["unknown-state"] * (AT_ONCE - 1)]
    assert session_rows(database) == 1


def test_a_sign_in_that_fails_halfway_is_over(
    arrive: Arrive, issuer: Issuer, database: StorageSettings
) -> None:
    """SAF-2: when the issuer goes down in the middle nobody is signed in, and the state is spent."""
    issuer.answers["/token"] = lambda: (500, b"")
    with pytest.raises(IdentityProviderDownError):
        arrive()
    issuer.answers.clear()
    with pytest.raises(SignInRefusedError, match="unknown-state"):
        arrive()
    assert session_rows(database) == 0
