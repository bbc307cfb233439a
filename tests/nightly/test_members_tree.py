"""The members' tree: exactly what was shared, of mentors who are shown; nothing of it is public."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build.checks.members import check_members_tree
from build.checks.tree import Expected, check_tree
from build.listings import read_selection
from build.members_tree import write_members_tree
from build.search import write_search_index
from mentoring.domain.builds import Outcome
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.profile import IDENTITY_FIELDS, Audience
from mentoring.storage.members_tree import shard_of
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from tests.nightly.site import GIVEN_AT, IDENTITY, TODAY, Released, Site, consents, files_of

MEMBERS, PUBLIC, NONE = Audience.MEMBERS, Audience.PUBLIC, Audience.NONE
SLUG = "robin-nguyen-1"


def read(tree: Path, path: str = "index.json") -> dict[str, Any]:
    """A file of a members' tree."""
    return dict(json.loads((tree / path).read_text("utf-8")))


ANSWERS = {
    "gender": ("woman", "two-spirit", "Qzx own <b>words"),
    "race": ("black", "white"),
    "ethnicity": ("acadian", "Qzx d’ailleurs"),
    "orientation": ("heterosexual", "Qzx «é»"),
    "indigenous": ("metis",),
}
MENTOR = st.fixed_dictionaries(
    {
        "listing": st.sampled_from((PUBLIC, PUBLIC, MEMBERS, NONE)),
        "is_active": st.sampled_from((True, True, True, False)),
        "has_left": st.sampled_from((False, False, False, True)),
        "identity": st.fixed_dictionaries(
            {},
            optional={
                name: st.lists(st.sampled_from(given), min_size=1, unique=True)
                for name, given in ANSWERS.items()
            },
        ),
        "shares": st.dictionaries(st.sampled_from(IDENTITY_FIELDS), st.sampled_from((MEMBERS, NONE))),
    }
)


INSTANTS = (GIVEN_AT + timedelta(seconds=second) for second in count())  # the log holds one choice at each


def store(site: Site, number: int, mentor: Mapping[str, Any]) -> dict[str, list[str]] | None:
    """Store a mentor; return what members may see of the identity, None where nobody sees the mentor."""
    site.mentor(
        number,
        member={"status": MembershipStatus.ACTIVE if mentor["is_active"] else MembershipStatus.LAPSED},
        identity={name: tuple(given) for name, given in mentor["identity"].items()},
        consents=consents(mentor["listing"], given_at=next(INSTANTS), **mentor["shares"]),
        opted_out_on=TODAY if mentor["has_left"] else None,
    )
    if mentor["listing"] is NONE or not mentor["is_active"] or mentor["has_left"]:
        return None
    return {
        name: given for name, given in mentor["identity"].items() if mentor["shares"].get(name) is MEMBERS
    }


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mentors=st.lists(MENTOR, min_size=6, max_size=6))
def test_the_tree_holds_what_was_shared_and_nothing_else(
    site: Site, tmp_path_factory: pytest.TempPathFactory, mentors: list[dict[str, Any]]
) -> None:
    """DIR-4, invariant 18: whatever mentors answer and choose, each sees to it alone who sees what."""
    may_see = {f"robin-nguyen-{number}": store(site, number, each) for number, each in enumerate(mentors)}
    listing = {f"robin-nguyen-{number}": each["listing"] for number, each in enumerate(mentors)}
    storage = site.settings.storage
    selection = read_selection(
        ProfileStore.connect(storage), MembershipStore.connect(storage), site.content, TODAY
    )
    public, tree = tmp_path_factory.mktemp("public"), tmp_path_factory.mktemp("members")
    index_url = write_search_index(selection.arrangement, public)
    write_members_tree(selection, site.content, tree, index_url)
    shown = {slug: shared for slug, shared in may_see.items() if shared is not None}
    members_only = {slug for slug in shown if listing[slug] is MEMBERS}
    index = read(tree)
    assert {row["slug"] for row in index["mentors"]} == members_only
    assert index["identity"] == {slug: shared for slug, shared in shown.items() if shared}
    profiles: dict[str, Any] = {}
    for file in tree.glob("mentors/*.json"):
        profiles |= read(file.parent, file.name)["profiles"]
    assert {slug: profile["identity"] for slug, profile in profiles.items()} == {
        slug: shared for slug, shared in shown.items() if shared or slug in members_only
    }
    assert list(check_members_tree(tree, selection, index_url)) == []
    assert not any(b"Qzx" in content for content in files_of(public).values())


def test_sharing_changes_no_byte_of_the_public_tree(site: Site) -> None:
    """DIR-12: with and without shared answers everybody sees the same files; members see a new release."""
    site.mentor(1, identity=IDENTITY, consents=consents())
    site.mentor(2)
    first = site.build()
    public, members = files_of(site.current), files_of(site.members)
    site.mentor(1, identity=IDENTITY, consents=consents(gender=MEMBERS, ethnicity=MEMBERS))
    second = site.build()
    assert (second.outcome, second.changes.changed) == (Outcome.RELEASED, [])
    assert second.release != first.release
    assert files_of(site.current) == public
    assert files_of(site.members) != members
    assert read(site.members)["identity"] == {SLUG: {"gender": ["two-spirit"], "ethnicity": ["acadian"]}}
    assert site.members.readlink().name == site.current.readlink().name == second.release


def test_what_nobody_should_read_is_not_shared(site: Site, tmp_path: Path) -> None:
    """DIR-3, DIR-17: an address, an answer that left its list, "prefer not to answer", control characters."""
    answers = {
        "gender": ("prefer-not-to-answer", "write to robin@example.org", "two\x00-\x1bspirit"),
        "race": ("no-such-answer",),
        "ethnicity": ("x" * 500, "robin\x00@example.org"),
    }
    site.mentor(1, identity=answers, consents=consents(gender=MEMBERS, race=MEMBERS, ethnicity=MEMBERS))
    storage = site.settings.storage
    selection = read_selection(
        ProfileStore.connect(storage), MembershipStore.connect(storage), site.content, TODAY
    )
    write_members_tree(selection, site.content, tmp_path, "/x")
    assert read(tmp_path)["identity"] == {SLUG: {"gender": ["two-spirit"]}}
    assert list(check_members_tree(tmp_path, selection, "/x")) == []


@pytest.fixture
def spoilt(released: Released, tmp_path: Path) -> Expected:
    """A copy of a good members' tree, to be spoilt."""
    tree = tmp_path / "members"
    shutil.copytree(released.expected.members_tree, tree)
    return replace(released.expected, members_tree=tree)


Spoil = Callable[[Any], object]
ONLY = "robin-nguyen-91"  # for members only
INDEX, ACCEPTING, SHELF, OTHER = "index.json", "accepting.json", shard_of(ONLY), shard_of(SLUG)


@pytest.mark.parametrize(
    ("file", "spoil", "kind"),
    [
        (INDEX, lambda held: held["identity"].update({ONLY: {"gender": ["woman"]}}), "members-tree"),
        (INDEX, lambda held: held["identity"].update({SLUG: {"race": ["black"]}}), "members-tree"),
        (INDEX, lambda held: held["identity"].update({"nobody": {"gender": ["woman"]}}), "members-tree"),
        (INDEX, lambda held: held["mentors"][0].update(capacity=3), "members-tree"),
        (INDEX, lambda held: held["mentors"][0].update(slug=SLUG), "mentors-differ"),
        (INDEX, lambda held: held["mentors"].clear(), "mentors-differ"),
        (INDEX, lambda held: held["mentors"][0].update(city="robin@example.org"), "address"),
        (INDEX, lambda held: held["numbers"].update({SLUG: 3}), "mentors-differ"),
        (INDEX, lambda held: held.update(public="/data/other/manifest.json"), "mentors-differ"),
        (ACCEPTING, lambda held: held.append(held[0] | {"slug": "nobody"}), "members-tree"),
        (ACCEPTING, lambda held: held[0].update(gender="woman"), "members-tree"),
        (SHELF, lambda held: held["profiles"][ONLY]["identity"].update(gender=["woman"]), "members-tree"),
        (SHELF, lambda held: held["profiles"][ONLY].update(member_id="M-000091"), "members-tree"),
        (SHELF, lambda held: held["profiles"][ONLY]["listing"].update(capacity=3), "members-tree"),
        (SHELF, lambda held: held["public"].append(ONLY), "mentors-differ"),
        (OTHER, lambda held: held["profiles"].update({"nobody": {}}), "mentors-differ"),
    ],
)
def test_each_fault_of_the_members_tree_is_named(
    spoilt: Expected, file: str, spoil: Spoil, kind: str
) -> None:
    """DIR-4, SAF-4: an answer that was not shared, a mentor who is not shown, a field too many."""
    held = json.loads((spoilt.members_tree / file).read_text("utf-8"))
    spoil(held)
    (spoilt.members_tree / file).write_text(json.dumps(held), "utf-8")
    found = list(check_members_tree(spoilt.members_tree, spoilt.selection, spoilt.index_url))
    assert (f"/members/{file}", kind) in {(problem.page, problem.kind) for problem in found}


@pytest.mark.parametrize(
    "answers", [[], [""], [5], "woman", [" woman"], ["x" * 300], ["a\x00b"], [["woman"]]]
)
def test_answers_are_texts(spoilt: Expected, answers: object) -> None:
    """SAF-4: what no page could show as text stops the build."""
    one = spoilt.selection.for_members[0]
    shown = replace(one, subjects=frozenset({"listing", "gender"}))
    held = read(spoilt.members_tree)
    held["identity"] = {one.shown.listing.slug: {"gender": answers}}
    (spoilt.members_tree / INDEX).write_text(json.dumps(held), "utf-8")
    selection = replace(spoilt.selection, for_members=[shown])
    found = list(check_members_tree(spoilt.members_tree, selection, spoilt.index_url))
    assert [problem.kind for problem in found] == ["members-tree"]


def test_a_missing_index_is_found(spoilt: Expected) -> None:
    """SAF-4: a tree without its index is no release, and the build's checks look at both trees."""
    (spoilt.members_tree / INDEX).unlink()
    assert ("/members/index.json", "stray") in {
        (problem.page, problem.kind) for problem in check_tree(spoilt).problems
    }
