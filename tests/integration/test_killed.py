"""The kill matrix: whatever ends a crawl, the next one carries on; nothing is lost, nothing doubled."""

import json
import random
import resource
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from core.clock import now
from db.engine import open_engine
from db.lock import NAMESPACE, outlet_lock
from newsstand import Newsstand, serve
from tests.integration.archive import Archive
from tests.integration.faulty import Fault
from tests.integration.killing import (
    EDITED_ON,
    OUTLET,
    PAGES,
    STEADY,
    Crawl,
    assert_carried_on,
    assert_sound,
    contents,
    crawling,
    pages,
    wait_until,
)
from tests.integration.postgresql import own_postgresql, stop_at_once

KILL, TERM = signal.SIGKILL, signal.SIGTERM
ENDINGS = {"SIGKILL": (KILL,), "SIGTERM": (TERM,), "SIGTERM twice": (TERM, TERM)}
SERVED = 43  # requests of an undisturbed crawl
LOCKED = 31.0  # seconds: longer than a connection itself waits (db.engine.BUSY_TIMEOUT_MS)
SLOW = {"CUTTINGS_DOWNLOAD_DELAY": "0.03", "CUTTINGS_CONCURRENCY_PER_HOST": "2"}


@pytest.fixture(scope="module")
def stand() -> Iterator[Newsstand]:
    with serve(Newsstand(scale=PAGES)) as served:
        yield served


@pytest.fixture
def archive(tmp_path, empty_database_url):
    return Archive(tmp_path / "home", empty_database_url)


@pytest.fixture
def small(tmp_path):
    """Give an archive in SQLite, for what concerns it alone."""
    return Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")


@pytest.fixture(scope="module")
def undisturbed(stand, tmp_path_factory) -> Mapping[int, Mapping[str, object]]:
    """Give what an archive holds that nothing happened to: after the first day, and after the edits."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    archive = Archive(home, f"sqlite:///{home / 'cuttings.db'}")
    found = {}
    for day in (1, EDITED_ON):
        stand.set_day(day)
        archive.crawl(OUTLET, stand.address(OUTLET), **STEADY)
        found[day] = contents(archive)
    assert len(found[1]["versions"]) == PAGES < len(found[EDITED_ON]["versions"])
    return found


@pytest.fixture
def survived(record_property) -> Iterator[Counter[str]]:
    """Give where a test counts its faults; the summary adds them up for the tests that passed."""
    faults: Counter[str] = Counter()
    yield faults
    record_property("faults survived", dict(faults))


def disturb(crawl: Crawl, chance: random.Random, served: int, survived: Counter[str]) -> None:
    """Pause the crawl twice on its way to a point, and end it there; what it forestalls is no fault."""
    for before in sorted(chance.randint(0, served) for _ in range(2)):
        if crawl.reach(before, chance.uniform(0, 0.1)):
            crawl.pause()
            survived["SIGSTOP"] += 1
    ending = chance.choice(["SIGKILL", "SIGKILL", "SIGTERM", "SIGTERM twice"])
    if crawl.reach(served, chance.uniform(0, 0.1 if served else 0.6)):
        crawl.end(*ENDINGS[ending])
        survived[ending] += 1


def test_ended_or_paused_at_random_points(archive, stand, undisturbed, survived):
    chance = random.Random(archive.database_url.partition(":")[0])
    for day, points in ((1, (0, 20)), (EDITED_ON, (12, 36))):
        stand.set_day(day)
        for point in chance.sample(points, len(points)):
            with crawling(archive, stand) as crawl:
                disturb(crawl, chance, chance.randint(point, point + 8) if point else 0, survived)
        assert_carried_on(archive, stand, undisturbed[day])
    assert survived.total() >= 8


# Where, and the how-many-eth time it is reached.
IN_FILES = [("written", 1), ("torn", 9), ("renaming", 1), ("renaming", 3), ("rotated", 1), ("unsynced", 2)]
IN_ROWS = [("in_a_batch", 4), ("committed", 3), ("closing", 1), ("verdict", 1)]


def test_ended_at_each_point_where_something_is_half_done(archive, stand, undisturbed, survived):
    stand.set_day(1)
    on_sqlite = archive.database_url.startswith("sqlite")
    for point, number in IN_FILES + IN_ROWS if on_sqlite else IN_ROWS:  # files are the same on both
        with crawling(archive, stand, Fault(point, number)) as crawl:
            code = crawl.end()
            if point == "unsynced":
                # Whoever meets the error says so: the sync before a commit, or the change of files.
                told = "cannot be brought to disk" in crawl.told or "cannot be written" in crawl.told
                assert (code, told) == (1, True), crawl.told
            else:
                assert code == -KILL, (point, crawl.told)
        survived[f"at {point}"] += 1
    assert_carried_on(archive, stand, undisturbed[1])


def test_what_a_killed_crawl_left_out_is_found_however_much_is_known_by_then(small, stand, survived):
    stand.set_day(1)
    hasty = {"CUTTINGS_STOP_AFTER_UNCHANGED": "3"}
    with crawling(small, stand, **SLOW | {"CUTTINGS_DOWNLOAD_DELAY": "0.2"}) as crawl:
        wait_until(lambda: crawl.over or known(small) >= 8)
        crawl.end(KILL)
        survived["SIGKILL"] += 1
    before = known(small)
    assert before < PAGES
    report = small.crawl(OUTLET, stand.address(OUTLET), **hasty)
    assert (report["verdict"], report["new"], known(small)) == ("ok", PAGES - before, PAGES)
    again = small.crawl(OUTLET, stand.address(OUTLET), **hasty)
    assert again["counts"]["unchanged"] < PAGES  # caught up: from now on sources are left in time again


def known(archive: Archive) -> int:
    """Count the articles; none while the database is not made yet."""
    try:
        return archive.rows("SELECT count(*) AS n FROM articles")[0]["n"]
    except OperationalError:
        return 0


def test_captures_are_on_disk_before_a_row_names_them(small, stand, tmp_path):
    stand.set_day(1)
    told = tmp_path / "recorded"
    with crawling(small, stand, Fault("recorded", str(told))) as crawl:
        assert crawl.end() == 0
    synced: dict[str, int] = {}
    named = 0
    for event in map(json.loads, told.read_text().splitlines()):
        if "synced" in event:
            synced[event["synced"]] = max(event["size"], synced.get(event["synced"], 0))
        for name, end in event.get("committing", ()):
            named += 1
            assert synced.get(name, 0) >= end, (
                f"a commit named {name} up to {end}, on disk: {synced.get(name)}"
            )
    assert named > PAGES
    assert len(list((small.home / "captures").iterdir())) > 3


def test_told_twice_to_stop_nothing_kept_is_without_its_row(small, stand, survived):
    stand.set_day(1)
    for served in (8, 20):
        with crawling(small, stand, **SLOW) as crawl:
            assert crawl.reach(served)
            assert crawl.end(TERM, TERM) == 1
            survived["SIGTERM twice"] += 1
    kept = sum(len(pages(path)) for path in (small.home / "captures").iterdir())
    rows = small.rows("SELECT count(*) AS n FROM fetch_attempt WHERE warc_offset IS NOT NULL")
    assert kept == rows[0]["n"] > 0
    assert {row["verdict"] for row in small.rows("SELECT verdict FROM runs")} == {"stopped"}


def limit_files(crawl: Crawl, size: int) -> None:
    """Let no file of the crawl grow beyond ``size`` bytes: a full disk, as far as it can tell."""
    resource.prlimit(crawl.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_disk_full_of_captures(new_postgresql, tmp_path, stand, undisturbed, survived):
    archive = Archive(tmp_path / "home", new_postgresql())  # the crawl itself writes captures only
    stand.set_day(1)
    with crawling(archive, stand) as crawl:
        limit_files(crawl, 200_000)
        assert crawl.end() == 1
        assert "captures cannot be written" in crawl.told
    survived["disk full: captures"] += 1
    assert archive.rows("SELECT verdict FROM runs") == [{"verdict": "failed"}]
    assert_carried_on(archive, stand, undisturbed[1])


def test_a_disk_full_of_rows(small, stand, undisturbed, survived):
    stand.set_day(1)
    for freed in (False, True):
        with crawling(small, stand, Fault("none"), **SLOW) as crawl:  # small captures
            assert crawl.reach(10)
            limit_files(crawl, 100_000)
            wait_until(lambda crawl=crawl: "the archive is away" in crawl.told)
            survived["disk full: database"] += 1
            if freed:
                limit_files(crawl, resource.RLIM_INFINITY)
                assert crawl.end() == 0
            else:
                crawl.end(KILL)
    assert_carried_on(small, stand, undisturbed[1])


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of a megabyte; skip where that is not allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if done.returncode != 0:
        pytest.skip(f"no disk may be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_small_disk(tmp_path, stand, undisturbed, survived):
    stand.set_day(1)
    with small_disk(tmp_path / "disk") as disk:
        archive = Archive(disk / "home", f"sqlite:///{tmp_path / 'cuttings.db'}")
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(700_000))
        with crawling(archive, stand) as crawl:
            assert crawl.end() == 1
            assert "captures cannot be written" in crawl.told
        survived["disk full: tmpfs"] += 1
        ballast.unlink()
        assert_carried_on(archive, stand, undisturbed[1])


def crawl_beside_others(home: Path) -> tuple[int, str, Archive, dict[str, object]]:
    """Crawl SQLite while one connection reads throughout and another keeps writers out for a while."""
    archive = Archive(home, f"sqlite:///{home / 'cuttings.db'}")
    with serve(Newsstand(scale=PAGES)) as stand:
        archive.crawl(OUTLET, stand.address(OUTLET), "--limit", "1")
        reader, writer = (sqlite3.connect(home / "cuttings.db", isolation_level=None) for _ in range(2))
        with closing(reader), closing(writer), crawling(archive, stand, **SLOW) as crawl:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM article").fetchone() == (1,)
            assert crawl.reach(12)
            writer.execute("BEGIN IMMEDIATE")
            assert crawl.reach(0, seconds=LOCKED)
            writer.execute("ROLLBACK")
            code = crawl.end()
            assert reader.execute("SELECT count(*) FROM article").fetchone() == (1,)
        before = contents(archive)
        assert_carried_on(archive, stand, before)
        return code, crawl.told, archive, before


@pytest.fixture(scope="module", autouse=True)
def beside_others(request, tmp_path_factory) -> Iterator[Future[Any] | None]:
    """Begin the crawl that waits for half a minute beside the others, where its test is to be run."""
    wanted = any(item.name == WAITING.__name__ for item in request.session.items)
    home = tmp_path_factory.mktemp("locked") / "home"
    with ThreadPoolExecutor(1) as threads:
        yield threads.submit(crawl_beside_others, home) if wanted else None


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """Give a PostgreSQL of our own, to be stopped and started."""
    with own_postgresql() as own:
        yield own


def test_postgresql_stopped_and_started_mid_crawl(server, tmp_path, stand, undisturbed, survived):
    archive = Archive(tmp_path / "home", server.get_uri(driver="psycopg"))
    stand.set_day(1)
    with crawling(archive, stand, **SLOW) as crawl:
        for served in (1, 15, 32):
            assert crawl.reach(served), crawl.told
            stop_at_once(server)
            time.sleep(0.3)
            server.ensure_postgres_running()
            survived["PostgreSQL restarted"] += 1
        assert crawl.end() == 0, crawl.told
    assert archive.rows("SELECT verdict FROM runs") == [{"verdict": "ok"}]
    assert_carried_on(archive, stand, undisturbed[1])


@pytest.fixture
def on_postgresql(new_postgresql, tmp_path):
    return Archive(tmp_path / "home", new_postgresql())


def test_a_commit_whose_answer_is_lost_is_not_done_twice(on_postgresql, stand, undisturbed, survived):
    stand.set_day(1)
    with crawling(on_postgresql, stand, Fault("unanswered")) as crawl:
        assert crawl.end() == 0, crawl.told
        assert "next try" in crawl.told
    survived["answer to a commit lost"] += 1
    assert_sound(on_postgresql)
    assert contents(on_postgresql) == undisturbed[1]
    assert on_postgresql.rows("SELECT counts FROM runs")[0]["counts"]["new"] == PAGES


LOCKS = (
    "SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    f" WHERE l.locktype = 'advisory' AND l.classid = {NAMESPACE}"  # not that of a transaction under way
)
LOCKS += " AND l.granted AND a.datname = current_database()"


def drop_the_lock(archive: Archive) -> int:
    """Have the server close the connection that holds the outlet's lock; give its number there."""
    holders = archive.rows(LOCKS)
    assert len(holders) == 1
    assert archive.rows("SELECT pg_terminate_backend(:pid, 60000) AS done", **holders[0]) == [{"done": True}]
    return int(holders[0]["pid"])


def test_a_lock_the_database_forgot_is_taken_anew(on_postgresql, stand, survived):
    stand.set_day(1)
    with crawling(on_postgresql, stand, **SLOW) as crawl:
        assert crawl.reach(10)
        before = drop_the_lock(on_postgresql)
        wait_until(lambda: crawl.over or on_postgresql.rows(LOCKS))
        crawl.process.send_signal(signal.SIGSTOP)
        assert before not in [row["pid"] for row in on_postgresql.rows(LOCKS)]
        second = on_postgresql.command("crawl", OUTLET, "--base-url", stand.address(OUTLET), "--json")
        assert json.loads(second.stdout)["verdict"] == "skipped"
        crawl.process.send_signal(signal.SIGCONT)
        assert crawl.end() == 0
    survived["lock lost"] += 1
    assert_sound(on_postgresql)


def test_a_crawl_whose_lock_went_to_another_stores_nothing_more(on_postgresql, stand, survived):
    stand.set_day(1)
    engine = open_engine(on_postgresql.database_url)
    with crawling(on_postgresql, stand, **SLOW) as crawl:
        assert crawl.reach(15)
        crawl.process.send_signal(signal.SIGSTOP)
        drop_the_lock(on_postgresql)
        with outlet_lock(engine, on_postgresql.home / "locks", OUTLET):
            taken = now()
            crawl.process.send_signal(signal.SIGCONT)
            assert crawl.end() == 1
        engine.dispose()
        assert "lost to another crawl" in crawl.told
    survived["lock lost"] += 1
    assert not on_postgresql.rows("SELECT url_id FROM fetch_attempt WHERE fetched_at > :taken", taken=taken)
    assert on_postgresql.rows("SELECT verdict FROM runs") == [{"verdict": "failed"}]
    assert_sound(on_postgresql)


def test_sqlite_read_and_written_by_others_for_half_a_minute(beside_others, survived):
    code, told, archive, found = beside_others.result(120)
    assert code == 0, told
    assert archive.rows("SELECT verdict FROM runs") == [{"verdict": "ok"}] * 3
    assert [len(found[name]) for name in ("articles", "versions")] == [PAGES, PAGES]
    survived.update({"SQLite locked": 1, "SQLite read": 1})


WAITING = test_sqlite_read_and_written_by_others_for_half_a_minute
