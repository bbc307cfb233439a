"""A mentee's workbook: written on line or uploaded, looked at, handed in, replaced, erased."""

import json
import re
from base64 import b64decode
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from mentoring.content import Content
from mentoring.domain.registration_states import RegistrationState
from mentoring.domain.registrations import Registration, Source
from mentoring.domain.sessions import StaffRole
from mentoring.handlers.services import Services
from mentoring.handlers.till import registrations
from mentoring.handlers.workbook_part import files, remove_now, workbooks
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from tests.domain.test_workbook_files import PDF, open_document, word
from tests.handlers.asked import held, send, words
from tests.handlers.browser import Answer, Browser
from tests.handlers.conftest import Clock, SignIn
from tests.handlers.tills import HOME
from tests.storage.people import membership
from tests.usecases.workbooks import register_paid

BOOK = HOME + "workbook/"
TEXT = "canary-workbook-7: I listen well"
LARGEST = 4 * 1024 * 1024
STEPS = ("strengths", "growth", "goals", "interests", "area", "values")


@dataclass
class Mentee:
    """M-1 in front of the pages."""

    browser: Browser
    time: Clock
    content: Content

    def pay(self) -> None:
        """Have registered and paid."""
        register_paid(registrations(), self.content.policy, self.time.now())

    def registration(self) -> Registration:
        """What is on file."""
        (stored,) = registrations().of("M-1")
        return stored.registration


@pytest.fixture
def mentee(made: Services, sign_in: SignIn, time: Clock, content: Content) -> Mentee:
    """An active member."""
    made.memberships.put([membership("M-1", expires_on=date.max)])
    return Mentee(sign_in(), time, content)


@pytest.fixture
def paid(mentee: Mentee) -> Mentee:
    """One who has paid."""
    mentee.pay()
    return mentee


def fill(browser: Browser, text: str = TEXT) -> None:
    """Answer every question of the on-line form."""
    for step in STEPS:
        assert send(browser, BOOK + step, **{step: text}).status == 303
    assert send(browser, BOOK + "topics", facilitated_topics="career").location == BOOK + "check"


def upload(browser: Browser, content: bytes = PDF, name: str = "Mon cahier – été.pdf") -> Answer:
    """Upload a file."""
    return browser.upload(BOOK + "upload", held(browser.get(BOOK + "upload")), name, content)


def sized(size: int) -> bytes:
    """A PDF of so many bytes."""
    return PDF[:-6] + b" " * (size - len(PDF)) + PDF[-6:]


def stored() -> list[str]:
    """The files of M-1 that are in their place."""
    return files().of("M-1")


def test_the_form_is_saved_page_by_page_and_handed_in(paid: Mentee) -> None:
    """MOD-4, MOD-5, MOD-7, MOD-29: resumed, checked, the refund's end said; handed in once; the next date."""
    browser = paid.browser
    assert "Start the online form" in words(browser.get(BOOK))
    assert browser.get(BOOK + "deadline.ics").status == 404
    assert "Enter an answer" in words(send(browser, BOOK + "strengths", strengths=" "))
    assert "Choose at least 1 topic" in words(send(browser, BOOK + "topics"))
    send(browser, BOOK + "strengths", strengths=TEXT)
    assert "Continue the online form" in words(browser.get(BOOK))
    assert "Continue your workbook" in words(browser.get(HOME))
    assert browser.get(BOOK + "send").location == BOOK
    assert "These still need an answer" in words(browser.get(BOOK + "check"))
    fill(browser)
    checked = words(browser.get(BOOK + "check"))
    assert TEXT in checked
    assert "Career" in checked
    asked = browser.get(BOOK + "send")
    assert "ends your right to a refund" in words(asked)
    assert "$55.94" in words(asked)
    assert paid.registration().state is RegistrationState.PAID
    done = browser.post(BOOK + "send", held(asked))
    shown = words(browser.get(done.location))
    assert "We have your workbook" in shown
    assert "profiles of mentors by November 27, 2026" in shown
    file = browser.get(BOOK.replace("/en/", "/fr/") + "deadline.ics").body.replace("\r\n ", "")
    assert "SUMMARY;LANGUAGE=fr:Mentorat sur demande\u00a0: dernier jour" in file
    assert "DTSTART;VALUE=DATE:20261127" in file
    assert browser.post(BOOK + "send", held(asked)).location == BOOK
    (workbook,) = paid.registration().workbooks
    assert (workbook.source, workbook.by) == (Source.FORM, "member:M-1")
    assert TEXT in words(browser.get(BOOK + "received"))
    assert "Received on November" in words(browser.get(BOOK + "received"))
    home = words(browser.get(HOME))
    assert "you get nothing back" in home
    assert "profiles of mentors by November 27, 2026" in home


def test_a_file_is_stored_shown_back_and_handed_in(paid: Mentee) -> None:
    """MOD-4: taken by its bytes, under a random name, given back as an attachment and in no other way."""
    browser = paid.browser
    kinds = (("PDF", PDF, "a.docx"), ("Word", word(), "b"), ("OpenDocument", open_document(), "c.exe"))
    for kind, content, name in kinds:
        assert upload(browser, content, name).location == BOOK + "file"
        shown = words(browser.get(BOOK + "file"))
        for said in (f" {name} ", f" {kind} ", "1 KB"):
            assert said in shown
        given = browser.get(BOOK + "download")
        assert b64decode(given.body) == content
        assert given.headers["Content-Disposition"].startswith('attachment; filename="workbook.')
        assert given.headers["X-Content-Type-Options"] == "nosniff"
        (file,) = stored()  # the one before is gone
        assert re.fullmatch(r"[0-9]{15}-[0-9a-f]{32}", file)
    asked = browser.get(BOOK + "send-file")
    assert "ends your right to a refund" in words(asked)
    assert "sent" in browser.post(BOOK + "send-file", held(asked)).location
    assert paid.registration().workbooks[0].source is Source.UPLOAD
    assert b64decode(browser.get(BOOK + "received").body) == content


def test_what_is_no_workbook_is_refused_in_words(paid: Mentee) -> None:
    """MOD-4: kind, size, macros, bombs: each with what to do, in both languages; 4 MB are taken."""
    refused = {
        "The file is empty": b"",
        "must be a PDF": b"MZ\x90",
        "is damaged": PDF[:20],
        "4 MB or smaller": sized(LARGEST + 1),
        "contains macros": word(**{"word/vbaProject.bin": b"x"}),
        "holds too much": word(**{"word/big.xml": b"0" * 53_000_000}),
    }
    for said, content in refused.items():
        answer = upload(paid.browser, content)
        assert answer.status == 422
        assert said in words(answer)
        assert "<title>Error:" in answer.body
        french = paid.browser.upload(BOOK.replace("/en/", "/fr/") + "upload", held(answer), "x", content)
        assert french.status == 422
        assert "Vérifiez cette réponse" not in words(french)
    assert "Choose a file" in words(upload(paid.browser, b"", ""))
    assert stored() == []
    assert upload(paid.browser, sized(LARGEST)).location == BOOK + "file"
    assert len(b64decode(paid.browser.get(BOOK + "download").body)) == LARGEST


def test_another_file_replaces_the_first(paid: Mentee) -> None:
    """MOD-4: before it is handed in and after; what was replaced is gone, and the refund stays ended."""
    browser = paid.browser
    upload(browser)
    first = stored()
    upload(browser, word(), "zwei.docx")
    assert len(stored()) == 1
    assert stored() != first
    send(browser, BOOK + "goals", goals="Two goals")
    asked = browser.get(BOOK + "send-file")
    assert "What you wrote in the online form is removed" in words(asked)
    browser.post(BOOK + "send-file", held(asked))
    assert "We have your workbook" in words(browser.get(BOOK + "?done=sent"))
    paid.time.forward(minutes=1)
    fill(browser)
    upload(browser, name="drei.pdf")
    asked = browser.get(BOOK + "send")
    assert (
        "file that you uploaded is removed, because you send the online form in its place: drei.pdf"
        in words(asked)
    )
    assert "It replaces the workbook that we have" in words(asked)
    assert "right to a refund" not in words(asked)
    browser.post(BOOK + "send", held(asked))
    assert [each.source for each in paid.registration().workbooks] == [Source.UPLOAD, Source.FORM]
    assert stored() == []


def test_what_changed_since_it_was_looked_at_is_shown_first(paid: Mentee) -> None:
    """MOD-4: what is reviewed is what is handed in, also with two tabs."""
    fill(paid.browser)
    asked = paid.browser.get(BOOK + "send")
    send(paid.browser, BOOK + "goals", goals="Another goal")
    again = paid.browser.post(BOOK + "send", held(asked))
    assert again.status == 409
    assert "Something has changed" in words(again)
    assert paid.registration().state is RegistrationState.PAID


def test_it_is_prepared_before_it_is_paid_and_handed_in_after(mentee: Mentee) -> None:
    """MOD-1, MOD-4: whoever may register may write; nothing is handed in that is not paid."""
    browser = mentee.browser
    fill(browser)
    assert "once you have registered and paid" in words(browser.get(BOOK + "check"))
    assert browser.get(BOOK + "send").location == BOOK
    mentee.pay()
    assert "sent" in send(browser, BOOK + "send").location


def test_a_file_is_its_members_alone(paid: Mentee, sign_in: SignIn) -> None:
    """SAF-2: nobody else's page leads to it; what there is not is not found."""
    upload(paid.browser)
    other = sign_in("M-2")
    for name in ("download", "file", "received", "check"):
        assert other.get(BOOK + name).status in (303, 404)
    assert paid.browser.get(BOOK + "received").status == 404
    assert paid.browser.get(BOOK + "no-such-thing").status == 404


def test_a_file_that_comes_after_the_session_is_asked_for_again(paid: Mentee, sign_in: SignIn) -> None:
    """MOD-4: a file is not kept over a session's end, and its page says so."""
    fields = held(paid.browser.get(BOOK + "upload"))
    paid.time.forward(hours=13)
    assert paid.browser.upload(BOOK + "upload", fields, "x.pdf", PDF).status == 403
    sign_in("M-1", paid.browser)
    assert "Choose your file once more" in words(paid.browser.get(BOOK + "upload"))
    assert stored() == []


def test_the_language_switch_keeps_what_was_written(paid: Mentee) -> None:
    """MOD-27: to the same question in the other language, saved."""
    moved = send(paid.browser, BOOK + "goals", goals="Two goals", switch="fr")
    assert held(paid.browser.get(moved.location))["goals"] == "Two goals"
    french = BOOK.replace("/en/", "/fr/")
    assert "Votre cahier de travail" in words(paid.browser.get(french))


def test_cancelling_leaves_no_workbook_behind(paid: Mentee) -> None:
    """SAF-1: neither what was handed in nor a draft; its file is left over for the sweep."""
    upload(paid.browser)
    send(paid.browser, BOOK + "send-file")
    paid.time.forward(minutes=1)
    send(paid.browser, BOOK + "goals", goals="A draft")
    send(paid.browser, HOME + "cancel")
    found = workbooks().of("M-1")
    assert (found.draft.version, found.kept, found.files) == (0, (), frozenset())


def test_erasing_takes_workbook_and_files(paid: Mentee) -> None:
    """SAF-1: what was handed in, what was not, and every file: in the copy, then gone; the money stays."""
    upload(paid.browser)
    send(paid.browser, BOOK + "send-file")
    paid.time.forward(minutes=1)
    send(paid.browser, BOOK + "goals", goals=TEXT)
    upload(paid.browser, word(), "two.docx")
    assert len(stored()) == 2
    data = "/en/account/data/"
    sent, draft = json.loads(paid.browser.get(data + "my-data.json").body)["workbooks"]
    assert (sent["registration_id"], draft["registration_id"]) == (paid.registration().id, None)
    assert sent["file"].keys() == {"name", "kind", "size", "stored_at"}
    assert (draft["file"]["name"], draft["answers"]["goals"]) == ("two.docx", TEXT)
    assert BOOK in paid.browser.get(data).body
    assert "without it we cannot look for mentors" in words(paid.browser.get("/en/account/erase"))
    send(paid.browser, "/en/account/erase", confirm="yes")
    assert stored() == []
    for address in (HOME, BOOK):
        shown = words(paid.browser.get(address))
        assert "You can send your workbook again" in shown
        assert "We send you profiles" not in shown
    found = workbooks().of("M-1")
    assert (found.draft.version, found.kept) == (0, ())
    assert json.loads(paid.browser.get(data + "my-data.json").body)["workbooks"] == []
    assert paid.registration().state is RegistrationState.HANDED_IN


def test_an_erasure_leaves_a_file_that_came_after_it(paid: Mentee) -> None:
    """SAF-1, MOD-4: the files go last; what another tab uploaded in between is named, and stays whole."""
    erased_at = paid.time.now()
    paid.time.forward(minutes=1)
    upload(paid.browser)
    remove_now("M-1", erased_at)
    assert set(stored()) == workbooks().of("M-1").files
    remove_now("M-1", paid.time.now())
    assert stored() == []


def test_staff_log_one_that_came_by_email(paid: Mentee, sign_in_staff: SignIn) -> None:
    """MOD-4, MOD-6: by the instant at which it was received, with its file or without; it ends the refund."""
    registration = paid.registration()
    here = f"/en/staff/workbooks/{registration.id}/"
    anne = sign_in_staff(StaffRole.COORDINATOR)
    assert "See the workbook" in words(anne.get(f"/en/staff/refunds/{registration.id}/"))
    assert "Nothing has come yet" in words(anne.get(here))
    paid.time.forward(minutes=5)
    local = paid.time.now() - timedelta(hours=5)
    day = {
        "received-day": str(local.day),
        "received-month": str(local.month),
        "received-year": str(local.year),
    }
    clock = {"time": f"{local.hour:02}:{local.minute:02}"}
    assert "gets nothing back by the rule" in words(anne.get(here + "log"))
    fields = held(anne.get(here + "log")) | day | clock
    too_early = fields | {"received-year": "2025"}
    assert "after the registration" in words(anne.upload(here + "log", too_early, "", b""))
    assert "must be a PDF" in words(anne.upload(here + "log", fields, "x.pdf", b"no"))
    done = anne.upload(here + "log", fields, "mail.pdf", PDF)
    shown = words(anne.get(done.location))
    assert "The workbook is logged" in shown
    assert "mail.pdf" in shown
    again = anne.upload(here + "log", fields, "mail.pdf", PDF)  # the button twice
    assert again.status == 303
    assert [(each.source, each.by) for each in paid.registration().workbooks] == [(Source.EMAIL, "staff:s-1")]
    assert b64decode(anne.get(here + "file").body) == PDF
    assert "mail.pdf" in words(paid.browser.get(BOOK))


def test_an_older_file_takes_no_newer_workbook_away(paid: Mentee, sign_in_staff: SignIn) -> None:
    """MOD-4: an e-mail of before, logged after its member sent the form, is noted without its file."""
    paid.time.forward(minutes=5)
    local = paid.time.now() - timedelta(hours=5)
    paid.time.forward(minutes=5)
    fill(paid.browser)
    send(paid.browser, BOOK + "send")
    here, anne = f"/en/staff/workbooks/{paid.registration().id}/", sign_in_staff(StaffRole.COORDINATOR)
    day = {f"received-{part}": str(getattr(local, part)) for part in ("day", "month", "year")}
    fields = held(anne.get(here + "log")) | day | {"time": f"{local.hour:02}:{local.minute:02}"}
    assert "came later" in words(anne.upload(here + "log", fields, "mail.pdf", PDF))
    anne.upload(here + "log", fields, "", b"")
    assert [each.source for each in paid.registration().workbooks] == [Source.FORM, Source.EMAIL]
    assert TEXT in words(anne.get(here))


def test_whoever_reads_a_workbook_is_noted(
    paid: Mentee, sign_in_staff: SignIn, database: StorageSettings
) -> None:
    """STF-8, STF-9: what was written, by whom it was opened; finance sees money and no workbook."""
    fill(paid.browser)
    send(paid.browser, BOOK + "send")
    here = f"/en/staff/workbooks/{paid.registration().id}/"
    anne = sign_in_staff(StaffRole.COORDINATOR)
    for _ in range(2):
        assert TEXT in words(anne.get(here))
    lines = AuditStore(dynamodb(database), database.audit_table).lines_of("M-1")
    assert [line.actor for line in lines if line.action == "read-workbook"] == ["staff:s-1"] * 2
    assert anne.get(f"/en/staff/workbooks/{'0' * 32}/").status == 404
    finance = sign_in_staff(StaffRole.FINANCE)
    assert finance.get(here).status == 403
    assert "See the workbook" not in words(finance.get(f"/en/staff/refunds/{paid.registration().id}/"))
