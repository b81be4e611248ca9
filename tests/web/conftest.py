"""What the tests of the pages share: an archive to look at, and the pages of it served."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from db.engine import open_engine
from tests.web.site import Site, served
from tests.web.stage import Stage
from web.app import create_app


@pytest.fixture
def stage(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Stage]:
    """Give an archive without runs; the queries behind the pages are tested on both databases elsewhere."""
    shutil.copyfile(migrated_sqlite, tmp_path / "cuttings.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'cuttings.db'}")
    yield Stage(engine, Settings(home=tmp_path, web_port=0))
    engine.dispose()


@pytest.fixture
def serve(stage: Stage) -> Iterator[Callable[..., Site]]:
    """Give a function that serves the stage's pages."""
    with ExitStack() as stack:

        def begin(**more: Any) -> Site:
            settings = more.pop("settings", stage.settings)
            engine = more.pop("engine", stage.engine)
            facts = {"software_version": "0.1.0", "source": stage.status} | more
            app = create_app(engine, settings, stage, **facts)
            return stack.enter_context(served(app, settings))

        yield begin


@pytest.fixture
def site(serve: Callable[..., Site]) -> Site:
    """Serve the stage's pages."""
    return serve()
