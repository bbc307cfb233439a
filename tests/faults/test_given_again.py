"""What is given again is not the answer that was withdrawn: no release from before shows that one (DIR-4)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from build.release import roll_back
from build.targets import FolderTarget
from infrastructure.local.edge import lead
from mentoring.content import Content
from mentoring.domain.builds import Outcome
from mentoring.domain.erasures import BACKUPS_LAST
from mentoring.domain.errors import ReleaseHoldsWithdrawnError
from mentoring.domain.profile import Audience
from mentoring.domain.withdrawals import Withdrawal
from mentoring.settings import StorageSettings
from mentoring.storage import consent_changes
from mentoring.storage.withdrawals import WithdrawalStore
from mentoring.usecases.forget_given_again import forget_given_again
from mentoring.usecases.replay_withdrawals import replay_withdrawals
from mentoring.usecases.settle_withdrawal import forget_in_journal
from tests.faults.crashing import Killed
from tests.nightly.site import NOW, Site, consents, make_site
from tests.storage.people import membership
from tests.usecases.listings import Place

MEMBER, SLUG = "M-000001", "robin-nguyen-1"


@pytest.fixture
def site(database: StorageSettings, content: Content, tmp_path: Path) -> Site:
    """A site with two mentors, released once."""
    made = make_site(database, content, tmp_path / "site")
    for number in (1, 2):
        made.mentor(number)
    made.build()
    return made


@pytest.fixture
def place(site: Site, tmp_path: Path) -> Place:
    """What stands beside that site; its first mentor was for members alone for a minute."""
    made = Place.of(site.settings.storage, tmp_path)
    _share(made, Audience.MEMBERS, 1)
    _share(made, Audience.PUBLIC, 2)
    return made


def _share(place: Place, listing: Audience, minute: int) -> None:
    stored = place.profiles.get(MEMBER)
    assert stored
    acts = place.acts(MEMBER, now=NOW + timedelta(minutes=minute))
    wants = stored.profile.wants_search_engines
    place.settle(acts.share({"listing": listing}, wants, stored.version).profile.slug)


def is_shown(site: Site, place: Place) -> bool:
    """Whether the edge shows the page and the directory's script lists the mentor."""
    key = place.edge._folder / f"withdrawn:{SLUG}"
    mark = key.read_text() if key.exists() else None
    shown = site.current.resolve().name
    led = lead(f"/en/mentors/{SLUG}/", "", shown, lambda _: mark)
    assert (led == "/en/gone") == (SLUG in place.live())
    return led != "/en/gone"


def test_the_former_page_stays_hidden_until_a_later_build(site: Site, place: Place) -> None:
    """Invariant 23: public again, the release that may hold what was withdrawn shows nothing of it.

    It is never shown again either; and withdrawn once more, the page is hidden in every release.
    """
    first = site.current.resolve().name
    assert not is_shown(site, place)
    report = site.build(NOW + timedelta(minutes=5))
    assert report.outcome is Outcome.RELEASED  # the same bytes, and a new release: the old one stays hidden
    assert is_shown(site, place)
    assert site.build(NOW + timedelta(minutes=9)).outcome is Outcome.UNCHANGED
    with pytest.raises(ReleaseHoldsWithdrawnError):
        roll_back(place.releases, FolderTarget(site.folder), first, NOW, "test", place.withdrawals.all())
    _share(place, Audience.MEMBERS, 10)
    assert place.edge.hidden() == {SLUG}
    assert not is_shown(site, place)


def test_a_build_that_is_let_in_meanwhile_counts_as_before(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 21: a build between the reading of the last fence and the commit may have missed it."""
    _share(place, Audience.MEMBERS, 3)
    write, begun = consent_changes.again_writes, []

    def then_begin(*given: Any) -> Any:
        if not begun:
            begun.append(place.releases.begin(NOW))
        return write(*given)

    monkeypatch.setattr(consent_changes, "again_writes", then_begin)
    _share(place, Audience.PUBLIC, 4)
    (row,) = [each for each in place.withdrawals.of(SLUG) if each.subject == "public"]
    assert row.again == begun[0].fence


def test_a_value_taken_out_of_a_shared_answer_is_in_no_release_from_before(site: Site, place: Place) -> None:
    """DIR-4: the field is hidden until a later build, where a value went; one added hides nothing.

    The consent stands: no replay of the journal takes it back.
    """
    changes = {
        ("acadian",): True,
        ("metis-nation", "irish"): True,
        ("metis-nation", "acadian", "irish"): False,
    }
    mentors = [site.mentor(number, **_shared_ethnicity()) for number in range(3, 3 + len(changes))]
    first = site.build(NOW + timedelta(minutes=5)).release
    for mentor, after in zip(mentors, changes, strict=True):
        site.store(membership(mentor.member_id), replace(mentor, identity={"ethnicity": after}))

    def hiding(release: str) -> list[bool]:
        rows = [place.withdrawals.of(mentor.slug) for mentor in mentors]
        return [any(each.subject == "ethnicity" and each.hides_in(release) for each in of) for of in rows]

    assert hiding(first) == [*changes.values()]
    assert not any(hiding(site.build(NOW + timedelta(minutes=9)).release))
    for mentor in mentors:
        place.settle(mentor.slug)
    later = NOW + timedelta(minutes=10)
    replayed = replay_withdrawals(place.objects, place.profiles, place.settle, pytest.fail, later)
    assert replayed.withdrawn == 0


def _shared_ethnicity() -> dict[str, Any]:
    return {
        "identity": {"ethnicity": ("acadian", "metis-nation")},
        "consents": consents(ethnicity=Audience.MEMBERS),
    }


def test_what_hides_nothing_any_more_is_forgotten(site: Site, place: Place) -> None:
    """SAF-1: the row goes with the last release from before, and not before the last backup."""
    later = NOW + BACKUPS_LAST + timedelta(hours=1)
    first = site.current.resolve().name

    def forget(now: Any) -> int:
        withdrawals = WithdrawalStore(place.client, place.storage.withdrawals_table)
        kept = place.releases.history()
        return forget_given_again(withdrawals, kept, lambda each: forget_in_journal(each, place.objects), now)

    site.build(NOW + timedelta(minutes=5))
    assert forget(later) == 0
    place.releases.forget(first)
    assert forget(NOW + BACKUPS_LAST) == 0
    assert place.journal(SLUG) == {"public"}
    assert forget(later) == 1
    assert (place.withdrawals.of(SLUG), place.journal(SLUG)) == ([], set())
    place.settle(SLUG)
    assert is_shown(site, place)


def test_who_dies_while_forgetting_leaves_it_to_the_next_night(site: Site, place: Place) -> None:
    """SAF-1: the row goes after journal and edge, so whatever is left of it is found again."""
    site.build(NOW + timedelta(minutes=5))
    place.releases.forget(place.releases.history()[-1].name)

    def die(_: Withdrawal) -> None:
        raise Killed

    with pytest.raises(Killed):
        forget_given_again(
            place.withdrawals, place.releases.history(), die, NOW + BACKUPS_LAST + timedelta(hours=1)
        )
    assert [each.subject for each in place.withdrawals.of(SLUG)] == ["public"]
