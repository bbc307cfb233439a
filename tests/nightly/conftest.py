"""What the tests of the nightly build use."""

from pathlib import Path

import pytest

from infrastructure.local.database import embedded_database
from mentoring.content import Content
from mentoring.settings import StorageSettings
from tests.nightly.site import Released, Site, make_site, release_everybody


@pytest.fixture
def site(database: StorageSettings, content: Content, tmp_path: Path) -> Site:
    """An empty member database and a folder to release to."""
    return make_site(database, content, tmp_path / "site")


@pytest.fixture(scope="session")
def released(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """A release with mentors of every kind; tests read it and change nothing."""
    folder = tmp_path_factory.mktemp("released")
    with embedded_database(folder) as storage:
        return release_everybody(make_site(storage, content, folder / "site"), folder)
