"""Analysts on PostgreSQL: a schema that holds the views alone, made and dropped with them.

Tables stay where they are; ``archive`` has every view but those with names, ``archive_names`` those. A
role sees what its schemas hold: USAGE on a schema is the list of who may read it, and outlives an
upgrade, which makes the views anew and lets the same roles read them again (db/roles.py).
"""

# ruff: noqa: S608 - names of our own views only

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from db.search_tables import INDEXES

SCHEMA, NAMES_SCHEMA = "archive", "archive_names"
NAMED = frozenset({"comments_named"})
"""The views that show names of people (ARCHIVE-FACTS.md section 8)."""
_MAIN = "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass('article')"
_SAID = {
    SCHEMA: "The archive as analysts read it: stable views, commenters under pseudonyms.",
    NAMES_SCHEMA: "Views with the names of people who commented: personal data.",
}
SEARCHED = {
    "article_search": ("article_versions", "document_id"),
    "comment_search": ("comment_versions", "comment_version_id"),
}
"""The full-text indexes, each with the view and the column that say which of its rows are shown."""
_FUNCTIONS = {
    "datetime": ("text", ("timestamptz", "date")),
    "julianday": ("double precision", ("timestamptz", "date")),
    "search_query": ("tsquery", ("text",)),
}
"""Functions of ours that queries call, by what they give and what they may be given."""
_OURS = """\
SELECT string_agg(n.nspname || '.' || quote_ident(c.relname), ', ')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = '{schema}' AND c.relkind = 'v' AND c.relowner = current_user::regrole"""
_AS_OF = """\
CREATE FUNCTION {schema}.articles_as_of(as_of timestamptz) RETURNS SETOF {schema}.articles
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {main}, pg_temp
AS $cuttings$ SELECT * FROM {main}.articles_as_of(as_of) $cuttings$"""
_READERS = """\
SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
FROM pg_namespace n, aclexplode(n.nspacl) a
WHERE n.nspname = '{schema}' AND a.privilege_type = 'USAGE' AND a.grantee <> n.nspowner"""
_DROP_SCHEMA = """\
DO $cuttings$ BEGIN
    DROP SCHEMA IF EXISTS {schema};
EXCEPTION WHEN dependent_objects_still_exist THEN NULL;
END $cuttings$"""


def schema_of(view: str) -> str:
    """Give the schema in which analysts find a view."""
    return NAMES_SCHEMA if view in NAMED else SCHEMA


def main_of(connection: Connection) -> str:
    """Give the schema of the tables, quoted where it has to be."""
    return str(connection.exec_driver_sql(_MAIN).scalar_one())


def has(connection: Connection, schema: str) -> bool:
    """Say whether a schema is there."""
    return connection.exec_driver_sql(f"SELECT to_regnamespace('{schema}')").scalar() is not None


def create(connection: Connection, views: Sequence[str]) -> None:
    """Make the schemas, if this role may, and in them a view for each of ours; let their readers in.

    The views and the functions of the main schema must be there. Without the right to create schemas
    nothing is made: :func:`exists` says so.
    """
    may = "SELECT has_database_privilege(current_database(), 'CREATE')"
    if not exists(connection) and not connection.exec_driver_sql(may).scalar_one():
        return
    for schema, said in _SAID.items():
        if not has(connection, schema):  # IF NOT EXISTS asks for the right even so
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            connection.exec_driver_sql(f"COMMENT ON SCHEMA {schema} IS '{said}'")
    main = main_of(connection)
    for statement in _statements(main, views):
        connection.exec_driver_sql(statement)
    for schema in _SAID:
        for reader in connection.exec_driver_sql(_READERS.format(schema=schema)).scalars().all():
            let_in(connection, schema, reader.replace("%", "%%"))


def let_in(connection: Connection, schema: str, reader: str) -> None:
    """Let a role (quoted, its percent signs doubled) read our views of a schema, after an upgrade too."""
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {reader}")
    if ours := connection.exec_driver_sql(_OURS.format(schema=schema)).scalar():
        connection.exec_driver_sql(f"GRANT SELECT ON {ours} TO {reader}")


def shut_out(connection: Connection, schema: str, reader: str) -> None:
    """Take from a role what :func:`let_in` gave it."""
    if has(connection, schema):
        connection.exec_driver_sql(f"REVOKE ALL ON SCHEMA {schema} FROM {reader}")
        if ours := connection.exec_driver_sql(_OURS.format(schema=schema)).scalar():
            connection.exec_driver_sql(f"REVOKE ALL ON {ours} FROM {reader}")


def exists(connection: Connection) -> bool:
    """Say whether the analysts' schemas are there, the one for names too."""
    return all(has(connection, schema) for schema in _SAID)


def drop(connection: Connection, views: Iterable[str]) -> None:
    """Drop what :func:`create` made of these views; the schemas stay, with who may read them."""
    connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {SCHEMA}.articles_as_of(timestamptz)")
    for name, (_, kinds) in _FUNCTIONS.items():
        for kind in kinds:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {SCHEMA}.{name}({kind})")
    for name in (*INDEXES, *views):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {schema_of(name)}.{name}")


def drop_schemas(connection: Connection) -> None:
    """Drop the schemas where nobody put things of their own into them."""
    if connection.dialect.name == "postgresql":
        for schema in _SAID:
            connection.exec_driver_sql(_DROP_SCHEMA.format(schema=schema))


def _statements(main: str, views: Sequence[str]) -> Iterator[str]:
    for name in views:
        yield f"CREATE VIEW {schema_of(name)}.{name} AS SELECT * FROM {main}.{name}"
    for name, (view, key) in SEARCHED.items():
        # Only what a view shows: the indexes know texts that are withdrawn, or no longer believed.
        shown = f"SELECT 1 FROM {main}.{view} v WHERE v.{key} = s.rowid"
        yield f"CREATE VIEW {SCHEMA}.{name} AS SELECT s.* FROM {main}.{name} s WHERE EXISTS ({shown})"
    for name, (gives, kinds) in _FUNCTIONS.items():
        for kind in kinds:
            yield (
                f"CREATE FUNCTION {SCHEMA}.{name}(given {kind}) RETURNS {gives} LANGUAGE sql STABLE "
                f"AS $cuttings$ SELECT {main}.{name}(given) $cuttings$"
            )
    yield _AS_OF.format(schema=SCHEMA, main=main)
