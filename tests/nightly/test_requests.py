"""Serving what was asked of the builds: once for everybody, again for whoever came later, never lost."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from build.nightly import answer
from build.problems import SiteRolledBackError
from build.release import roll_back
from build.requests import serve_requests
from build.site_build import target_of
from mentoring.domain.builds import BuildRecord, Outcome
from mentoring.domain.errors import RefusalOutdatedError, ReleaseHoldsWithdrawnError
from mentoring.domain.membership import MembershipStatus
from mentoring.gateways.edge import EdgeFolder
from mentoring.gateways.objects import Folder
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from mentoring.storage.releases import LEASE, ReleaseStore
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases.settle_withdrawal import settle
from tests.faults.crashing import Killed
from tests.gateways.lambda_service import lambda_service
from tests.nightly.site import NOW, TODAY, Site
from tests.storage.people import change, membership

STAFF = "staff:s-1"
LATER = NOW + timedelta(hours=1)
SCAN = b"DynamoDB_20120810.Scan"


@pytest.fixture
def releases(site: Site) -> ReleaseStore:
    """The releases table of the site."""
    storage = site.settings.storage
    return ReleaseStore(dynamodb(storage), storage.releases_table, storage.audit_table)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, Any]]]:
    """The calls of functions: path, kind, event."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    with lambda_service(202) as (address, calls_of_functions):
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", address)
        yield calls_of_functions


def serve(site: Site, now: datetime = LATER) -> list[Outcome]:
    """Serve what waits; return how each build ended."""
    return [report.outcome for report in serve_requests(site.settings, lambda: now)]


def lapse(site: Site, *numbers: int) -> None:
    """Let memberships lapse."""
    lapsed = [membership(f"M-{number:06}", status=MembershipStatus.LAPSED) for number in numbers]
    MembershipStore.connect(site.settings.storage).put(lapsed)


@contextmanager
def calls(on_call: Callable[[Any], None]) -> Iterator[None]:
    """Tell of every request that botocore sends, before it leaves."""
    send = URLLib3Session.send

    def told(session: Any, request: Any) -> Any:
        on_call(request)
        return send(session, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(URLLib3Session, "send", told)
        yield


def test_many_requests_are_one_build(site: Site, releases: ReleaseStore) -> None:
    """STF-4: whoever asked before a build is served by it, staff and outbox alike; then nothing waits.

    Invariant 21: while another build runs, or with no time for one, nobody is refused and the request waits.
    """
    for number in range(50):
        releases.request_build(NOW, STAFF if number % 2 else "system:outbox")
    running = releases.begin(NOW)
    assert serve(site, NOW) == []
    releases.finish(running)
    assert serve_requests(site.settings, lambda: LATER, lambda: False) == []
    assert serve(site) == [Outcome.RELEASED]
    assert serve(site) == []
    assert [(each.by, each.started_at) for each in releases.builds(5)] == [
        (STAFF, LATER),
        ("system:schedule", NOW),
    ]


def test_a_request_during_a_build_is_one_more_build(site: Site, releases: ReleaseStore) -> None:
    """Invariant 23: a mentor who leaves while the mentors are being read is gone after the next build."""
    site.mentor(1)
    asked = []

    def leave_meanwhile(request: Any) -> None:
        if request.headers["X-Amz-Target"] == SCAN and not asked:
            asked.append(True)
            for _ in range(3):
                releases.request_build(LATER, "system:outbox")

    releases.request_build(NOW, "system:outbox")
    with calls(leave_meanwhile):
        assert serve(site) == [Outcome.RELEASED, Outcome.UNCHANGED]
    assert asked == [True]


def test_killed_at_any_call_the_request_is_served_later(site: Site, releases: ReleaseStore) -> None:
    """SAF-3: whenever a build dies, its request waits until one has ended; what is shown stays as it was."""
    for number in range(1, 6):
        site.mentor(number)
    shown = site.build().release
    lapse(site, 1, 2, 3)  # the brake stops each of these builds: that they publish whole is shown elsewhere
    releases.request_build(NOW, STAFF)
    now, survived = NOW, 0
    for number in range(1, 60):
        now += LEASE
        with calls(dying_at(number)):
            try:
                serve(site, now)
            except Killed:
                survived = number
        ended = any(each.ending for each in releases.builds(60)[:-1])
        assert (releases.waiting_request() is None) is ended
        if survived < number:
            break
    assert survived > 15
    assert ended
    assert site.current.readlink().name == shown


def dying_at(number: int) -> Callable[[Any], None]:
    """Return what dies at a call, the first or a later one, and makes no further ones."""
    sent = count(1)

    def die(_: Any) -> None:
        if next(sent) >= number:
            raise Killed

    return die


class Context:
    """What Lambda tells a function: its name, and how long it may run on."""

    function_name = "mentoring-site-build"
    left = 900_000

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left of its time."""
        return self.left


def test_the_function_serves_what_waits_and_wakes_itself_for_the_rest(
    site: Site, releases: ReleaseStore, called: list[tuple[str, str, Any]]
) -> None:
    """STF-4: the night's call builds once for everybody; one without the time wakes the next."""
    releases.request_build(NOW, STAFF)
    context = Context()
    assert answer({}, context, site.settings, lambda: NOW)["outcomes"] == [Outcome.RELEASED]
    assert answer({"requests": True}, context, site.settings, lambda: NOW)["outcomes"] == []
    assert called == []
    releases.request_build(NOW, STAFF)
    context.left = 200_000
    assert answer({"requests": True}, context, site.settings, lambda: NOW)["outcomes"] == []
    path = f"/2015-03-31/functions/{context.function_name}/invocations"
    assert called == [(path, "Event", {"requests": True})]
    assert releases.waiting_request() is not None


def test_a_build_that_dies_of_a_fault_leaves_its_request(
    site: Site, releases: ReleaseStore, tmp_path: Path
) -> None:
    """STF-4: a fault is raised for the alarm, the build stands without an ending, the request waits."""
    broken = replace(site.settings, theme_folder=tmp_path / "nowhere")
    releases.request_build(NOW, STAFF)
    with pytest.raises(FileNotFoundError):
        serve_requests(broken, lambda: NOW)
    assert [each.ending for each in releases.builds(5)] == [None]
    assert releases.running(NOW) is None
    assert serve(site) == [Outcome.RELEASED]


def test_the_brake_is_explained_and_approved(site: Site, releases: ReleaseStore) -> None:
    """STF-4: the report of a stopped build names who would go and why; approved, they go, and nobody else."""
    for number in range(1, 11):
        site.mentor(number)
    shown = site.build().release
    lapse(site, 1, 2, 3)
    refused = refused_by_the_brake(site, releases)
    report = report_of(site, refused)
    assert [(line["slug"], line["reason"]) for line in report["changes"]["gone"]] == [
        (f"robin-nguyen-{number}", "membership-lapsed") for number in (1, 2, 3)
    ]
    assert report["mentors"] == 7
    releases.approve_fall(refused, LATER, STAFF)
    lapse(site, 4, 5)
    refused_again = refused_by_the_brake(site, releases)
    assert site.current.readlink().name == shown
    releases.approve_fall(refused_again, LATER, STAFF)
    assert serve(site) == [Outcome.RELEASED]
    assert len(list(site.current.glob("en/mentors/robin*"))) == 5
    assert refused_again.ending is not None
    assert report_of(site, releases.builds(1)[0])["approved"] == refused_again.ending.report
    with pytest.raises(RefusalOutdatedError):
        releases.approve_fall(refused_again, LATER, STAFF)
    # Another night, the same fall: an approval ends with its build.
    releases.request_roll_back(shown, LATER, STAFF)
    serve(site)
    refused_by_the_brake(site, releases)
    assert site.current.readlink().name == shown


def refused_by_the_brake(site: Site, releases: ReleaseStore) -> BuildRecord:
    """Ask for a build that the brake stops; return it."""
    releases.request_build(LATER, STAFF)
    assert serve(site) == [Outcome.REFUSED]
    refused = releases.builds(1)[0]
    assert refused.ending is not None
    assert refused.ending.is_fall
    return refused


def report_of(site: Site, record: BuildRecord) -> Any:
    """The report of a build, as its JSON has it."""
    assert record.ending is not None
    return json.loads((site.folder / f"reports/{record.ending.report}.json").read_text())


def test_a_roll_back_is_served(site: Site, releases: ReleaseStore) -> None:
    """STF-4: the older release is shown again until staff build; one that was pruned holds nobody up."""
    site.mentor(1)
    first = site.build().release
    site.mentor(2)
    second = site.build().release
    releases.request_roll_back(first, LATER, STAFF)
    assert serve(site) == []
    assert site.current.readlink().name == first
    ending = releases.builds(1)[0].ending
    assert ending is not None
    assert (ending.outcome, ending.release) == (Outcome.ROLLED_BACK, first)
    releases.request_roll_back(second, NOW, STAFF)
    releases.forget(second)
    releases.request_build(LATER, STAFF)
    assert serve(site) == [Outcome.RELEASED]
    outcomes = [each.ending.outcome for each in releases.builds(2) if each.ending]
    assert outcomes == [Outcome.RELEASED, Outcome.MISSING]
    assert (site.current / "en/mentors/robin-nguyen-2/index.html").exists()


def test_what_staff_put_back_stays_until_staff_build(site: Site, releases: ReleaseStore) -> None:
    """STF-4: a mentor's edit and the night wait after a roll-back, which rings; staff's word ends it."""
    site.mentor(1)
    first = site.build().release
    site.mentor(2)
    site.build()
    releases.request_roll_back(first, LATER, STAFF)
    assert serve(site) == []
    releases.request_build(LATER, "system:outbox")
    assert serve(site) == []
    assert answer({"requests": True}, Context(), site.settings, lambda: LATER)["outcomes"] == []
    with pytest.raises(SiteRolledBackError):
        answer({}, Context(), site.settings, lambda: LATER)
    assert site.current.readlink().name == first
    assert [each.is_by_staff for each in releases.requests()] == [False]
    releases.request_build(LATER, STAFF)
    releases.request_build(LATER, "system:outbox")  # whoever asks last does not take the staff's word away
    assert answer({}, Context(), site.settings, lambda: LATER)["outcomes"] == [Outcome.RELEASED]
    assert releases.requests() == []
    assert (site.current / "en/mentors/robin-nguyen-2/index.html").exists()
    site.mentor(3)
    assert answer({}, Context(), site.settings, lambda: LATER)["outcomes"] == [Outcome.RELEASED]


def test_an_older_word_of_staff_does_not_undo_a_roll_back(site: Site, releases: ReleaseStore) -> None:
    """STF-4: what staff asked before a roll-back ends no hold, though a mentor's edit asks once more."""
    site.mentor(1)
    first = site.build().release
    site.mentor(2)
    site.build()
    releases.request_build(LATER, STAFF)
    releases.request_roll_back(first, LATER + timedelta(minutes=1), STAFF)
    releases.request_build(LATER + timedelta(minutes=2), "system:outbox")
    assert serve(site, LATER + timedelta(minutes=3)) == []
    assert site.current.readlink().name == first
    releases.request_build(LATER + timedelta(minutes=4), STAFF)
    assert serve(site, LATER + timedelta(minutes=5)) == [Outcome.RELEASED]


def test_a_build_of_staff_that_died_does_not_undo_a_roll_back(site: Site, releases: ReleaseStore) -> None:
    """STF-4: nor does one that no build served undo the roll-back of whoever is on call, or `allow_fall`."""
    site.mentor(1)
    first = site.build().release
    site.mentor(2)
    site.build()
    releases.request_build(LATER, STAFF)
    soon = LATER + timedelta(minutes=30)
    answer({"roll_back": first}, Context(), site.settings, lambda: soon)
    releases.request_build(soon, "system:outbox")
    assert answer({"requests": True}, Context(), site.settings, lambda: soon)["outcomes"] == []
    with pytest.raises(SiteRolledBackError):
        answer({"allow_fall": True}, Context(), site.settings, lambda: soon)
    assert site.current.readlink().name == first


def test_a_build_that_changes_nothing_ends_a_roll_back_too(site: Site, releases: ReleaseStore) -> None:
    """STF-4: where the database is as the older release shows it, the nights go on after staff built."""
    site.mentor(1)
    first = site.build().release
    site.mentor(2)
    site.build()
    releases.request_roll_back(first, LATER, STAFF)
    serve(site)
    lapse(site, 2)
    assert answer({"resume": True, "allow_fall": True}, Context(), site.settings, lambda: LATER)[
        "outcomes"
    ] == [Outcome.RELEASED]
    assert answer({}, Context(), site.settings, lambda: LATER)["outcomes"] == [Outcome.UNCHANGED]


def test_who_leaves_after_a_roll_back_is_hidden_at_once(site: Site, releases: ReleaseStore) -> None:
    """Invariant 23: while an older release stays, a withdrawal needs no build: page and name go."""
    leaving = site.mentor(1)
    first = site.build().release
    site.mentor(2)
    site.build()
    releases.request_roll_back(first, LATER, STAFF)
    serve(site)
    profiles = ProfileStore.connect(site.settings.storage)
    left = change()
    now = replace(left, line=replace(left.line, at=LATER))
    profiles.save(replace(leaving, opted_out_on=TODAY), profiles.get("M-000001"), now)
    live = site.folder / "live/withdrawn.json"
    edge = EdgeFolder(site.folder / "edge")
    storage = site.settings.storage
    withdrawals = WithdrawalStore(dynamodb(storage), storage.withdrawals_table)
    settle(leaving.slug, withdrawals, edge, Folder(site.folder), releases)
    assert json.loads(live.read_bytes()) == [leaving.slug]
    assert edge.hidden() == {leaving.slug}
    assert site.current.readlink().name == first


def test_nobody_who_left_is_shown_again(site: Site, releases: ReleaseStore) -> None:
    """Invariant 23, DIR-8: a release whose pages show somebody who has left is not shown again."""
    site.mentor(1)
    leaving = site.mentor(2)
    first = site.build().release
    site.store(membership("M-000002"), replace(leaving, opted_out_on=TODAY))
    second = site.build(allow_fall=True).release
    releases.request_roll_back(first, LATER, STAFF)
    assert serve(site) == []
    assert site.current.readlink().name == second
    assert releases.waiting_request() is None
    withdrawals = WithdrawalStore(dynamodb(site.settings.storage), site.settings.storage.withdrawals_table)
    with pytest.raises(ReleaseHoldsWithdrawnError) as refused:
        roll_back(releases, target_of(site.settings), first, LATER, STAFF, withdrawals.all())
    assert refused.value.count == 1
    assert site.current.readlink().name == second


def test_a_roll_back_over_a_change_of_theme_keeps_its_files(
    site: Site, releases: ReleaseStore, tmp_path: Path
) -> None:
    """STF-4: whichever release is shown, the files of each kept release's theme are there; of others none."""
    policy = tmp_path / "content/policy.toml"
    old = site.with_content(tmp_path / "content")
    policy.write_text(re.sub(r"kept_releases = \d+", "kept_releases = 2", policy.read_text()))
    first = old.build().release
    new = old.with_theme(tmp_path / "theme")
    (new.settings.theme_folder / "static/css/site.css").write_text("/* another */")
    second = new.build(LATER).release
    hashes = [next((site.folder / "releases" / name / "assets").iterdir()).name for name in (first, second)]
    releases.request_roll_back(first, LATER, STAFF)
    serve(site)
    assert {path.name for path in (site.folder / "assets").iterdir()} == set(hashes)
    kept = site.folder / "assets" / hashes[1] / "css/site.css"
    assert kept.read_text() == "/* another */"
    for hours in (2, 26):
        new.mentor(hours)
        new.build(NOW + timedelta(hours=hours), resume=True)
    assert [path.name for path in (site.folder / "assets").iterdir()] == hashes[1:]
