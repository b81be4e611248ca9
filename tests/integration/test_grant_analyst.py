"""What an analyst's role may read on PostgreSQL, and how it comes to it and loses it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from cli import main
from core.errors import SetupError
from core.records import CommentState
from db import analysts, roles, schema, views
from db.engine import open_engine, writing
from tests.integration.desk import HOME, Desk, comment, document

LISTED: dict[str, Any] = {"comment_state": CommentState.LISTED}


@pytest.fixture(scope="module")
def url(new_postgresql: Callable[..., str], migrated_postgresql: str) -> str:
    """Give an archive of one article, edited once, with one comment."""
    url = new_postgresql(migrated_postgresql)
    engine = open_engine(url)
    desk = Desk(engine)
    ann = (comment(1, "Ann", "Hooray."),)
    desk.show(f"{HOME}/a", 0, document("Ferry at nine", "It leaves at nine."), comments=ann, **LISTED)
    desk.show(f"{HOME}/a", 10, document("Ferry at ten", "It leaves at ten."), comments=ann, **LISTED)
    engine.dispose()
    return url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def role(url: str, request: pytest.FixtureRequest) -> str:
    """Give a name that no other test's role has: roles belong to the server, not to a database."""
    return f"ann%s {make_url(url).database} {request.node.name}"[:63]


@pytest.fixture
def session(url: str) -> Iterator[Callable[[str], psycopg.Connection[Any]]]:
    """Give a function that begins a session as a role, as an analyst's own tool would."""
    begun: list[psycopg.Connection[Any]] = []

    def begin(role: str) -> psycopg.Connection[Any]:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        begun.append(psycopg.connect(address, user=role, autocommit=True))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()


def asked(session: psycopg.Connection[Any], query: str) -> list[tuple[Any, ...]]:
    return session.execute(query.encode()).fetchall()


def doubled(role: str) -> str:
    """Give a name for a statement that the driver looks through for its own percent signs."""
    return role.replace("%", "%%")


def test_a_role_reads_the_views_and_nothing_else(engine, role, session):
    granted = roles.grant(engine, role, names=False, create=True, password="s3cret")
    assert (granted.made, granted.schemas) == (True, ("archive",))
    ann = session(role)
    assert asked(ann, "SELECT title, comments FROM articles") == [("Ferry at ten", 1)]
    for view in set(views.names()) - analysts.NAMED:
        asked(ann, f"SELECT * FROM {view}")
    assert asked(
        ann,
        "SELECT DISTINCT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' "
        "AND has_table_privilege(c.oid, 'SELECT') AND c.relkind IN ('r', 'v')",
    ) == [("archive",)]
    for hidden in (
        "SELECT * FROM archive_names.comments_named",
        "SELECT * FROM public.comments_named",
        "SELECT * FROM public.commenter",
        "SELECT * FROM public.comment_list",
        "SELECT * FROM public.articles",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asked(ann, hidden)
    for change in (
        "DELETE FROM archive.outlets",
        "CREATE TABLE archive.mine (n int)",
        "CREATE TABLE mine (n int)",
    ):
        with pytest.raises(psycopg.Error):
            ann.execute(change.encode())
        ann.execute("SET default_transaction_read_only = off")  # the guard goes, the privileges stay
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName)):
            ann.execute(change.encode())
        ann.execute("RESET default_transaction_read_only")


def test_its_session_begins_reading_only_in_utc_and_with_an_end_to_every_statement(engine, role, session):
    roles.grant(engine, role, names=False, create=True)
    ann = session(role)
    for setting, value in (roles.SETTINGS | {"search_path": "archive"}).items():
        assert asked(ann, f"SHOW {setting}") == [(value,)]
    assert asked(ann, "SELECT datetime(valid_from) FROM article_versions ORDER BY version LIMIT 1") == [
        ("2026-03-02 09:00:00",)
    ]
    assert asked(ann, "SELECT title FROM articles_as_of('2026-03-02T10:00Z')") == [("Ferry at nine",)]


def test_the_full_text_is_searched_where_a_view_shows_it(engine, role, session):
    roles.grant(engine, role, names=False, create=True)
    ann = session(role)
    found = (
        "SELECT v.title FROM article_versions v JOIN article_search s ON s.rowid = v.document_id "
        "ORDER BY v.version"
    )
    assert asked(ann, found) == [("Ferry at nine",), ("Ferry at ten",)]
    assert asked(ann, "SELECT body FROM comment_search WHERE search @@ search_query('hoorays')") == [
        ("Hooray.",)
    ]


def test_names_are_given_and_taken_as_said(engine, role, session):
    roles.grant(engine, role, names=True, create=True)
    named = "SELECT commenter_name FROM comments_named"
    assert asked(session(role), named) == [("Ann",)]
    again = roles.grant(engine, role, names=False)
    assert not again.made
    for query in (named, named.replace("comments_named", "archive_names.comments_named")):
        with pytest.raises((psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege)):
            asked(session(role), query)
    roles.revoke(engine, role)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asked(session(role), "SELECT * FROM archive.articles")
    assert asked(session(role), "SHOW default_transaction_read_only") == [("off",)]
    roles.revoke(engine, role)


def test_an_upgrade_of_the_schema_leaves_readers_what_they_had(engine, role, session):
    plain, named = f"{role[:55]} plain", f"{role[:55]} named"
    roles.grant(engine, plain, names=False, create=True)
    roles.grant(engine, named, names=True, create=True)
    with writing(engine) as connection:
        views.drop(connection)
        views.create(connection, schema.head())
    assert asked(session(plain), "SELECT title FROM articles") == [("Ferry at ten",)]
    assert asked(session(named), "SELECT commenter_name FROM comments_named") == [("Ann",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asked(session(plain), "SELECT commenter_name FROM archive_names.comments_named")


def test_analysts_see_what_views_and_columns_mean(engine):
    asks = text(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 WHERE n.nspname LIKE 'archive%' "
        "AND c.relkind = 'v' AND (coalesce(col_description(c.oid, a.attnum), '') = '' "
        "OR coalesce(obj_description(c.oid), '') = '')"
    )
    with engine.connect() as connection:
        assert connection.execute(asks).all() == []


def test_roles_that_would_see_more_are_refused(engine, role, session):
    own = engine.url.username
    for wrong, why in (
        ("public", "cannot be the name"),
        ("pg_monitor", "cannot be the name"),
        ("", "cannot be the name"),
        (own, "archive's own role"),
        (role, "--create makes it"),
    ):
        with pytest.raises(SetupError, match=why):
            roles.grant(engine, wrong, names=False)
    with writing(engine) as connection:
        connection.exec_driver_sql(f'CREATE ROLE "{doubled(role)}" LOGIN SUPERUSER')
    with pytest.raises(SetupError, match="by other means"):
        roles.grant(engine, role, names=False)
    assert asked(session(role), "SHOW statement_timeout") == [("0",)], "all or nothing"


def test_the_command_sets_the_password_as_a_hash(url, role, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", url)
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    (tmp_path / "secret").write_text("s3cret\n")
    assert (
        main.run(["db", "grant-analyst", role, "--create", "--password-file", str(tmp_path / "secret")]) == 0
    )
    assert (
        f"{role} made, reads the views of archive, no names of people, nothing else"
        in capsys.readouterr().out
    )
    engine = open_engine(url)
    with engine.connect() as connection:
        asks = text("SELECT rolpassword FROM pg_authid WHERE rolname = :role")
        assert str(connection.execute(asks, {"role": role}).scalar()).startswith("SCRAM-SHA-256$")
    engine.dispose()
    assert main.run(["db", "grant-analyst", role, "--revoke"]) == 0
    assert "reads nothing of the archive any more" in capsys.readouterr().out
    assert main.run(["db", "grant-analyst", role, "--revoke", "--names"]) == 2


def test_a_role_without_the_right_to_make_roles_is_told_who_has_it(engine, url, role):
    with writing(engine) as connection:
        connection.exec_driver_sql(f'CREATE ROLE "{doubled(role)}" LOGIN')
        connection.exec_driver_sql(f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{doubled(role)}"')
    address = make_url(url).set(username=role)
    other = open_engine(address.render_as_string(hide_password=False))
    with pytest.raises(SetupError, match="CREATEROLE"):
        roles.grant(other, f"{role[:50]} other", names=False, create=True)
    other.dispose()


def test_a_sqlite_file_knows_no_roles(migrated_sqlite: Path, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", f"sqlite:///{migrated_sqlite}")
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    assert main.run(["db", "grant-analyst", "ann", "--create"]) == 1
    assert "SQLite file, which knows no roles" in capsys.readouterr().err
