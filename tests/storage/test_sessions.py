"""What a session store does, on every engine."""

from datetime import UTC, datetime, timedelta

import pytest

from infrastructure.local.template import load_template, resources, substitute
from mentoring.domain.sessions import Identity, IssuerKind, PendingSignIn, Session
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.sessions import SessionStore

NOW = datetime(2026, 11, 21, 15, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=12)
MEMBER = Identity(IssuerKind.MEMBERS, "https://members.example", "M-1")
FORM_SECRET = "form"  # noqa: S105 - made up
SESSION = Session(identity=MEMBER, form_secret=FORM_SECRET, started_at=NOW, seen_at=NOW)
PENDING = PendingSignIn(
    kind=IssuerKind.STAFF,
    nonce="nonce",
    verifier="verifier",
    browser="browser",
    return_path="/fr/mentors/?q=été",
    language="fr",
    expires_at=NOW + timedelta(minutes=10),
)


@pytest.fixture
def table() -> str:
    return substitute(resources(load_template(), "AWS::DynamoDB::Table")["SessionsTable"]["TableName"])


@pytest.fixture
def store(settings: StorageSettings, table: str) -> SessionStore:
    return SessionStore(dynamodb(settings), table)


def test_a_session_comes_back_as_it_was_stored(store: SessionStore) -> None:
    """Every field survives, instants to the microsecond."""
    store.start("secret", SESSION, LATER)
    assert store.find("secret") == SESSION
    assert store.find("another") is None


def test_the_table_holds_no_secret_of_a_browser(
    store: SessionStore, settings: StorageSettings, table: str
) -> None:
    """SAF-2: whoever reads the table can be nobody: session and state are there as hashes alone."""
    store.start("session-secret", SESSION, LATER)
    store.begin_sign_in("state-secret", PENDING)
    rows = dynamodb(settings).scan(TableName=table)["Items"]
    assert len(rows) == 2
    assert "-secret" not in str(rows)


def test_rows_say_when_they_may_be_tidied_up(
    store: SessionStore, settings: StorageSettings, table: str
) -> None:
    """The table's TTL has a whole second to go by, none before the row's own end."""
    store.start("secret", SESSION, LATER)
    store.begin_sign_in("state", PENDING)
    store.end_all(MEMBER, NOW, LATER)
    rows = dynamodb(settings).scan(TableName=table)["Items"]
    ends = {row["sk"]["S"]: int(row["expires_at"]["N"]) for row in rows}
    assert ends == {
        "SESSION": int(LATER.timestamp()) + 1,
        "SIGNIN": int(PENDING.expires_at.timestamp()) + 1,
        "SIGNED_OUT": int(LATER.timestamp()) + 1,
    }


def test_a_sign_in_is_taken_once(store: SessionStore) -> None:
    """SAF-2: a state that is replayed finds nothing."""
    store.begin_sign_in("state", PENDING)
    assert store.take_sign_in("state", "browser") == PENDING
    assert store.take_sign_in("state", "browser") is None


def test_another_browser_takes_nothing(store: SessionStore) -> None:
    """SAF-2: a state that somebody else brings back is not theirs, and stays for its owner."""
    store.begin_sign_in("state", PENDING)
    assert store.take_sign_in("state", "another browser") is None
    assert store.take_sign_in("state", "browser") == PENDING


def test_use_is_noted(store: SessionStore) -> None:
    """The last use moves, and nothing else does."""
    store.start("secret", SESSION, LATER)
    assert store.note_use("secret", LATER)
    found = store.find("secret")
    assert found is not None
    assert found.seen_at == LATER
    assert found.started_at == NOW


def test_an_ended_session_stays_ended(store: SessionStore) -> None:
    """SAF-2: a request that was under way while somebody signed out does not bring the session back."""
    store.start("secret", SESSION, LATER)
    store.end("secret")
    assert not store.note_use("secret", LATER)
    assert store.find("secret") is None
    store.end("secret")


def test_signing_out_everywhere_is_remembered_by_person(store: SessionStore) -> None:
    """SAF-2: the same subject of the other issuer is somebody else."""
    store.end_all(MEMBER, NOW, LATER)
    assert store.signed_out_before(MEMBER) == NOW
    assert store.signed_out_before(Identity(IssuerKind.STAFF, "https://staff.example", "M-1")) is None
    store.end_all(MEMBER, LATER, LATER)
    assert store.signed_out_before(MEMBER) == LATER
