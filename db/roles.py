"""Roles of PostgreSQL for analysts: they read the views of their schemas, and nothing else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from core.errors import SetupError
from db import analysts, schema, views
from db.engine import writing

SETTINGS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "5min",
    "idle_in_transaction_session_timeout": "15min",
    "timezone": "UTC",
}
"""What a session of an analyst begins with, besides its search path; each can SET it otherwise."""
_LONGEST = 63  # bytes of a name; PostgreSQL cuts longer ones


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What a role may read now; ``made`` says that it was not there before."""

    role: str
    made: bool
    schemas: tuple[str, ...]


def grant(
    engine: Engine, role: str, *, names: bool, create: bool = False, password: str | None = None
) -> Grant:
    """Let a role read the analysts' views, with ``names`` those with people's names too; else not these.

    ``create`` makes the role where it is missing, a ``password`` is set either way; it goes over the
    line as a hash (SCRAM). To do it again changes nothing. All or nothing. SetupError on SQLite, for a
    database of another schema, a role that is missing or that can read the names anyway, and where
    the role we are may not grant.
    """
    _require_postgresql(engine)
    schema.require_head(engine)
    _check_name(role)
    with _granting(engine) as connection:
        made = _ensure_role(connection, role, create=create)
        if password is not None:
            hashed = _driver(connection).pgconn.encrypt_password(password.encode(), role.encode()).decode()
            _run(connection, f"ALTER ROLE {_quoted(connection, role)} PASSWORD '{hashed}'")
        _ensure_schemas(connection)
        _take(connection, role)
        granted = (analysts.SCHEMA, *([analysts.NAMES_SCHEMA] if names else []))
        for name in granted:
            analysts.let_in(connection, name, _doubled(connection, role))
        _settle(connection, role, SETTINGS | {"search_path": ", ".join(granted)})
        _refuse_other_ways(connection, role, names=names)
    return Grant(role=role, made=made, schemas=granted)


def revoke(engine: Engine, role: str) -> None:
    """Take from a role what :func:`grant` gave it; the role itself stays. SetupError as there."""
    _require_postgresql(engine)
    schema.require_head(engine)
    _check_name(role)
    with _granting(engine) as connection:
        _ensure_role(connection, role, create=False)
        _take(connection, role)
        database = _database(connection)
        for name in (*SETTINGS, "search_path"):
            _run(connection, f"ALTER ROLE {_quoted(connection, role)} IN DATABASE {database} RESET {name}")


@contextmanager
def _granting(engine: Engine) -> Iterator[Connection]:
    """Give a transaction; what this role may not do becomes a SetupError that says who may."""
    try:
        with writing(engine) as connection:
            yield connection
    except ProgrammingError as error:
        if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise
        said = error.orig.diag.message_primary
        raise SetupError(
            f"the archive's own role may not do that ({said}); nothing was changed: run the command with "
            "CUTTINGS_DATABASE_URL naming a role that owns the archive and has CREATEROLE"
        ) from error


def _require_postgresql(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        raise SetupError(
            f"the archive {engine.url.database} is a SQLite file, which knows no roles: whoever may read the "
            "file reads all of it, names included. `cuttings sql` and `cuttings export` only read, and names "
            "leave only through --with-names; for roles keep the archive in PostgreSQL"
        )


def _check_name(role: str) -> None:
    is_name = 0 < len(role.encode()) <= _LONGEST and "\0" not in role
    if not is_name or role in {"public", "none"} or role.startswith("pg_"):
        raise SetupError(f"{role!r} cannot be the name of an analyst's role: name one person or one purpose")


def _ensure_role(connection: Connection, role: str, *, create: bool) -> bool:
    """Make the role where it is missing; say whether that was so."""
    own = connection.exec_driver_sql("SELECT current_user").scalar_one()
    if role == own:
        raise SetupError(f"{role} is the archive's own role: give analysts another one")
    if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar():
        return False
    if not create:
        raise SetupError(f"this server has no role {role}: --create makes it")
    _run(connection, f"CREATE ROLE {_quoted(connection, role)} LOGIN")
    return True


def _ensure_schemas(connection: Connection) -> None:
    if not analysts.exists(connection):
        analysts.create(connection, views.names())
    if not analysts.exists(connection):
        database = _database(connection)
        raise SetupError(
            f"the archive's role may not create the schema {analysts.SCHEMA}: let the owner of the database "
            f"run GRANT CREATE ON DATABASE {database} TO {connection.engine.url.username}, then try again"
        )


def _take(connection: Connection, role: str) -> None:
    """Take all that a role has in the analysts' schemas."""
    for name in (analysts.SCHEMA, analysts.NAMES_SCHEMA):
        analysts.shut_out(connection, name, _doubled(connection, role))


def _settle(connection: Connection, role: str, settings: Mapping[str, str]) -> None:
    for name, value in settings.items():
        given = value if name == "search_path" else f"'{value}'"
        where = f"ALTER ROLE {_quoted(connection, role)} IN DATABASE {_database(connection)}"
        _run(connection, f"{where} SET {name} = {given}")


def _refuse_other_ways(connection: Connection, role: str, *, names: bool) -> None:
    """Refuse a role that is a superuser, owns the archive, or is a member of one that may read more."""
    hidden = [analysts.main_of(connection) + ".commenter"]
    if not names:
        hidden += [f"{analysts.schema_of(view)}.{view}" for view in sorted(analysts.NAMED)]
    for relation in hidden:
        may = text("SELECT has_table_privilege(:role, :relation, 'SELECT')")
        asked = {"role": role, "relation": relation}
        usage = text("SELECT has_schema_privilege(:role, :schema, 'USAGE')")
        schema_ = {"role": role, "schema": relation.split(".", 1)[0]}
        if connection.execute(may, asked).scalar_one() and connection.execute(usage, schema_).scalar_one():
            raise SetupError(
                f"{role} can read {relation} by other means (it is a superuser, or a member of a role that "
                "can): nothing was granted; give analysts a role of their own"
            )


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement.replace("%", "%%"))


def _quoted(connection: Connection, name: str) -> str:
    return sql.Identifier(name).as_string(_driver(connection))


def _doubled(connection: Connection, name: str) -> str:
    """Give a quoted name for a statement that the driver looks through for its own percent signs."""
    return _quoted(connection, name).replace("%", "%%")


def _database(connection: Connection) -> str:
    name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
    return _quoted(connection, str(name))


def _driver(connection: Connection) -> "psycopg.Connection[Any]":
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)
