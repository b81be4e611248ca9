"""Schedules on both databases: declared, changed, and each slot answered once however many ask."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier

import pytest

from core.errors import SetupError
from core.settings import Settings
from db.engine import open_engine
from db.running import schedules
from db.running.schedules import Declared
from db.words import CatchUp, Kind, Overlap
from scheduler.declared import declared
from tests.integration.desk import Title

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NAME = "crawl:gazette"
CRAWL = Declared(
    name=NAME,
    outlet=Title(),
    kind=Kind.CRAWL,
    timing="every 1h",
    timezone="Europe/London",
    jitter_seconds=300,
)
TIDY = Declared(
    name="maintenance", outlet=None, kind=Kind.MAINTENANCE, timing="cron 40 3 * * *", timezone="UTC"
)


@pytest.fixture
def known(engine):
    """Give an archive where two schedules are declared."""
    schedules.declare(engine, [CRAWL, TIDY])
    return engine


def test_declared_schedules_are_entered_once(known):
    schedules.declare(known, [CRAWL, TIDY])
    crawl, tidy = schedules.listed(known)
    assert (crawl.name, crawl.outlet, crawl.kind, crawl.timing) == (NAME, "gazette", Kind.CRAWL, "every 1h")
    assert (crawl.overlap, crawl.catch_up, crawl.adaptive) == (Overlap.SKIP, CatchUp.ONCE, False)
    assert (crawl.declared, crawl.paused_at, crawl.last_slot_at) == (True, None, None)
    assert (tidy.name, tidy.outlet, tidy.timezone) == ("maintenance", None, "UTC")


def test_what_an_outlet_declares_anew_is_taken_over_unless_a_person_set_it(known):
    anew = [replace(CRAWL, timing="every 2h"), replace(TIDY, timing="cron 0 4 * * *")]
    schedules.change(known, NAME, timing="every 5h", overlap=Overlap.QUEUE)
    schedules.declare(known, anew)
    crawl, tidy = schedules.listed(known)
    assert (crawl.timing, crawl.overlap, crawl.declared) == ("every 5h", Overlap.QUEUE, False)
    assert (tidy.timing, tidy.declared) == ("cron 0 4 * * *", True)
    back = schedules.restore(known, anew[0])
    assert (back.timing, back.overlap, back.declared) == ("every 2h", Overlap.SKIP, True)


def test_another_timing_forgets_the_interval_that_was_come_to(known):
    schedules.change(known, NAME, adaptive=True)
    schedules.adapt(known, NAME, 1200.5)
    assert schedules.get(known, NAME).interval_seconds == 1200.5
    assert schedules.change(known, NAME, jitter_seconds=10).interval_seconds == 1200.5
    assert schedules.change(known, NAME, timing="every 2h").interval_seconds is None


def test_a_pause_has_a_reason_and_an_end_and_leaves_the_schedule_as_declared(known):
    paused = schedules.pause(known, NAME, until=NOON, reason="their server moves")
    assert (paused.paused_until, paused.pause_reason, paused.declared) == (NOON, "their server moves", True)
    assert paused.paused_at is not None
    back = schedules.resume(known, NAME)
    assert (back.paused_at, back.paused_until, back.pause_reason) == (None, None, None)


def test_a_wish_for_a_run_at_once_is_fulfilled_by_one(known):
    assert not schedules.take_asked(known, NAME)
    schedules.ask(known, NAME)
    assert schedules.get(known, NAME).asked_at is not None
    assert schedules.take_asked(known, NAME)
    assert not schedules.take_asked(known, NAME)


def test_a_slot_is_answered_by_one_who_saw_the_schedule_as_it_is(known):
    assert schedules.claim(known, NAME, NOON, expected=None)
    assert not schedules.claim(known, NAME, NOON, expected=None)
    later = NOON + timedelta(microseconds=1)
    assert not schedules.claim(known, NAME, later, expected=later)
    assert schedules.claim(known, NAME, later, expected=NOON)
    assert schedules.get(known, NAME).last_slot_at == later
    assert schedules.get(known, "maintenance").last_slot_at is None


@pytest.mark.usefixtures("known")
def test_of_many_who_answer_a_slot_at_once_one_does(database_url):
    others = [open_engine(database_url) for _ in range(4)]
    together = Barrier(len(others))
    last = None
    with ThreadPoolExecutor(len(others)) as crowd:
        for number in range(10):
            slot = NOON + timedelta(hours=number)

            def answer(engine, slot=slot, last=last) -> bool:
                together.wait(60)
                return schedules.claim(engine, NAME, slot, expected=last)

            assert sum(crowd.map(answer, others)) == 1
            last = slot
    for engine in others:
        engine.dispose()


def test_what_a_daemon_should_read_again_has_another_version(known):
    seen = [schedules.version(known)]
    schedules.claim(known, NAME, NOON, expected=None)
    schedules.plan(known, NAME, NOON)
    assert schedules.version(known) == seen[0], "the daemon's own notes are no change"
    for step in (
        lambda: schedules.change(known, NAME, timing="every 2h"),
        lambda: schedules.pause(known, NAME),
        lambda: schedules.resume(known, NAME),
        lambda: schedules.ask(known, NAME),
        lambda: schedules.take_asked(known, NAME),
        lambda: schedules.adapt(known, NAME, 60.0),
        lambda: schedules.declare(known, [replace(TIDY, name="more")]),
        lambda: schedules.declare(known, [replace(TIDY, timing="cron 0 4 * * *")]),
    ):
        step()
        seen.append(schedules.version(known))
    assert seen[0] not in seen[1:]
    assert all(before != after for before, after in pairwise(seen))


@pytest.mark.parametrize("act", [schedules.pause, schedules.resume, schedules.ask, schedules.change])
def test_an_unknown_name_is_refused_with_a_sentence(engine, act):
    with pytest.raises(SetupError, match=r"no schedule 'crawl:herald'; `cuttings schedule list`"):
        act(engine, "crawl:herald")


def test_the_outlets_that_are_crawled_here_declare_a_crawl_and_a_recheck():
    found = {one.name: one for one in declared(Settings())}
    assert {"crawl:nhe", "recheck:nhe", "crawl:pse", "recheck:pse", "maintenance"} <= found.keys()
    assert (found["crawl:nhe"].timing, found["crawl:nhe"].timezone) == ("every 1h", "Europe/London")
    assert found["crawl:nhe"].jitter_seconds == 300
    assert "crawl:wardround" not in found
    served = declared(Settings(base_urls={"wardround": "http://127.0.0.1:8000"}))
    assert "crawl:wardround" in {one.name for one in served}
