"""What all tests share: a scrubbed environment, and real databases of both kinds, new for each test."""

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

KINDS = ("sqlite", "postgresql")
PROGRAMS = ".ci/programs"  # installs what tests run and pip does not bring; skipped tests name it
_numbers = count(1)


def pytest_configure() -> None:
    """Let Ctrl-C reach what tests start, also where this runs behind an ``&``: shells ignore it there."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many faults the crawls survived (tests/integration/test_killed.py), and what was not seen."""
    survived: Counter[str] = Counter()
    passed = {report.nodeid for report in terminalreporter.getreports("passed")}
    for report in terminalreporter.getreports(""):  # those of the tests' beginnings and ends
        if report.when == "teardown" and report.nodeid in passed:
            survived.update(dict(report.user_properties).get("faults survived", {}))
    if survived:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(survived.items()))
        terminalreporter.write_line(f"{survived.total()} faults survived: {kinds}")
    skipped = [str(report.longrepr) for report in terminalreporter.getreports("skipped")]
    if unseen := sum(PROGRAMS in reason for reason in skipped):
        said = f"NO BROWSER OR NO R WAS FOUND: {unseen} tests were skipped; {PROGRAMS} installs them (root)"
        terminalreporter.write_sep("!", said, red=True, bold=True)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own settings out of the tests."""
    for name in os.environ:
        if name.startswith("CUTTINGS_") or name == "COLUMNS":  # a terminal's width, or a test worker's
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a real PostgreSQL in a folder of its own; give the address of its maintenance database."""
    from tests.integration.postgresql import begun, folder

    place = folder()
    server = begun(place)
    try:
        address = server.get_uri(driver="psycopg")
        engine = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            # Nobody pulls the plug on a test: not waiting for the disk makes databases in half the time.
            for setting in ("fsync = off", "full_page_writes = off", "max_wal_size = '256MB'"):
                connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            connection.execute(text("SELECT pg_reload_conf()"))
        yield address
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def new_postgresql(postgresql_server: str) -> Iterator[Callable[[str], str]]:
    """Give a function that makes a database (a copy of ``template``) and gives its address."""
    engine = create_engine(postgresql_server, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def make(template: str = "template0") -> str:
        name = f"cuttings_{os.getpid()}_{next(_numbers)}"
        with engine.connect() as connection:
            # Copied file by file: in half the time that the default takes, which logs each page.
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        return make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)

    yield make
    engine.dispose()


@pytest.fixture(scope="session")
def drop_postgresql(postgresql_server: str) -> Iterator[Callable[[str], None]]:
    """Give a function that drops the database of an address: hundreds of them fill a disk."""
    engine = create_engine(postgresql_server, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def drop(url: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)"))

    yield drop
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgresql(new_postgresql: Callable[..., str]) -> str:
    """Give the name of a PostgreSQL database with today's schema, to be copied."""
    from db import schema
    from db.engine import open_engine

    url = new_postgresql()
    engine = open_engine(url)
    schema.upgrade(engine)
    engine.dispose()  # a database in use cannot be copied
    return str(make_url(url).database)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file with today's schema, to be copied."""
    from db import schema
    from db.engine import open_engine

    path = tmp_path_factory.mktemp("template") / "cuttings.db"
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without anything in it, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty' / 'cuttings.db'}"
        return
    drop = request.getfixturevalue("drop_postgresql")
    url: str = request.getfixturevalue("new_postgresql")()
    yield url
    drop(url)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database with today's schema and no rows, of each kind in turn."""
    if request.param == "sqlite":
        path = tmp_path / "cuttings.db"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("migrated_postgresql")
    drop = request.getfixturevalue("drop_postgresql")
    url: str = request.getfixturevalue("new_postgresql")(template)
    yield url
    drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Give an engine on a database with today's schema and no rows, of each kind in turn."""
    from db.engine import open_engine

    opened = open_engine(database_url)
    yield opened
    opened.dispose()
