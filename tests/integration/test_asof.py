"""Time travel: at any instant the views say what they said, and what was learned later on request."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text

from cli.queries import QUERIES
from core.records import CommentState, Outcome
from db.engine import writing
from db.time_travel.asof import close_as_of, open_as_of, shadowed
from tests.integration.desk import HOME, Desk, at, comment, document
from tests.integration.histories import History, rows, settle

URL = f"{HOME}/articles/ferry"
OLD, NEW = document("Ferry at nine", "It leaves at nine."), document("Ferry at ten", "It leaves at ten.")
LISTED: dict[str, Any] = {"comment_state": CommentState.LISTED}


def said(desk: Desk, query: str, when: float | None, believed: float | None = None) -> list[tuple[Any, ...]]:
    with desk.engine.connect() as connection:
        open_as_of(
            connection,
            at(when) if when is not None else None,
            at(believed) if believed is not None else None,
        )
        return [tuple(row) for row in connection.execute(text(query))]


def change(engine: Engine, statement: str, **values: Any) -> None:
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            values = {
                name: value.isoformat(" ", "microseconds").replace("+00:00", "Z")
                if isinstance(value, datetime)
                else value
                for name, value in values.items()
            }
        connection.execute(text(statement), values)


def edited(engine: Engine) -> Desk:
    """Give an archive of one article: edited after 10 hours, gone after 20, back after 30."""
    desk = Desk(engine)
    desk.show(URL, 0, OLD, comments=(comment(1, "Ann", "Hooray for the ferry."),), **LISTED)
    desk.show(
        URL,
        10,
        NEW,
        comments=(comment(1, "Ann", "Hooray for the late ferry."), comment(2, "Bob", "Why?")),
        **LISTED,
    )
    desk.visit(URL, 20, Outcome.GONE)
    desk.show(URL, 30, NEW, comments=(comment(2, "Bob", "Why?"),), **LISTED)
    return desk


@pytest.mark.parametrize("seed", range(1))
def test_at_every_instant_the_archive_says_again_what_it_said(engine: Engine, seed: int):
    history, chance = History(engine), Random(seed)
    for _ in range(24):
        history.take(chance, absences=True)
    compare(history, both=True)


@pytest.mark.parametrize("seed", range(2, 3))
def test_where_nothing_was_learned_late_the_date_alone_says_it_too(engine: Engine, seed: int):
    history, chance = History(engine), Random(seed)
    for _ in range(24):
        history.take(chance, absences=False)
    compare(history, both=False)


def compare(history: History, *, both: bool) -> None:
    later = timedelta(hours=history.hours(1) / 2)
    with history.engine.connect() as connection:
        for step, expected in enumerate(history.told, start=1):
            moment = at(history.hours(step)) + (later if step % 2 else timedelta())
            open_as_of(connection, moment, moment if both else None)
            for view, before in expected.items():
                assert rows(connection, view) == before, f"{view} after step {step}"
    assert any(len(expected["removals"]) > 1 for expected in history.told)
    assert any(row["versions"] > 2 for row in history.told[-1]["articles"])


def test_an_article_is_shown_as_it_stood(engine: Engine):
    desk = edited(engine)
    asked = "SELECT title, versions, state, comments FROM articles"
    assert said(desk, asked, -1) == []
    assert said(desk, asked, 0) == [("Ferry at nine", 1, "live", 1)]
    assert said(desk, asked, 10) == [("Ferry at ten", 2, "live", 2)]
    assert said(desk, asked, 25) == [("Ferry at ten", 2, "gone", 2)]
    assert said(desk, asked, 30) == [("Ferry at ten", 3, "live", 1)]
    assert said(desk, asked, None) == said(desk, asked, 9999)


def test_comments_are_shown_as_they_stood(engine: Engine):
    desk = edited(engine)
    asked = "SELECT body, versions, state FROM comments ORDER BY comment_id"
    assert said(desk, asked, 5) == [("Hooray for the ferry.", 1, "visible")]
    assert said(desk, asked, 15) == [("Hooray for the late ferry.", 2, "visible"), ("Why?", 1, "visible")]
    assert said(desk, asked, 30) == [("Hooray for the late ferry.", 2, "removed"), ("Why?", 1, "visible")]
    assert said(desk, "SELECT kind, state FROM removals ORDER BY kind", 25) == [("article", "gone")]


def test_a_text_not_yet_seen_is_found_by_no_view(engine: Engine):
    desk = edited(engine)
    for view in (name for name in shadowed() if name.endswith("s") and name != "holds"):
        assert "ten" not in repr(said(desk, f"SELECT * FROM {view}", 5)), view


def test_saved_queries_run_unchanged(engine: Engine):
    desk = edited(engine)
    for _, query in QUERIES:
        assert len(said(desk, query, 5)) <= len(said(desk, query, None))
    assert said(desk, QUERIES[0][1], 5) == []
    assert len(said(desk, QUERIES[0][1], 15)) == 1


def test_a_better_reading_is_believed_of_the_past_and_undone_by_believed_at(engine: Engine):
    desk = Desk(engine)
    desk.show(URL, 0, OLD)
    settle(engine, datetime(2026, 4, 1, tzinfo=UTC), at(0))
    desk.show(f"{URL}-2", 1, document("Ferry at nine, read better", "It leaves at nine. On Sundays at ten."))
    change(engine, "UPDATE article_text SET superseded_at = :then WHERE id = 1", then=at(50))
    change(
        engine,
        "INSERT INTO article_text (version_id, extractor_id, document_id, recorded_at) "
        "SELECT 1, extractor_id, document_id, :then FROM article_text WHERE id = 2",
        then=at(50),
    )
    asked = "SELECT title FROM articles WHERE article_id = 1"
    assert said(desk, asked, 5) == [("Ferry at nine, read better",)]
    assert said(desk, asked, 5, believed=49) == [("Ferry at nine",)]
    assert said(desk, asked, None, believed=49) == [("Ferry at nine",)]
    assert said(desk, asked, None, believed=51) == [("Ferry at nine, read better",)]


def test_a_retracted_version_is_believed_until_it_was_retracted(engine: Engine):
    desk = Desk(engine)
    begun = datetime.now(UTC)
    for hour, shown in ((0, OLD), (10, NEW), (20, OLD)):
        desk.show(URL, hour, shown)
        settle(engine, begun, at(hour))
    # The reader was wrong about the second one: there was one spell all the time.
    change(
        engine,
        "UPDATE article_version SET retracted_at = :then, retract_reason = 'artefact' WHERE seq > 1",
        then=at(90),
    )
    change(
        engine,
        "UPDATE article_version SET valid_to = NULL, ended_by = NULL, ended_run_id = NULL, "
        "end_recorded_at = NULL, last_seen_at = :last WHERE seq = 1",
        last=at(20),
    )
    asked = "SELECT version, title FROM article_versions ORDER BY version"
    assert said(desk, asked, None) == [(1, "Ferry at nine")]
    assert said(desk, asked, 15) == [(1, "Ferry at nine")]
    told = [(1, "Ferry at nine"), (2, "Ferry at ten"), (3, "Ferry at nine")]
    assert said(desk, asked, None, believed=80) == told
    assert said(desk, asked, 15, believed=80) == told[:2]
    assert said(desk, asked, 15, believed=95) == told[:1]


def test_versions_believed_earlier_are_numbered_as_they_were(engine: Engine):
    desk = Desk(engine)
    begun = datetime.now(UTC)
    for hour, shown in ((0, OLD), (10, NEW)):
        desk.show(URL, hour, shown)
        settle(engine, begun, at(hour))
    # A capture of five hours before came last: it is the first now.
    change(engine, "UPDATE article_version SET seq = seq + 10")
    change(engine, "UPDATE article_version SET seq = seq - 9")
    change(
        engine,
        "INSERT INTO article_version (article_id, seq, run_id, first_capture_id, last_capture_id, "
        "valid_from, valid_to, ended_by, ended_run_id, end_recorded_at, last_seen_at, recorded_at) "
        "VALUES (1, 1, 1, 1, 1, :early, :first, 'changed', 1, :late, :early, :late)",
        early=at(-5),
        first=at(0),
        late=at(50),
    )
    change(
        engine,
        "INSERT INTO article_text (version_id, extractor_id, document_id, recorded_at) "
        "VALUES (3, 1, 2, :late)",
        late=at(50),
    )
    asked = "SELECT version, title FROM article_versions ORDER BY version"
    assert said(desk, asked, None) == [(1, "Ferry at ten"), (2, "Ferry at nine"), (3, "Ferry at ten")]
    assert said(desk, asked, -1) == [(1, "Ferry at ten")]
    assert said(desk, asked, None, believed=20) == [(1, "Ferry at nine"), (2, "Ferry at ten")]
    assert said(desk, "SELECT versions, title FROM articles", None, believed=5) == [(1, "Ferry at nine")]


def test_a_held_reading_is_no_sight_of_the_article(engine: Engine):
    desk = Desk(engine)
    for hour in (0, 5, 10):
        desk.show(URL, hour, OLD)
    change(
        engine,
        "INSERT INTO hold (run_id, outlet_id, layout, rechecked, affected, sign, held_at) "
        "VALUES (1, 1, 'plain', 50, 20, 'all lost their first paragraph', :then)",
        then=at(5),
    )
    change(engine, "UPDATE extraction SET hold_id = 1 WHERE capture_id = 2")
    asked = "SELECT last_seen_at FROM articles"
    assert instant(said(desk, asked, 6)) == at(0)
    change(engine, "UPDATE hold SET decision = 'released', decided_at = :then", then=at(60))
    assert instant(said(desk, asked, 6)) == at(5)
    assert said(desk, "SELECT decision FROM holds", 4) == []
    assert said(desk, "SELECT decision FROM holds", 59) == [(None,)]
    assert said(desk, "SELECT decision FROM holds", 60) == [("released",)]


def instant(found: list[tuple[Any, ...]]) -> datetime:
    ((value,),) = found
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def test_an_absence_believed_later_is_the_outlet_s_past_but_was_not_known(engine: Engine):
    desk, begun = Desk(engine), datetime.now(UTC)
    desk.show(URL, 0, OLD)
    settle(engine, begun, at(0))
    for hour in (10, 40, 70):
        desk.visit(URL, hour, Outcome.NOT_FOUND)
        settle(engine, begun, at(hour))
    asked = "SELECT state, state_since FROM articles"
    assert said(desk, asked, 15)[0][0] == "missing"
    assert said(desk, asked, 15, believed=69)[0][0] == "live"
    assert said(desk, asked, None, believed=69)[0][0] == "live"
    assert said(desk, asked, None, believed=70) == said(desk, asked, None)


def test_what_was_erased_stays_erased(engine: Engine):
    desk = edited(engine)
    change(engine, "UPDATE comment SET state = 'erased' WHERE id = 1")
    for when in (5, 15, None):
        assert "Hooray" not in repr(said(desk, "SELECT * FROM comments", when))
        assert "Hooray" not in repr(said(desk, "SELECT * FROM comment_versions", when))


def test_a_run_is_under_way_as_of_its_middle(engine: Engine):
    desk = Desk(engine)
    change(
        engine,
        "UPDATE run SET started_at = :begun, ended_at = :ended, verdict = 'ok'",
        begun=at(1),
        ended=at(3),
    )
    asked = "SELECT run_id, verdict FROM runs"
    assert said(desk, asked, 0) == []
    assert said(desk, asked, 2) == [(1, None)]
    assert said(desk, asked, 3) == said(desk, asked, None) == [(1, "ok")]


def test_a_connection_moves_comes_back_and_leaves_nothing(engine: Engine):
    desk = edited(engine)
    asked = text("SELECT title FROM articles")
    with engine.connect() as connection:
        for when, titles in (
            (0, ["Ferry at nine"]),
            (-1, []),
            (12, ["Ferry at ten"]),
            (0, ["Ferry at nine"]),
        ):
            open_as_of(connection, at(when))
            assert list(connection.execute(asked).scalars()) == titles
        with engine.connect() as other:
            assert list(other.execute(asked).scalars()) == ["Ferry at ten"]
        close_as_of(connection)
        close_as_of(connection)
        assert list(connection.execute(asked).scalars()) == ["Ferry at ten"]
        open_as_of(connection, at(0))
    with engine.connect() as connection:  # the pool's same connection, rolled back
        assert list(connection.execute(asked).scalars()) == ["Ferry at ten"]
    assert desk.one("SELECT count(*) AS n FROM articles")["n"] == 1


def test_a_local_time_is_refused(engine: Engine):
    naive = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - what is refused
    with engine.connect() as connection:
        for moments in ((naive, None), (None, naive)):
            with pytest.raises(ValueError, match="zone"):
                open_as_of(connection, *moments)


def test_one_article_as_of_a_date_reads_no_table_through(engine: Engine):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL rightly reads tables of a few rows through")
    with engine.connect() as connection:
        for believed in (None, at(1)):
            open_as_of(connection, at(0), believed)
            for view in ("articles", "article_versions", "article_changes", "comments", "comment_versions"):
                plan = connection.execute(
                    text(f"EXPLAIN QUERY PLAN SELECT * FROM {view} WHERE article_id = 1")
                )
                through = [row.detail for row in plan if row.detail.startswith("SCAN")]
                # s is what is worked out of one article's readings, o the outlet when it is the smallest.
                assert not set(through) - {"SCAN CONSTANT ROW", "SCAN s", "SCAN o"}, view


@pytest.fixture
def session(engine: Engine):
    """Give a plain PostgreSQL session on the edited article's archive, as psql has it."""
    if engine.dialect.name != "postgresql":
        pytest.skip("functions of PostgreSQL")
    edited(engine)
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET timezone = 'America/New_York'")  # a session's zone changes nothing
        yield connection


def test_a_postgresql_session_travels_by_functions(session: psycopg.Connection[Mapping[str, Any]]):
    def titles(of: str = "articles") -> list[Any]:
        return session.execute(f"SELECT title, state FROM {of}").fetchall()

    assert titles() == [("Ferry at ten", "live")]
    session.execute("SELECT cuttings_as_of('2026-03-02T10:00Z')")
    assert titles() == [("Ferry at nine", "live")]
    session.execute("SELECT cuttings_as_of('2026-03-02')")
    assert titles() == [("Ferry at ten", "live")]
    session.execute("SELECT cuttings_as_of('2026-03-03', believed_at => '2026-03-05T12:00+01:00')")
    assert titles() == []
    session.execute("SELECT cuttings_as_of(timestamptz '2026-03-03 06:00Z')")
    assert titles() == [("Ferry at ten", "gone")]
    session.execute("SELECT cuttings_now()")
    assert titles() == [("Ferry at ten", "live")]
    assert titles("articles_as_of('2026-03-02 10:00Z')") == [("Ferry at nine", "live")]
    assert titles("articles_as_of('2026-03-01 10:00Z')") == []


@pytest.mark.parametrize("wanted", ["yesterday", "2026-03-02 10:00", "2026-02-30"])
def test_the_functions_refuse_what_is_no_instant(session: psycopg.Connection[Any], wanted: str):
    with pytest.raises(psycopg.Error):
        session.execute("SELECT cuttings_as_of(%s::text)", (wanted,))
    assert session.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_the_functions_say_the_same_as_a_session_of_ours(session: psycopg.Connection[Any], engine: Engine):
    with engine.connect() as ours:
        for hour in (-1, 0, 12, 25, 35):
            for believed in (None, at(0)):
                open_as_of(ours, at(hour), believed)
                session.execute(
                    "SELECT cuttings_as_of(%s::timestamptz, %s::timestamptz)", (at(hour), believed)
                )
                for view in ("articles", "article_versions", "comments", "captures"):
                    expected = [tuple(row) for row in ours.execute(text(f"SELECT * FROM {view} ORDER BY 1"))]
                    assert session.execute(f"SELECT * FROM {view} ORDER BY 1").fetchall() == expected
