"""Which schema a database has, and how it comes to the one this code needs."""

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

MIGRATIONS = Path(__file__).with_name("migrations")


def head() -> str:
    """Give the revision this code needs."""
    (revision,) = _scripts().get_heads()
    return revision


def current(engine: Engine) -> str | None:
    """Give the revision a database has, None for one without any (or that does not exist yet)."""
    if _is_missing(engine):
        return None
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def ensure(engine: Engine) -> None:
    """Make the schema in an empty or missing database; refuse one of another version, or a foreign one."""
    if current(engine) is None:
        upgrade(engine)
    else:
        require_head(engine)


def require_head(engine: Engine) -> None:
    """Refuse a database that is not of this code's schema; the SetupError names the command that mends it."""
    revision = current(engine)
    shown = engine.url.render_as_string(hide_password=True)
    if revision == head():
        return
    if revision is None:
        _refuse_foreign(engine)
        raise SetupError(
            f"the database {shown} holds no archive yet: `cuttings db upgrade` makes one, so does a crawl"
        )
    if revision in {script.revision for script in _scripts().walk_revisions()}:
        raise SetupError(
            f"the database {shown} has the older schema {revision}, this version of cuttings needs {head()}: "
            "back it up, then run `cuttings db upgrade`"
        )
    raise SetupError(
        f"the database {shown} has the schema {revision}, newer than this version of cuttings knows "
        f"({head()}): upgrade cuttings to the version that made it"
    )


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to ``revision`` in one transaction; SetupError for a foreign or newer database."""
    known = {script.revision for script in _scripts().walk_revisions()}
    if (found := current(engine)) is None:
        _refuse_foreign(engine)
    elif found not in known:
        require_head(engine)
    with _migrating(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to ``revision`` (``base``: to nothing) in one transaction."""
    with _migrating(engine) as connection:
        command.downgrade(_config(connection), revision)


def check(engine: Engine) -> tuple[str, ...]:
    """Give a line for each difference between the database and the models; empty when they agree.

    SetupError when the database is not of this code's schema at all.
    """
    from db.models import Base  # not at the top: commands that only ask for the revision need no models

    require_head(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return tuple(str(difference) for difference in compare_metadata(context, Base.metadata))


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name != "sqlite":
        with writing(engine) as connection:
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


def _is_missing(engine: Engine) -> bool:
    """Say whether a SQLite file does not exist: to connect would make an empty one."""
    path = engine.url.database
    return engine.dialect.name == "sqlite" and bool(path) and not Path(str(path)).exists()


def _refuse_foreign(engine: Engine) -> None:
    if _is_missing(engine):
        return
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if tables:
        shown = engine.url.render_as_string(hide_password=True)
        raise SetupError(
            f"the database {shown} belongs to something else (it has the table {min(tables)}): "
            "give cuttings a database of its own with CUTTINGS_DATABASE_URL"
        )
