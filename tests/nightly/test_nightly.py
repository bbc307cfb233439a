"""The nightly build from outside: a member database goes in, a site and a report come out."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from build.checks.markup import check_markup
from build.nightly import main
from build.report import Outcome
from build.search import Arrangement
from build.targets import MEMBERS, PUBLIC, Manifest
from mentoring.domain.listing import Listing, public_listing
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.profile import Audience, Profile
from mentoring.domain.slugs import RESERVED
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import ReleaseStore
from tests.nightly.site import NOW, TODAY, Released, Site, consents, files_of, make_site
from tests.storage.people import membership


def test_both_trees_hold_the_same_mentors(released: Released) -> None:
    """Invariant 24: every mentor has a page in both languages, and one index serves both."""
    for language in ("en", "fr"):
        pages = released.tree.glob(f"{language}/mentors/*/index.html")
        assert {page.parent.name for page in pages} - RESERVED == released.shown
    assert len(list(released.tree.glob("data/*"))) == 1
    assert {line.slug for line in released.report.changes.new} == released.shown | {"robin-nguyen-91"}


def test_withheld_mentors_are_nowhere(released: Released) -> None:
    """Invariant 18: opted out, members only, without terms, without consent: in no file of the tree."""
    assert released.report.members_only == 1
    assert released.report.withheld == {
        "no-consent": 1,
        "opted-out": 1,
        "terms-missing": 1,
    }
    for path, content in files_of(released.tree).items():
        assert not re.search(rb"robin-nguyen-9\d|Nguyen 9\d", content), path


def test_every_mentor_is_reached_by_links_alone(released: Released) -> None:
    """From the home page, links lead to each mentor within four clicks, by further pages of a list too."""
    reached = {"/en/"}
    for _ in range(4):
        reached |= {link for page in reached for link in _links(released.tree, page)}
    assert {f"/en/mentors/{slug}/" for slug in released.shown} <= reached
    assert (released.tree / "fr/mentors/area/mental-health/3/index.html").exists()


def test_sitemap_holds_profiles_that_want_it(released: Released) -> None:
    """Every page of both languages with its twin; a profile alone where the mentor wants search engines."""
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.parse(released.tree / "sitemap.xml").getroot()  # noqa: S314 - our own file
    found = {
        str(entry.text).removeprefix("https://mentors.example.org") for entry in root.iter(f"{space}loc")
    }
    assert {page for page in found if "robin" in page} == {
        "/en/mentors/robin-nguyen-1/",
        "/fr/mentors/robin-nguyen-1/",
    }
    assert {"/en/", "/fr/mentors/", "/fr/mentors/area/mental-health/3/"} <= found
    assert not any("404" in page for page in found)
    assert len(root.findall(f"{space}url/{{http://www.w3.org/1999/xhtml}}link")) == 2 * len(found)
    assert "noindex" in (released.tree / "en/mentors/robin-nguyen-2/index.html").read_text()
    assert "Sitemap: https://mentors.example.org/sitemap.xml" in (released.tree / "robots.txt").read_text()


def test_manifest_names_every_file(released: Released) -> None:
    """Invariant 20: the manifest beside a release has the hash of each file of both its trees."""
    release = released.report.release
    manifest = Manifest.from_json((released.site.folder / f"manifests/{release}.json").read_bytes())
    trees = {PUBLIC: released.tree, MEMBERS: released.site.members}
    assert Manifest.of(trees, []).trees == manifest.trees
    assert release == f"20261121-{manifest.content_hash[:12]}-1"


def test_paused_mentor_stays_reachable(released: Released) -> None:
    """DIR-7: a paused mentor's page stays and says so, with the day of return in words."""
    assert "February 1, 2027" in (released.tree / "en/mentors/robin-nguyen-3/index.html").read_text()
    assert "1er février 2027" in (released.tree / "fr/mentors/robin-nguyen-3/index.html").read_text()


def test_terms_stand_in_their_lists_order(released: Released) -> None:
    """DIR-14: in whatever order a mentor's terms were stored, pages name them in that of their list."""
    page = (released.tree / "en/mentors/robin-nguyen-2/index.html").read_text("utf-8")
    ages = [term.labels["en"] for term in released.site.content.vocabularies["client-ages"].ordered("en")]
    row = page[page.index('data-part="client_ages"') :]
    assert sorted(ages, key=row.index) == ages


def test_report_page_is_in_both_languages(released: Released) -> None:
    """Staff read the outcome on a page in their language; it is valid HTML, and not in the release."""
    for language, said in (("en", "The site was rebuilt"), ("fr", "Le site a été reconstruit")):
        page = (released.site.folder / f"reports/{released.report.name}.{language}.html").read_text()
        assert said in page
        assert list(check_markup("report", page)) == []
    assert not [path for path in files_of(released.tree) if "report" in path]


def test_same_snapshot_same_bytes(site: Site, tmp_path: Path) -> None:
    """Invariant 25: two builds of one snapshot on one day give the same files, byte for byte."""
    for number in range(3):
        site.mentor(number)
    site.build()
    other = make_site(site.settings.storage, site.content, tmp_path / "other")
    releases = ReleaseStore(dynamodb(site.settings.storage), site.settings.storage.releases_table)
    first = releases.history()[0]
    dynamodb(site.settings.storage).delete_item(
        TableName=site.settings.storage.releases_table,
        Key={"pk": {"S": "SITE#public"}, "sk": {"S": "POINTER"}},
    )
    other.build(NOW + timedelta(hours=1))
    assert releases.history()[0].content_hash == first.content_hash
    assert files_of(site.current) == files_of(other.current)
    assert files_of(site.members) == files_of(other.members)


def test_unchanged_tree_makes_no_release(site: Site) -> None:
    """A second build of the same day and mentors releases nothing, and its report says so."""
    site.mentor(1)
    first = site.build()
    second = site.build()
    assert second.outcome is Outcome.UNCHANGED
    assert second.release == first.release
    assert [path.name for path in (site.folder / "releases").iterdir()] == [first.release]
    assert json.loads((site.folder / f"reports/{second.name}.json").read_text())["outcome"] == "unchanged"


def test_report_says_who_came_went_and_paused(site: Site) -> None:
    """ELI-8, DIR-7: a lapse and a pause show in the next build; a renewal brings the mentor back."""
    lapsing, pausing = site.mentor(1), site.mentor(2)
    for number in range(3, 10):
        site.mentor(number)
    site.build()
    site.mentor(1, member={"status": MembershipStatus.LAPSED})
    site.mentor(2, is_available=False, returns_on=date(2027, 2, 1))
    site.mentor(10)
    changes = site.build().changes
    assert [(line.slug, line.reason) for line in changes.gone] == [(lapsing.slug, "membership-lapsed")]
    assert [line.slug for line in changes.paused] == [pausing.slug]
    assert [line.slug for line in changes.new] == ["robin-nguyen-10"]
    assert not (site.current / f"en/mentors/{lapsing.slug}").exists()
    site.mentor(1)
    assert [line.slug for line in site.build().changes.new] == [lapsing.slug]


def test_a_great_fall_is_refused_until_a_person_allows_it(site: Site) -> None:
    """Invariant 22: lapses beyond the policy's share stop the build; a person's word lets it through."""
    for number in range(10):
        site.mentor(number)
    first = site.build()
    for number in range(3):
        site.mentor(number, member={"status": MembershipStatus.LAPSED})
    refused = site.build()
    assert refused.outcome is Outcome.REFUSED
    assert [(problem.kind, problem.detail) for problem in refused.problems] == [("fall", "10 -> 7")]
    assert site.current.readlink().name == first.release
    assert site.build(allow_fall=True).outcome is Outcome.RELEASED


def test_an_empty_read_is_refused(site: Site) -> None:
    """Invariant 22: a database that answers nobody is not a directory without mentors."""
    site.mentor(1)
    site.build()
    client, table = dynamodb(site.settings.storage), site.settings.storage.profiles_table
    for row in client.scan(TableName=table)["Items"]:
        client.delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})
    assert [problem.kind for problem in site.build().problems] == ["fall"]


def test_withdrawals_never_wait(site: Site) -> None:
    """Invariant 22: however many mentors withdraw by their own choice, the build goes out."""
    for number in range(4):
        site.mentor(number)
    site.build()
    site.mentor(0, opted_out_on=TODAY)
    site.mentor(1, consents=consents(Audience.MEMBERS, given_at=NOW))
    report = site.build()
    assert report.outcome is Outcome.RELEASED
    assert {line.reason for line in report.changes.gone} == {"opted-out", "members-only"}


def test_order_changes_every_day(site: Site) -> None:
    """The directory's order is another one tomorrow, and the same all day."""
    listings = [_listing_of(site.profile(number)) for number in range(8)]
    days = [
        Arrangement.of(listings, site.content.vocabularies, TODAY + timedelta(days=n)).listings_of_the_day
        for n in range(3)
    ]
    orders = [[each.slug for each in day] for day in days]
    assert len({tuple(order) for order in orders}) > 1
    assert {frozenset(order) for order in orders} == {frozenset(orders[0])}


def test_numbers_come_from_the_policy(site: Site, tmp_path: Path) -> None:
    """MOD-3: a page's body says the fee that the policy has, in each language's writing."""
    changed = site.with_content(tmp_path / "content")
    policy = tmp_path / "content/policy.toml"
    policy.write_text(policy.read_text().replace("fee_cents = 9900", "fee_cents = 12345"))
    changed.mentor(1)
    assert changed.build().outcome is Outcome.RELEASED
    assert "$123.45" in (site.current / "en/mentorship-on-demand/index.html").read_text()
    assert "123,45\N{NO-BREAK SPACE}$" in (site.current / "fr/mentorship-on-demand/index.html").read_text()


def test_wrong_content_is_reported_with_file_and_line(site: Site, tmp_path: Path) -> None:
    """SAF-4: a spoilt content file publishes nothing; the report names file and line."""
    site.mentor(1)
    first = site.build()
    spoilt = site.with_content(tmp_path / "content")
    policy = tmp_path / "content/policy.toml"
    policy.write_text(policy.read_text().replace("fee_cents = 9900", 'fee_cents = "free"'))
    report = spoilt.build()
    assert [problem.kind for problem in report.problems] == ["content"]
    assert re.search(r"policy\.toml:\d+", report.problems[0].detail)
    assert site.current.readlink().name == first.release
    assert (site.folder / f"reports/{report.name}.json").exists()


def test_a_policy_that_is_not_yet_in_force_is_named(site: Site, tmp_path: Path) -> None:
    """SAF-4: numbers that start too late refuse the build and leave the site as it was."""
    site.mentor(1)
    shown = site.build().release
    late = site.with_content(tmp_path / "content")
    file = late.settings.content_folder / "policy.toml"
    file.write_text(file.read_text().replace("starts_on = 20", "starts_on = 29"))
    report = late.build()
    assert [(problem.page, problem.kind) for problem in report.problems] == [
        ("content/policy.toml", "content")
    ]
    assert "publishing" in report.problems[0].detail
    assert site.current.readlink().name == shown


def test_old_releases_are_pruned(site: Site, tmp_path: Path) -> None:
    """The policy's number of releases is kept, in the folder and in the history."""
    changed = site.with_content(tmp_path / "content")
    policy = tmp_path / "content/policy.toml"
    policy.write_text(re.sub(r"kept_releases = \d+", "kept_releases = 2", policy.read_text()))
    names = []
    for number in range(3):
        changed.mentor(number)
        names.append(changed.build().release)
    for root in (site.folder, site.members.parent):
        assert sorted(path.name for path in (root / "releases").iterdir()) == sorted(names[1:])
    assert sorted(path.stem for path in (site.folder / "manifests").iterdir()) == sorted(names[1:])


def test_day_is_the_associations(site: Site) -> None:
    """MOD-28: at 3 a.m. UTC it is still the day before in Ottawa."""
    report = site.build(NOW.replace(day=22, hour=3))
    assert report.built_on == date(2026, 11, 21)
    assert report.mentors == 0


def test_command_names_missing_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command refuses to start without its settings, and names each one that is missing."""
    for name in ("CONTENT_FOLDER", "SITE_BUCKET_NAME"):
        monkeypatch.delenv(name, raising=False)
    assert main() == 1
    assert "CONTENT_FOLDER" in capsys.readouterr().err


def _listing_of(profile: Profile) -> Listing:
    listing = public_listing(profile, membership(profile.member_id), [], TODAY)
    assert isinstance(listing, Listing)
    return listing


def _links(tree: Path, page: str) -> set[str]:
    file = tree / page[1:] / "index.html"
    if not page.endswith("/") or not file.exists():
        return set()
    return set(re.findall(r'href="(/en/[^"#?]*)"', file.read_text()))
