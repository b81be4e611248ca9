"""Which schema a database has, and how it comes to the one this code needs."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from core.errors import SetupError
from db.engine import writing
from db.search_tables import is_modelled

MIGRATIONS = Path(__file__).with_name("migrations")
MIGRATION_LOCK = zlib.crc32(b"cuttings migration")  # PostgreSQL's advisory locks are numbers


def head() -> str:
    """Give the revision this code needs."""
    (revision,) = _scripts().get_heads()
    return revision


def current(engine: Engine) -> str | None:
    """Give the revision a database has, None for one without any (or that does not exist yet)."""
    if _is_missing(engine):
        return None
    with engine.connect() as connection:
        return _revision(connection)


def ensure(engine: Engine) -> None:
    """Make the schema in an empty or missing database; refuse one of another version, or a foreign one."""
    if current(engine) is None:
        upgrade(engine)
    else:
        require_head(engine)


def require_head(engine: Engine) -> None:
    """Refuse a database that is not of this code's schema; the SetupError names the command that mends it."""
    if _is_missing(engine):
        raise _refusal(engine, None)
    with engine.connect() as connection:
        revision = _revision(connection)
        if revision is None:
            _refuse_foreign(connection)
    if revision != head():
        raise _refusal(engine, revision)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to ``revision`` in one transaction; SetupError for a foreign or newer database.

    Processes that do so at once take turns; the later ones find nothing left to do.
    """
    with migrating(engine) as connection:
        found = _revision(connection)
        if found is None:
            _refuse_foreign(connection)
        elif found not in _known():
            raise _refusal(engine, found)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to ``revision`` (``base``: to nothing) in one transaction."""
    with migrating(engine) as connection:
        command.downgrade(_config(connection), revision)


def check(engine: Engine) -> tuple[str, ...]:
    """Give a line for each difference between the database and the models; empty when they agree.

    SetupError when the database is not of this code's schema at all.
    """
    from db.models import Base  # not at the top: commands that only ask for the revision need no models

    require_head(engine)
    with engine.connect() as connection:
        compared = {"compare_type": True, "include_name": is_modelled}
        context = MigrationContext.configure(connection, opts=compared)
        return tuple(str(difference) for difference in compare_metadata(context, Base.metadata))


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Give a connection in the one transaction of a migration, alone among all that migrate."""
    if engine.dialect.name == "postgresql":
        with writing(engine) as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            yield connection
        return
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    # Altering a table in SQLite means copying and dropping it, which foreign keys would take as a
    # deletion; they can only be put off outside a transaction, on a connection nobody uses after.
    with engine.connect().execution_options(writes=True) as connection:
        connection.connection.execute("PRAGMA foreign_keys = OFF")
        connection.detach()
        with connection.begin():
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise SetupError(
                    f"the migration would leave {len(broken)} rows that refer to nothing; undone"
                )


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refusal(engine: Engine, revision: str | None) -> SetupError:
    """Give why a database of this revision will not do, and what mends it."""
    shown = engine.url.render_as_string(hide_password=True)
    if revision is None:
        return SetupError(
            f"the database {shown} holds no archive yet: `cuttings db upgrade` makes one, so does a crawl"
        )
    if revision in _known():
        return SetupError(
            f"the database {shown} has the older schema {revision}, this version of cuttings needs {head()}: "
            "back it up, then run `cuttings db upgrade`"
        )
    return SetupError(
        f"the database {shown} has the schema {revision}, newer than this version of cuttings knows "
        f"({head()}): upgrade cuttings to the version that made it"
    )


def _is_missing(engine: Engine) -> bool:
    """Say whether a SQLite file does not exist: to connect would make an empty one."""
    path = engine.url.database
    return engine.dialect.name == "sqlite" and bool(path) and not Path(str(path)).exists()


def _refuse_foreign(connection: Connection) -> None:
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if tables:
        shown = connection.engine.url.render_as_string(hide_password=True)
        raise SetupError(
            f"the database {shown} belongs to something else (it has the table {min(tables)}): "
            "give cuttings a database of its own with CUTTINGS_DATABASE_URL"
        )
