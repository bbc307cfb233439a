"""Starts the renderers, one process a language at once, and waits for their answers."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from build.environment import environment
from build.problems import BuildRefusedError, Problem
from build.rendering import RenderAnswer, RenderJob


def render_all(jobs: Sequence[RenderJob]) -> list[RenderAnswer]:
    """Render every language at once, each in its process. Raises BuildRefusedError with page and reason."""
    with ExitStack() as stack:
        running = [(job, stack.enter_context(_running(job))) for job in jobs]
        answers = [_finished(job, process) for job, process in running]
    if problems := [Problem(each.failed_page, "template", each.failure) for each in answers if each.failure]:
        raise BuildRefusedError(problems)
    return answers


@contextmanager
def _running(job: RenderJob) -> Iterator["subprocess.Popen[bytes]"]:
    """A renderer that does not outlive its build: one that is stopped must leave nobody writing."""
    with _start(job) as process:
        try:
            yield process
        finally:
            process.kill()  # does nothing to one that has ended


def _start(job: RenderJob) -> "subprocess.Popen[bytes]":
    file = job.answer.with_suffix(".job.json")
    job.write(file)
    command = [sys.executable, "-m", "build.render", str(file)]
    return subprocess.Popen(  # noqa: S603 - our own module
        command,
        env=environment() | {"PYTHONHASHSEED": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _finished(job: RenderJob, process: "subprocess.Popen[bytes]") -> RenderAnswer:
    _, complaint = process.communicate()
    if job.answer.exists():
        return RenderAnswer.read(job.answer)
    last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"exit {process.returncode}"]
    return RenderAnswer(failed_page=f"/{job.language}/", failure=last[0])
