"""The HTML of every kind of page is valid."""

import json
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
HTML_VALIDATE = "node_modules/html-validate/bin/html-validate.mjs"
KINDS = (
    "index.html",  # the choice of language
    "??/*/index.html",
    "??/index.html",
    "??/4??.html",
    "??/mentors/area/[a-h]*/index.html",
    "??/mentors/province/*/index.html",
    "??/mentors/language/[a-f]*/index.html",
    "??/mentors/[a-d]*/index.html",
)


@pytest.mark.usefixtures("site_url")
def test_the_html_is_valid(state: Path, tmp_path: Path) -> None:
    """MOD-27: html-validate finds no error in pages of any kind, in either language."""
    release = (state / "site" / "current").resolve()
    kinds = [sorted(release.glob(pattern)) for pattern in KINDS]
    assert all(kinds)
    pages = sorted({str(path) for paths in kinds for path in paths})
    command = ["node", HTML_VALIDATE, "--config=.htmlvalidate.json", "--formatter=json", *pages]
    # Into a file: node ends before a long answer has gone through a pipe.
    with (tmp_path / "answer.json").open("w") as answer:
        subprocess.run(command, cwd=TESTS, stdout=answer, check=False)
    found = [
        f"{Path(page['filePath']).parent.name}:{each['line']}: {each['ruleId']}: {each['message']}"
        for page in json.loads((tmp_path / "answer.json").read_text("utf-8"))
        for each in page["messages"]
    ]
    assert not found, "\n".join(found[:20])
