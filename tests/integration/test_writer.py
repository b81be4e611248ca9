"""The writer: what it answers is safe, what cannot be written harms nothing else."""

import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text
from warcio.archiveiterator import ArchiveIterator

from core.errors import WeatherError
from core.records import Change, FetchAttempt, Outcome, PageVisit, Reason, ScrapedArticle, Unread
from crawlers.outlets.nhe import OUTLET
from db.running import runs
from db.store import Store
from pipelines.clean import clean
from pipelines.exchange import Exchange
from pipelines.warc import Discarded, WarcFiles, locate
from pipelines.writer import Writer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME = "https://www.nationalhealthexecutive.com/Health-Care-News/"


def exchange(number, size=2000):
    return Exchange(
        url=f"{HOME}ward-{number}",
        fetched_at=NOON + timedelta(seconds=number),
        method="GET",
        request_headers=(),
        status=200,
        headers=((b"Content-Type", b"text/html"),),
        body=os.urandom(size),
    )


def attempt(got, key):
    return FetchAttempt(key=key, url=got.url, fetched_at=got.fetched_at, outcome=Outcome.OK, status=200)


def article(number, key):
    read = ScrapedArticle(
        url=f"{HOME}ward-{number}",
        outlet="nhe",
        layout="legacy",
        layout_version=1,
        title=f"Ward {number} opens",
        body=f"The trust said that ward {number} would open.\n\nIt did.",
    )
    visit = PageVisit(fetch_key=key, source="feed", article=read, article_key=OUTLET.article_key(read.url))
    return clean(visit, OUTLET.key, OUTLET.article_key)


class Archive:
    """A writer on a real database and real files, and what a reader of both would find."""

    def __init__(self, engine: Engine, home: Path) -> None:
        self.engine = engine
        self.home = home
        self.failures = []
        self.run_id = runs.start(engine, OUTLET, software_version="test")

    def writer(self, **settings: object):
        store = Store(self.engine, outlet=OUTLET, run_id=self.run_id, pseudonym_key=b"key")
        files = WarcFiles(self.home, outlet="nhe", label="run1", max_bytes=10**9, about={})
        return Writer(store, files, on_failure=self.failures.append, **settings)

    def count(self, table):
        other = create_engine(self.engine.url)  # another connection sees only what is committed
        try:
            with other.connect() as connection:
                return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        finally:
            other.dispose()


@pytest.fixture
def archive(engine, tmp_path):
    return Archive(engine, tmp_path / "home")


def visit(writer, number):
    got = exchange(number)
    writer.capture(got, attempt(got, f"k-{number}")).result(60)
    return writer.put(article(number, f"k-{number}"))


def test_what_is_answered_is_durable_and_what_is_kept_can_be_read(archive):
    writer = archive.writer()
    got = exchange(1)
    page = writer.capture(got, attempt(got, "k-1")).result(60)
    path = locate(archive.home, page.warc_file)
    assert path.read_bytes()[page.offset : page.offset + page.length]
    stored = writer.put(article(1, "k-1")).result(60)
    assert (stored.change, stored.title) == (Change.NEW, "Ward 1 opens")
    assert (archive.count("article"), archive.count("fetch_attempt")) == (1, 1)
    assert writer.close()
    with (archive.home / writer.files[0]).open("rb") as stream:
        assert [r.rec_type for r in ArchiveIterator(stream)] == ["warcinfo", "response", "request"]


def test_many_records_share_a_transaction(archive):
    commits = []
    event.listen(archive.engine, "commit", commits.append)
    writer = archive.writer()
    stored = [visit(writer, number) for number in range(60)]
    assert {future.result(60).change for future in stored} == {Change.NEW}
    writer.close()
    assert archive.count("article") == 60
    assert len(commits) <= 20


def test_what_nobody_waits_for_is_written_too(archive):
    writer = archive.writer()
    for number in range(5):
        failed = FetchAttempt(
            key=f"k-{number}",
            url=f"{HOME}{number}",
            fetched_at=NOON,
            outcome=Outcome.NETWORK_ERROR,
            error="x",
        )
        writer.note(failed)
    writer.close()
    assert archive.count("fetch_attempt") == 5


def test_a_record_that_cannot_be_written_takes_no_other_with_it(archive, caplog):
    writer = archive.writer(linger=0.3)
    poison = article(99, "no such attempt")
    futures = [visit(writer, 1), writer.put(poison), visit(writer, 2)]
    assert [futures[n].result(60).change for n in (0, 2)] == [Change.NEW, Change.NEW]
    with pytest.raises(ValueError, match="no such attempt"):
        futures[1].result(60)
    after = visit(writer, 3)
    assert after.result(60).change is Change.NEW
    writer.close()
    assert (writer.failed, writer.failure, archive.failures) == (1, None, [])
    assert archive.count("article") == 3
    assert poison.url in caplog.text


def test_an_archive_that_refuses_everything_ends_the_run(archive):
    writer = archive.writer()
    futures = [writer.put(article(number, "no such attempt")) for number in range(50)]
    assert all(isinstance(future.exception(10), ValueError | WeatherError) for future in futures)
    assert isinstance(futures[-1].exception(10), WeatherError)
    writer.close()
    assert "in a row" in str(archive.failures[0])


def test_an_unread_page_keeps_its_reason(archive):
    writer = archive.writer()
    got = exchange(1)
    writer.capture(got, attempt(got, "k-1"))
    unread = Unread(fetch_key="k-1", url=got.url, source="feed", reason=Reason.NO_BODY, detail="no body")
    assert writer.put(unread).result(60) is None
    writer.close()
    assert archive.count("rejection") == 1


@contextmanager
def locked(engine) -> Iterator[None]:
    """Keep every writer out, as another program's long transaction does."""
    other = create_engine(engine.url)
    with other.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            connection.exec_driver_sql("LOCK TABLE outlet, run, url, fetch_attempt IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()
    other.dispose()


@pytest.fixture
def impatient(engine):
    """Let a lock be told at once instead of after the half minute that operators are given."""

    def hurry(connection: Any, _record: Any) -> None:
        wait = "PRAGMA busy_timeout = 50" if engine.dialect.name == "sqlite" else "SET lock_timeout = '50ms'"
        cursor = connection.cursor()
        cursor.execute(wait)
        cursor.close()
        if engine.dialect.name != "sqlite":
            connection.commit()

    event.listen(engine, "connect", hurry)
    engine.dispose()
    return engine


@pytest.mark.usefixtures("impatient")
def test_a_database_that_is_away_for_a_moment_is_waited_for(archive, caplog):
    writer = archive.writer()
    with locked(archive.engine):
        stored = visit(writer, 1)
        time.sleep(0.5)
        assert not stored.done()
    assert stored.result(60).change is Change.NEW
    writer.close()
    assert (archive.count("article"), archive.failures) == (1, [])
    assert "next try" in caplog.text


@pytest.mark.usefixtures("impatient")
def test_a_database_that_stays_away_ends_the_run_and_says_so(archive):
    writer = archive.writer(patience=0.5)
    with locked(archive.engine):
        stored = visit(writer, 1)
        with pytest.raises(WeatherError, match="could not be written"):
            stored.result(60)
        with pytest.raises(WeatherError):  # told at once from then on
            writer.put(article(2, "k-2")).result(60)
        got = exchange(3)
        with pytest.raises(WeatherError):
            writer.capture(got, attempt(got, "k-3")).result(60)
    assert len(archive.failures) == 1
    writer.close()
    assert archive.count("article") == 0
    with (archive.home / writer.files[0]).open("rb") as stream:  # what was fetched is kept
        assert [r.rec_type for r in ArchiveIterator(stream)] == ["warcinfo", "response", "request"]


def test_a_database_that_drops_its_connections_is_connected_to_again(archive):
    if archive.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no connections to drop")
    writer = archive.writer()
    assert visit(writer, 1).result(60).change is Change.NEW
    other = create_engine(archive.engine.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    other.dispose()
    assert visit(writer, 2).result(60).change is Change.NEW
    writer.close()
    assert (writer.failed, archive.count("article")) == (0, 2)


@contextmanager
def files_limited_to(size) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_captures_that_cannot_be_written_end_the_run(archive):
    writer = archive.writer()
    with files_limited_to(8 * 1024 * 1024):
        pages = [exchange(number, size=1024 * 1024) for number in range(12)]
        kept_or_not = [writer.capture(page, attempt(page, page.url)) for page in pages]
        with pytest.raises(WeatherError, match="captures cannot be written"):
            kept_or_not[-1].result(60)
        writer.close()
    assert len(archive.failures) == 1
    with (archive.home / writer.files[0]).open("rb") as stream:
        kept = [r.rec_type for r in ArchiveIterator(stream)].count("response")
    assert kept == archive.count("capture") > 0


def test_closing_writes_what_is_queued(archive):
    writer = archive.writer(linger=5)
    stored = [visit(writer, number) for number in range(7)]
    assert writer.close(timeout=60)
    assert {future.result(0).change for future in stored} == {Change.NEW}
    assert "writer" not in {thread.name for thread in threading.enumerate()}


def test_told_to_end_at_once_what_is_being_kept_just_then_has_its_row_too(archive):
    class SlowDisk(WarcFiles):
        def write(self, *given: Any) -> Any:
            time.sleep(0.5)
            return super().write(*given)

    store = Store(archive.engine, outlet=OUTLET, run_id=archive.run_id, pseudonym_key=b"key")
    files = SlowDisk(archive.home, outlet="nhe", label="run1", max_bytes=10**9, about={})
    writer = Writer(store, files)
    kept = writer.capture(exchange(1), attempt(exchange(1), "k-1"))
    assert writer.close(timeout=60)
    assert kept.result(0).warc_file == writer.files[0]
    assert archive.count("fetch_attempt") == 1


def test_a_dry_run_answers_alike_and_stores_nothing(archive):
    store = Store(archive.engine, outlet=OUTLET, run_id=None, pseudonym_key=b"key", dry_run=True)
    writer = Writer(store, Discarded())
    first, second = visit(writer, 1), visit(writer, 2)
    assert {first.result(60).change, second.result(60).change} == {Change.NEW}
    writer.close()
    assert (archive.count("article"), archive.count("fetch_attempt"), writer.files) == (0, 0, ())
    assert not archive.home.exists()


def test_the_same_bytes_again_are_unchanged_and_name_the_same_place(archive):
    writer = archive.writer()
    got = exchange(1)
    pages = [
        writer.capture(replace(got, fetched_at=NOON + timedelta(hours=n)), attempt(got, f"k-{n}")).result(60)
        for n in (1, 2)
    ]
    stored = [writer.put(article(1, f"k-{n}")) for n in (1, 2)]
    assert [future.result(60).change for future in stored] == [Change.NEW, Change.UNCHANGED]
    writer.close()
    assert [page.revisit for page in pages] == [False, True]
    assert pages[0].offset == pages[1].offset
    assert archive.count("payload") == 1
