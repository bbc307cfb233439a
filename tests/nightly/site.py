"""A member database and a site to build from it, for the tests of the nightly build."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from build.checks.tree import Expected
from build.listings import read_selection
from build.nightly import run_nightly
from build.rendering import RenderJob
from build.report import Report
from build.tree import make_tree
from mentoring.content import Content
from mentoring.domain.membership import Membership
from mentoring.domain.profile import Acknowledgement, Audience, Consent, Profile
from mentoring.settings import BuildSettings, StorageSettings
from mentoring.storage.memberships import MembershipStore
from mentoring.storage.profiles import ProfileStore
from tests.storage.people import change, membership, profile

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
GIVEN_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
IDENTITY = {
    "race": ("black",),
    "orientation": ("heterosexual",),
    "gender": ("two-spirit",),
    "ethnicity": ("acadian",),
}


def acknowledged(content: Content) -> dict[str, Acknowledgement]:
    """Every document, in the version in force."""
    return {
        document.id: Acknowledgement(
            document=document.id, version=document.current(TODAY), language="en", given_at=GIVEN_AT
        )
        for document in content.policy.documents
    }


def consents(
    listing: Audience = Audience.PUBLIC, *, given_at: datetime = GIVEN_AT, **identity: Audience
) -> Mapping[str, Consent]:
    """Who may see the listing, and which identity field."""
    return {
        subject: Consent(
            subject=subject, audience=audience, given_at=given_at, wording_version="2026-01", language="en"
        )
        for subject, audience in {"listing": listing, **identity}.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One member database and the folder that its site is released to."""

    settings: BuildSettings
    content: Content

    @property
    def folder(self) -> Path:
        """Where releases go."""
        assert isinstance(self.settings.target, Path)
        return self.settings.target

    @property
    def current(self) -> Path:
        """The tree that is shown."""
        return self.folder / "current"

    @property
    def members(self) -> Path:
        """The tree of that release that signed-in members alone see."""
        return self.folder.with_name(f"members-{self.folder.name}") / "current"

    def mentor(self, number: int, *, member: Mapping[str, Any] | None = None, **changes: Any) -> Profile:
        """Store a mentor whom the public may see, with what a test changes; return the profile."""
        member_id = f"M-{number:06}"
        named = {"given_name": "Robin", "family_name": f"Nguyen {number}"}
        person = membership(member_id, **named | dict(member or {}))
        return self.store(person, self.profile(number, **changes))

    def profile(self, number: int, **changes: Any) -> Profile:
        """A profile that nothing keeps from being public."""
        fields = {
            "slug": f"robin-nguyen-{number}",
            "identity": {},
            "consents": consents(),
            "acknowledgements": acknowledged(self.content),
            "is_available": True,
            "returns_on": None,
        }
        return profile(f"M-{number:06}", **fields | changes)

    def store(self, person: Membership, mentor: Profile) -> Profile:
        """Put a membership and a profile into the database."""
        MembershipStore.connect(self.settings.storage).put([person])
        profiles = ProfileStore.connect(self.settings.storage)
        profiles.save(mentor, profiles.get(mentor.member_id), change())
        return mentor

    def build(self, now: datetime = NOW, *, allow_fall: bool = False, resume: bool = False) -> Report:
        """Run the nightly build."""
        return run_nightly(self.settings, now, allow_fall, resume=resume)

    def with_content(self, folder: Path) -> "Site":
        """The same site from a copy of the content, which a test may spoil."""
        shutil.copytree(ROOT / "content", folder)
        return replace(self, settings=replace(self.settings, content_folder=folder))

    def with_theme(self, folder: Path) -> "Site":
        """The same site with a copy of the theme, which a test may spoil."""
        shutil.copytree(ROOT / "site", folder)
        return replace(self, settings=replace(self.settings, theme_folder=folder / "theme"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """One release with mentors of every kind, for tests that only read it."""

    site: Site
    report: Report
    shown: set[str]
    expected: Expected  # the same tree once more, for the checks

    @property
    def tree(self) -> Path:
        """The tree that is shown."""
        return self.site.current


def release_everybody(site: Site, work: Path) -> Released:
    """Store mentors of every kind, 45 of them public, and build."""
    shown = {site.mentor(1, wants_search_engines=True, identity=IDENTITY).slug}
    ages = tuple(reversed(site.content.vocabularies["client-ages"].terms))
    shown.add(site.mentor(2, wants_search_engines=False, client_ages=ages).slug)
    shown.add(
        site.mentor(3, wants_search_engines=False, is_available=False, returns_on=date(2027, 2, 1)).slug
    )
    for number in range(4, 46):
        shown.add(site.mentor(number, wants_search_engines=False, areas=("mental-health",)).slug)
    site.mentor(90, opted_out_on=date(2026, 10, 1))
    site.mentor(91, consents=consents(Audience.MEMBERS))
    site.mentor(92, acknowledgements={})
    site.mentor(93, consents={})
    report = site.build()
    storage = site.settings.storage
    selection = read_selection(
        ProfileStore.connect(storage), MembershipStore.connect(storage), site.content, TODAY
    )
    expected = make_tree(site.settings, site.content, selection, work, TODAY, report.step)
    return Released(site=site, report=report, shown=shown, expected=expected)


def make_site(storage: StorageSettings, content: Content, folder: Path) -> Site:
    """A site from the real content and theme."""
    settings = BuildSettings(
        storage=storage,
        content_folder=ROOT / "content",
        theme_folder=ROOT / "site/theme",
        site_url="https://mentors.example.org",
        target=folder,
    )
    return Site(settings=settings, content=content)


def files_of(tree: Path) -> dict[str, bytes]:
    """Every file of a tree, by path."""
    return {
        file.relative_to(tree).as_posix(): file.read_bytes()
        for file in sorted(tree.rglob("*"))
        if file.is_file()
    }


def job_in(folder: Path, language: str, **changes: Any) -> RenderJob:
    """A job for one language with all its files in a folder, of the project's own content and theme."""
    return replace(
        RenderJob(
            language=language,
            content_folder=ROOT / "content",
            theme_folder=ROOT / "site/theme",
            tree=folder / "tree",
            listings=folder / "listings.jsonl",
            answer=folder / "answer.json",
            shown=folder / "shown.json",
            site_url="https://mentors.example.org",
            assets="/assets/x/",
            index_url="/data/x.json",
            today=TODAY,
        ),
        **changes,
    )
