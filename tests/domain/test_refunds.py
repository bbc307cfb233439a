"""The rule of refunds, by instants; the whole table of places, charged and half given back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mentoring.content import Content
from mentoring.domain import payments
from mentoring.domain.cancelling import cancelled, decided, meter, proposed, repeated
from mentoring.domain.money import part_of
from mentoring.domain.payments import DisputeState
from mentoring.domain.policy import FacilitatedPolicy, Policy
from mentoring.domain.refunds import RefundReason, Verdict, verdict, window_end
from mentoring.domain.registration_errors import (
    RefundMovedError,
    RefundTooLargeError,
    RegistrationMovedError,
    RegistrationRefusedError,
)
from mentoring.domain.registration_states import RefundState, RegistrationState
from mentoring.domain.registrations import Registration, open_cases, refunds_told
from mentoring.domain.settling import dispute_taken, refund_taken
from tests.domain.registering import NOW, NUMBERS, dispute, paid, refund_said, with_workbook

MILLISECOND = timedelta(milliseconds=1)
MEMBER, ANNE, PAUL = "member:M-1", "staff:anne", "staff:paul"
TORONTO = ZoneInfo("America/Toronto")
SUCCEEDED, PENDING, FAILED = (
    payments.RefundState.SUCCEEDED,
    payments.RefundState.PENDING,
    payments.RefundState.FAILED,
)


@pytest.fixture
def policy(content: Content) -> Policy:
    """The programme's numbers, as they ship."""
    return content.policy


@pytest.fixture
def rule(policy: Policy) -> FacilitatedPolicy:
    """Those of the programme itself."""
    return policy.facilitated_on(NOW.date())


PLACES = [
    *((place, [495], 10395, 5198) for place in ("AB", "BC", "MB", "SK", "NT", "NU", "YT")),
    ("ON", [1287], 11187, 5594),
    ("NS", [1386], 11286, 5643),
    *((place, [1485], 11385, 5693) for place in ("NB", "NL", "PE")),
    ("QC", [495], 10395, 5198),
    ("outside-canada", [], 9900, 4950),
]


@pytest.mark.parametrize(("place", "taxes", "total", "back"), PLACES)
def test_each_place_pays_and_gets_half_back(
    policy: Policy, place: str, taxes: list[int], total: int, back: int
) -> None:
    """MOD-3, MOD-6, invariant 7: the table of facts, through registering, paying and cancelling."""
    check_lines(policy, place, taxes, total, back)


def test_quebec_when_registered_for_its_sales_tax(policy: Policy) -> None:
    """MOD-3: with the association registered for QST both taxes are lines of their own."""
    check_lines(replace(policy, charges_qst=True), "QC", [495, 988], 11383, 5692)


def check_lines(policy: Policy, place: str, taxes: list[int], total: int, back: int) -> None:
    """Pay and cancel in a place."""
    registered = paid(policy, place=place)
    assert registered.purchase
    assert [line.cents for line in registered.purchase.charge.taxes] == taxes
    assert registered.purchase.charge.total_cents == total
    shown = meter(registered, policy, NOW)
    assert shown
    assert shown.back.total_cents == back
    (refund,) = cancelled(registered, NOW, MEMBER, policy, NOW).refunds
    assert refund.lines == shown.back


@pytest.mark.parametrize(
    ("day", "tax", "back"), [(date(2025, 3, 31), 1485, 5693), (date(2025, 4, 1), 1386, 5643)]
)
def test_nova_scotia_on_both_sides_of_its_change(policy: Policy, day: date, tax: int, back: int) -> None:
    """MOD-3, invariant 7: sold at 15% and cancelled after the change, half of the stored 15% comes back."""
    early = [replace(each, starts_on=date(2025, 1, 1)) for each in policy.facilitated]
    then = replace(policy, facilitated=tuple(early))
    at = datetime(day.year, day.month, day.day, 12, tzinfo=TORONTO).astimezone(UTC)
    registered = paid(then, at, place="NS")
    assert registered.purchase
    assert [line.cents for line in registered.purchase.charge.taxes] == [tax]
    later = at + timedelta(hours=40)
    (refund,) = cancelled(registered, later, MEMBER, then, later).refunds
    assert refund.lines.total_cents == back


def test_a_purchase_keeps_the_rule_it_was_made_under(policy: Policy) -> None:
    """MOD-6: a percentage and a window that change afterwards are for later purchases."""
    registered = paid(policy)
    harder = replace(
        policy.facilitated[-1],
        starts_on=(NOW + timedelta(days=1)).date(),
        refund_percent=policy.facilitated[-1].refund_percent / 2,
        refund_window_hours=1,
    )
    changed = replace(policy, facilitated=(*policy.facilitated, harder))
    later = NOW + timedelta(hours=47)
    assert meter(registered, changed, later) == meter(registered, policy, later)


@pytest.mark.parametrize(
    "paid_at",
    [
        NOW,
        datetime(2026, 10, 31, 1, 59, 59, 999000, tzinfo=TORONTO),  # clocks go back within the window
        datetime(2026, 11, 1, 1, 30, tzinfo=TORONTO, fold=1),  # in the hour that comes twice
        datetime(2027, 3, 13, 2, 30, tzinfo=TORONTO),  # clocks go forward within the window
    ],
)
def test_the_very_last_millisecond(rule: FacilitatedPolicy, paid_at: datetime) -> None:
    """MOD-6: 48:00:00.000 is in time and a millisecond later is not, whatever the clocks on walls do."""
    start = paid_at.astimezone(UTC)
    last = start + timedelta(hours=48)
    for zone in (UTC, TORONTO):
        said = [
            verdict(bought, at.astimezone(zone), None, rule)
            for bought in (paid_at, start)
            for at in (start, last - MILLISECOND, last, last + MILLISECOND)
        ]
        assert said == [Verdict.IN_TIME, Verdict.IN_TIME, Verdict.IN_TIME, Verdict.TOO_LATE] * 2
    assert window_end(paid_at, rule) == last


@pytest.mark.parametrize(
    ("received", "said"),
    [
        (-MILLISECOND, Verdict.WORKBOOK_RECEIVED),
        (timedelta(), Verdict.WORKBOOK_RECEIVED),
        (MILLISECOND, Verdict.IN_TIME),
    ],
)
def test_the_workbook_a_millisecond_before_or_after(
    policy: Policy, received: timedelta, said: Verdict
) -> None:
    """MOD-6, invariant 8: what counts is which was received first, the first workbook or the request."""
    asked_at, noted_at = NOW + timedelta(hours=5), NOW + timedelta(hours=9)
    handed = with_workbook(paid(policy), asked_at + received)
    replaced = with_workbook(handed, noted_at)
    for registered in (handed, replaced):
        after = cancelled(registered, asked_at, ANNE, policy, noted_at)
        assert after.cancellation
        assert after.cancellation.verdict is said
        assert len(after.refunds) == (said is Verdict.IN_TIME)


def test_the_meter_says_how_much_and_until_when(policy: Policy) -> None:
    """MOD-5: half until the last instant, then nothing; nothing once the workbook is in."""
    registered = paid(policy)
    end = NOW + timedelta(hours=48)
    shown = meter(registered, policy, end)
    assert shown
    assert (shown.back.total_cents, shown.until) == (5594, end)
    late = meter(registered, policy, end + MILLISECOND)
    handed = meter(with_workbook(registered, NOW), policy, NOW)
    for nothing, said in ((late, Verdict.TOO_LATE), (handed, Verdict.WORKBOOK_RECEIVED)):
        assert nothing
        assert (nothing.verdict, nothing.back.total_cents, nothing.until) == (said, 0, None)


@pytest.mark.parametrize("at", [NOW - MILLISECOND, NOW + timedelta(hours=2)])
def test_no_request_comes_before_the_purchase_or_from_the_future(policy: Policy, at: datetime) -> None:
    """MOD-6: an instant that staff mistype decides nothing."""
    with pytest.raises(RegistrationRefusedError, match="instant"):
        cancelled(paid(policy), at, ANNE, policy, NOW + timedelta(hours=1))


def test_cancelling_twice_is_refused(policy: Policy) -> None:
    """Invariant 11: what is cancelled stays so, and nothing goes back twice."""
    once = cancelled(paid(policy), NOW, MEMBER, policy, NOW)
    assert once.state is RegistrationState.CANCELLED
    with pytest.raises(RegistrationMovedError):
        cancelled(once, NOW, MEMBER, policy, NOW)


def test_a_disputed_charge_is_not_refunded_by_itself(policy: Policy) -> None:
    """Invariant 10: the bank may take it back already; a dispute that was won is over."""
    for state, said in (
        (DisputeState.AWAITS_ANSWER, Verdict.UP_TO_STAFF),
        (DisputeState.LOST, Verdict.UP_TO_STAFF),
        (DisputeState.WON, Verdict.IN_TIME),
    ):
        after = cancelled(dispute_taken(paid(policy), dispute(state)), NOW, MEMBER, policy, NOW)
        assert after.cancellation
        assert after.cancellation.verdict is said
        assert bool(after.refunds) == (said is Verdict.IN_TIME)


def test_the_rule_does_not_give_on_top_of_what_staff_gave(policy: Policy) -> None:
    """Invariant 5: with money back from the dashboard the rule gives nothing more by itself."""
    given = refund_taken(paid(policy), refund_said(paid(policy), SUCCEEDED), NUMBERS, NOW)
    after = cancelled(given, NOW, MEMBER, policy, NOW)
    assert after.cancellation
    assert after.cancellation.verdict is Verdict.UP_TO_STAFF
    assert after.refunds == given.refunds


def exception(registered: Registration, cents: int) -> Registration:
    """An exception that Anne proposes."""
    assert registered.purchase
    lines = part_of(registered.left_of(registered.purchase), cents)
    return proposed(registered, registered.purchase, lines, ANNE, "The mentor was ill", NOW)


def test_an_exception_takes_two_people(policy: Policy) -> None:
    """MOD-6, STF-5: who proposes one does not approve it; a declined one gives its amount free again."""
    waits = exception(with_workbook(paid(policy), NOW), 11187)
    (proposal,) = waits.refunds
    with pytest.raises(RegistrationRefusedError, match="own-exception"):
        decided(waits, proposal, ANNE, True, NOW)
    approved = decided(waits, proposal, PAUL, True, NOW)
    assert (approved.refunds[0].state, approved.refunds[0].approved_by) == (RefundState.ASKED, PAUL)
    declined = decided(waits, proposal, PAUL, False, NOW)
    assert len(exception(declined, 11187).refunds) == 2
    with pytest.raises(RefundMovedError):
        decided(declined, declined.refunds[0], PAUL, True, NOW)


def test_refunds_never_exceed_the_charge(policy: Policy) -> None:
    """SAF-5, invariant 5: what is proposed, asked for or pending counts, what failed does not."""
    registered = paid(policy)
    assert registered.purchase
    whole = registered.purchase.charge
    for state in RefundState:
        some = exception(registered, 1)
        some = replace(some, refunds=(replace(some.refunds[0], state=state),))
        if state in (RefundState.FAILED, RefundState.DECLINED):
            assert len(proposed(some, registered.purchase, whole, ANNE, "", NOW).refunds) == 2
            continue
        with pytest.raises(RefundTooLargeError):
            proposed(some, registered.purchase, whole, ANNE, "", NOW)


def test_a_failed_refund_opens_its_case_again(policy: Policy) -> None:
    """Invariants 6, 10: what failed, even after it succeeded, goes back anew, once, under its own key."""
    asked = cancelled(paid(policy), NOW, MEMBER, policy, NOW)
    done = refund_taken(asked, refund_said(asked, SUCCEEDED), NUMBERS, NOW)
    assert open_cases(done) == []
    failed = refund_taken(done, refund_said(asked, FAILED, failure="lost_or_stolen_card"), NUMBERS, NOW)
    (case,) = open_cases(failed)
    again = repeated(failed, case, ANNE, NOW)
    assert (refunds_told(failed), refunds_told(again)) == ([case], [again.refunds[1]])
    assert [each.key for each in again.refunds] == [f"refund:{each.id}" for each in again.refunds]
    assert len({each.key for each in again.refunds}) == 2
    assert (again.refunds[1].lines, again.refunds[1].reason) == (case.lines, RefundReason.RULE)
    with pytest.raises(RegistrationRefusedError, match="no-open-case"):
        repeated(again, case, ANNE, NOW)
    with pytest.raises(RegistrationRefusedError, match="disputed"):
        repeated(dispute_taken(failed, dispute()), case, ANNE, NOW)


def test_what_somebody_proposed_takes_no_right_away(policy: Policy) -> None:
    """MOD-6, STF-5: one person's proposal is nothing yet; in time, half goes back, and it gives way."""
    waits = exception(paid(policy), 11187)
    shown = meter(waits, policy, NOW)
    assert shown
    assert (shown.verdict, shown.back.total_cents) == (Verdict.IN_TIME, 5594)
    after = cancelled(waits, NOW, MEMBER, policy, NOW)
    assert [each.lines.total_cents for each in after.refunds] == [11187, 5594]
    with pytest.raises(RefundTooLargeError):
        decided(after, after.refunds[0], PAUL, True, NOW)


def test_each_refund_that_comes_back_is_a_case(policy: Policy) -> None:
    """Invariant 10: another one from before that followed nothing, and hides nothing."""
    first = cancelled(paid(policy), NOW, MEMBER, policy, NOW)
    both = exception(refund_taken(first, refund_said(first, SUCCEEDED), NUMBERS, NOW), 1000)
    both = decided(both, both.refunds[1], PAUL, True, NOW)
    both = refund_taken(both, refund_said(both, SUCCEEDED, refund="re_2"), NUMBERS, NOW)
    later = NOW + timedelta(days=9)
    back = refund_taken(both, refund_said(first, FAILED), NUMBERS, later)
    (case,) = open_cases(back)
    assert case.id == first.refunds[0].id
    again = repeated(back, case, ANNE, later)
    assert open_cases(again) == []
    elsewhere = refund_said(first, SUCCEEDED, refund="re_3", refund_id=None)
    assert open_cases(refund_taken(back, elsewhere, NUMBERS, later)) == []
