"""The staff's pages about builds: how they stand, one build in words, and what may be done about it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from mentoring.content import Wording
from mentoring.domain.audit import SITE
from mentoring.domain.builds import Ending, Outcome, Release
from mentoring.domain.sessions import StaffRole
from mentoring.handlers import rebuild
from mentoring.handlers.services import Services
from mentoring.settings import StorageSettings
from mentoring.storage.audit import AuditStore
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import LEASE, ReleaseStore
from tests.handlers.browser import Answer, Browser
from tests.handlers.conftest import Clock, SignIn
from tests.storage.people import change, profile

LIST = "/en/staff/builds/"
GONE = {"name": "<b>Robin</b> Nguyen 1", "slug": "robin-nguyen-1", "reason": "membership-lapsed"}


@pytest.fixture
def releases(database: StorageSettings, made: Services) -> ReleaseStore:  # noqa: ARG001 - the functions run
    """The releases table, and the function's own stores made anew."""
    rebuild.rebuilding.cache_clear()
    return ReleaseStore(dynamodb(database), database.releases_table, database.audit_table)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Where the builds' reports are."""
    folder = tmp_path / "site/reports"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def staff(sign_in_staff: SignIn, releases: ReleaseStore) -> Browser:  # noqa: ARG001 - of this database
    """A coordinator's browser."""
    return sign_in_staff(StaffRole.COORDINATOR)


def released(releases: ReleaseStore, time: Clock) -> Release:
    """A build that published."""
    build = releases.begin(time.now())
    release = Release(
        name=f"20261121-abc-{build.fence}",
        fence=build.fence,
        content_hash="abc",
        built_on=date(2026, 11, 21),
        published_at=time.now(),
        mentors=240 + build.fence,
        pages=900,
    )
    releases.publish(build, release, time.now())
    ending = Ending(
        at=time.now(), outcome=Outcome.RELEASED, report=release.name, release=release.name, mentors=240
    )
    releases.finish(build, ending)
    return release


def refused(releases: ReleaseStore, time: Clock, *, is_fall: bool = True) -> str:
    """A build that was refused; return its report's name."""
    build = releases.begin(time.now())
    name = f"20261121-refused-{build.fence}"
    ending = Ending(
        at=time.now(), outcome=Outcome.REFUSED, report=name, release="", mentors=180, is_fall=is_fall
    )
    releases.finish(build, ending)
    return name


def write_report(reports: Path, name: str, **fields: Any) -> None:
    """What a build writes of itself."""
    changes: dict[str, Any] = {"new": [], "gone": [], "changed": [], "paused": []}
    report = {
        "outcome": "released",
        "problems": [],
        "mentors": 240,
        "members_only": 7,
        "sharing": 12,
        "pages": 900,
        "changes": changes | fields.pop("changes", {}),
        "withheld": {"opted-out": 3},
        "unreadable": [],
        "seconds": {"read": 0.4, "render": 2.8},
        "approved": "",
    }
    (reports / f"{name}.json").write_text(json.dumps(report | fields))


def words(answer: Answer) -> str:
    """What a page says, as text."""
    return unescape(answer.body)


def post(browser: Browser, act: str, **form: str) -> Answer:
    """Send one of the forms."""
    token = browser.get(LIST).form_token
    return browser.post(f"{LIST}{act}", {"form_token": token, **form})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_short_address_leads_to_the_builds(staff: Browser, language: str) -> None:
    """STF-4: `/en/staff/` is no dead end for those who may see the builds."""
    answer = staff.get(f"/{language}/staff/")
    assert (answer.status, answer.location) == (303, f"/{language}/staff/builds/")


def test_before_the_first_build_the_page_says_so(staff: Browser) -> None:
    """STF-4: nothing shown, nothing built, nothing kept: in both languages."""
    assert "No build has been published yet." in staff.get(LIST).body
    french = words(staff.get("/fr/staff/builds/"))
    assert "Aucune construction n’a encore été mise en ligne." in french
    assert "Reconstruire maintenant" in french


def test_a_rebuild_is_asked_for_and_logged(
    staff: Browser, releases: ReleaseStore, database: StorageSettings, time: Clock
) -> None:
    """STF-4, STF-8: one click asks for one build and says who; the page shows that it waits."""
    answer = post(staff, "start")
    assert (answer.status, answer.location) == (303, LIST)
    request = releases.waiting_request()
    assert request is not None
    assert (request.by, request.asked_at) == ("staff:s-1", time.now())
    (line,) = AuditStore(dynamodb(database), database.audit_table).lines_of(SITE)
    assert (line.actor, line.action) == ("staff:s-1", "request-build")
    page = staff.get(LIST).body
    assert "A rebuild was asked for on November 21, 2026 at" in page
    assert "Look again" in page
    assert 'http-equiv="refresh"' not in page


def test_two_clicks_are_one_build(staff: Browser, releases: ReleaseStore, database: StorageSettings) -> None:
    """STF-4: a form sent twice, or by two people at once, is one build and two lines of the log."""
    assert [post(staff, "start").status for _ in range(2)] == [303, 303]
    assert len(releases.requests()) == 1
    assert len(AuditStore(dynamodb(database), database.audit_table).lines_of(SITE)) == 2


def test_a_running_build_is_shown_with_its_time(staff: Browser, releases: ReleaseStore, time: Clock) -> None:
    """STF-4: since when a build runs, in the association's time, and for how long."""
    releases.begin(time.now())
    time.forward(minutes=3)
    page = words(staff.get(LIST))
    assert "That is 3 minutes." in page
    assert "Running" in page
    time.forward(minutes=LEASE / timedelta(minutes=1))
    page = words(staff.get(LIST))
    assert "That is" not in page
    assert "The last build stopped without a report" in page


def test_a_build_is_told_in_words(staff: Browser, releases: ReleaseStore, reports: Path, time: Clock) -> None:
    """STF-4: new, gone with the reason, paused, changed, withheld, how long: names alone, as text."""
    name = released(releases, time).name
    changes = {
        "new": [{"name": "Amélie Tremblay", "slug": "amelie-tremblay", "reason": ""}],
        "gone": [GONE],
        "paused": [{"name": "Sam Roy", "slug": "sam-roy", "reason": ""}],
    }
    write_report(reports, name, changes=changes)
    assert f'href="{LIST}{name}/"' in staff.get(LIST).body
    english = staff.get(f"{LIST}{name}/")
    for said in (
        "One new mentor",
        "One mentor is gone",
        "&lt;b&gt;Robin&lt;/b&gt; Nguyen 1</bdi>: membership has lapsed",
        "One mentor has paused",
        "Sam Roy",
        "opted out",
        "Rendering the pages",
    ):
        assert said in english.body, said
    french = words(staff.get(f"/fr/staff/builds/{name}/"))
    assert "adhésion échue" in french
    assert "Le site a été reconstruit et mis en ligne." in french


def test_a_long_list_is_cut(staff: Browser, releases: ReleaseStore, reports: Path, time: Clock) -> None:
    """STF-4: a hundred names are enough to read; the rest is counted."""
    name = released(releases, time).name
    new = [{"name": f"Robin {number}", "slug": f"robin-{number}", "reason": ""} for number in range(130)]
    write_report(reports, name, changes={"new": new})
    page = words(staff.get(f"{LIST}{name}/"))
    assert page.count("Robin") == 100
    assert "And 30 more." in page


def test_a_build_without_a_report_has_a_page(staff: Browser, releases: ReleaseStore, time: Clock) -> None:
    """STF-4: a kept release whose report is lost is still there to be shown again."""
    old, _ = released(releases, time), released(releases, time)
    page = staff.get(f"{LIST}{old.name}/").body
    assert "This build left no report." in page
    assert "Show this version again" in page


@pytest.mark.parametrize("name", ["20260101-none-1", "..", "%2e%2e", "a" * 2000, "<b>", "REPORT#1"])
def test_an_absent_name_is_not_found(staff: Browser, name: str) -> None:
    """SAF-2: a build that never was answers as any missing page does."""
    assert staff.get(f"{LIST}{name}/").status == 404


def test_a_report_that_no_build_wrote_is_not_read(staff: Browser, reports: Path) -> None:
    """SAF-2: only names that the table knows are read, whatever else lies beside the reports."""
    write_report(reports, "20261121-other-1")
    assert staff.get(f"{LIST}20261121-other-1/").status == 404


def test_the_brake_is_explained_and_approved(
    staff: Browser, releases: ReleaseStore, reports: Path, time: Clock
) -> None:
    """STF-4: the page says who would go and why; approving asks for a build for these mentors alone."""
    released(releases, time)
    name = refused(releases, time)
    problem = {"page": "/", "kind": "fall", "detail": "240 -> 180"}
    write_report(reports, name, outcome="refused", problems=[problem], changes={"gone": [GONE]})
    assert "stopped by the safety brake" in staff.get(LIST).body
    page = words(staff.get(f"{LIST}{name}/"))
    for said in ("What would change", "membership has lapsed", "240 -> 180", "without 1 mentor"):
        assert said in page, said
    assert "Le frein de sécurité a arrêté" in words(staff.get(f"/fr/staff/builds/{name}/"))
    assert post(staff, "approve", build=name).status == 303
    request = releases.waiting_request()
    assert request is not None
    assert request.approved == name
    assert "that may remove the approved mentors" in staff.get(LIST).body
    assert "Approve and rebuild" not in staff.get(f"{LIST}{name}/").body


@pytest.mark.parametrize("what", ["built", "building", "not-the-brake", "unknown", "nothing", "twice"])
def test_an_outdated_approval_is_a_conflict(
    staff: Browser, releases: ReleaseStore, database: StorageSettings, time: Clock, what: str
) -> None:
    """STF-4: who approves what is no longer the last build is told so; nothing is asked for or logged."""
    released(releases, time)
    name = refused(releases, time, is_fall=what != "not-the-brake")
    if what == "built":
        released(releases, time)
    if what == "building":
        releases.begin(time.now())
    forms = {"unknown": "20260101-refused-1", "nothing": ""}
    answer = post(staff, "approve", build=forms.get(what, name))
    if what == "twice":
        released(releases, time)
        answer = post(staff, "approve", build=name)
        assert answer.status == 409
        return
    assert (answer.status, answer.heading) == (409, "This build is no longer the last one")
    assert releases.requests() == []
    assert AuditStore(dynamodb(database), database.audit_table).lines_of(SITE) == []


def test_an_older_release_is_asked_for(
    staff: Browser, releases: ReleaseStore, database: StorageSettings, time: Clock
) -> None:
    """STF-4, STF-8: the page states the effect, the act is logged with before and after, the list says it."""
    old, new = released(releases, time), released(releases, time)
    page = words(staff.get(f"{LIST}{old.name}/"))
    assert f"with {old.mentors} mentors" in page
    assert "until staff rebuild" in page
    assert "Show this version again" not in staff.get(f"{LIST}{new.name}/").body
    assert post(staff, "roll-back", release=old.name).status == 303
    (line,) = AuditStore(dynamodb(database), database.audit_table).lines_of(SITE)
    assert (line.action, line.changes) == ("request-roll-back", {"release": (new.name, old.name)})
    assert old.name in staff.get(LIST).body
    request = releases.waiting_request()
    assert request is not None
    releases.roll_back(old.name, time.now(), request.by, request)
    page = words(staff.get(LIST))
    assert "This is an older version that was put back." in page
    assert "Older version shown again" in page
    assert "Rebuild now and go on" in page
    releases.request_build(time.now(), "system:outbox")
    page = words(staff.get(LIST))
    assert "What mentors have changed since waits for you." in page
    assert "starts soon" not in page
    assert post(staff, "start").status == 303
    assert "starts soon" in words(staff.get(LIST))


@pytest.mark.parametrize("name", ["20260101-none-1", "", "../x", "x" * 3000])
def test_a_release_that_is_not_kept_cannot_be_shown(
    staff: Browser, releases: ReleaseStore, time: Clock, name: str
) -> None:
    """SAF-2: nothing is asked for, and the page says what to do."""
    assert post(staff, "roll-back", release=name).status == 409
    released(releases, time)
    answer = post(staff, "roll-back", release=name)
    assert (answer.status, answer.heading) == (409, "This version is no longer kept")
    assert releases.requests() == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_release_that_shows_somebody_who_left_is_refused(
    staff: Browser, releases: ReleaseStore, made: Services, time: Clock, tmp_path: Path, language: str
) -> None:
    """Invariant 23: nothing is asked for, and the page says why and what to do."""
    old, _ = released(releases, time), released(releases, time)
    manifest = tmp_path / "site/manifests" / f"{old.name}.json"
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(json.dumps({"mentors": {"mentor-m-2": {}}}))
    stored = made.profiles.save(profile("M-2"), None, change())
    made.profiles.save(replace(stored.profile, opted_out_on=date(2026, 11, 21)), stored, change())
    token = staff.get(LIST).form_token
    address = f"/{language}/staff/builds/roll-back"
    answer = staff.post(address, {"form_token": token, "release": old.name})
    assert answer.status == 409
    wording = Wording(made.content, language)
    assert answer.heading == wording.t("builds.conflict.withdrawn.title")
    assert releases.requests() == []
    seen = staff.get(f"/{language}/staff/builds/{old.name}/").body  # it is not even offered
    assert wording.t("builds.show_again.never") in seen
    assert wording.t("builds.show_again.button") not in seen


def test_the_shown_release_is_not_asked_for(staff: Browser, releases: ReleaseStore, time: Clock) -> None:
    """STF-4: somebody else was faster: nothing to do."""
    name = released(releases, time).name
    answer = post(staff, "roll-back", release=name)
    assert (answer.status, answer.heading) == (409, "This version is shown already")


@pytest.mark.parametrize("act", ["start", "approve", "roll-back"])
def test_a_forged_form_asks_for_nothing(staff: Browser, releases: ReleaseStore, act: str) -> None:
    """SAF-2: without this session's token nothing is asked for."""
    assert staff.post(f"{LIST}{act}", {}).status == 403
    assert staff.post(f"{LIST}{act}", {"form_token": "x"}).status == 403
    assert releases.requests() == []


def test_only_those_who_look_after_the_site_find_the_way(
    sign_in_staff: SignIn, releases: ReleaseStore
) -> None:
    """STF-9: the first page leads coordinators and administrators there; finance has no link and no page."""
    for role in StaffRole:
        browser = sign_in_staff(role)
        may = role is not StaffRole.FINANCE
        assert (f'href="{LIST}"' in browser.get("/en/account/").body) is may
        assert browser.get(LIST).status == (200 if may else 403)
    assert releases.requests() == []
