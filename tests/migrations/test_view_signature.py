"""The views' columns are a promise: their names, order and types on both databases, and their sentences."""

from pathlib import Path

from sqlalchemy import Engine, text

from db import relations, schema, signature, views
from db.engine import open_engine
from db.signature import UNTYPED

BROKEN = (
    "the views' columns are not those of db/views/signature.txt. Analysts' queries stand on them: a column "
    "is renamed, retyped or dropped only with a line in CHANGELOG.md and after a deprecation (the old one "
    "stays beside the new one for a release). What is new comes at the end of its view, and its line there"
)
_POSTGRESQL = (
    "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
    "WHERE attrelid = to_regclass(:view) AND attnum > 0 ORDER BY attnum"
)
_SQLITE = "SELECT name, type FROM pragma_table_info(:view) ORDER BY cid"


def found(engine: Engine) -> list[tuple[str, str, str]]:
    """Give view, column and type as this database has them."""
    query = text(_SQLITE if engine.dialect.name == "sqlite" else _POSTGRESQL)
    with engine.connect() as connection:
        return [
            (view, name, kind or UNTYPED)
            for view in views.names()
            for name, kind in connection.execute(query, {"view": view})
        ]


def test_the_views_keep_their_promise(engine: Engine):
    promised = [
        (view, column.name, column.sqlite if engine.dialect.name == "sqlite" else column.postgresql)
        for view in views.names()
        for column in signature.views().get(view, ())
    ]
    assert found(engine) == promised, BROKEN
    assert set(signature.views()) == set(views.names()), BROKEN


def test_what_older_views_had_is_there_still_and_in_its_place(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'older.db'}")
    for revision in ("20261122_0531", "20261122_1200"):
        schema.upgrade(engine, revision)
        with engine.connect() as connection:
            for view in views.names(revision):
                before = [row.name for row in connection.execute(text(_SQLITE), {"view": view})]
                now = [column.name for column in signature.views()[view]]
                assert now[: len(before)] == before, f"{view} since {revision}: {BROKEN}"
    engine.dispose()


def test_every_view_has_its_words():
    assert set(relations.VIEWS) == set(views.names())
    for view, about in relations.VIEWS.items():
        assert about.row.endswith("."), view
        assert f"FROM {view}" in about.example, view


def test_the_examples_run(engine: Engine):
    with engine.connect() as connection:
        for view, about in relations.VIEWS.items():
            connection.execute(text(about.example)), view
