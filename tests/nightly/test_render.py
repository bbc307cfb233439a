"""Pages that cannot be rendered: the build names the page and the reason, and publishes nothing."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from build.listings import write_listings
from build.problems import BuildRefusedError
from build.renderers import render_all
from build.rendering import RenderJob
from tests.nightly.site import Released, job_in


@pytest.fixture
def job(released: Released, tmp_path: Path) -> RenderJob:
    """A job for English with two mentors, from copies of content and theme that a test may spoil."""
    site = released.site.with_content(tmp_path / "content").with_theme(tmp_path / "site")
    (tmp_path / "tree").mkdir()
    write_listings(released.expected.selection.listings[:2], tmp_path / "listings.jsonl")
    return job_in(
        tmp_path,
        "en",
        content_folder=site.settings.content_folder,
        theme_folder=site.settings.theme_folder,
    )


def failure(job: RenderJob) -> tuple[str, str]:
    """The page and the reason that the render is refused with."""
    with pytest.raises(BuildRefusedError) as refused:
        render_all([job])
    (problem,) = refused.value.problems
    assert problem.kind == "template"
    return problem.page, problem.detail


def append(file: Path, text: str) -> None:
    """Put a text at the end of a file."""
    file.write_text(file.read_text() + text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ no_such_name }}", "no_such_name"),
        ("{{ facilitated.no_such_number }}", "no_such_number"),
        ("{{ t('no.such.key') }}", "no.such.key"),
        ("{% if %}", "line"),
        ("{% include 'no-such.html' %}", "no-such.html"),
    ],
)
def test_a_body_that_cannot_be_rendered(job: RenderJob, text: str, reason: str) -> None:
    """SAF-4: an undefined name, a missing text or a broken tag in a page is named with its file."""
    append(job.content_folder / "en/questions.md", f"\n\n{text}\n")
    page, detail = failure(job)
    assert page == "content/en/questions.md"
    assert reason in detail


@pytest.mark.parametrize(
    ("template", "page"), [("mentor.html", "/en/mentors/robin-nguyen-"), ("page.html", "/en/")]
)
def test_a_template_that_cannot_be_rendered(job: RenderJob, template: str, page: str) -> None:
    """SAF-4: an undefined name in a template is named with the page that it was rendered for."""
    file = job.theme_folder / "templates" / template
    file.write_text(file.read_text().replace("{% block content %}", "{% block content %}{{ no_such_name }}"))
    failed_page, detail = failure(job)
    assert failed_page.startswith(page)
    assert "no_such_name" in detail


def test_two_pages_at_one_address(job: RenderJob) -> None:
    """SAF-4: a page of staff's at the directory's address ends the build."""
    (job.content_folder / "en/mentors.md").write_text("Title: x\nSummary: y\n\nz\n")
    page, detail = failure(job)
    assert page == "/en/mentors/"
    assert "FileExists" in detail


def test_a_page_without_a_summary(job: RenderJob) -> None:
    """A page's head must have what lists and search engines show of it."""
    file = job.content_folder / "en/questions.md"
    file.write_text(re.sub(r"Summary:.*\n", "", file.read_text()))
    assert "Summary" in failure(job)[1]


def test_names_from_the_database_are_never_markup(job: RenderJob, released: Released) -> None:
    """What mentors write is text on every page that shows it."""
    hostile = replace(released.expected.selection.listings[0], name="<b>&{{ x }}", city='"><script>')
    write_listings([hostile], job.listings)
    render_all([job])
    for file in job.tree.rglob("*.html"):
        text = file.read_text()
        assert "<b>&" not in text
        assert '"><script>' not in text
    assert "&lt;b&gt;&amp;{{ x }}" in (job.tree / f"en/mentors/{hostile.slug}/index.html").read_text()
