"""A release that shows a desk's mentors, as far as functions read one: its two indexes and the pointer."""

from pathlib import Path

from build.listings import read_selection
from build.members_tree import write_members_tree
from build.search import write_search_index
from mentoring.content import Content
from mentoring.domain.builds import Release
from mentoring.storage.releases import ReleaseStore
from tests.usecases.matching import Matching


def release(desk: Matching, content: Content, folder: Path) -> None:
    """Show the mentors of this moment."""
    releases = ReleaseStore(desk.client, desk.storage.releases_table)
    today = desk.now.date()
    chosen = read_selection(desk.profiles, desk.memberships, content, today)
    build = releases.begin(desk.now)
    name = f"20261121-{build.fence}"
    for root in ("site", "members-site"):
        (folder / root / "releases" / name).mkdir(parents=True)
    index_url = write_search_index(chosen.arrangement, folder / "site/releases" / name)
    write_members_tree(chosen, content, folder / "members-site/releases" / name, index_url)
    shown = Release(
        name=name,
        fence=build.fence,
        content_hash=name,
        built_on=today,
        published_at=desk.now,
        mentors=len(chosen.listed),
        pages=0,
    )
    releases.publish(build, shown, desk.now)
    releases.finish(build)
