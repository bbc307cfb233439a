"""Pages that come from the release that is shown are what rendering them again makes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build.listings import write_listings
from build.mentor_pages import write_mentor_pages
from build.rendering import Rendering
from build.unchanged import Shown, made_of, write_shown
from mentoring.domain.listing import Listing
from tests.nightly.site import NOW, TODAY, Released, Site, files_of, job_in

CHANGES: list[Mapping[str, Any]] = [
    {"bio": {"fr": "<b>&\u2028\x85"}},
    {"areas": ("home-care", "mental-health"), "languages": ("fr", "ase")},
    {"name": "Zoé Œuvrard"},
    {"is_available": False, "accepts_requests": False},
    {"confirmed_on": TODAY - timedelta(days=9)},
    {"city": "", "province": "NU"},
]


def rendered(listings: Sequence[Listing], folder: Path, shown: Shown | None = None) -> Rendering:
    """The pages of these mentors in French, in a tree of their own."""
    (folder / "tree").mkdir(parents=True)
    write_listings(listings, folder / "listings.jsonl")
    write_shown(folder / "shown.json", shown, "words and templates")
    job = job_in(folder, "fr")
    rendering = Rendering.start(job)
    write_mentor_pages(rendering)
    return rendering


@pytest.fixture(scope="module")
def before(released: Released, tmp_path_factory: pytest.TempPathFactory) -> Rendering:
    """A release that is shown."""
    return rendered(released.expected.selection.listings, tmp_path_factory.mktemp("before"))


@settings(max_examples=4, deadline=None)
@given(
    changes=st.dictionaries(st.integers(0, 44), st.sampled_from(CHANGES), min_size=1, max_size=4),
    gone=st.sets(st.integers(0, 44), max_size=2),
    rotated=st.integers(0, 1),
)
def test_pages_that_were_taken_are_what_they_would_be(
    before: Rendering,
    tmp_path_factory: pytest.TempPathFactory,
    changes: dict[int, Mapping[str, Any]],
    gone: set[int],
    rotated: int,
) -> None:
    """Invariant 25: whoever changes, leaves or moves in the lists, the bytes are those of a whole build."""
    listings = [
        replace(each, **changes.get(n, {})) for n, each in enumerate(before.listings) if n not in gone
    ]
    listings = listings[rotated:] + listings[:rotated]
    shown = Shown(folder=before.job.tree, inputs=before.unchanged.inputs)
    taken = rendered(listings, tmp_path_factory.mktemp("taken"), shown)
    made = rendered(listings, tmp_path_factory.mktemp("made"))
    assert files_of(taken.job.tree) == files_of(made.job.tree)
    assert (taken.pages, taken.unchanged.inputs) == (made.pages, made.unchanged.inputs)
    same = [each for n, each in enumerate(before.listings) if n not in gone | changes.keys()]
    pages = [taken.job.tree / f"fr/mentors/{each.slug}/index.html" for each in same]
    assert all(page.stat().st_nlink > 1 for page in pages)


def test_every_page_is_made_of_words_templates_and_the_day(site: Site, tmp_path: Path) -> None:
    """Invariant 25: when any of them changes, or the theme's files or the address, nothing is taken."""
    told = site.with_content(tmp_path / "content").with_theme(tmp_path / "site").settings
    asked = [
        (told, "/assets/x/", TODAY),
        (told, "/assets/y/", TODAY),
        (told, "/assets/x/", TODAY + timedelta(days=1)),
        (replace(told, site_url="https://other.example.org"), "/assets/x/", TODAY),
    ]
    hashes = [made_of(*each) for each in asked]
    for file in ("content/strings/fr.toml", "content/policy.toml", "site/theme/templates/base.html"):
        (tmp_path / file).write_text((tmp_path / file).read_text("utf-8") + "\n", "utf-8")
        hashes.append(made_of(*asked[0]))
    (tmp_path / "content/fr/privacy.md").rename(tmp_path / "content/fr/private.md")
    hashes.append(made_of(*asked[0]))
    assert len(set(hashes)) == len(hashes)
    assert made_of(*asked[0]) == hashes[-1]


def test_a_build_by_day_takes_what_is_shown(site: Site) -> None:
    """A page of whom nothing changed comes from the release that is shown, until the night."""
    site.mentor(1)
    site.build()
    page = site.current / "en/mentors/robin-nguyen-1/index.html"
    made = page.read_text("utf-8")
    page.write_text(made.replace("</body>", "<!-- as it was --></body>"), "utf-8")
    site.mentor(2)
    site.build()
    assert page.read_text("utf-8").count("<!-- as it was -->") == 1
    site.build(NOW + timedelta(days=1))
    assert page.read_text("utf-8") == made
