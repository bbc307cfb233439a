"""Workbooks whose process dies, and what goes on beside them: file, draft and registration always agree."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from mentoring.content import Content
from mentoring.domain.audit import Change
from mentoring.domain.errors import StaleRequestError
from mentoring.domain.registration_states import RegistrationState
from mentoring.domain.workbooks import MemberWorkbooks, StoredWorkbookDraft, WorkbookDraft
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.erasures import ErasureStore
from mentoring.storage.workbooks import WorkbookStore
from mentoring.usecases.data_rights import erase
from mentoring.usecases.questionnaires import AnswerChangedError
from mentoring.usecases.request_deadlines import Done
from mentoring.usecases.sweep_workbooks import WorkbookSweep
from tests.domain.test_workbook_files import PDF
from tests.faults.crashing import Moment, crash_matrix
from tests.usecases.workbooks import MEMBER, Desk


class Meanwhile:
    """Workbooks after whose first read something happens."""

    def __init__(self, store: WorkbookStore, happens: Callable[[], object]) -> None:
        self._store, self._happens = store, [happens]

    def of(self, member_id: str) -> MemberWorkbooks:
        """Read; the first time it happens right afterwards."""
        found = self._store.of(member_id)
        if self._happens:
            self._happens.pop()()
        return found

    def save(
        self, draft: WorkbookDraft, replacing: StoredWorkbookDraft, change: Change, due_on: date
    ) -> StoredWorkbookDraft:
        """Write."""
        return self._store.save(draft, replacing, change, due_on)


@pytest.fixture
def desk(database: StorageSettings, content: Content, tmp_path: Path) -> Desk:
    """A member who has paid."""
    desk = Desk(database, content, tmp_path / "workbooks")
    desk.pay()
    return desk


def is_whole(desk: Desk) -> bool:
    """Every file that is named is there."""
    return desk.held.files <= set(desk.files.of(MEMBER))


@pytest.mark.parametrize("moment", Moment)
def test_an_upload_dies_between_file_and_row(desk: Desk, moment: Moment) -> None:
    """MOD-4: the file first, then the row: nothing names what is not there; the sweep takes what is left."""
    for crash in crash_matrix(moment):
        client = dynamodb(desk.storage)
        with crash.during(client):
            desk.over(client, crash.of(desk.files)).upload(PDF)
        assert is_whole(desk)
        desk.upload(PDF)
        assert is_whole(desk)
        desk.sweep(days=2)
        assert set(desk.files.of(MEMBER)) == desk.held.files
        assert len(desk.held.files) == 1


def test_handing_in_is_all_or_nothing(desk: Desk) -> None:
    """MOD-4, invariant 12: handed in, kept and no draft any more, or none of it; tried again it is once."""
    for moment in Moment:
        for crash in crash_matrix(moment):
            desk.upload(PDF)
            draft, seen = desk.held.draft, len(desk.registration.workbooks)
            file, client = draft.draft.file, dynamodb(desk.storage)
            with crash.during(client):
                desk.over(client, desk.files).send(draft, seen)
            for _ in range(2):
                (kept,) = [each.file for each in desk.held.kept] or [None]
                is_sent = len(desk.registration.workbooks) > seen
                assert (kept == file, desk.held.draft.version == 0) == (is_sent, is_sent)
                desk.send(draft, seen)
            assert desk.registration.state is RegistrationState.HANDED_IN
            desk.sweep(days=2)


def test_what_was_saved_since_it_was_looked_at_is_not_handed_in_unseen(desk: Desk) -> None:
    """MOD-4, invariant 12: from another tab, at the very last moment: neither goes, and nothing is lost."""
    desk.upload(PDF)
    looked_at = desk.held.draft
    desk.write("goals", "More")
    with pytest.raises(StaleRequestError):
        desk.send(looked_at)
    assert (desk.registration.state, desk.held.kept) == (RegistrationState.PAID, ())
    assert desk.held.draft.draft.answers.goals == "More"


def test_a_page_saved_into_an_erasure_writes_nothing(desk: Desk) -> None:
    """SAF-1: read before the erasure and written after it, an answer is not kept; its member is asked."""
    desk.write("goals", "First")
    erasures = ErasureStore(desk.client, desk.storage)
    workbooks = Meanwhile(desk.workbooks, lambda: erase(MEMBER, erasures, desk.now))
    with pytest.raises(AnswerChangedError):
        desk.write("goals", "Second", workbooks=workbooks)
    assert desk.held.draft.version == 0


def test_an_erasure_into_which_a_page_is_saved_takes_it_along(desk: Desk) -> None:
    """SAF-1: what is begun between an erasure's reading and its writing goes with it: it reads once more."""
    desk.upload(PDF)
    desk.send(desk.held.draft)
    desk.now += timedelta(minutes=1)
    client, waits = dynamodb(desk.storage), [lambda: desk.write("goals", "Meanwhile")]

    def before_writing(**_: object) -> None:
        if waits:
            waits.pop()()

    client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", before_writing)
    assert erase(MEMBER, ErasureStore(client, desk.storage), desk.now)
    assert waits == []
    assert (desk.held.draft.version, desk.held.kept) == (0, ())


def test_a_file_handed_in_while_the_sweep_reads_stays(desk: Desk) -> None:
    """MOD-4: a query is no snapshot: it may see neither the draft, gone by now, nor what it became."""
    desk.upload(PDF)
    desk.now += timedelta(days=2)
    read, draft = [MemberWorkbooks(StoredWorkbookDraft(WorkbookDraft(member_id=MEMBER), 0))], desk.held.draft
    desk.send(draft)

    class Torn(WorkbookStore):
        def of(self, member_id: str) -> MemberWorkbooks:
            return read.pop() if read else super().of(member_id)

    WorkbookSweep(Torn(desk.client, desk.storage), desk.files, desk.now).remove(MEMBER)
    assert read == []
    assert is_whole(desk)


def test_what_nobody_goes_on_with_is_forgotten(desk: Desk) -> None:
    """SAF-1: a draft on its day, with its file; what was saved since, or handed in, stays."""
    desk.upload(PDF)
    assert Done.FORGOTTEN not in desk.sweep(days=2)
    days = desk.policy.workbook_draft_days
    desk.sweep(days=days - 3)
    assert desk.held.files
    desk.write("goals", "Still here")
    assert Done.FORGOTTEN not in desk.sweep(days=days - 1)
    assert desk.sweep(days=1).count(Done.FORGOTTEN) == 2
    assert (desk.held.draft.version, desk.files.of(MEMBER)) == (0, [])
    desk.upload(PDF)
    desk.send(desk.held.draft)
    desk.sweep(days=2 * days)
    assert is_whole(desk)
    assert desk.held.files
