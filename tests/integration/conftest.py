"""What several modules of integration tests share."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.integration.demonstration import Demonstration, begun
from tests.integration.desk import KEY
from tests.integration.strongroom import Strongroom


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """Give the archive of the demo; nobody writes to it."""
    return begun(tmp_path_factory)


@pytest.fixture
def strongroom(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Strongroom:
    """Give an empty archive on each database, filled by hand and erased from by the command line."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", database_url)
    monkeypatch.setenv("CUTTINGS_HOME", str(home))
    monkeypatch.setenv("CUTTINGS_PSEUDONYM_KEY", KEY.decode())
    return Strongroom(engine, home)
