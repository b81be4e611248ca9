"""From a crawl's counts to the interval of an adaptive schedule: a real crawl, then both databases."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from core.clock import now
from db.running import runs, schedules
from db.running.schedules import Declared
from db.words import Kind, Trigger, Verdict
from newsstand import Newsstand, serve
from newsstand.answer import Answer
from scheduler import cadence
from tests.integration.archive import Archive
from tests.integration.desk import Title

NAME = "crawl:gazette"


def feed_of(*paths: str) -> Answer:
    items = "".join(f"<item><title>{escape(path)}</title><link>{path}</link></item>" for path in paths)
    body = f'<rss version="2.0"><channel><title>News</title><ttl>90</ttl>{items}</channel></rss>'
    return Answer(body=body.encode(), headers=(("Content-Type", "application/rss+xml"),))


def archive_in(home: Path) -> Archive:
    return Archive(home, f"sqlite:///{home / 'cuttings.db'}")


def test_a_crawl_counts_what_the_sources_announced_and_what_the_outlet_asks_for(tmp_path):
    archive, other = archive_in(tmp_path / "one"), archive_in(tmp_path / "other")
    with serve(Newsstand(day=1)) as stand:
        origin = stand.address("wardround")
        first = archive.crawl("wardround", origin)["counts"]
        assert first["announced_new"] > 10
        assert "overlap_lost" not in first, "a first crawl knows nothing, and has lost nothing"
        assert first["feed_ttl_seconds"] == 900
        assert first["response_bytes"] >= archive.rows("SELECT sum(size) AS n FROM payload")[0]["n"] > 0
        shutil.copytree(archive.home, other.home)
        known = {row["url"] for row in archive.rows("SELECT url FROM articles")}
        stand.set_day(2)
        second = archive.crawl("wardround", origin)["counts"]
        assert (second["announced_new"], second["announced_known"]) == (3, 15)
        assert "overlap_lost" not in second
        # The same day once more, but its feed tells of new articles only, and a section is out of order.
        fresh = {row["url"] for row in archive.rows("SELECT url FROM articles")} - known
        stand.plant("wardround", "/rss.xml", feed_of(*sorted(fresh)))
        stand.plant("wardround", "/Comment", Answer(status=503, headers=(("Retry-After", "7200"),)))
        done = other.command("crawl", "wardround", "--base-url", origin, "--json")
    third = json.loads(done.stdout)["counts"]
    waits = (third["retry_after_seconds"], third["feed_ttl_seconds"])
    assert (third["overlap_lost"], *waits) == (1, 7200, 5400)


@pytest.fixture
def known(engine):
    """Give an archive with an adaptive schedule of an hour."""
    declared = Declared(
        name=NAME, outlet=Title(), kind=Kind.CRAWL, timing="every 1h", timezone="Europe/London"
    )
    schedules.declare(engine, [declared])
    schedules.change(engine, NAME, adaptive=True)
    return engine


def crawled(engine, verdict: Verdict = Verdict.OK, kind: Kind = Kind.CRAWL, **counts: int):
    """Enter a run that its schedule began on time, with what it counted."""
    run_id = runs.start(
        engine, Title(), kind=kind, trigger=Trigger.SCHEDULE, scheduled_for=now(), software_version="test"
    )
    runs.finish(engine, run_id, verdict, counts=counts)
    return runs.get(engine, run_id)


def decide(engine, run):
    return cadence.adjusted(engine, schedules.get(engine, NAME), run)


def test_the_interval_follows_what_crawls_count(known):
    decide(known, crawled(known, announced_new=1, announced_known=9))
    assert schedules.get(known, NAME).interval_seconds is None, "one crawl decides nothing"
    crawled(known, kind=Kind.RECHECK, unchanged=40)  # between two crawls, and none of their business
    decision = decide(known, crawled(known, announced_new=9, announced_known=1, overlap_lost=1))
    assert (decision.interval, decision.overlap_lost) == (timedelta(minutes=30), True)
    assert schedules.get(known, NAME).interval_seconds == 1800
    decide(known, crawled(known, announced_known=10, retry_after_seconds=7000, crawl_delay_seconds=10))
    assert schedules.get(known, NAME).interval_seconds == 7000


def test_runs_that_say_nothing_of_the_outlet_change_nothing(known):
    crawled(known, announced_known=10)
    for verdict in (Verdict.STOPPED, Verdict.SKIPPED, Verdict.LOST):
        assert decide(known, crawled(known, verdict)) is None
    decide(known, crawled(known, Verdict.FAILED, errors=3))
    assert decide(known, crawled(known, Verdict.FAILED, errors=3)).interval == timedelta(hours=2)
    assert decide(known, crawled(known, Verdict.STOPPED)) is None
    assert decide(known, crawled(known, new=3)).interval == timedelta(hours=1)
    schedules.change(known, NAME, adaptive=False)
    assert decide(known, crawled(known, announced_new=9)) is None
