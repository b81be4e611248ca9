"""The queue's schema: made empty by a migration, filled by the library, refused at another version."""

import shutil
from collections.abc import Iterator

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, text

from core.errors import SetupError
from db import schema
from db.engine import open_engine, writing
from db.running import queue


@pytest.fixture
def postgresql(new_postgresql, migrated_postgresql) -> Iterator[Engine]:
    engine = open_engine(new_postgresql(migrated_postgresql))
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        query = text("SELECT tablename FROM pg_tables WHERE schemaname = 'procrastinate'")
        return set(connection.execute(query).scalars())


@pytest.fixture
def newer_library(monkeypatch, tmp_path):
    """Make the installed library one that ships two migrations more, the second using the first's word."""
    folder = shutil.copytree(SchemaManager.get_migrations_path(), tmp_path / "migrations")
    scripts = {
        "98.00.00_01_pre_word": "ALTER TYPE procrastinate_job_status ADD VALUE 'parked'",
        "98.01.00_50_post_use": "UPDATE procrastinate_jobs SET status = 'parked' WHERE queue_name LIKE '%x'",
    }
    for name, script in scripts.items():
        (folder / f"{name}.sql").write_text(f"{script};\n")
    return lambda: monkeypatch.setattr(SchemaManager, "get_migrations_path", lambda: str(folder))


def test_the_first_start_fills_it_and_a_second_finds_nothing_to_do(postgresql):
    assert tables(postgresql) == set()
    queue.require(postgresql)
    assert "procrastinate_jobs" in tables(postgresql)
    queue.require(postgresql)
    assert queue.upgrade(postgresql) is None
    assert schema.check(postgresql) == ()  # autogenerate does not take it for ours
    with postgresql.connect() as connection:
        assert connection.execute(text("SELECT to_regclass('public.procrastinate_jobs')")).scalar() is None


def test_an_older_queue_is_refused_with_the_command_that_upgrades_it(postgresql, newer_library):
    queue.require(postgresql)
    newer_library()
    with pytest.raises(SetupError, match=r"is of 3\.4\.0, .* needs 98\.1\.0: .*cuttings db upgrade"):
        queue.require(postgresql)
    assert queue.upgrade(postgresql) == "98.1.0"
    queue.require(postgresql)
    assert queue.upgrade(postgresql) is None


def test_a_newer_queue_is_refused(postgresql, newer_library, monkeypatch):
    newer_library()
    queue.require(postgresql)
    monkeypatch.undo()
    with pytest.raises(SetupError, match=r"98\.1\.0, newer than .* knows \(3\.4\.0\): install"):
        queue.require(postgresql)


def test_another_s_queue_is_refused_and_survives_a_downgrade(postgresql):
    queue.require(postgresql)
    with writing(postgresql) as connection:
        connection.execute(text("COMMENT ON SCHEMA procrastinate IS 'jobs of the shop'"))
    for refuse in (queue.require, queue.upgrade):
        with pytest.raises(SetupError, match="belongs to something else"):
            refuse(postgresql)
    schema.downgrade(postgresql, "20261122_0900")
    assert "procrastinate_jobs" in tables(postgresql)
    schema.upgrade(postgresql)


def test_a_downgrade_takes_the_queue_along(postgresql):
    queue.require(postgresql)
    schema.downgrade(postgresql, "20261122_0900")
    with postgresql.connect() as connection:
        assert connection.execute(text("SELECT to_regnamespace('procrastinate')")).scalar() is None


def test_a_user_without_the_right_to_make_schemas_is_told_what_to_ask_for(new_postgresql):
    owner = open_engine(new_postgresql())
    with writing(owner) as connection:
        database = owner.url.database
        role = f"clerk_of_{database}"
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"GRANT ALL ON SCHEMA public TO {role}"))
    clerk = open_engine(owner.url.set(username=role, password=None).render_as_string(hide_password=False))
    schema.upgrade(clerk)  # a single machine needs no queue
    with pytest.raises(SetupError, match=f'CREATE SCHEMA procrastinate AUTHORIZATION "{role}"'):
        queue.require(clerk)
    with writing(owner) as connection:
        connection.execute(text(f'CREATE SCHEMA procrastinate AUTHORIZATION "{role}"'))
    queue.require(clerk)
    assert "procrastinate_jobs" in tables(owner)
    for engine in (owner, clerk):
        engine.dispose()


def test_sqlite_has_none(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'cuttings.db'}")
    assert queue.upgrade(engine) is None
    with pytest.raises(SetupError, match="needs PostgreSQL"):
        queue.require(engine)
