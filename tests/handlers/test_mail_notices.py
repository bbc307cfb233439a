"""Letters that come back: the address is marked once, nothing more goes there, its owner and staff see it."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mentoring.content import Content, Wording
from mentoring.domain.address_marks import Fault, Notice
from mentoring.domain.channels import CHANNELS
from mentoring.domain.events import Channel, MembershipLapsed
from mentoring.domain.sessions import StaffRole
from mentoring.gateways.mail_notices import written_notice
from mentoring.handlers import mail_notices, outbox
from mentoring.handlers.services import Services
from mentoring.settings import StorageSettings
from mentoring.storage.address_marks import AddressMarkStore, mark_key
from mentoring.storage.client import dynamodb
from mentoring.storage.letters import LetterStore
from mentoring.storage.outbox import message_writes
from mentoring.storage.transaction import commit
from mentoring.usecases.mark_addresses import Taken, take_notice
from tests.handlers.conftest import SignIn
from tests.handlers.delivering import Mailroom
from tests.handlers.inbox import inbox_at
from tests.storage.people import membership
from tests.usecases.matching import MENTEE, MENTOR, Matching

ADDRESS = "amelie@example.org"
LETTER = f"MembershipLapsed#{MENTOR}#1#mail"


class Returns(Mailroom):
    """A mailroom, and what comes back to it."""

    def notice(self, fault: Fault = Fault.BOUNCED, address: str = ADDRESS, name: str = LETTER) -> None:
        """SNS hands a notice over."""
        mail_notices.handler({"Records": [{"Sns": {"Message": written_notice(name, address, fault)}}]}, None)

    @property
    def marks(self) -> AddressMarkStore:
        """The marks."""
        return AddressMarkStore(self.desk.client, self.desk.storage)

    def lapse(self, occurrence: str) -> str:
        """Tell the mentor of a lapse; return how far that letter came."""
        event = MembershipLapsed(member_id=MENTOR, occurrence=occurrence, at=self.desk.now)
        commit(self.desk.client, message_writes(self.desk.storage.outbox_table, [event]))
        self.deliver()
        message = self.desk.outbox.find(f"{event.key}#mail")
        assert message
        return message.state

    def acted(self) -> list[str]:
        """What the log says of the mentor's address."""
        return [action for action in self.desk.acted(MENTOR) if action.startswith("address-")]


@pytest.fixture
def returns(
    database: StorageSettings, content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Returns]:
    """A mentor at a known address."""
    desk = Matching(database, content)
    desk.mentor()
    yield Returns(desk, tmp_path, monkeypatch)
    for made in (outbox.carriers, mail_notices.stores):
        made.cache_clear()


def test_nothing_is_sent_to_an_address_that_bounced(returns: Returns) -> None:
    """MOD-26: marked once with its day; letters wait with a reason of their own until it is another one."""
    assert returns.lapse("1") == "sent"
    for _ in range(3):
        returns.notice()
    assert returns.acted() == ["address-bounced"]
    assert returns.lapse("2") == "parked"
    assert [each.reason for each in returns.desk.outbox.parked()] == ["address-bounced"]
    returns.desk.memberships.put([membership(MENTOR, email="amelie@elsewhere.example")])
    assert returns.lapse("3") == "sent"


def test_a_complaint_counts_more_than_a_bounce(returns: Returns) -> None:
    """MOD-26: whoever complained is not taken for somebody whose mailbox is broken, in whichever order."""
    for fault in (Fault.BOUNCED, Fault.COMPLAINED, Fault.BOUNCED):
        returns.notice(fault)
    mark = returns.marks.of(MENTOR)
    assert mark
    assert mark.fault is Fault.COMPLAINED
    assert returns.acted() == ["address-bounced", "address-complained"]
    assert returns.lapse("1") == "parked"
    assert [each.reason for each in returns.desk.outbox.parked()] == ["address-complained"]


def test_only_the_address_on_file_is_marked(returns: Returns) -> None:
    """MOD-26: a late notice of an old address, of a stranger or of our own mailbox touches no member."""
    returns.notice(address="old@example.org")
    returns.notice(name="MembershipLapsed#M-unknown#1#mail")
    returns.notice(name=f"ConcernReported#{MENTOR}#1#staff")
    assert list(returns.marks.all(print)) == []
    returns.notice(address="Amelie@Example.org ")
    assert [mark.member_id for mark in returns.marks.all(print)] == [MENTOR]


def test_a_person_may_take_a_mark_away(returns: Returns) -> None:
    """MOD-26: once letters arrive again they are sent again; a second bounce marks anew."""
    returns.notice()
    mail_notices.handler({"clear": [MENTOR, MENTOR, "M-unknown"]}, None)
    assert returns.lapse("1") == "sent"
    returns.notice()
    assert returns.acted() == ["address-bounced", "address-cleared", "address-bounced"]
    assert returns.lapse("2") == "parked"


def test_the_log_names_nobody(returns: Returns) -> None:
    """DIR-12: neither an address nor a subject, whatever comes."""
    log = io.StringIO()
    handler = mail_notices.logger.registered_handler
    stream = handler.setStream(log)  # type: ignore[attr-defined]
    try:
        returns.notice()
        returns.notice(address="old@example.org")
        mail_notices.handler({"Records": [{"Sns": {"Message": f"{ADDRESS} is wrong"}}]}, None)
    finally:
        handler.setStream(stream)  # type: ignore[attr-defined]
    said = log.getvalue()
    assert '"marked"' in said
    assert '"unreadable"' in said
    assert "@" not in said


def test_fifty_notices_at_once_mark_once(returns: Returns) -> None:
    """Invariant 13: SNS delivers at least once, and several letters bounce together."""
    notice = Notice(message=LETTER, fault=Fault.BOUNCED, address=ADDRESS)

    def take(_number: int) -> Taken:
        marks = AddressMarkStore(dynamodb(returns.desk.storage), returns.desk.storage)
        letters = LetterStore(dynamodb(returns.desk.storage), returns.desk.storage.outbox_table)
        return take_notice(notice, marks, letters, returns.desk.memberships, returns.desk.now)

    with ThreadPoolExecutor(10) as pool:
        taken = list(pool.map(take, range(50)))
    assert taken.count(Taken.MARKED) == 1
    assert returns.acted() == ["address-bounced"]


def test_what_was_held_back_goes_to_the_new_address(returns: Returns, tmp_path: Path) -> None:
    """MOD-26, SAF-3: the night after another address came, by itself; not what is too old by then."""
    returns.notice()
    assert returns.lapse("1") == "parked"
    returns.desk.days(3)
    assert returns.lapse("2") == "parked"
    inbox = inbox_at(returns.desk.storage, tmp_path / "imports", tmp_path)
    night = inbox.night(returns.desk.now)
    assert night["letters_resumed"] == 0
    returns.desk.memberships.put([membership(MENTOR, email="amelie@elsewhere.example")])
    assert [inbox.night(returns.desk.now)["letters_resumed"] for _ in range(2)] == [1, 0]
    assert returns.marks.of(MENTOR) is None
    assert returns.acted() == ["address-bounced", "address-changed"]
    assert [letter["To"] for letter in returns.deliver()] == ["Amélie Tremblay <amelie@elsewhere.example>"]
    letters = LetterStore(returns.desk.client, returns.desk.storage.outbox_table)
    assert [each.state for each in letters.latest(MENTOR, 10)] == ["sent", "parked"]


def test_the_owner_sees_what_became_of_their_letters_and_of_nobody_elses(
    returns: Returns, sign_in: SignIn
) -> None:
    """MOD-26: kind, day and outcome of the last letters to oneself, in both languages, and what to do."""
    browser = sign_in(MENTOR)
    assert "We have not written to you yet" in browser.get("/en/account/emails/").body
    assert returns.lapse("1") == "sent"
    assert "Sent<" in browser.get("/en/account/emails/").body
    returns.notice()
    assert returns.lapse("2") == "parked"
    english, french = (browser.get(f"/{language}/account/emails/").body for language in ("en", "fr"))
    lapsed = "The end of your membership"
    for said in (lapsed, "Came back", "Held back", ADDRESS, "@caot.ca", "1‑800‑434‑2268"):
        assert said in english, said
    for said in ("La fin de votre adhésion", "Revenu<", "Retenu", "21 novembre 2026", "poste 222"):
        assert said in french, said
    returns.desk.member(MENTEE)
    assert lapsed not in sign_in(MENTEE).get("/en/account/emails/").body


def test_every_letter_has_a_name(content: Content) -> None:
    """MOD-26: whatever is mailed can be listed, in both languages."""
    mailed = [event.__name__ for event, channels in CHANNELS.items() if Channel.MAIL in channels]
    for language in ("en", "fr"):
        words = Wording(content, language)
        assert all(words.t(f"emails.kind.{name}") for name in mailed)


@pytest.mark.parametrize("fault", Fault)
def test_the_owner_sees_it_and_what_to_do(returns: Returns, sign_in: SignIn, fault: Fault) -> None:
    """MOD-26: the account says since when, which address, where to change it, whom to allow and call."""
    browser = sign_in(MENTOR)
    assert 'id="mail"' not in browser.get("/en/account/").body
    returns.notice(fault)
    english, french = (browser.get(f"/{language}/account/").body for language in ("en", "fr"))
    for said in ('id="mail"', "November 21, 2026", ADDRESS, "@caot.ca", "1‑800‑434‑2268", "member profile"):
        assert said in english, said
    for said in ("21 novembre 2026", "poste 222", "expéditeurs autorisés"):
        assert said in french, said
    returns.desk.memberships.put([membership(MENTOR, email="amelie@elsewhere.example")])
    assert 'id="mail"' not in browser.get("/en/account/").body


def test_staff_see_whose_and_since_when(returns: Returns, sign_in_staff: SignIn, made: Services) -> None:
    """MOD-26: coordinators and administrators get member numbers and days, no address."""
    browser = sign_in_staff(StaffRole.COORDINATOR)
    assert "There are none" in browser.get("/en/staff/addresses/").body
    returns.desk.member(MENTEE, email="noor@example.org")
    returns.notice()
    returns.notice(address="noor@example.org", name=f"RequestExpired#{MENTEE}#1#mail")
    page = browser.get("/en/staff/addresses/").body
    for said in (MENTOR, MENTEE, "Messages come back", "November 21, 2026"):
        assert said in page, said
    assert "example.org" not in page
    damaged = mark_key("M-3") | {"queue": {"S": "MARKED"}, "due_at": {"S": "2026"}, "fault": {"S": "?"}}
    returns.desk.client.put_item(TableName=returns.desk.storage.outbox_table, Item=damaged)
    assert browser.get("/en/staff/addresses/").body == page  # it costs nobody else's mark
    made.memberships.put([membership(MENTEE, email="noor@elsewhere.example")])
    french = browser.get("/fr/staff/addresses/").body
    assert MENTOR in french
    assert MENTEE not in french
    assert 'href="/en/staff/addresses/"' in browser.get("/en/account/").body
