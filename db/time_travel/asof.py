"""Time travel: on one connection, the views show what they would have shown at an instant."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection

from db import views
from db.time_travel.asof_tables import Cut, shadows
from db.types import instant_text

LAST_INSTANT = datetime.max.replace(tzinfo=UTC)
"""Later than everything stored: where an axis is not cut."""


def open_as_of(connection: Connection, at: datetime | None, believed_at: datetime | None = None) -> None:
    """Make every query of this connection see the archive as of an instant.

    ``at`` cuts valid time (what the outlets showed until then), ``believed_at`` system time (what the
    archive had recorded by then and not yet taken back); None leaves an axis at now. Temporary views
    shadow tables and views under their own names (ARCHIVE-FACTS.md section 3), so saved queries run
    unchanged; nothing of the archive is written. Calling it again moves the connection to other
    instants, :func:`close_as_of` brings it back; rolling back the transaction does so too. Raises
    ValueError for a datetime without a zone.
    """
    for moment in (at, believed_at):
        if moment is not None and moment.tzinfo is None:
            raise ValueError(f"{moment!r} has no zone: an instant is meant")
    close_as_of(connection)
    if at is None and believed_at is None:
        return
    for name, query in shadows(_cut(connection, at or LAST_INSTANT, believed_at)):
        connection.exec_driver_sql(f"CREATE TEMP VIEW {name} AS {query}")
    for _, statement in views.statements():
        connection.exec_driver_sql(temporary(statement))


def close_as_of(connection: Connection) -> None:
    """Bring a connection back to now; on one that is there already it does nothing."""
    schema = "temp" if connection.dialect.name == "sqlite" else "pg_temp"
    cascade = "" if connection.dialect.name == "sqlite" else " CASCADE"
    for name in reversed(shadowed()):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {schema}.{name}{cascade}")


def shadowed() -> tuple[str, ...]:
    """Give the names of all tables and views that are shadowed, each after those it reads."""
    any_cut = Cut(main="main", at="''", believed="''", seen="''")
    return (*_names(shadows(any_cut)), *views.names())


def temporary(statement: str) -> str:
    """Give the CREATE of a view as that of a temporary one."""
    return statement.replace("CREATE VIEW", "CREATE TEMP VIEW", 1)


def _names(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(name for name, _ in pairs)


def _cut(connection: Connection, at: datetime, believed_at: datetime | None) -> Cut:
    seen = min(at, believed_at or at)
    if connection.dialect.name == "sqlite":
        main, form = "main", "'{}'"
    else:
        asked = "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass('article')"
        main, form = str(connection.exec_driver_sql(asked).scalar_one()), "'{}'::timestamptz"
    return Cut(
        main=main,
        at=form.format(instant_text(at)),
        believed=form.format(instant_text(believed_at)) if believed_at else None,
        seen=form.format(instant_text(seen)),
    )
