"""What a build did, for staff: as JSON and as a page in both languages. Of mentors it says names alone."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import monotonic
from typing import Final

from build.checks.fall import FALL, gone_since
from build.listings import Selection
from build.problems import Problem
from build.targets import Manifest, Target
from mentoring.content import Content
from mentoring.domain.builds import Ending, Outcome
from mentoring.pages.addresses import LANGUAGES
from mentoring.pages.theme import environment, names
from mentoring.settings import BuildSettings

LONGEST_LIST: Final = 100  # names of a kind on the page; the JSON has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorLine:
    """A mentor in a list of the report; a reason where one is gone."""

    name: str
    slug: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs from the release before."""

    new: Sequence[MentorLine] = ()
    gone: Sequence[MentorLine] = ()
    changed: Sequence[MentorLine] = ()
    paused: Sequence[MentorLine] = ()


@dataclass(slots=True, kw_only=True)
class Report:
    """One build. Filled as it runs, written when it ends."""

    fence: int
    built_on: date
    started_at: datetime  # UTC
    outcome: Outcome = Outcome.REFUSED
    release: str = ""  # the release shown afterwards; none before the first
    problems: Sequence[Problem] = ()
    approved: str = ""  # the report of the refused build whose gone mentors a person let go
    mentors: int = 0
    members_only: int = 0  # mentors whom signed-in members alone see
    sharing: int = 0  # mentors who share identity answers with signed-in members
    pages: int = 0
    changes: Changes = field(default_factory=Changes)
    withheld: Mapping[str, int] = field(default_factory=dict)  # mentors by reason
    unreadable: Sequence[str] = ()  # records, by member id
    seconds: dict[str, float] = field(default_factory=dict)  # by step
    memory_mib: Mapping[str, int] = field(default_factory=dict)  # peaks: this process, the larger renderer

    @property
    def name(self) -> str:
        """Return the name that the report is kept under."""
        if self.outcome is Outcome.RELEASED:
            return self.release
        return f"{self.built_on:%Y%m%d}-{self.outcome}-{self.fence}"

    def ending(self, at: datetime) -> Ending:
        """Return how the build ended, for the table of builds."""
        return Ending(
            at=at,
            outcome=self.outcome,
            report=self.name,
            release=self.release,
            mentors=self.mentors,
            is_fall=any(problem.kind == FALL for problem in self.problems),
        )

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure one step of the build."""
        began = monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(monotonic() - began, 2)

    def count(self, selection: Selection, previous: Manifest | None, manifest: Manifest) -> None:
        """Note who is shown, who is not, and what changed."""
        self.mentors = len(selection.listed)
        self.members_only = len(selection.members_only)
        self.sharing = sum(bool(each.shown.identity) for each in selection.for_members)
        self.pages = sum(path.endswith(".html") for path in manifest.files)
        self.changes = _changes(selection, previous, manifest)

    def to_json(self) -> bytes:
        """Return the report as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, default=str).encode()


def gone_slugs(report: bytes | None) -> frozenset[str]:
    """Return who is gone by a report's JSON; nobody where there is no report."""
    gone = json.loads(report)["changes"]["gone"] if report else []
    return frozenset(line["slug"] for line in gone)


def write_report(report: Report, target: Target, settings: BuildSettings, content: Content | None) -> None:
    """Write the report beside the releases. Without content, which would word it, as JSON alone."""
    report.memory_mib = {
        "build": getrusage(RUSAGE_SELF).ru_maxrss // 1024,
        "renderer": getrusage(RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    target.write_report(f"{report.name}.json", report.to_json())
    if content is None:
        return
    template = environment(settings.theme_folder).get_template("build-report.html")
    for language in LANGUAGES:
        given = names(content, language, site_url=settings.site_url, assets="", today=report.built_on)
        page = template.render(given, report=report, longest_list=LONGEST_LIST)
        target.write_report(f"{report.name}.{language}.html", page.encode())


def withheld_counts(selection: Selection) -> Mapping[str, int]:
    """Return how many mentors are withheld, by reason."""
    counts = Counter(str(reason) for reason in selection.withheld.values())
    return dict(sorted(counts.items()))


def _changes(selection: Selection, previous: Manifest | None, manifest: Manifest) -> Changes:
    before = previous.shown if previous else {}
    gone = gone_since(selection, previous) if previous else {}
    new = _new(manifest, previous)
    kept = {slug: mentor for slug, mentor in manifest.shown.items() if slug not in new and slug not in gone}
    return Changes(
        new=[_line(manifest, slug) for slug in sorted(new)],
        gone=[
            MentorLine(name=before[slug].name, slug=slug, reason=reason)
            for slug, reason in sorted(gone.items())
        ],
        changed=[
            _line(manifest, slug)
            for slug, mentor in sorted(kept.items())
            if mentor.fingerprint != before[slug].fingerprint
        ],
        paused=[
            _line(manifest, slug)
            for slug, mentor in sorted(kept.items())
            if before[slug].is_available and not mentor.is_available
        ],
    )


def _new(manifest: Manifest, previous: Manifest | None) -> set[str]:
    """Return who was shown to nobody, or to members alone and now to everybody."""
    if previous is None:
        return set(manifest.shown)
    return {
        *(manifest.mentors.keys() - previous.mentors.keys()),
        *(manifest.shown.keys() - previous.shown.keys()),
    }


def _line(manifest: Manifest, slug: str) -> MentorLine:
    return MentorLine(name=manifest.shown[slug].name, slug=slug)
