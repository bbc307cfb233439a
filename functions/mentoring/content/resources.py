"""Checks content/resources/: both languages of everything, readable captions (MOD-1, MOD-27)."""

import re
from pathlib import Path

from mentoring.content.tables import LANGUAGES
from mentoring.domain.preparation import TASKS, Kind

TIMES = re.compile(r"((?:\d+:)?\d\d:\d\d\.\d{3}) --> ((?:\d+:)?\d\d:\d\d\.\d{3})")


def captions_file(folder: Path, name: str, spoken: str, language: str) -> Path:
    """Return the captions, in a language, of the recording in which another or the same one is spoken."""
    return folder / "captions" / spoken / f"{name}.{language}.vtt"


def resource_problems(folder: Path) -> list[str]:
    """Return what is wrong with the members' resources, each as `file:line: what to do`."""
    written = {language: {file.name for file in (folder / language).glob("*.md")} for language in LANGUAGES}
    needed = set().union(*written.values(), (f"{task.name}.md" for task in TASKS))
    problems = [
        f"{language}/{name}:0: the file is missing: a resource stands in both languages"
        for language, names in written.items()
        for name in sorted(needed - names)
    ]
    webinars = [task.name for task in TASKS if task.kind is Kind.WEBINAR]
    files = [
        captions_file(folder, name, spoken, language)
        for name in webinars
        for spoken in LANGUAGES
        for language in LANGUAGES
    ]
    problems += [problem for file in files for problem in _wrong_with(file)]
    return [f"{folder.name}/{problem}" for problem in problems]


def _wrong_with(file: Path) -> list[str]:
    """Return what a browser would stumble over in captions (WebVTT, W3C)."""
    here = f"captions/{file.parent.name}/{file.name}"
    if not file.is_file():
        return [f"{here}:0: the file is missing: each recording has captions in both languages"]
    lines = file.read_text("utf-8").splitlines()
    wrong = [] if lines and lines[0] == "WEBVTT" else [f"{here}:1: begin with a line that says WEBVTT"]
    ended, cues = 0.0, 0
    for number, line in enumerate(lines, 1):
        if "-->" not in line:
            continue
        cues += 1
        times = TIMES.fullmatch(line)
        starts, ends = map(_seconds, times.groups()) if times else (0.0, 0.0)
        if not times or not ended <= starts < ends:
            wrong.append(f"{here}:{number}: write `00:01.000 --> 00:04.500`, each after the one before")
        if number == len(lines) or not lines[number].strip():
            wrong.append(f"{here}:{number}: write below it what is said")
        ended = ends
    return wrong if cues else [*wrong, f"{here}:0: no captions: add some"]


def _seconds(time: str) -> float:
    seconds = 0.0
    for part in time.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds
