"""Staff decide what a member may do: once, whoever else decides and wherever the process dies (ELI-7)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mentoring.domain.business_days import day_of
from mentoring.domain.eligibility import Outcome, Override, Programme, Role, StaleOverridesError
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from mentoring.storage.overrides import OverrideStore
from mentoring.usecases.decide_eligibility import Deciding
from tests.faults.crashing import Moment, crash_matrix
from tests.gateways.issuer import NOW

LATER = NOW + timedelta(minutes=1)


def wanted(outcome: Outcome = Outcome.ELIGIBLE, subject: str = "anne", member_id: str = "M-1") -> Override:
    """What somebody of the staff decides."""
    return Override(
        member_id=member_id,
        programme=Programme.FACILITATED,
        role=Role.MENTEE,
        outcome=outcome,
        last_day=day_of(NOW) + timedelta(days=30),
        reason="Agreed by telephone",
        decided_by=subject,
        decided_at=NOW,
    )


def deciding(store: OverrideStore, subject: str = "anne", member_id: str = "M-1") -> Deciding:
    """Somebody of the staff in front of a member."""
    return Deciding(overrides=store, member_id=member_id, subject=subject, now=LATER)


@pytest.fixture
def store(database: StorageSettings) -> OverrideStore:
    """Nothing is decided yet."""
    return OverrideStore(dynamodb(database), database)


def test_what_is_sent_twice_is_decided_once(store: OverrideStore, database: StorageSettings) -> None:
    """ELI-7, STF-8: one decision, one line of the log, which says who and until when but not why."""
    for at in (NOW, LATER):
        deciding(store).decide(replace(wanted(), decided_at=at), 0)
    assert store.of("M-1") == (wanted(),)
    (line,) = AuditStore(dynamodb(database), database.audit_table).lines_of("M-1")
    assert (line.actor, line.action) == ("staff:anne", "eligibility-decide")
    assert line.changes == {"facilitated-mentee": ("", f"eligible until {wanted().last_day}")}
    deciding(store).end(0)
    for _ in range(2):
        deciding(store).decide(replace(wanted(), reason="Once more"), 2)
    assert [each.reason for each in store.of("M-1")] == [wanted().reason, "Once more"]


def test_of_two_who_decide_at_once_the_second_reads_it_first(store: OverrideStore) -> None:
    """ELI-7: nobody decides over what they have not seen."""
    deciding(store).decide(wanted(), 0)
    with pytest.raises(StaleOverridesError):
        deciding(store, "paul").decide(wanted(Outcome.NOT_ELIGIBLE, "paul"), 0)
    assert store.of("M-1") == (wanted(),)


def test_what_has_ended_stays_ended(store: OverrideStore) -> None:
    """ELI-7, STF-8: by whoever was first; what was never decided cannot end."""
    deciding(store).decide(wanted(), 0)
    for subject in ("paul", "anne"):
        deciding(store, subject).end(0)
    assert store.of("M-1") == (replace(wanted(), ended_by="paul", ended_at=LATER),)
    with pytest.raises(StaleOverridesError):
        deciding(store).end(1)


@pytest.mark.parametrize("moment", Moment)
def test_a_decision_and_its_line_are_one(database: StorageSettings, moment: Moment) -> None:
    """SAF-3: wherever the process dies, and after it was tried again, decision and log agree."""
    for number, crash in enumerate(crash_matrix(moment)):
        member_id = f"M-{moment}-{number}"
        store = OverrideStore(client := dynamodb(database), database)
        decision, act = wanted(member_id=member_id), deciding(store, member_id=member_id)
        with crash.during(client):
            act.decide(decision, 0)
            act.end(0)
        act.decide(decision, 0)
        act.end(0)
        lines = AuditStore(client, database.audit_table).lines_of(member_id)
        assert [line.action for line in lines] == ["eligibility-decide", "eligibility-end"]
        assert store.of(member_id) == (replace(decision, ended_by="anne", ended_at=LATER),)
