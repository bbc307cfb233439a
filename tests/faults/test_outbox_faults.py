"""Messages under faults: duplicates, deaths, refusals and lost answers, against the real database and SES."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mentoring.content import Content
from mentoring.domain.errors import MailUnclearError
from mentoring.domain.events import Channel, Event, ListingWithdrawn, MembershipLapsed, MembershipRenewed
from mentoring.domain.messages import MessageState
from mentoring.domain.withdrawals import PUBLIC
from mentoring.gateways.errors import EdgeDownError
from mentoring.gateways.mail import Ses
from mentoring.pages.mail import Letters
from mentoring.settings import StorageSettings
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.message_rows import message_id, message_key
from mentoring.usecases.deliver import Delivered, Outcome, deliver, sweep
from tests.faults.crashing import Crash, Moment, crash_matrix
from tests.faults.delivering import LATER, MAIL, NOW, Post, letter_parts, make_post
from tests.gateways.ses import SesServer, running_ses
from tests.storage.people import membership

LAPSE = MembershipLapsed(member_id="M-1", occurrence="2026-11-21", at=NOW)
RENEWAL = MembershipRenewed(member_id="M-1", occurrence="2026-11-22", at=NOW)
LEAVING = ListingWithdrawn(member_id="M-1", occurrence="2", at=NOW, slug="zoe")
LETTER = message_id(LAPSE, Channel.MAIL)
AT_ONCE = 50


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[SesServer]:
    """SES, and boto3 sent there."""
    with running_ses(monkeypatch) as running:
        yield running


@pytest.fixture
def post(database: StorageSettings, content: Content, tmp_path: Path, ses: SesServer) -> Post:  # noqa: ARG001
    """An empty outbox, and a member with an address."""
    made = make_post(database, content, tmp_path)
    MembershipStore(made.client, database).put([membership("M-1")])
    return made


def sweep_for_days(post: Post) -> None:
    """Let every wait and lease pass, and sweep after each."""
    for turn in range(1, 12):
        list(sweep(post.delivery, NOW + turn * timedelta(hours=9)))


def test_one_message_fifty_times_at_once_is_one_letter(post: Post, ses: SesServer) -> None:
    """Invariant 13: the same record, fifty times at once, by fifty processes: one letter, one build."""
    post.tell(LAPSE, RENEWAL)
    names = [LETTER, message_id(RENEWAL, Channel.BUILD)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(lambda name: deliver(name, post.delivery, NOW), names * AT_ONCE))
    assert sorted(each.outcome for each in done if each.outcome is not Outcome.NOT_DUE) == ["sent", "sent"]
    assert len(ses.taken) == 1
    assert [request.turn for request in post.requests.requests()] == [1]


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_a_death_at_any_call_never_sends_a_letter_twice(
    post: Post, content: Content, ses: SesServer, moment: Moment
) -> None:
    """SAF-3: either the letter was sent once, or a person is asked; before the claim it is always sent."""
    ends = []
    for crash in crash_matrix(moment):
        _start_anew(post, ses)
        parts = letter_parts(post.client, post.settings, content)
        dying = post.over(Channel.MAIL, **parts | {"mail": crash.of(Ses(MAIL))})
        with crash.during(post.client):
            deliver(LETTER, dying.delivery, NOW)
        sweep_for_days(post)
        ends.append((post.state(LAPSE, Channel.MAIL).value, len(ses.taken)))
    # find, membership, mark, claim, send, finish, whole
    sent, unsure, unsent = ("sent", 1), ("parked", 1), ("parked", 0)
    if moment is Moment.BEFORE:
        assert ends == [sent, sent, sent, sent, unsent, unsure, sent]
    else:
        assert ends == [sent, sent, sent, unsent, unsure, sent, sent]
    assert post.parked() == []


def test_a_lost_answer_of_the_database_changes_nothing(post: Post, ses: SesServer) -> None:
    """SAF-3: botocore asks again; the claim it finds is its own, and the letter goes out, once."""
    for crash in crash_matrix(Moment.LOST):
        _start_anew(post, ses)
        with crash.during(post.client):
            assert deliver(LETTER, post.delivery, NOW) == Delivered(Outcome.SENT)
        assert len(ses.taken) == 1


def test_a_lost_answer_of_ses_is_for_a_person(post: Post, content: Content, ses: SesServer) -> None:
    """SAF-3: at most once: it is never sent again by itself, and goes out again when a person says so."""
    post.tell(LAPSE)
    parts = letter_parts(post.client, post.settings, content)
    crash = Crash(1, Moment.LOST)
    lossy = post.over(Channel.MAIL, **parts | {"mail": crash.of(Ses(MAIL), lost=MailUnclearError("lost"))})
    with crash.during():
        assert deliver(LETTER, lossy.delivery, NOW) == Delivered(Outcome.PARKED, "unclear")
    sweep_for_days(post)
    assert (len(ses.taken), post.parked()) == (1, ["unclear"])
    assert post.outbox.resume(LETTER, NOW)
    sweep_for_days(post)
    assert (len(ses.taken), post.parked()) == (2, [])


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_what_the_site_shows_is_repeated_after_any_death(post: Post, moment: Moment) -> None:
    """Invariant 23: whoever dies at whatever call, the page is hidden and a build asked for in the end."""
    for channel in (Channel.EDGE, Channel.BUILD):
        for crash in crash_matrix(moment):
            _start_anew(post, LEAVING)
            _withdraw(post, "zoe")
            with crash.during(post.client):
                deliver(message_id(LEAVING, channel), post.delivery, NOW)
            sweep_for_days(post)
            assert post.state(LEAVING, channel) is MessageState.SENT
            assert post.edge.hidden() == {"zoe"}
            assert post.requests.requests()
    assert post.parked() == []


def test_a_claimed_letter_is_unclear_however_late_it_is_found(post: Post) -> None:
    """SAF-3: whoever claimed it died, perhaps once it had gone out; days later that is still so."""
    post.tell(LAPSE)
    message = post.outbox.find(LETTER)
    assert message
    assert post.outbox.claim(message, NOW + timedelta(minutes=15))
    assert deliver(LETTER, post.delivery, NOW + timedelta(days=3)) == Delivered(Outcome.PARKED, "unclear")


def test_a_letter_that_a_restore_brought_back_waits_for_a_person(post: Post, ses: SesServer) -> None:
    """SAF-3: due days ago and never tried: it may have gone out; what the site shows is simply repeated."""
    post.tell(LAPSE, RENEWAL)
    late = NOW + timedelta(hours=48, seconds=1)
    assert deliver(LETTER, post.delivery, late) == Delivered(Outcome.PARKED, "too-old")
    build = message_id(RENEWAL, Channel.BUILD)
    assert deliver(build, post.delivery, late) == Delivered(Outcome.SENT)
    assert (len(ses.taken), post.parked()) == (0, ["too-old"])
    assert post.outbox.resume(LETTER, late)
    assert deliver(LETTER, post.delivery, late + LATER) == Delivered(Outcome.SENT)
    assert len(ses.taken) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_any_order_and_repeats_tell_everything_once(post: Post, ses: SesServer, order: int) -> None:
    """Invariant 13: first to last, last to first, each twice: each letter once."""
    events = [LAPSE, RENEWAL, LEAVING]
    post.tell(*events)
    names = [message_id(event, Channel.MAIL) for event in events][::order]
    for name in [*names, *names]:
        deliver(name, post.delivery, NOW)
    assert len({letter["Subject"] for letter in ses.taken}) == len(ses.taken) == 3


def test_a_throttled_letter_waits_longer_each_time_and_is_then_parked(post: Post, ses: SesServer) -> None:
    """SAF-3: it is tried as often as the policy says, no sooner, and then a person decides."""
    post.tell(LAPSE)
    ses.faults = [(429, "TooManyRequestsException")] * 20
    waits = post.delivery.policy.retry_minutes
    now = NOW
    for wait in waits:
        assert deliver(LETTER, post.delivery, now).outcome is Outcome.POSTPONED
        assert (
            deliver(LETTER, post.delivery, now + timedelta(minutes=wait, seconds=-1)).outcome
            is Outcome.NOT_DUE
        )
        now += timedelta(minutes=wait)
    assert deliver(LETTER, post.delivery, now) == Delivered(Outcome.PARKED, "exhausted")
    assert len(ses.requests) == len(waits) + 1
    assert ses.taken == []


def test_a_throttled_letter_goes_out_when_ses_has_time(post: Post, ses: SesServer) -> None:
    """SAF-3: the sweep brings what was put off."""
    post.tell(LAPSE)
    ses.faults = [(429, "TooManyRequestsException"), (503, "ServiceUnavailable")]
    deliver(LETTER, post.delivery, NOW)
    sweep_for_days(post)
    assert (len(ses.requests), len(ses.taken), post.parked()) == (3, 1, [])


def test_what_reaches_nobody_is_parked_and_stops_nobody_else(post: Post, ses: SesServer) -> None:
    """SAF-3: no row, no address, no sense: each is set aside with its reason, and the others go out."""
    addresses = {
        "M-2": "",
        "M-3": "amélie@example.org",
        "M-4": "a@example.org\nBcc: b@example.org",
        "M-5": "a@example.org",
    }
    members = MembershipStore(post.client, post.settings)
    members.put([membership(member_id, email=email) for member_id, email in addresses.items()])
    nobody = "M-6"
    lapses = {
        member_id: MembershipLapsed(member_id=member_id, occurrence="2026-11-21", at=NOW)
        for member_id in (*addresses, nobody)
    }
    post.tell(LAPSE, *lapses.values())
    post.client.update_item(
        TableName=post.settings.outbox_table,
        Key=message_key(LETTER),
        UpdateExpression="SET body = :damage",
        ExpressionAttributeValues={":damage": {"S": "{"}},
    )
    sweep_for_days(post)
    assert post.parked() == ["no-address", "no-address", "rejected", "rejected", "unreadable"]
    assert post.state(lapses["M-5"], Channel.MAIL) is MessageState.SENT
    assert [letter["To"].addresses[0].addr_spec for letter in ses.taken] == ["a@example.org"]


def test_a_fault_of_ours_is_tried_as_often_as_the_policy_says(
    post: Post, content: Content, ses: SesServer, tmp_path: Path
) -> None:
    """SAF-3: what fails before the claim, or is repeatable, is put off and raised, and ends in parking."""
    post.tell(LAPSE, LEAVING)
    parts = letter_parts(post.client, post.settings, content)
    speechless = post.over(
        Channel.MAIL, **parts | {"letters": Letters(content, {}, "https://mentors.example")}
    )
    (tmp_path / "edge").touch()  # no folder: nothing can be hidden
    for name, error in ((LETTER, KeyError), (message_id(LEAVING, Channel.EDGE), EdgeDownError)):
        with pytest.raises(error):
            deliver(name, speechless.delivery, NOW)
        assert deliver(name, speechless.delivery, NOW).outcome is Outcome.NOT_DUE
    sweep_for_days(speechless)
    assert post.parked() == ["exhausted"] * 3, "the leaver's letter as well"
    assert ses.requests == []


def test_the_sweep_leaves_fresh_rows_to_the_stream(post: Post, ses: SesServer) -> None:
    """SAF-3: it takes what missed its turn, and settles who died with a claim."""
    post.tell(LAPSE, RENEWAL)
    minutes = timedelta(minutes=post.delivery.policy.sweep_minutes)
    assert list(sweep(post.delivery, NOW + minutes - timedelta(seconds=1))) == []
    claimed = post.outbox.find(LETTER)
    assert claimed
    post.outbox.claim(claimed, NOW + LATER)
    assert len(list(sweep(post.delivery, NOW + minutes))) == 3
    assert len(ses.taken) == 1, "the renewal's letter; the lapse's is claimed"
    assert dict(sweep(post.delivery, NOW + LATER + minutes)) == {LETTER: Delivered(Outcome.PARKED, "unclear")}


def _start_anew(post: Post, what: SesServer | Event) -> None:
    rows = post.client.scan(TableName=post.settings.outbox_table, ProjectionExpression="pk, sk")["Items"]
    for row in rows:
        post.client.delete_item(TableName=post.settings.outbox_table, Key=row)
    if isinstance(what, SesServer):
        what.taken.clear()
        what.requests.clear()
        post.tell(LAPSE)
    else:
        post.edge.settle("zoe", lambda: None)
        post.tell(what)


def _withdraw(post: Post, slug: str, at: datetime = NOW) -> None:
    post.client.put_item(
        TableName=post.settings.withdrawals_table,
        Item={
            "pk": {"S": "WITHDRAWN"},
            "sk": {"S": f"{slug}#{PUBLIC}"},
            "at": {"S": at.isoformat(timespec="microseconds")},
        },
    )
