"""Which folder is a state, and which is not."""

from pathlib import Path

import pytest

from infrastructure.local.__main__ import main


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
