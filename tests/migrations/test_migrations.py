"""Migrations on both databases: up, down, equal to the models, well named, refused where they do not fit."""

import multiprocessing
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from core.errors import SetupError
from db import dictionary, schema, views
from db.engine import open_engine, writing
from db.models import Base
from db.search_tables import is_inner, is_modelled

VERSIONS = Path(schema.MIGRATIONS) / "versions"


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_database_url)
    yield engine
    engine.dispose()


def relations(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        found = inspect(connection)
        return set(found.get_table_names()) | set(found.get_view_names())


def test_each_step_goes_down_and_up(empty: Engine):
    schema.upgrade(empty)
    first = relations(empty)
    revisions = sorted(
        re.findall(r"^(\d{8}_\d{4})", "\n".join(f.name for f in VERSIONS.glob("*.py")), re.MULTILINE)
    )
    for below in reversed(["base", *revisions[:-1]]):
        schema.downgrade(empty, below)
    assert relations(empty) == {"alembic_version"}
    for revision in revisions:
        schema.upgrade(empty, revision)
        assert schema.current(empty) == revision
    assert relations(empty) == first
    assert schema.current(empty) == schema.head()


def test_migrated_database_equals_the_models(engine: Engine):
    assert schema.check(engine) == ()


def test_check_notices_a_difference(engine: Engine):
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE outlet ADD COLUMN surplus TEXT"))
    assert any("surplus" in line for line in schema.check(engine))


def checks(connection: Connection) -> dict[str, set[tuple[str | None, str]]]:
    found = inspect(connection)
    return {
        table: {
            (check["name"], " ".join(check["sqltext"].split()))
            for check in found.get_check_constraints(table)
        }
        for table in found.get_table_names()
        if is_modelled(table, "table", {}) and table != "alembic_version"
    }


def test_checks_equal_the_models(empty: Engine):
    # Alembic does not compare CHECKs: a word added to a vocabulary without a migration shows here.
    schema.upgrade(empty)
    with empty.connect() as connection:
        migrated = checks(connection)
    schema.downgrade(empty, "base")
    Base.metadata.create_all(empty)
    with empty.connect() as connection:
        assert checks(connection) == migrated


def test_files_are_named_by_their_minute_and_verb():
    for file in VERSIONS.glob("*.py"):
        assert re.fullmatch(r"\d{8}_\d{4}_(add|create|drop|fill|guard|move|rename|widen)_\w+\.py", file.name)
        assert f'revision = "{file.name[:13]}"' in file.read_text()


def test_every_column_has_its_sentence(engine: Engine):
    with engine.connect() as connection:
        found = inspect(connection)
        there = {
            (name, column["name"])
            for name in [*found.get_table_names(), *found.get_view_names()]
            for column in found.get_columns(name)
            if name != "alembic_version" and not is_inner(name)
        }
        rows = connection.execute(text("SELECT relation, column_name, description FROM dictionary")).all()
    assert {(row.relation, row.column_name) for row in rows} == there
    assert [row for row in rows if not row.description.strip().endswith((".", ")"))] == []


def test_every_sentence_has_its_column(engine: Engine):
    with engine.connect() as connection:
        found = inspect(connection)
        columns = {name: {column["name"] for column in found.get_columns(name)} for name in views.names()}
    assert set(dictionary.BY_VIEW) == set(columns)
    assert {
        (view, column)
        for view, own in dictionary.BY_VIEW.items()
        for column in own
        if column not in columns[view]
    } == set()
    assert set(dictionary.EVERYWHERE) <= set().union(*columns.values())


def test_postgresql_knows_the_sentences_too(new_postgresql: Callable[[], str]):
    engine = open_engine(new_postgresql())
    schema.upgrade(engine)
    asked = text(
        "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n "
        "ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v') AND a.attnum > 0 "
        "AND c.relname <> 'alembic_version' AND col_description(a.attrelid, a.attnum) IS NULL"
    )
    with engine.connect() as connection:
        assert connection.execute(asked).scalar_one() == 0
    engine.dispose()


def test_a_missing_database_is_made_by_ensure_and_not_by_a_question(empty: Engine):
    with pytest.raises(SetupError, match="cuttings db upgrade"):
        schema.require_head(empty)
    assert schema.current(empty) is None
    schema.ensure(empty)
    schema.require_head(empty)


def make(url: str, barrier: Barrier) -> None:
    engine = open_engine(url)
    barrier.wait()
    schema.ensure(engine)
    engine.dispose()


def test_processes_that_make_one_database_at_once_take_turns(empty: Engine, empty_database_url: str):
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(4)
    makers = [context.Process(target=make, args=(empty_database_url, barrier)) for _ in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join(120)
    assert [maker.exitcode for maker in makers] == [0, 0, 0, 0]
    schema.require_head(empty)


def test_alembic_s_own_command_does_the_same(empty_database_url: str, tmp_path: Path):
    def alembic(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "alembic", *words],
            cwd=Path(schema.MIGRATIONS).parents[1],
            env=os.environ | {"CUTTINGS_DATABASE_URL": empty_database_url, "CUTTINGS_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    alembic("upgrade", "head")
    assert schema.head() in alembic("current")
    assert "No new upgrade operations detected" in alembic("check")


def test_asking_makes_no_file(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(SetupError):
        schema.require_head(engine)
    assert not (tmp_path / "none.db").exists()


def test_an_older_database_is_refused_with_the_command(empty: Engine):
    schema.upgrade(empty, "20261122_0240")
    for refuse in (schema.require_head, schema.ensure):
        with pytest.raises(SetupError, match="cuttings db upgrade"):
            refuse(empty)


def test_a_newer_database_is_refused(engine: Engine):
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '29990101_0000'"))
    for refuse in (schema.require_head, schema.ensure, schema.upgrade):
        with pytest.raises(SetupError, match="upgrade cuttings"):
            refuse(engine)


def test_a_foreign_database_is_refused_and_left_alone(empty: Engine, tmp_path: Path):
    (tmp_path / "empty").mkdir(exist_ok=True)
    with writing(empty) as connection:
        connection.execute(text("CREATE TABLE ledgers (id INTEGER)"))
    for refuse in (schema.ensure, schema.upgrade, schema.require_head):
        with pytest.raises(SetupError, match="belongs to something else"):
            refuse(empty)
    assert relations(empty) == {"ledgers"}


def test_a_failing_migration_leaves_the_database_as_it_was(empty: Engine):
    schema.upgrade(empty, "20261122_0243")
    before = relations(empty)
    with writing(empty) as connection:
        connection.execute(text("CREATE VIEW removals AS SELECT 1 AS kept"))  # in the way of ours
    with pytest.raises(DBAPIError):
        schema.upgrade(empty)
    assert relations(empty) == before | {"removals"}
    assert schema.current(empty) == "20261122_0243"


@pytest.mark.parametrize("statement", ["UPDATE document SET title = 'x'", "DELETE FROM document"])
def test_evidence_cannot_be_changed(engine: Engine, statement: str):
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO document (sha256, fingerprint, title, body, word_count, tags) "
                "VALUES ('s', 'f', 't', 'b', 1, '[]')"
            )
        )
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(text(statement))


def test_another_s_view_survives_a_migration(engine: Engine):
    with writing(engine) as connection:
        connection.execute(text("CREATE VIEW mine AS SELECT id FROM outlet"))
        views.drop(connection)
        views.create(connection, schema.head())
    assert {"mine", "articles"} <= relations(engine)
