"""What one language's run of the renderer is told, holds and answers."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self, cast

from jinja2 import Environment
from jinja2.runtime import Macro

from build.addresses import BrowseLink, browse_links
from build.folding import MADE, WORDING, FoldingCompiler
from build.listings import read_listings
from build.skeleton import Skeleton
from build.unchanged import Unchanged, fingerprint
from mentoring.content import Wording, load_content
from mentoring.domain.listing import Listing
from mentoring.pages.theme import environment, names

SAID_AGAIN: Final = 4096  # answers kept of each name: thousands of pages ask for them in the same words


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderJob:
    """One language of one build. Its file is the only thing the renderer is given."""

    language: str
    content_folder: Path
    theme_folder: Path
    tree: Path
    listings: Path  # JSON lines, in the day's order
    answer: Path  # where a RenderAnswer is written
    shown: Path  # what may be taken from the release that is shown; it may be missing
    site_url: str
    assets: str
    index_url: str
    today: date

    def write(self, file: Path) -> None:
        """Write the job as JSON."""
        file.write_text(json.dumps({name: str(getattr(self, name)) for name in self.__slots__}), "utf-8")

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a job that `write` wrote."""
        told: dict[str, Any] = json.loads(file.read_text("utf-8"))
        for name in ("content_folder", "theme_folder", "tree", "listings", "answer", "shown"):
            told[name] = Path(told[name])
        return cls(**told | {"today": date.fromisoformat(told["today"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderAnswer:
    """What was rendered, or the page that could not be and why."""

    pages: Sequence[tuple[str, bool]] = ()  # address, and whether search engines may list it
    references: Sequence[Sequence[str]] = ()  # pages of made-up mentors, in no tree
    inputs: Mapping[str, str] = field(default_factory=dict)  # what the next build may take pages by
    failed_page: str = ""
    failure: str = ""

    def write(self, file: Path) -> None:
        """Write the answer as JSON."""
        file.write_text(json.dumps({name: getattr(self, name) for name in self.__slots__}), "utf-8")

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read an answer that `write` wrote."""
        return cls(**json.loads(file.read_text("utf-8")))


class Kept:
    """Calls a template's macro once for what it is given: it makes the same of that on every page."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, tuple[Any, ...]], str] = {}

    def __call__(self, macro: Macro, *given: Any) -> str:
        """Return what the macro makes."""
        key = (macro.name, given)
        if key not in self._kept:
            self._kept[key] = macro(*given)
        return self._kept[key]


class Cards(dict[str, str]):
    """Each mentor's card by slug, made when the first list shows it."""

    def __init__(self, listings: Sequence[Listing], card: Callable[[Listing], str]) -> None:
        super().__init__()
        self._listings = {listing.slug: listing for listing in listings}
        self._card = card

    def __missing__(self, slug: str) -> str:
        """Make a card."""
        self[slug] = card = self._card(self._listings[slug])
        return card


@dataclass(slots=True, kw_only=True)
class Rendering:
    """One run: what it renders with, where it is, what it has written."""

    job: RenderJob
    environment: Environment
    wording: Wording
    listings: Sequence[Listing]
    fingerprints: Mapping[str, str]  # by slug, a hash of all that a listing says
    browse: Mapping[str, Sequence[BrowseLink]]
    browse_links: Callable[[Sequence[BrowseLink], str], str]  # the macro of components/browse-links.html
    cards: Cards  # each mentor stands on several lists
    per_page: int
    skeleton: Skeleton  # of the pages below `mentors`
    unchanged: Unchanged
    page: str = "pelican"  # what is being rendered, for the message when it fails
    pages: list[tuple[str, bool]] = field(default_factory=list)
    references: list[list[str]] = field(default_factory=list)

    @classmethod
    def start(cls, job: RenderJob) -> Self:
        """Load what the job names. Raises ContentError."""
        content = load_content(job.content_folder)
        wording = Wording(content, job.language)
        listings = read_listings(job.listings)
        lines = job.listings.read_bytes().splitlines()
        browse = browse_links(listings, wording)
        jinja = environment(job.theme_folder)
        given: dict[str, Any] = names(
            content, job.language, site_url=job.site_url, assets=job.assets, today=job.today
        )
        given |= {name: lru_cache(SAID_AGAIN)(given[name]) for name in WORDING}
        jinja.globals.update(given, kept=Kept(), **{MADE: {}})
        jinja.code_generator_class = FoldingCompiler
        return cls(
            job=job,
            environment=jinja,
            wording=wording,
            listings=listings,
            fingerprints={
                listing.slug: fingerprint(line) for listing, line in zip(listings, lines, strict=True)
            },
            browse=browse,
            browse_links=macro(jinja, "browse-links", "browse_links"),
            cards=Cards(listings, macro(jinja, "card", "card")),
            per_page=content.policy.directory_on(job.today).shown_per_page,
            skeleton=Skeleton(jinja, job.site_url, job.language, "mentors"),
            unchanged=Unchanged.read(job.shown),
        )

    @property
    def of_everybody(self) -> dict[str, Any]:
        """Return names that tell of all mentors; pages that may be taken from before must not know them."""
        return {"browse": self.browse, "total": sum(listing.is_available for listing in self.listings)}


def macro(environment: Environment, component: str, name: str) -> Callable[..., str]:
    """Return a macro of one of the templates' components, to be called by itself."""
    return cast(
        "Callable[..., str]", getattr(environment.get_template(f"components/{component}.html").module, name)
    )
