"""`cuttings backfill status`, and what `cuttings schedule` says of the nights, as a person types them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from cli.main import run
from core.clock import now
from core.mementos import Listing, Memento, Query
from core.orders import BackfillOrder
from core.records import Via
from core.settings import load_settings
from crawlers.registry import find
from db import archive_pauses, backfills, mementos, outlets
from db.engine import writing
from db.mementos import Judged
from db.models import Backfill, Schedule, table
from db.running import processes, runs, schedules
from db.words import BackfillEnding, CatchUp, Choice, Kind, MementoState, Role, Verdict
from scheduler import health
from scheduler.declared import declared
from scheduler.facts import gather

NIGHT = "backfill:townclerk"


@pytest.fixture
def home(tmp_path, database_url, monkeypatch) -> Path:
    """Point the settings of this process at an archive of its own, where one invented outlet is followed."""
    folder = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    given = {
        "HOME": str(folder),
        "DATABASE_URL": database_url,
        "BASE_URLS": '{"townclerk": "http://127.0.0.1:1"}',
        "OUTLETS": "townclerk",
        "WAYBACK_DELAY": "900",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"CUTTINGS_{name}", value)
    return folder


def said(capsys, *words: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run(words) == code
    printed = capsys.readouterr()
    return " ".join((printed.out or printed.err).split())


def told(capsys, *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(("backfill", "status", *words, "--json")) == 0
    return json.loads(capsys.readouterr().out)


def follow(engine) -> None:
    """Declare the schedules of what is followed."""
    schedules.declare(engine, declared(load_settings()))


def wish(engine, via=Via.WAYBACK, **days: date):
    return backfills.open_backfill(
        engine, find("townclerk"), BackfillOrder(outlet="townclerk", via=via, **days)
    )


def list_three(engine) -> None:
    """List three captures of the Wayback Machine: two to be fetched, of which the size of one is stated."""
    with writing(engine) as connection:
        number = outlets.remember(connection, find("townclerk"))
    found = [
        Memento(
            via=Via.WAYBACK,
            archive="wayback",
            url=f"http://townclerk.example/{page}",
            archived_at=datetime(2015, 3, page, tzinfo=UTC),
            place=str(page),
            length=3 * 2**20 if page == 1 else None,
        )
        for page in (1, 2, 3)
    ]
    for scope, cursor in (("townclerk.example", None), ("www.townclerk.example", "more")):
        listing = Listing(mementos=tuple(found), cursor=cursor, refused=("row 7",) if cursor else ())
        mementos.put(
            engine, number, Query(via=Via.WAYBACK, archive="wayback", scope=scope), listing, at=now()
        )
    rows = [one for group in mementos.groups(engine, number, Via.WAYBACK) for one in group]
    states = (MementoState.CHOSEN, MementoState.CHOSEN, MementoState.PASSED_OVER)
    choices = (Choice.FIRST, Choice.FIRST, None)
    mementos.judge(
        engine,
        [
            Judged(memento_id=row.id, state=state, choice=choice)
            for row, state, choice in zip(
                sorted(rows, key=lambda row: row.memento.archived_at), states, choices, strict=True
            )
        ],
    )


def carried_on(engine, via: str, verdict: Verdict | None, reason: str) -> int:
    number = runs.start(
        engine, find("townclerk"), kind=Kind.BACKFILL, order={"via": via}, software_version="test"
    )
    if verdict is not None:
        runs.finish(engine, number, verdict, reason=reason)
    return number


@pytest.mark.usefixtures("home")
def test_before_any_backfill_it_says_how_one_begins(capsys, engine):
    assert "no backfill was asked for yet: `cuttings backfill OUTLET --from wayback`" in said(
        capsys, "backfill", "status"
    )
    assert told(capsys, "townclerk") == []
    assert "nobody" in said(capsys, "backfill", "status", "nobody", code=1)
    del engine


@pytest.mark.usefixtures("home")
def test_an_open_backfill_is_shown_with_what_is_done_what_is_left_and_when_it_goes_on(capsys, engine):
    follow(engine)
    wish(engine, since=date(2012, 1, 1))
    list_three(engine)
    first = carried_on(engine, "wayback", Verdict.OK, "1 capture fetched, 2 left")
    carried_on(engine, "commoncrawl", Verdict.FAILED, "of another archive")
    (one,) = told(capsys)
    assert (one["outlet"], one["via"], one["ended_at"]) == ("townclerk", "wayback", None)
    assert (one["questions"], one["answered"], one["rows"], one["refused"]) == (2, 1, 3, 1)
    assert {state: count for state, count in one["mementos"].items() if count} == {
        "chosen": 2,
        "passed_over": 1,
    }
    assert (one["chosen_bytes"], one["hours_left"]) == (3 * 2**20, 0.5)
    assert (one["last_run"]["id"], one["last_run"]["verdict"]) == (first, "ok")
    assert now() < datetime.fromisoformat(one["next_slice"]) < now() + timedelta(hours=26)
    shown = said(capsys, "backfill", "status", "townclerk")
    for part in (
        "townclerk from wayback: open",
        "2012-01-01 to the last",
        "1 of 2 questions answered, 3 rows, 1 unreadable",
        "1 passed over, 2 chosen",
        "2 captures, 3.0 MiB, 30 min at the archive's rate",
        f"{first}, ",
        "ok: 1 capture fetched, 2 left",
        "next slice",
    ):
        assert part in shown


@pytest.mark.usefixtures("home")
def test_what_a_backfill_waits_for_is_said(capsys, engine):
    def waits() -> dict[str, str | None]:
        return {one["via"]: one["waits"] for one in told(capsys)}

    wish(engine)
    assert "no daemon follows the outlet" in (waits()["wayback"] or "")
    follow(engine)
    wish(engine, Via.COMMONCRAWL)
    assert waits() == {"wayback": None, "commoncrawl": "the backfill from wayback comes first"}
    until = now() + timedelta(days=2)
    archive_pauses.pause(engine, "wayback", until, "429 Too Many Requests")
    waiting = waits()
    assert "the archive refused" in (waiting["wayback"] or "")
    assert waiting["commoncrawl"] is None
    shown = said(capsys, "backfill", "status")
    assert f"not asked before {until:%Y-%m-%d %H:%M:%S}: 429 Too Many Requests" in shown
    schedules.pause(engine, NIGHT)
    assert all("its nights are paused" in (why or "") for why in waits().values())


@pytest.mark.usefixtures("home")
def test_a_backfill_that_ended_is_shown_until_another_is_asked_for(capsys, engine):
    done = wish(engine)
    backfills.end(engine, done.id, BackfillEnding.DONE)
    assert "townclerk from wayback: done 20" in said(capsys, "backfill", "status")
    assert told(capsys)[0]["next_slice"] is None
    wish(engine)
    assert [one["ended_by"] for one in told(capsys)] == [None]


@pytest.mark.usefixtures("home")
def test_the_nights_are_set_and_begun_at_once_like_other_schedules(capsys, engine, tmp_path):
    assert "03:30" in said(
        capsys, "schedule", "set", "townclerk", "--kind", "backfill", "--cron", "30 3 * * *"
    )
    before = schedules.get(engine, NIGHT)
    assert before is not None
    assert (before.declared, before.catch_up) == (False, CatchUp.NONE)
    said(capsys, "schedule", "set", NIGHT, "--declared")
    after = schedules.get(engine, NIGHT)
    assert after is not None
    assert (after.timing, after.catch_up) == ("cron 10 1 * * *", CatchUp.NONE)
    processes.begin(engine, Role.DAEMON, home=tmp_path, address=None, software_version="test")
    assert "no backfill of townclerk can go on now" in said(capsys, "schedule", "run-now", NIGHT, code=1)
    wish(engine)
    assert "is asked for: the daemon on" in said(capsys, "schedule", "run-now", NIGHT)
    assert schedules.take_asked(engine, NIGHT)


@pytest.mark.usefixtures("home")
def test_a_backfill_that_does_not_go_on_is_a_problem_of_the_archive(engine):
    def problems() -> list[str]:
        found = health.problems(gather(engine, load_settings(), now()))
        return [one.key for one in found if one.key.startswith("backfill")]

    follow(engine)
    one = wish(engine)
    long_ago = now() - timedelta(days=10)
    with writing(engine) as connection:
        connection.execute(update(table(Backfill)).values(started_at=long_ago))
        connection.execute(update(table(Schedule)).values(changed_at=long_ago))
    assert problems() == [], "no daemon was there to carry it on"
    carried_on(engine, "wayback", Verdict.SKIPPED, "another process asks the archive")
    assert problems() == ["backfill_stuck:townclerk"]
    schedules.pause(engine, NIGHT)
    assert problems() == [], "a person paused its nights"
    schedules.resume(engine, NIGHT)
    with writing(engine) as connection:
        connection.execute(update(table(Schedule)).values(changed_at=long_ago))
    assert problems() == ["backfill_stuck:townclerk"]
    backfills.end(engine, one.id, BackfillEnding.DONE)
    assert problems() == []
