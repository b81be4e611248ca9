"""The queue's own schema in PostgreSQL: an Alembic revision makes it, the library's SQL fills it.

Procrastinate is an extra, and its tables are its own: so what it ships is applied at its version, and
the schema's comment says how far (its migrations' names sort by version).
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from core.errors import SetupError
from db.schema import migrating

SCHEMA = "procrastinate"
OURS = "cuttings queue"
"""What the schema's comment begins with; the newest of the library's migrations follows."""

_INSTALL = "install the extra on this machine: pip install 'cuttings[cluster]'"


@dataclass(frozen=True, kw_only=True, slots=True)
class _State:
    """How far the queue is; ``reached`` is empty while it holds nothing of the library's."""

    exists: bool
    ours: bool
    reached: str
    filled: bool


def require(engine: Engine) -> None:
    """Return once the queue can be used: filled where it is empty, refused where its version differs.

    SetupError names what is missing: PostgreSQL, the extra, a right, or the command that upgrades.
    """
    if engine.dialect.name != "postgresql":
        raise SetupError(
            "a queue for several machines needs PostgreSQL: set CUTTINGS_DATABASE_URL to "
            "postgresql+psycopg://USER:PASSWORD@HOST/NAME on all of them, or CUTTINGS_EXECUTOR=local"
        )
    if not _installed():
        raise SetupError(f"the queue's library is missing: {_INSTALL}")
    with engine.connect() as connection:
        state = _state(connection)
    newest = _newest()
    if not state.filled:
        upgrade(engine)
    elif not state.ours:
        raise _foreign()
    elif state.reached < newest:
        raise SetupError(
            f"the queue in the database is of {_of(state.reached)}, the installed procrastinate needs "
            f"{_of(newest)}: stop all workers, then run `cuttings db upgrade`"
        )
    elif state.reached > newest:
        raise SetupError(
            f"the queue in the database is of {_of(state.reached)}, newer than the installed procrastinate "
            f"knows ({_of(newest)}): install the version the other machines have"
        )


def upgrade(engine: Engine) -> str | None:
    """Bring the queue up to what the installed library needs; give that version where it did something.

    Does nothing where there is no queue to be had: on SQLite, or without the extra. Processes that do
    so at once take turns.
    """
    if engine.dialect.name != "postgresql" or not _installed():
        return None
    reached = None
    try:
        while (step := _step(engine)) is not None:
            reached = step
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":  # insufficient_privilege
            raise
        raise SetupError(
            f"the database user may not make the queue's schema: as the database's owner run "
            f'`CREATE SCHEMA {SCHEMA} AUTHORIZATION "{engine.url.username}"`, then try again'
        ) from error
    return _of(reached) if reached else None


def _step(engine: Engine) -> str | None:
    """Apply what comes next, the whole or one migration; give its name, None where nothing is left.

    Each in a transaction of its own: a word that one adds to a type cannot be used before it is committed.
    """
    with migrating(engine) as connection:
        state = _state(connection)
        if state.filled and not state.ours:
            raise _foreign()
        left = [path for path in _migrations() if path.stem > state.reached]
        if not left:
            return None
        if not state.exists:
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))  # the library's names are unqualified
        step = left[0] if state.filled else left[-1]
        script = step.read_text(encoding="utf-8") if state.filled else _whole()
        # Through the driver: SQLAlchemy would take the %s of the library's messages for parameters.
        connection.connection.cursor().execute(script)
        connection.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS '{OURS} {step.stem}'"))
        return step.stem


def _state(connection: Connection) -> _State:
    query = text(
        "SELECT to_regnamespace(:schema) IS NOT NULL AS exists, to_regclass(:jobs) IS NOT NULL AS filled, "
        "coalesce(obj_description(to_regnamespace(:schema), 'pg_namespace'), '') AS comment"
    )
    row = connection.execute(query, {"schema": SCHEMA, "jobs": f"{SCHEMA}.procrastinate_jobs"}).one()
    ours = row.comment.startswith(OURS)
    reached = row.comment.removeprefix(OURS).strip() if ours else ""
    return _State(exists=row.exists, ours=ours, reached=reached, filled=row.filled)


def _installed() -> bool:
    return importlib.util.find_spec("procrastinate") is not None


def _migrations() -> list[Path]:
    from procrastinate.schema import SchemaManager

    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"), key=lambda path: path.stem)


def _newest() -> str:
    return _migrations()[-1].stem


def _whole() -> str:
    from procrastinate.schema import SchemaManager

    return SchemaManager.get_schema()


def _of(migration: str) -> str:
    """Give the library's version a migration came with: ``3.4.0`` for ``03.04.00_01_pre_add_…``."""
    return ".".join(str(int(part)) for part in migration.partition("_")[0].split("."))


def _foreign() -> SetupError:
    return SetupError(
        f"the schema '{SCHEMA}' in this database belongs to something else: give cuttings a database of "
        "its own with CUTTINGS_DATABASE_URL"
    )
