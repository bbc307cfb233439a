"""Which folder is a state, and which is not."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from infrastructure.local.__main__ import main
from infrastructure.local.jobs import forget_reports
from infrastructure.local.state import write_whole
from mentoring.gateways.objects import Folder


def test_an_empty_state_is_the_usual_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SAF-4: `STATE= make reset` in a checkout forgets .local/, never the checkout's own site/."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATE", "")
    kept = [tmp_path / "site", tmp_path / "uv.lock"]
    kept[0].mkdir()
    kept[1].touch()
    (tmp_path / ".local/mail").mkdir(parents=True)
    assert main(["reset", "--yes"]) == 0
    assert all(path.exists() for path in kept)
    assert not (tmp_path / ".local/mail").exists()


def test_a_checkout_is_no_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SAF-4: `make reset STATE=.` in a checkout is wrong usage and forgets nothing."""
    monkeypatch.setenv("STATE", str(tmp_path))
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "site").mkdir()
    with pytest.raises(SystemExit) as wrong_usage:
        main(["reset", "--yes"])
    assert wrong_usage.value.code == 2
    assert (tmp_path / "site").exists()


def _write_object(file: Path, text: str) -> None:
    Folder(file.parent).write(file.name, text.encode())


@pytest.mark.parametrize("write", [write_whole, _write_object])
def test_a_file_is_whole_whichever_thread_writes_it(
    tmp_path: Path, write: Callable[[Path, str], None]
) -> None:
    """SAF-4: threads of one process write one file at once: whoever reads finds one of their texts, whole."""
    file = tmp_path / "noted.json"
    texts = [json.dumps([number] * 5_000) for number in range(8)]
    write(file, texts[0])
    with ThreadPoolExecutor(8) as pool:
        writing = [pool.submit(write, file, text) for text in texts * 8]
        while not all(each.done() for each in writing):
            assert file.read_text("utf-8") in texts
    assert [each.exception() for each in writing if each.exception()] == []
    assert [path.name for path in tmp_path.iterdir()] == ["noted.json"]


def test_reports_are_forgotten_as_in_the_cloud(tmp_path: Path) -> None:
    """SAF-1: a report names who left; it goes with the backups, of a release or of a refused build."""
    old = ["20261017-abc-1.json", "20261017-abc-1.fr.html", "20261016-refused-2.json"]
    kept = ["20261018-abc-3.json", "20261122-unchanged-4.en.html"]
    for name in (*old, *kept):
        (tmp_path / name).touch()
    forget_reports(tmp_path, date(2026, 11, 22))
    assert sorted(path.name for path in tmp_path.iterdir()) == kept
