"""Makes both trees of a build: index, pages in both languages and the files around them; for members."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from build.checks.tree import Expected
from build.listings import Selection, write_listings
from build.members_tree import write_members_tree
from build.renderers import render_all
from build.rendering import RenderJob
from build.search import write_search_index
from build.site_files import copy_assets, write_language_choice, write_robots, write_sitemap
from build.unchanged import Shown, made_of, write_shown
from mentoring.content import Content
from mentoring.pages.addresses import LANGUAGES
from mentoring.settings import BuildSettings

Step = Callable[[str], AbstractContextManager[None]]
"""Measures a named step of the build."""


def make_tree(
    settings: BuildSettings,
    content: Content,
    selection: Selection,
    work: Path,
    today: date,
    step: Step,
    shown: Shown | None = None,
) -> Expected:
    """Write the whole site under `work/tree`, what members see besides under `work/members`.

    Returns both with what they must be. What of the shown release is the same is taken from there.
    Raises BuildRefusedError.
    """
    tree, members_tree = work / "tree", work / "members"
    tree.mkdir()
    members_tree.mkdir()
    theme, site_url = settings.theme_folder, settings.site_url
    listings = selection.listings
    with step("index"):
        index_url = write_search_index(selection.arrangement, tree)
        write_members_tree(selection, content, members_tree, index_url)
    with step("render"):
        write_listings(listings, work / "listings.jsonl")
        assets = copy_assets(theme, tree)
        write_shown(work / "shown.json", shown, made_of(settings, assets, today))
        jobs = [_job(settings, language, work, assets, index_url, today) for language in LANGUAGES]
        answers = dict(zip(LANGUAGES, render_all(jobs), strict=True))
        write_language_choice(content, theme, tree, {"site_url": site_url, "assets": assets, "today": today})
        write_sitemap(tree, site_url, list(answers.values()))
        write_robots(tree, site_url)
    return Expected(
        tree=tree,
        members_tree=members_tree,
        content=content,
        selection=selection,
        answers=answers,
        site_url=site_url,
        index_url=index_url,
    )


def _job(
    settings: BuildSettings, language: str, work: Path, assets: str, index_url: str, today: date
) -> RenderJob:
    return RenderJob(
        language=language,
        content_folder=settings.content_folder,
        theme_folder=settings.theme_folder,
        tree=work / "tree",
        listings=work / "listings.jsonl",
        answer=work / f"answer-{language}.json",
        shown=work / "shown.json",
        site_url=settings.site_url,
        assets=assets,
        index_url=index_url,
        today=today,
    )
