"""The outbox's function: records of the stream, sweeps and a person's decisions."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from mentoring.domain.channels import CHANNELS
from mentoring.domain.erasures import Erasure
from mentoring.domain.events import Channel, DraftErased, Event, ListingPublished, MembershipLapsed
from mentoring.domain.messages import MessageState
from mentoring.gateway_settings import OutboxSettings
from mentoring.handlers import clock, outbox
from mentoring.settings import SettingsError, StorageSettings
from mentoring.storage.build_requests import BuildRequests
from mentoring.storage.client import dynamodb
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.message_rows import message_id, message_key
from mentoring.storage.outbox import OutboxStore, message_writes
from mentoring.storage.transaction import commit
from mentoring.usecases.journal_erasure import journal_key, noted_erasures
from tests.faults.delivering import NOW
from tests.handlers.delivering import outbox_environment
from tests.handlers.roles import in_role_of
from tests.storage.people import membership

ROOT = Path(__file__).parent.parent.parent
LAPSES = [MembershipLapsed(member_id=f"M-{number}", occurrence="2026-11-21", at=NOW) for number in range(3)]
PUBLISHED = ListingPublished(member_id="M-1", occurrence="1", at=NOW, slug="zoe")


def ask(event: dict[str, Any]) -> dict[str, Any]:
    """Call the function, in its role."""
    with in_role_of("OutboxFunction"):
        return outbox.handler(event, None)


class Function:
    """The function with a folder of its own in the place of the cloud."""

    def __init__(self, database: StorageSettings, folder: Path) -> None:
        self.store = OutboxStore(dynamodb(database), database.outbox_table)
        self.requests = BuildRequests(dynamodb(database), database.releases_table)
        self.folder = folder
        self.database = database

    def tell(self, *events: Event) -> list[dict[str, Any]]:
        """Commit messages; return the stream's records of it, in order."""
        client = dynamodb(self.database)
        commit(client, message_writes(self.database.outbox_table, events))
        names = [message_id(event, channel) for event in events for channel in _channels(event)]
        rows = [
            client.get_item(TableName=self.database.outbox_table, Key=message_key(name))["Item"]
            for name in names
        ]
        return [_record(number, row) for number, row in enumerate(rows, 1)]

    def take(self, *records: dict[str, Any]) -> list[str]:
        """Give records to the function; return the sequence numbers of those that failed."""
        answer = ask({"Records": list(records)})
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def letters(self) -> list[str]:
        """Return to whom was written."""
        files = sorted((self.folder / "mail").glob("*.eml"))
        return [str(message_from_bytes(file.read_bytes(), policy=default)["To"]) for file in files]


@pytest.fixture
def environment(engine: StorageSettings, tmp_path: Path) -> dict[str, str]:
    """What the template and the embedded cloud give it."""
    return outbox_environment(engine, tmp_path)


@pytest.fixture
def function(
    database: StorageSettings, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Function]:
    """The function, at noon of the day of its events, and three members."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    MembershipStore(dynamodb(database), database).put([membership(f"M-{number}") for number in range(3)])
    outbox.carriers.cache_clear()
    yield Function(database, tmp_path)
    outbox.carriers.cache_clear()


def test_a_change_is_told_as_its_rows_arrive(function: Function) -> None:
    """SAF-3: one letter, one look at the edge, one build; all of it again changes nothing."""
    records = function.tell(PUBLISHED)
    for _ in range(3):
        assert function.take(*records) == []
    assert len(function.letters()) == 1
    assert [request.by for request in function.requests.requests()] == ["system:outbox"]
    told = [function.store.find(message_id(PUBLISHED, each)) for each in _channels(PUBLISHED)]
    assert [message.state for message in told if message] == [MessageState.SENT] * 3


def test_an_erasure_is_noted_where_its_request_could_not(function: Function) -> None:
    """SAF-1: the message alone writes the journal, also of a draft that nobody was told of."""
    row = Erasure(member_id="M-1", slug="", at=NOW, is_finished=False)
    ErasureStore(dynamodb(function.database), function.database).remember(row)
    event = DraftErased(member_id="M-1", occurrence=NOW.isoformat(), at=NOW)
    assert function.take(*function.tell(event)) == []
    noted = (function.folder / "site" / journal_key("M-1")).read_bytes()
    assert [each.at for each in noted_erasures("M-1", noted)] == [NOW]


def test_a_poisoned_record_stops_nobody_else(function: Function) -> None:
    """Invariant 13: first in its batch, it alone is reported, and its neighbours go out."""
    good = function.tell(*LAPSES)
    poison = _record(99, {"pk": {"S": "MESSAGE#x"}, "state": {"S": "waiting"}})
    del poison["dynamodb"]["Keys"]
    assert function.take(poison, *good) == ["99"]
    assert len(function.letters()) == 3
    assert function.take(good[2], good[0], good[1]) == []
    assert len(function.letters()) == 3


def test_our_own_steps_and_forgotten_rows_are_nobodys_message(function: Function) -> None:
    """Invariant 13: a claim, a sending, a parking or a TTL comes by the same stream, and moves nothing."""
    (record, *_) = function.tell(LAPSES[0])
    images = [
        {**record["dynamodb"]["NewImage"], "state": {"S": state}} for state in ("sending", "sent", "parked")
    ]
    steps = [_record(number, image) for number, image in enumerate(images)]
    forgotten = {**record, "eventName": "REMOVE", "dynamodb": {"Keys": record["dynamodb"]["Keys"]}}
    assert function.take(*steps, forgotten) == []
    assert function.letters() == []


def test_a_sweep_sends_what_no_record_came_for(function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    """SAF-3: a stream that lost its records costs minutes, and the longest sweep leaves room for the next."""
    function.tell(*LAPSES)
    ask({"sweep": True})
    assert function.letters() == []
    ticks = iter(NOW + timedelta(minutes=10, seconds=40 * number) for number in range(99))
    monkeypatch.setattr(clock, "now", lambda: next(ticks))
    ask({"sweep": True})
    assert 0 < len(function.letters()) < 3
    for _ in (*LAPSES, *LAPSES):  # each is a letter and a parting
        ask({"sweep": True})
    assert len(function.letters()) == 3


def test_a_sweep_that_fails_says_so_after_the_others(
    function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SAF-3: one message's error is raised for the alarm, once everybody else is served."""
    function.tell(PUBLISHED, *LAPSES)
    (function.folder / "edge").touch()  # no folder: nothing can be settled there
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=10))
    with pytest.raises(outbox.SweepIncompleteError):
        ask({"sweep": True})
    assert len(function.letters()) == 4
    (function.folder / "edge").unlink()
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=20))
    assert ask({"sweep": True}) == {}


def test_a_person_may_let_a_parked_message_go_out(function: Function) -> None:
    """SAF-3: a member whose address came later is written to, once; what is not parked stays as it is."""
    newcomer = MembershipLapsed(member_id="M-7", occurrence="2026-11-21", at=NOW)
    records = function.tell(newcomer)
    name = message_id(newcomer, Channel.MAIL)
    function.take(*records)
    assert [each.reason for each in function.store.parked()] == ["no-address"]
    MembershipStore(dynamodb(function.database), function.database).put([membership("M-7")])
    ask({"resume": [name, name, "Unknown#M-1#1#mail"]})
    assert function.take(_resumed(function, name)) == []
    assert len(function.letters()) == 1


def test_the_log_names_messages_and_nobody(function: Function) -> None:
    """DIR-12: what is sent, postponed, parked or failed is logged by id; nobody's name, address or letter."""
    log = io.StringIO()
    watch = logging.StreamHandler(log)
    watch.setFormatter(outbox.logger.registered_formatter)
    root = logging.getLogger()
    for logger in (root, outbox.logger):
        logger.addHandler(watch)
    root.setLevel(logging.INFO)
    try:
        (function.folder / "edge").touch()
        records = function.tell(PUBLISHED, MembershipLapsed(member_id="M-8", occurrence="1", at=NOW), *LAPSES)
        function.take(*records)
    finally:
        root.setLevel(logging.WARNING)
        for logger in (root, outbox.logger):
            logger.removeHandler(watch)
    said = log.getvalue()
    for word in ('"sent"', '"parked"', '"failed"', "no-address", "MembershipLapsed#M-1#2026-11-21#mail"):
        assert word in said, word
    assert not [word for word in ("Amélie", "Tremblay", "amelie@", "Bonjour") if word in said]


def test_the_cloud_and_one_machine_have_their_own_settings(environment: dict[str, str]) -> None:
    """Style 10: all that delivering needs is named; issuers and theme are not asked for."""
    settings = OutboxSettings.from_environment(environment)
    assert (settings.site_url, settings.mail.folder) == (
        "https://mentors.example",
        Path(environment["MAIL_FOLDER"]),
    )
    del environment["MAIL_FOLDER"]
    with pytest.raises(SettingsError, match="MAIL_CONFIGURATION_SET"):
        OutboxSettings.from_environment(environment)
    environment["MAIL_CONFIGURATION_SET"] = "letters"
    assert OutboxSettings.from_environment(environment).mail.folder is None


def test_the_function_starts_without_what_it_does_not_need() -> None:
    """performance: neither forms, nor tokens, nor payments, nor holidays are imported."""
    command = "import sys, mentoring.handlers.outbox; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True, cwd=ROOT / "functions"
    )
    loaded = set(done.stdout.split())
    assert not loaded & {
        "stripe",
        "joserfc",
        "holidays",
        "pydantic",
        "govuk_frontend_jinja",
        "pelican",
        "awscrt",
        "icalendar",
    }
    assert not [name for name in loaded if name.startswith("aws_lambda_powertools.utilities.parser")]


def _resumed(function: Function, name: str) -> dict[str, Any]:
    row = dynamodb(function.database).get_item(
        TableName=function.database.outbox_table,
        Key=message_key(name),
    )["Item"]
    return _record(7, row, "MODIFY")


def _channels(event: Event) -> tuple[Channel, ...]:
    return CHANNELS[type(event)]


def _record(number: int, row: Any, name: str = "INSERT") -> dict[str, Any]:
    keys = {key: value for key, value in row.items() if key in ("pk", "sk")}
    change = {"Keys": keys, "NewImage": row, "SequenceNumber": str(number), "StreamViewType": "NEW_IMAGE"}
    record = {"eventID": str(number), "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change}
    return json.loads(json.dumps(record))
