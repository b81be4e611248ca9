"""Helpers of the kill matrix: a crawl under attack, and what an archive must be like after it."""

import functools
import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
from warcio.archiveiterator import ArchiveIterator

from newsstand import Newsstand
from tests.integration.archive import Archive
from tests.integration.faulty import Fault
from tests.integration.forking import Fork, command_line

OUTLET = "wardround"
PAGES = 30
EDITED_ON = 5  # the day: four of the pages have a correction by then
LATEST = 60.0  # seconds after which what is waited for will not come to pass any more
STEADY = {"CUTTINGS_STOP_AFTER_UNCHANGED": "1000", "CUTTINGS_LOG_LEVEL": "WARNING"}


class Crawl:
    """A crawl in a process group of its own, to be disturbed."""

    def __init__(
        self, archive: Archive, stand: Newsstand, fault: Fault | None = None, **settings: str
    ) -> None:
        """Begin a crawl, with a fault in wait if one is given."""
        self._stand = stand
        self._told = archive.home.parent / "told"
        self._told.write_bytes(b"")
        stand.forget_requests()
        words = ["crawl", OUTLET, "--base-url", stand.address(OUTLET), "--json"]
        work = functools.partial(fault, words) if fault else functools.partial(command_line, words)
        environment = archive.environment(**STEADY | settings)
        out = Path(os.devnull)
        self.process = Fork(work, out=out, err=self._told, environment=environment, own_session=True)

    @property
    def told(self) -> str:
        """What it said on stderr."""
        return self._told.read_text(errors="replace")

    @property
    def served(self) -> int:
        """How many requests it was answered."""
        return len(self._stand.requests(OUTLET))

    @property
    def over(self) -> bool:
        return self.process.poll() is not None

    def reach(self, served: int, seconds: float = 0.0) -> bool:
        """Wait until so many requests were answered and a moment more; say whether it still runs."""
        wait_until(lambda: self.over or self.served >= served)
        if not self.over:
            time.sleep(seconds)
        return not self.over

    def pause(self, seconds: float = 0.3) -> None:
        """Stop the process and its reading process as a suspended machine does, then let them go on."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        time.sleep(seconds)
        wait_until(self._asks_nothing)  # what it had asked before is still being answered
        os.killpg(self.process.pid, signal.SIGCONT)

    def _asks_nothing(self) -> bool:
        before = self.served
        time.sleep(0.05)
        return self.served == before

    def end(self, *signals: signal.Signals) -> int:
        """Send the crawl the signals; wait until it and all it began are gone; give its exit code."""
        for number in signals:
            self.process.send_signal(number)
            if number is not signals[-1]:
                time.sleep(0.1)
        code = self.process.wait(LATEST)
        wait_until(lambda: not self.orphans())
        return code

    def orphans(self) -> list[psutil.Process]:
        """Give the processes of its session that are left; those that ended and were not fetched are none."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return os.getsid(process.pid) == self.process.pid and process.status() != psutil.STATUS_ZOMBIE
        except (ProcessLookupError, psutil.NoSuchProcess):
            return False


@contextmanager
def crawling(
    archive: Archive, stand: Newsstand, fault: Fault | None = None, **settings: str
) -> Iterator[Crawl]:
    """Begin a crawl; whatever is left of it at the end of the block is killed."""
    crawl = Crawl(archive, stand, fault, **settings)
    try:
        yield crawl
    finally:
        if not crawl.over:
            os.killpg(crawl.process.pid, signal.SIGKILL)
            crawl.process.wait(LATEST)


def wait_until(true: Callable[[], object], seconds: float = LATEST) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.005)


def contents(archive: Archive) -> dict[str, object]:
    """Give what an analyst finds, without the times and numbers that differ from crawl to crawl."""
    queries = {
        "articles": "SELECT url, title, body, published_on, comment_state, comments, versions, state"
        " FROM articles",
        "versions": "SELECT url, version, title, body, change_kind FROM article_versions",
        "comments": "SELECT url, commenter_name, posted_raw, body, position, versions, state"
        " FROM comments_named",
        "wordings": "SELECT url, version, posted_raw, position, body FROM comment_versions",
        "addresses": "SELECT url, role FROM addresses WHERE valid_to IS NULL",
        "texts": "SELECT count(*) AS n FROM article_text",
        "sightings": "SELECT title, published_raw FROM sightings WHERE url IS NULL",
        "rejections": "SELECT url, reason FROM rejections",
    }
    return {
        name: sorted(json.dumps(dict(row), default=str) for row in archive.rows(query))
        for name, query in queries.items()
    }


def assert_carried_on(
    archive: Archive, stand: Newsstand, wanted: Mapping[str, object], **settings: str
) -> None:
    """The next crawl completes; the archive is sound and holds what an undisturbed one holds."""
    report = archive.crawl(OUTLET, stand.address(OUTLET), **STEADY | settings)
    assert report["verdict"] == "ok", report
    assert_sound(archive)
    found = contents(archive)
    for name in wanted:
        assert found[name] == wanted[name], name


def assert_sound(archive: Archive) -> None:
    """``db verify`` is clean; every run has its end; no attempt stands twice; every file can be read."""
    done = archive.command("db", "verify", "--json")
    checks = json.loads(done.stdout)["checks"]
    broken = [check for check in checks if check["weight"] == "break" and check["count"]]
    assert (broken, done.returncode) == ([], 0)
    verdicts = [row["verdict"] for row in archive.rows("SELECT verdict FROM runs ORDER BY run_id")]
    assert None not in verdicts, verdicts
    attempts = "SELECT url_id, fetched_at FROM fetch_attempt"
    assert not archive.rows(f"{attempts} GROUP BY run_id, url_id, fetched_at HAVING count(*) > 1")
    assert_evidence(archive)


def assert_evidence(archive: Archive) -> None:
    """Every WARC file is closed and whole, and every attempt leads to its record."""
    captures = archive.home / "captures"
    assert not [path.name for path in captures.iterdir() if path.suffix != ".gz"]
    found = {f"captures/{path.name}": records(path) for path in captures.iterdir()}
    attempts = archive.rows(
        "SELECT w.path, a.warc_offset, u.url FROM fetch_attempt a JOIN url u ON u.id = a.url_id"
        " JOIN warc_file w ON w.id = a.warc_file_id"
    )
    assert attempts
    for row in attempts:
        assert row["warc_offset"] in found[row["path"]], row


def records(path: Path) -> dict[int, str]:
    """Read a WARC file from start to end, its digests too; give each record's address by its place."""
    found = {}
    with path.open("rb") as stream:
        iterator = ArchiveIterator(stream, check_digests="raise")
        for record in iterator:
            found[iterator.get_record_offset()] = record.rec_headers.get_header("WARC-Target-URI") or "-"
            record.raw_stream.read()
    assert next(iter(found.values())) == "-", "a WARC file begins with its warcinfo"
    return found


def pages(path: Path) -> list[str]:
    """Give the addresses of the pages in a WARC file, those told by a reference too."""
    with path.open("rb") as stream:
        return [
            record.rec_headers.get_header("WARC-Target-URI")
            for record in ArchiveIterator(stream)
            if record.rec_type in {"response", "revisit"}
        ]
