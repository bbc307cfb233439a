"""Damaged and hostile records in the member database: they cost nobody else the listing."""

import json
from pathlib import Path

import pytest

from build.report import Outcome
from mentoring.content import Content
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.records import member_key, profile_body
from tests.nightly.site import Site, make_site
from tests.storage.people import membership


@pytest.fixture
def site(database: StorageSettings, content: Content, tmp_path: Path) -> Site:
    """An empty member database and a folder to release to."""
    return make_site(database, content, tmp_path / "site")


def test_poisoned_records_stop_nobody_else(site: Site) -> None:
    """SAF-4: damaged and hostile records are withheld or shown safely; everybody else goes out."""
    site.mentor(1)
    site.mentor(2, member={"given_name": '<script>alert("x")</script>', "family_name": "&amp; Sons"})
    site.mentor(3, member={"given_name": "\N{RIGHT-TO-LEFT OVERRIDE}ליאור", "family_name": "🙂‍↕️"})
    site.mentor(4, bio={"en": "Long words. " * 700, "fr": "{{ today }} {% include 'x' %} *a* \x0b\x00<b>"})
    site.mentor(5, areas=("no-such-area",))
    site.mentor(6, slug="../../etc")
    site.mentor(7, slug="area")
    _put(site, 8, profile_body(site.profile(8, slug="robin-nguyen-1")))
    _put(site, 9, "{")
    _put(site, 10, json.dumps({"member_id": "M-000010"}))
    report = site.build()
    assert report.outcome is Outcome.RELEASED, report.problems
    assert report.withheld == {"bad-slug": 2, "duplicate-slug": 1, "unknown-term": 1}
    assert report.unreadable == ["M-000009", "M-000010"]
    shown = {path.parent.name for path in site.current.glob("en/mentors/*/index.html")}
    assert shown == {"robin-nguyen-2", "robin-nguyen-3", "robin-nguyen-4"}
    page = (site.current / "en/mentors/robin-nguyen-2/index.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "{{ today }}" in (site.current / "fr/mentors/robin-nguyen-4/index.html").read_text()


def _put(site: Site, number: int, body: str) -> None:
    """Write a profile's record past the store, which would refuse it."""
    MembershipStore.connect(site.settings.storage).put([membership(f"M-{number:06}")])
    dynamodb(site.settings.storage).put_item(
        TableName=site.settings.storage.profiles_table,
        Item=member_key(f"M-{number:06}", "PROFILE") | {"body": {"S": body}, "version": {"N": "1"}},
    )
