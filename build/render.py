"""Renders one language with Pelican: `python -m build.render JOB.json`, a process of its own.

Pelican keeps globals, and a Lambda has no semaphores for a pool of processes; a plain subprocess a language
needs neither. Warnings and errors are both fatal: an unreadable page must never be left out in silence.
"""

import io
import logging
import sys
from pathlib import Path
from typing import Any

import pelican.log
from jinja2 import TemplateSyntaxError
from pelican import Pelican, signals
from pelican.contents import Page
from pelican.generators import ArticlesGenerator, Generator
from pelican.settings import read_settings

from build.bodies import PageReader
from build.mentor_pages import MentorPages
from build.rendering import RenderAnswer, Rendering, RenderJob
from mentoring.pages.addresses import twin_of
from mentoring.pages.theme import page_names


class FirstComplaint(logging.Handler):
    """Keeps the first warning or error that Pelican logs, with the exception it was about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record if it is the first."""
        error = sys.exception()
        reason = f" ({_reason(error)})" if error else ""
        self.text = self.text or record.getMessage() + reason


def run(job: RenderJob) -> RenderAnswer:
    """Render one language in this process; what fails is the answer, with its page."""
    complaint = FirstComplaint()
    pelican.log.console.file = io.StringIO()  # its closing line of statistics tells nobody anything
    pelican.log.init(level=logging.WARNING, fatal="warnings", handler=complaint)
    rendering = Rendering.start(job)
    signals.generator_init.connect(_use_one_environment)
    signals.get_generators.connect(_mentor_pages)
    signals.page_generator_write_page.connect(_name_page)
    try:
        Pelican(read_settings(str(job.theme_folder.parent / "pelicanconf.py"), _settings(rendering))).run()
    except Exception as error:  # noqa: BLE001 - whatever stops a page is reported with the page's name
        return RenderAnswer(failed_page=rendering.page, failure=complaint.text or _reason(error))
    return RenderAnswer(
        pages=rendering.pages, references=rendering.references, inputs=rendering.unchanged.inputs
    )


def _settings(rendering: Rendering) -> dict[str, Any]:
    job = rendering.job
    return {
        # Pelican takes a relative path from the settings file's folder, not from where the build runs.
        "PATH": str(job.content_folder.resolve()),
        "PAGE_PATHS": [job.language],
        "OUTPUT_PATH": str(job.tree.resolve()),
        "THEME": str(job.theme_folder.resolve()),
        "DEFAULT_LANG": job.language,
        "SITEURL": job.site_url,
        "READERS": {"md": PageReader, "html": None, "rst": None},
        "RENDERING": rendering,
    }


def _use_one_environment(generator: Generator) -> None:
    # Each generator comes with an environment of its own: without escaping, without our names. The articles'
    # keeps it: we have none, but it asks for Pelican's own templates before it finds that out.
    if not isinstance(generator, ArticlesGenerator):
        generator.env = generator.settings["RENDERING"].environment


def _mentor_pages(_: Pelican) -> type[Generator]:
    return MentorPages


def _name_page(generator: Generator, content: Page) -> None:
    rendering: Rendering = generator.settings["RENDERING"]
    rendering.page = path = f"/{content.url}"
    rendering.pages.append((path, not path.endswith(".html")))
    own = page_names(rendering.job.site_url, path, twin_of(path))
    generator.context.update(own | rendering.of_everybody)


def _reason(error: BaseException) -> str:
    line = (
        f", line {error.lineno} of {error.name or 'the page'}"
        if isinstance(error, TemplateSyntaxError)
        else ""
    )
    return f"{type(error).__name__}: {error}{line}"


def main() -> int:
    """Render the job that the command line names; return the exit status."""
    job = RenderJob.read(Path(sys.argv[1]))
    answer = run(job)
    answer.write(job.answer)
    return 1 if answer.failure else 0


if __name__ == "__main__":
    sys.exit(main())
