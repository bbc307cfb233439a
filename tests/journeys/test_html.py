"""The HTML of every kind of page is valid."""

import json
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
HTML_VALIDATE = "node_modules/html-validate/bin/html-validate.mjs"
KINDS = {
    "the choice of language": "index.html",
    "pages": "??/*/index.html",
    "home": "??/index.html",
    "missing": "??/4??.html",
    "areas": "??/mentors/area/[a-h]*/index.html",
    "provinces": "??/mentors/province/*/index.html",
    "languages": "??/mentors/language/[a-f]*/index.html",
    "mentors": "??/mentors/[a-d]*/index.html",
}


@pytest.mark.parametrize("pattern", KINDS.values(), ids=KINDS)
@pytest.mark.usefixtures("site_url")
def test_the_html_is_valid(state: Path, tmp_path: Path, pattern: str) -> None:
    """MOD-27: html-validate finds no error in pages of this kind, in either language."""
    pages = [str(path) for path in sorted((state / "site" / "current").resolve().glob(pattern))]
    assert pages
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
