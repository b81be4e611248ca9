"""What health is judged from, asked of archives of both kinds."""

import gzip
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, text, update

from core import clock
from core.records import CommentState
from core.settings import Settings
from db import revision, schema
from db.engine import open_engine, writing
from db.models import Hold, Outlet, Run, table
from db.running import processes, schedules
from db.running.problems import record as note
from db.running.schedules import Declared
from db.words import Kind, Role, Severity
from pipelines import newest_captures
from pipelines.newest_captures import LEFT
from scheduler import facts, health
from scheduler.facts import Facts
from scheduler.problem import Problem
from scheduler.status import status
from tests.integration.desk import Desk, Title, document

NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OUTLET, RUN = table(Outlet), table(Run)


@pytest.fixture
def settings(tmp_path, database_url) -> Settings:
    served = {"gazette": "http://127.0.0.1:1"}  # an invented outlet is crawled where it is served
    return Settings(home=tmp_path / "home", database_url=database_url, disk_low_bytes=0, base_urls=served)


def gather(engine: Engine, settings: Settings) -> Facts:
    return facts.gather(engine, settings, clock.now())


def plan(engine: Engine, timing: str = "every 1h", *, ago: timedelta = timedelta()) -> None:
    crawl = Declared(name="crawl:gazette", outlet=Title(), kind=Kind.CRAWL, timing=timing, timezone="UTC")
    schedules.declare(engine, [crawl])
    with writing(engine) as connection:
        connection.execute(text("UPDATE schedule SET changed_at = :at"), {"at": str(clock.now() - ago)})


def runs(engine: Engine, *agos: timedelta, verdict: str = "ok", **facts: Any) -> None:
    """Enter crawls of the gazette that began so long ago, each a minute long, oldest first."""
    with writing(engine) as connection:
        number = connection.execute(select(OUTLET.c.id).where(OUTLET.c.key == "gazette")).scalar_one()
        for ago in sorted(agos, reverse=True):
            given = {
                "outlet_id": number,
                "kind": "crawl",
                "trigger": "schedule",
                "started_at": NOW - ago,
                "ended_at": NOW - ago + timedelta(minutes=1),
                "host": socket.gethostname(),
                "pid": 1,
                "verdict": verdict,
                "reason": "as told",
                "counts": {"responses": 5, "new": 0},
                "software_version": "1",
            }
            connection.execute(insert(RUN).values(given | facts))


def keys(found: Facts) -> list[str]:
    return [problem.key for problem in health.problems(found)]


def test_an_empty_archive_has_no_problems(engine, settings):
    found = gather(engine, settings)
    assert (found.outlets, found.processes, found.schedules, found.trouble) == ((), [], 0, None)
    assert found.free_bytes > 0
    assert health.problems(found) == []


def test_an_outlet_that_does_well_has_its_history_and_no_problems(engine, settings):
    plan(engine)
    processes.begin(engine, Role.DAEMON, home=settings.home, address=None, software_version="1")
    runs(engine, HOUR, 2 * HOUR)
    runs(engine, 3 * HOUR, 2 * DAY, 8 * DAY, counts={"responses": 5, "new": 2})
    found = gather(engine, settings)
    (outlet,) = found.outlets
    assert (outlet.key, outlet.interval, outlet.paused) == ("gazette", HOUR, False)
    assert outlet.last_success_at == NOW - HOUR + timedelta(minutes=1)
    assert outlet.last_new_at == NOW - 3 * HOUR
    assert outlet.longest_quiet == 6 * DAY
    assert [run.started_at for run in outlet.runs[:2]] == [NOW - HOUR, NOW - 2 * HOUR]
    assert health.problems(found) == []


NEWS, NOTHING = {"responses": 5, "new": 2}, {"responses": 5, "new": 0}


def test_an_outlet_of_monthly_news_is_no_new_one(engine, settings):
    plan(engine, ago=300 * DAY)
    runs(engine, *(n * 31 * DAY - HOUR for n in range(1, 6)), counts=NEWS)
    runs(engine, HOUR, counts=NOTHING)
    found = gather(engine, settings)
    assert found.outlets[0].longest_quiet == 31 * DAY
    assert "nothing_new:gazette" not in keys(found)


def test_quiet_is_told_for_as_long_as_it_lasts(engine, settings):
    plan(engine, ago=300 * DAY)
    runs(engine, *((n + 200) * DAY for n in range(1, 30)), counts=NEWS)
    runs(engine, HOUR, counts=NOTHING)
    found = gather(engine, settings)
    assert found.outlets[0].last_new_at == NOW - 201 * DAY
    assert "nothing_new:gazette" in keys(found)


def test_an_outlet_has_no_habits_in_its_first_days(engine, settings):
    plan(engine, ago=300 * DAY)
    runs(engine, 5 * DAY, 5 * DAY - HOUR, counts=NEWS)  # all there was, and what came meanwhile
    runs(engine, HOUR, counts=NOTHING)
    found = gather(engine, settings)
    assert found.outlets[0].longest_quiet is None
    assert "nothing_new:gazette" not in keys(found)


def test_a_success_long_before_the_last_runs_is_found(engine, settings):
    plan(engine, ago=90 * DAY)
    runs(engine, 50 * HOUR)
    runs(engine, *(n * HOUR for n in range(1, 45)), verdict="failed")
    found = gather(engine, settings)
    assert found.outlets[0].last_success_at == NOW - 50 * HOUR + timedelta(minutes=1)
    assert {"no_success:gazette", "errors:gazette"} <= set(keys(found))


def test_a_pause_counts_until_its_end(engine, settings):
    plan(engine)
    runs(engine, *(n * DAY for n in range(1, 7)), verdict="failed")
    schedules.pause(engine, "crawl:gazette", until=NOW + HOUR, reason="a new site")
    assert gather(engine, settings).outlets[0].paused
    assert keys(gather(engine, settings)) == []
    schedules.pause(engine, "crawl:gazette", until=NOW - 4 * HOUR)
    found = gather(engine, settings)
    assert not found.outlets[0].paused
    assert "errors:gazette" in keys(found)


def test_schedules_of_outlets_that_the_settings_leave_out_are_not_waited_for(engine, settings):
    plan(engine)
    town = Declared(
        name="crawl:townclerk",
        outlet=Title(key="townclerk"),
        kind=Kind.CRAWL,
        timing="every 1h",
        timezone="UTC",
    )
    schedules.declare(engine, [town])
    with writing(engine) as connection:
        connection.execute(text("UPDATE schedule SET changed_at = :at"), {"at": str(NOW - DAY)})
    assert keys(gather(engine, settings)) == ["no_success:gazette", "no_daemon"]  # nobody serves the other
    served = settings.model_copy(
        update={"base_urls": settings.base_urls | {"townclerk": "http://127.0.0.1:1"}}
    )
    assert "no_success:townclerk" in keys(gather(engine, served))
    named = settings.model_copy(update={"outlets": ["townclerk"]})
    assert keys(gather(engine, named)) == ["no_success:townclerk", "no_daemon"]
    none = settings.model_copy(update={"outlets": ["wardround"]})
    assert keys(gather(engine, none)) == []
    assert status(engine, none, NOW).outlets == ()


def test_a_gap_of_cron_slots_is_their_longest(engine, settings):
    plan(engine, "cron 0 6 * * mon-fri")
    assert gather(engine, settings).outlets[0].interval == 3 * DAY


def test_a_timing_nobody_can_read_is_a_problem_and_no_crash(engine, settings):
    plan(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE schedule SET timezone = 'Europe/Nowhere'"))
    assert "timing:gazette" in keys(gather(engine, settings))
    assert status(engine, settings, NOW).outlets[0].next_slot_at is None


def test_fields_that_fell_are_counted_run_by_run(engine, settings):
    desk = Desk(engine)
    for number, (byline, state) in enumerate(
        [("A. Writer", CommentState.NONE)] * 3 + [(None, CommentState.UNKNOWN)]
    ):
        desk.next_run()
        for page in range(10):
            url = f"https://www.example.org/news/{number}-{page}"
            text_of = " ".join(["word"] * 50)
            desk.show(
                url, number, document(f"Title {number} {page}", text_of, byline=byline), comment_state=state
            )
        with writing(engine) as connection:
            values = {
                "counts": {"responses": 10, "new": 10},
                "verdict": "ok",
                "started_at": NOW - (9 - number) * HOUR,
            }
            ended = {"ended_at": NOW - (9 - number) * HOUR}
            connection.execute(update(RUN).where(RUN.c.id == desk.run_id).values(values | ended))
    plan(engine)
    found = gather(engine, settings)
    by_name = {field.name: field for field in found.outlets[0].coverage}
    assert {name: (field.before, field.now) for name, field in by_name.items()} == {
        "byline": (1, 0), "date": (1, 1), "body": (1, 1), "comments": (1, 0), "layout": (1, 1),
    }  # fmt: skip
    assert (by_name["byline"].pages_now, by_name["byline"].pages_before) == (10, 30)
    told = [key for key in keys(found) if key.startswith("coverage")]
    assert told == ["coverage_byline:gazette", "coverage_comments:gazette"]


def test_open_holds_are_told_until_they_are_decided(engine, settings):
    desk = Desk(engine)
    values = {
        "run_id": desk.run_id, "outlet_id": 1, "layout": "plain", "rechecked": 40, "affected": 12,
        "sign": "byline lost", "held_at": NOW - HOUR,
    }  # fmt: skip
    with writing(engine) as connection:
        connection.execute(insert(table(Hold)).values(values))
    assert "held:gazette" in keys(gather(engine, settings))
    with writing(engine) as connection:
        connection.execute(update(table(Hold)).values(decision="released", decided_at=NOW))
    assert keys(gather(engine, settings)) == []


def test_the_newest_capture_must_be_there_and_whole(engine, settings):
    plan(engine)
    schedules.change(engine, "crawl:gazette", timing="every 1w")
    processes.begin(engine, Role.DAEMON, home=settings.home, address=None, software_version="1")
    desk = Desk(engine)
    desk.visit("https://www.example.org/a", 1, served="bytes")
    with writing(engine) as connection:
        offset, path = connection.execute(
            text("SELECT warc_offset, path FROM fetch_attempt JOIN warc_file ON warc_file.id = warc_file_id")
        ).one()
        values = {"verdict": "ok", "counts": {"responses": 1}, "ended_at": NOW, "started_at": NOW - HOUR}
        connection.execute(update(RUN).values(values))
    file = settings.home / path
    assert "is not there" in health.problems(gather(engine, settings))[0].message
    record = gzip.compress(b"WARC/1.1\r\n" + b"text " * 10_000)
    file.parent.mkdir(parents=True)
    for held, complaint in (
        (b"", "is empty"),
        (b"\0" * 10, "ends at byte 10"),
        (b"\0" * offset + record[:-9], "not whole"),
        (b"\0" * offset + gzip.compress(b"other"), "not a WARC record"),
        (b"\0" * offset + b"nothing", "cannot be read"),
    ):
        file.write_bytes(held)
        (problem,) = health.problems(gather(engine, settings))
        assert problem.key == "captures:gazette"
        assert complaint in problem.message
    file.write_bytes(b"\0" * offset + record + record[:5])
    assert keys(gather(engine, settings)) == []
    file.unlink()
    with writing(engine) as connection:
        connection.execute(update(RUN).values(host="elsewhere"))  # its captures are on its own disk
    assert keys(gather(engine, settings)) == []


def test_files_left_open_for_a_day_are_told_unless_somebody_writes_them(tmp_path):
    import fcntl

    left, held = tmp_path / "gazette-1.warc.gz.open", tmp_path / "gazette-2.warc.gz.open"
    left.write_bytes(b"x")
    held.write_bytes(b"x")
    with held.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        tomorrow = datetime.now(UTC) + LEFT + HOUR
        assert newest_captures.leftovers(tmp_path, tomorrow) == (left.name,)
        assert newest_captures.leftovers(tmp_path, datetime.now(UTC)) == ()


def test_daemons_and_their_silence_are_seen(engine, settings):
    plan(engine)
    assert "no_daemon" in keys(gather(engine, settings))
    number = processes.begin(engine, Role.DAEMON, home=settings.home, address=None, software_version="1")
    assert keys(gather(engine, settings)) == []
    with writing(engine) as connection:
        connection.execute(text("UPDATE process SET beat_at = :at"), {"at": str(NOW - HOUR)})
    assert keys(gather(engine, settings)) == [f"daemon_silent:{socket.gethostname()}"]
    processes.end(engine, number)
    assert keys(gather(engine, settings)) == ["no_daemon"]


def test_runs_of_the_future_are_seen_and_both_clocks_agree(engine, settings):
    plan(engine)
    processes.begin(engine, Role.DAEMON, home=settings.home, address=None, software_version="1")
    runs(engine, -HOUR)
    found = gather(engine, settings)
    assert keys(found) == ["clock_future_run"]
    if engine.dialect.name == "postgresql":
        assert abs(found.clock_ahead) < timedelta(seconds=20)  # the same machine's clock, asked twice
    else:
        assert found.clock_ahead is None


def test_alerts_nobody_took_are_counted_where_somebody_is_to_be_told(engine, settings):
    problem = Problem(key="disk_low", severity=Severity.WARNING, message="low")
    note(
        engine,
        [problem, Problem(key="alerts_undelivered", severity=Severity.WARNING, message="x")],
        NOW - HOUR,
    )
    assert gather(engine, settings).untold == 0
    found = facts.gather(engine, settings.model_copy(update={"alert_webhook": "http://127.0.0.1:9"}), NOW)
    assert (found.untold, found.untold_since) == (1, NOW - HOUR)
    assert "alerts_undelivered" in keys(found)


def test_little_disk_is_seen_also_before_the_home_is_made(tmp_path):
    home = tmp_path / "not" / "yet"
    settings = Settings(home=home, disk_low_bytes=2**62)
    found = facts.gather(open_engine(settings.database()), settings, NOW)
    assert {"disk_low", "disk_full", "database_version"} == set(keys(found))
    assert not home.exists()


def test_the_revision_told_quickly_is_the_one_alembic_tells(engine, empty_database_url):
    assert revision.newest() == schema.head()
    assert revision.is_newest(engine)
    assert not revision.is_newest(open_engine(empty_database_url))


def test_a_database_of_another_schema_is_a_fact(engine, settings):
    schema.downgrade(engine, "-1")
    found = gather(engine, settings)
    assert keys(found) == ["database_version"]
    assert "cuttings db upgrade" in found.trouble.message
    told = status(engine, settings, NOW)
    assert [problem.key for problem in told.problems] == ["database_version"]
    assert told.outlets == ()


def test_a_database_that_is_away_is_a_fact_and_its_password_is_not_told(tmp_path):
    url = "postgresql+psycopg://someone:open-sesame@127.0.0.1:9/cuttings?connect_timeout=2"
    settings = Settings(home=tmp_path, database_url=url, disk_low_bytes=0)
    found = facts.gather(open_engine(url), settings, NOW)
    assert keys(found) == ["database_away"]
    assert "sesame" not in found.trouble.message
    assert "refused" in found.trouble.message


def test_a_file_that_is_no_database_is_a_fact(tmp_path):
    (tmp_path / "cuttings.db").write_bytes(b"not a database at all" * 100)
    settings = Settings(home=tmp_path, disk_low_bytes=0)
    engine = open_engine(settings.database())
    assert keys(facts.gather(engine, settings, NOW)) == ["database_away"]
    assert status(engine, settings, NOW).problems[0].key == "database_away"


def test_the_status_has_what_is_known_of_each_outlet(engine, settings):
    desk = Desk(engine)
    for page in range(3):
        desk.show(f"https://www.example.org/{page}", 1, document(f"Title {page}", "A text of some words."))
    with writing(engine) as connection:
        values = {"verdict": "ok", "started_at": NOW - DAY, "ended_at": NOW - DAY, "counts": {"new": 3}}
        connection.execute(update(RUN).values(values))
    plan(engine)
    runs(engine, HOUR, 2 * HOUR, verdict="failed")
    note(engine, [Problem(key="no_daemon", severity=Severity.WARNING, message="old")], NOW - 5 * HOUR)
    told = status(engine, settings, NOW)
    (outlet,) = told.outlets
    assert (outlet.key, outlet.title, outlet.articles, outlet.failures) == ("gazette", "The Gazette", 3, 2)
    assert (outlet.last_success_at, outlet.last_run.verdict.value) == (NOW - DAY, "failed")
    assert (outlet.interval_seconds, outlet.paused_at) == (3600, None)
    assert NOW < outlet.next_slot_at <= NOW + HOUR
    assert [run.verdict.value for run in told.runs] == ["failed", "failed", "ok"]
    (problem,) = told.problems
    assert (problem.key, problem.first_seen_at) == ("no_daemon", NOW - 5 * HOUR)
    schedules.pause(engine, "crawl:gazette", reason="holidays")
    (outlet,) = status(engine, settings, NOW).outlets
    assert (outlet.pause_reason, outlet.next_slot_at) == ("holidays", None)
    assert outlet.paused_at is not None


def test_no_question_reads_a_whole_table(engine, settings):
    if engine.dialect.name == "postgresql":
        return  # it reads tables this small whole, and says so; SQLite says how it would find a row
    Desk(engine)
    plan(engine)
    runs(engine, *(n * HOUR for n in range(1, 30)), counts={"responses": 5, "new": 2})
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    status(engine, settings, NOW)
    grows = ("article", "capture", "document", "extraction", "fetch_attempt", "run")
    with engine.connect() as connection:
        for statement, values in [one for one in asked if one[0].startswith("SELECT")]:
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).scalars("detail")
            whole = [step for step in steps if step in {f"SCAN {table}" for table in grows}]
            assert not whole or "ORDER BY run.id DESC" in statement or "ORDER BY capture.id DESC" in statement
    assert len(asked) > 40
