"""The full-text indexes: both databases find the same, always in step with the texts."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from core.errors import CuttingsError
from core.query_dialects import match_expression, meets, tsquery_text
from core.query_language import QueryError, parse
from core.snippets import stems_of
from db import fulltext, schema
from db.checks import Scope, full_text
from db.engine import open_engine, writing
from db.fulltext import Wanted
from db.time_travel.asof_session import reading
from tests.integration.breaking import breaking
from tests.integration.desk import HOME, Desk, comment, document

CORPUS = (
    ("Night ferry", "It sails", "The night ferry runs on Sunday; ferries ran nightly."),
    ("Universities", None, "A university's technology, possibly. Technological change: COVID-19."),
    ("Café", "Ferry men", "The ferryman’s café-bar was reopened at 12.30 on 2026-03-01."),
    ("Household bills", "on", "Sunday night: it runs. NHS/PSE e-mail info@example.org — 50% off_season!"),
    ("The the", "night", "http://www.example.org/night/ferry?x=1&y=2 <b>runs</b> naïve Zürich day"),
    ("Day", None, "день ночь on a Sunday\n\nrun to the ferry"),
)
WORDS = (
    "night",
    "ferry",
    "ferries",
    "ferryman",
    "the",
    "on",
    "sunday",
    "run",
    "runs",
    "café",
    "cafe",
    "universities",
    "universit*",
    "technolog*",
    "fer*",
    "house*",
    "ferry*",
    "covid-19",
    "2026-03-01",
    "off_season",
    "e-mail",
    "nhs",
    "pse",
    "info",
    "день",
    "zurich",
    "possibly",
    "technology",
    "men",
    "day",
    "example",
    "12",
    "zeppelin",
    '"night ferry"',
    '"the ferry"',
    '"on sunday"',
    '"sunday night"',
)


def stock(engine: Engine) -> None:
    """Put the corpus in, as texts 1 to 6."""
    rows = [
        {"sha": f"s{number}", "title": title, "standfirst": standfirst, "body": body}
        for number, (title, standfirst, body) in enumerate(CORPUS)
    ]
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO document (sha256, fingerprint, title, standfirst, body, word_count, tags) "
                "VALUES (:sha, :sha, :title, :standfirst, :body, 1, '[]')"
            ),
            rows,
        )


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory,
    migrated_sqlite: Any,
    migrated_postgresql: str,
    new_postgresql: Any,
) -> Iterator[tuple[Engine, Engine]]:
    """Give a SQLite and a PostgreSQL with the corpus."""
    path = tmp_path_factory.mktemp("corpus") / "cuttings.db"
    shutil.copyfile(migrated_sqlite, path)
    engines = open_engine(f"sqlite:///{path}"), open_engine(new_postgresql(migrated_postgresql))
    for engine in engines:
        stock(engine)
    yield engines
    for engine in engines:
        engine.dispose()


def matching(engine: Engine, typed: str) -> list[int]:
    """Give the texts that meet a query, by number, as the index alone tells."""
    query = parse(typed)
    if engine.dialect.name == "sqlite":
        asked, value = "article_search MATCH :query", match_expression(query)
    else:
        asked, value = "search @@ to_tsquery('cuttings', :query)", tsquery_text(query)
    with engine.connect() as connection:
        found = connection.execute(
            text(f"SELECT rowid FROM article_search WHERE {asked} ORDER BY 1"), {"query": value}
        )
        return list(found.scalars())


terms = st.sampled_from(WORDS)
queries = st.recursive(
    terms | terms.map("-{}".format),
    lambda inner: st.tuples(
        st.sampled_from(["{} {}", "{} OR {}", "{} NOT {}", "({}) {}", "-({}) {}"]), inner, inner
    ).map(lambda parts: parts[0].format(*parts[1:])),
    max_leaves=5,
)


@given(queries)
@settings(max_examples=50, deadline=None)
def test_both_databases_find_what_the_query_means(both: tuple[Engine, Engine], typed: str):
    try:
        query = parse(typed)
    except QueryError:
        return
    meant = [
        number
        for number, texts in enumerate(CORPUS, start=1)
        if meets(query, [stems_of(one or "") for one in texts])
    ]
    assert [matching(engine, typed) for engine in both] == [meant, meant]


@pytest.mark.parametrize("typed", [*WORDS, "H₂O x", "l'", "a" * 200, "1e5 0x1f 12abc", "日本語 OR Ж"])
def test_both_databases_find_the_same_for_each_word(both: tuple[Engine, Engine], typed: str):
    found, other = (matching(engine, typed) for engine in both)
    assert found == other
    assert found or typed not in WORDS or typed == "zeppelin"


def test_an_analyst_searches_in_plain_sql(both: tuple[Engine, Engine]):
    sqlite, postgresql = both
    asked = {
        sqlite: """article_search MATCH '"night ferry" NOT http'""",
        postgresql: "search @@ search_query('\"night ferry\" -http')",
    }
    for engine, condition in asked.items():
        with engine.connect() as connection:
            query = f"SELECT rowid, title FROM article_search WHERE {condition}"
            assert connection.exec_driver_sql(query).all() == [(1, "Night ferry")]
    with postgresql.connect() as connection:
        for typed in ("technology", "CAFÉ", "covid-19", "e-mail", '"off_season"'):
            query = text("SELECT count(*) FROM article_search WHERE search @@ search_query(:typed)")
            assert connection.execute(query, {"typed": typed}).scalar_one() == 1, typed


def found(engine: Engine, typed: str, **wanted: Any) -> list[int]:
    with engine.connect() as connection:
        return [hit.article_id for hit in fulltext.articles(connection, Wanted(query=parse(typed), **wanted))]


def test_the_index_follows_every_change_of_a_text(engine: Engine):
    desk = Desk(engine)
    desk.show(f"{HOME}/1", 0, document("Tea", "The bar opens."), comments=(comment(1, "Ann", "Hurrah."),))
    assert found(engine, "bar") == [1]
    breaking(engine, "UPDATE document SET title = '', body = 'blank'", "UPDATE comment_version SET body = ''")
    assert (found(engine, "bar"), found(engine, "tea"), found(engine, "blank")) == ([], [], [1])
    with engine.connect() as connection:
        assert fulltext.comments(connection, Wanted(query=parse("hurrah"))) == []
    assert full_text.check().run(engine, Scope()).count == 0


def test_a_merged_or_erased_article_is_not_found(engine: Engine):
    desk = Desk(engine)
    for number in (1, 2, 3):
        desk.show(f"{HOME}/{number}", number, document(f"Tea {number}", "The bar opens."))
    breaking(engine, "UPDATE article SET state = 'erased' WHERE id = 2")
    assert found(engine, "bar", newest=True) == [3, 1]
    assert found(engine, "bar", newest=True, versions=True) == [3, 1]
    breaking(engine, "UPDATE article SET state = 'merged' WHERE id = 3")
    assert found(engine, "bar", versions=True) == [1]


def test_what_was_there_before_the_index_is_in_it(empty_database_url: str):
    engine = open_engine(empty_database_url)
    schema.upgrade(engine, "20261122_1300")
    stock(engine)
    schema.upgrade(engine)
    assert matching(engine, "ferry sunday") == [1, 6]
    engine.dispose()


def test_no_text_is_too_much_to_be_stored(engine: Engine):
    bodies = (
        " ".join(f"{number:x}" for number in range(150_000)),  # PostgreSQL's stems of it would not fit
        "x" * 100_000 + " ferry",
        "\u00e9\u0301" * 10_000,
        "\U0001f600 ferry " * 10_000,
        " ".join(chr(0x4E00 + number) for number in range(20_000)),
    )
    with writing(engine) as connection:
        for number, body in enumerate(bodies):
            connection.execute(
                text(
                    "INSERT INTO document (sha256, fingerprint, title, standfirst, body, word_count, tags) "
                    "VALUES (:sha, :sha, :title, 'a', :body, 1, '[]')"
                ),
                {"sha": f"s{number}", "title": "Boats " * 2_000, "body": body},
            )
    assert matching(engine, "boat") == [1, 2, 3, 4, 5]
    assert matching(engine, "boat ferry") == [2, 4]


def test_a_session_that_only_reads_may_search(engine: Engine, database_url: str):
    stock(engine)
    word = {
        "sqlite": "SELECT rowid, snippet(article_search, -1, '[', ']', '', 3) FROM article_search "
        "WHERE article_search MATCH 'zurich'",
        "postgresql": "SELECT rowid, '[Zürich]' FROM article_search WHERE search @@ search_query('zurich')",
    }[engine.dialect.name]
    with reading(database_url) as reader:
        with reader.ask(word) as answer:
            ((number, shown),) = answer.rows
        assert (number, "[Zürich]" in shown) == (5, True)
        with (
            pytest.raises(CuttingsError),
            reader.ask("WITH a AS (SELECT 1) INSERT INTO article_search(rowid, title) VALUES (9, 'x')"),
        ):
            pass


def test_an_index_that_is_out_of_step_is_reported_and_made_anew(migrated_sqlite: Any, tmp_path: Any):
    shutil.copyfile(migrated_sqlite, tmp_path / "cuttings.db")
    engine = open_engine(f"sqlite:///{tmp_path}/cuttings.db")
    stock(engine)
    assert full_text.check().run(engine, Scope()).count == 0
    for harm in (
        "DELETE FROM article_search_docsize WHERE id = 2",
        "INSERT INTO article_search(article_search, rowid, title) VALUES ('delete', 1, 'Night ferry')",
    ):
        with writing(engine) as connection:
            connection.exec_driver_sql(harm)
        assert full_text.check().run(engine, Scope()).broken, harm
        fulltext.rebuild(engine)
        assert full_text.check().run(engine, Scope()).count == 0
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER document_search_update")
    assert full_text.check().run(engine, Scope()).broken
    engine.dispose()


def test_evidence_stays_guarded(engine: Engine):
    stock(engine)
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(text("UPDATE document SET title = 'x'"))
