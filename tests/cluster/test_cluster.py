"""Two schedulers, three workers, real crawls: each slot once, whatever is killed, frozen or away."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, pairwise

import pytest

from core.clock import now
from newsstand import Newsstand, serve
from tests.cluster.cluster import OUTLETS, Cluster, database, wait_until

OUTAGE = float(os.environ.get("OUTAGE_SECONDS", "5"))
SMALLEST = "pointsman"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    with serve(Newsstand()) as stand, database() as archive:
        made = Cluster(tmp_path_factory.mktemp("cluster"), archive, stand)
        try:
            made.add_schedulers(2)
            made.add_workers(3)
            yield made
        finally:
            made.end()


@pytest.fixture(scope="module")
def slots():
    """Give a new slot whenever asked, each a second after the one before."""
    start = now().replace(microsecond=0)
    return (start + timedelta(seconds=number) for number in count())


@pytest.fixture(autouse=True)
def _never_two_of_one_outlet(cluster) -> Iterator[None]:
    """After each test: every run has its end, and no two of one outlet asked for pages in turns."""
    yield
    assert cluster.database.rows("SELECT id FROM run WHERE ended_at IS NULL") == []
    query = (
        "SELECT r.outlet_id, r.id, min(a.fetched_at) AS first, max(a.fetched_at) AS last "
        "FROM run r JOIN fetch_attempt a ON a.run_id = r.id GROUP BY r.outlet_id, r.id ORDER BY 1, 3"
    )
    for before, after in pairwise(cluster.database.rows(query)):
        assert before["outlet_id"] != after["outlet_id"] or before["last"] < after["first"], (before, after)


def test_two_schedulers_and_three_workers_crawl_each_slot_once(cluster, slots):
    slot = next(slots)
    cluster.submit(slot, *OUTLETS)
    wait_until(lambda: cluster.done(slot, *OUTLETS), cluster.told)
    answered = sorted((run["outlet"], run["verdict"]) for run in cluster.runs(slot))
    assert answered == [(outlet, "ok") for outlet in sorted(OUTLETS)]
    claimed = cluster.database.rows("SELECT last_slot_at FROM schedule")
    assert {row["last_slot_at"] for row in claimed} == {slot}
    homes = cluster.database.rows("SELECT DISTINCT home FROM process WHERE role = 'worker'")
    assert len(homes) >= 3


def test_a_killed_worker_s_crawl_is_done_by_another(cluster, slots):
    slot = next(slots)
    cluster.submit(slot, SMALLEST)
    worker, _ = cluster.caught(slot, SMALLEST)
    worker.kill()
    wait_until(lambda: cluster.done(slot, SMALLEST), cluster.told)
    assert worker.wait() == -signal.SIGKILL
    *disturbed, last = cluster.runs(slot)
    assert last["verdict"] == "ok"
    assert {run["verdict"] for run in disturbed} <= {"stopped", "lost"}, disturbed
    cluster.workers.remove(worker)
    cluster.add_workers(1)


def test_a_stopped_worker_ends_in_good_order_and_puts_its_crawl_back(cluster, slots):
    slot = next(slots)
    cluster.submit(slot, SMALLEST)
    worker, _ = cluster.caught(slot, SMALLEST)
    worker.terminate()
    assert worker.wait(60) == 0, cluster.told()
    cluster.workers.remove(worker)
    wait_until(lambda: cluster.done(slot, SMALLEST), cluster.told)
    first, last = cluster.runs(slot)
    assert (first["verdict"], last["verdict"]) == ("stopped", "ok")
    assert "the worker was stopped" in first["reason"]
    cluster.add_workers(1)


def test_a_frozen_worker_s_crawl_is_waited_for_and_not_done_twice(cluster, slots):
    slot = next(slots)
    cluster.submit(slot, SMALLEST)
    worker, crawl = cluster.caught(slot, SMALLEST)
    for group in (worker.pid, crawl):
        os.killpg(group, signal.SIGSTOP)
    again = "SELECT 1 FROM procrastinate.procrastinate_jobs WHERE args ->> 'again' = '1'"
    wait_until(lambda: cluster.database.rows(again), cluster.told)  # somebody took it over
    served = cluster.served(SMALLEST)
    begun = "SELECT 1 FROM procrastinate.procrastinate_events e JOIN procrastinate.procrastinate_jobs j"
    waits = f"{begun} ON j.id = e.job_id WHERE j.scheduled_at IS NOT NULL"
    wait_until(lambda: cluster.database.rows(waits), cluster.told)  # and found the outlet held
    assert cluster.served(SMALLEST) == served
    for group in (crawl, worker.pid):
        os.killpg(group, signal.SIGCONT)
    wait_until(lambda: cluster.done(slot, SMALLEST), cluster.told)
    (run,) = cluster.runs(slot)
    assert run["verdict"] == "ok"
    assert worker.poll() is None  # it works on
    wait_until(lambda: "taken over by another worker meanwhile" in cluster.told(), cluster.told)


def test_everything_outlives_a_database_that_is_away(cluster, slots):
    slot = next(slots)
    cluster.submit(slot, *OUTLETS)
    cluster.caught(slot, SMALLEST)
    cluster.database.crash()
    time.sleep(OUTAGE)
    cluster.database.start()
    wait_until(lambda: cluster.done(slot, *OUTLETS), cluster.told)
    for outlet in OUTLETS:
        runs = cluster.runs(slot, outlet)
        assert [run["verdict"] for run in runs].count("ok") == 1, runs
    assert [worker.poll() for worker in cluster.workers] == [None] * 3
    slot = next(slots)  # and what comes is still done
    cluster.submit(slot, SMALLEST)
    wait_until(lambda: cluster.done(slot, SMALLEST), cluster.told)
