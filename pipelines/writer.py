"""What writes: captures as they come, rows in groups by one thread, each group one transaction."""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from core.errors import SetupError, WeatherError
from core.records import ArticleRecord, FetchAttempt, Sighting, StoredArticle, StoredPage, Unread
from pipelines.exchange import Earlier, Exchange
from pipelines.patience import PATIENCE, passing, patiently, short
from pipelines.signals import signals_of
from pipelines.warc import Captures

Record = FetchAttempt | ArticleRecord | Unread | Sighting

BATCH = 100  # records in one transaction at most
LINGER = 0.05  # seconds a record that is waited for may wait for company (OPS-FACTS.md section 2.4)
LINGER_UNAWAITED = 1.0  # seconds one that nobody waits for may
REFUSALS = 20  # records refused in a row after which the run fails
ROOM = 1000  # records that may queue up before the crawl is held back

logger = logging.getLogger(__name__)


class Storing(Protocol):
    """What writes a batch in one transaction; :class:`db.store.Store` has this shape."""

    def write(self, batch: Sequence[Record]) -> list[StoredArticle | None]:
        """Give, in order, what became of each article record, None for the rest."""


@dataclass(frozen=True, slots=True)
class _Job:
    record: Record
    done: Future[StoredArticle | None] | None


class Writer:
    """Takes captures and records from any thread, in order; answers when they are safe.

    Each capture is with the operating system before its future ends; before a group's
    transaction the captures are brought to disk, so a row never names bytes that are not there.
    """

    def __init__(  # noqa: PLR0913 - where it writes, whom it tells and asks, and two times
        self,
        store: Storing,
        captures: Captures,
        *,
        on_failure: Callable[[WeatherError], None] = lambda _error: None,
        hold: Callable[[], None] = lambda: None,
        patience: float = PATIENCE,
        linger: float = LINGER,
    ) -> None:
        """Begin the thread; ``on_failure`` is called from it, once, when the run cannot go on.

        ``hold`` is called before each transaction; SetupError from it means that another process has
        taken over the outlet, and ends the run.
        """
        self.failed = 0
        self.failure: WeatherError | None = None
        self.files: tuple[str, ...] = ()
        self._store = store
        self._captures = captures
        self._on_failure = on_failure
        self._hold = hold
        self._patience = patience
        self._linger = linger
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._wanted = False  # whether someone waits for one of the jobs
        self._hurry = threading.Event()
        self._ended = False
        self._refused_in_a_row = 0
        self._given_up: WeatherError | None = None
        # Captures have a thread of their own: a page shall not wait for a transaction to be kept.
        self._keeper = ThreadPoolExecutor(max_workers=1, thread_name_prefix="captures")
        # A daemon, so that a process told to end at once is not held by a database that is away.
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    @property
    def full(self) -> bool:
        """Whether whoever writes should wait a moment."""
        return len(self._jobs) >= ROOM

    def capture(
        self, exchange: Exchange, attempt: FetchAttempt, earlier: Earlier | None = None
    ) -> Future[StoredPage]:
        """Keep an exchange, then put the attempt with its page; the future ends once it is kept."""
        return self._keeper.submit(self._keep, exchange, attempt, earlier)

    def put(self, record: Record) -> Future[StoredArticle | None]:
        """Store a record; the future ends when it is durable, with the error if it cannot be."""
        done: Future[StoredArticle | None] = Future()
        self._add(_Job(record, done))
        return done

    def note(self, attempt: FetchAttempt) -> None:
        """Store an attempt that nobody waits for."""
        self._add(_Job(attempt, None))

    def close(self, timeout: float | None = None) -> bool:
        """Write what is queued, close the captures; say whether all of it was done in ``timeout`` seconds."""
        if timeout is not None:
            self._hurry.set()
        self._keeper.shutdown(wait=timeout is None)
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _add(self, job: _Job) -> None:
        """Queue a job; wake the thread only for the first, the first that is waited for, and a full batch.

        Each time it wakes it takes the interpreter from the crawl, which for each record would
        cost a fast crawl a tenth of its speed.
        """
        with self._changed:
            self._jobs.append(job)
            newly_wanted = job.done is not None and not self._wanted
            self._wanted = self._wanted or newly_wanted
            if newly_wanted or len(self._jobs) in {1, BATCH}:
                self._changed.notify()

    def _run(self) -> None:
        try:
            self._write_out()
            self._keeper.shutdown()  # told to end at once: what was being kept just then has its row too
            self._write_out()
        finally:
            self._keeper.shutdown()
            with contextlib.suppress(OSError):  # a full disk was reported when it was met
                self.files = self._captures.close()

    def _write_out(self) -> None:
        while jobs := self._take():
            self._commit(jobs)

    def _take(self) -> list[_Job]:
        """Wait for records, then for company; give a batch, none when all is written and the end has come."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._ended)
            begun = time.monotonic()
            while not self._ended and len(self._jobs) < BATCH:
                rest = begun + (self._linger if self._wanted else LINGER_UNAWAITED) - time.monotonic()
                if rest <= 0:
                    break
                self._changed.wait(rest)
            jobs = [self._jobs.popleft() for _ in range(min(BATCH, len(self._jobs)))]
            self._wanted = any(job.done is not None for job in self._jobs)
            return jobs

    def _keep(self, exchange: Exchange, attempt: FetchAttempt, earlier: Earlier | None) -> StoredPage:
        if self.failure is not None:
            raise self.failure
        try:
            page = self._captures.write(exchange, earlier)
        except OSError as error:
            raise self._fail(f"the captures cannot be written: {error}", error) from error
        except Exception:
            self.failed += 1
            logger.exception("a capture could not be written: %s", exchange.url)
            raise
        signals = signals_of(exchange)
        self.note(replace(attempt, page=page, signals=signals))  # before any item that names it
        return page

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            answers = self._write([job.record for job in jobs])
        except WeatherError as error:
            for job in jobs:
                _end(job, error=error)
        except Exception as error:  # noqa: BLE001 - handed to whoever awaits the record
            if len(jobs) == 1:
                self._refuse(jobs[0], error)
            else:
                for job in jobs:  # the one that cannot be written shall not take the others with it
                    self._commit([job])
        else:
            for job, answer in zip(jobs, answers, strict=True):
                _end(job, answer)

    def _write(self, records: list[Record]) -> list[StoredArticle | None]:
        """Write one transaction, waiting while the database is away; WeatherError when patience ends."""
        if self._given_up is not None:
            raise self._given_up
        try:
            self._captures.sync()
        except OSError as error:  # not tried again: the next fsync does not miss what this one lost
            told = f"the captures cannot be brought to disk: {short(error)}"
            raise self._give_up(told, error) from error
        since = time.monotonic()
        try:
            answers = patiently(lambda: self._transact(records), patience=self._patience, hurry=self._hurry)
        except SetupError as error:
            raise self._give_up(f"the outlet was lost to another crawl: {error}", error) from error
        except (DBAPIError, OSError) as error:
            if not passing(error):
                raise
            waited = time.monotonic() - since
            told = f"the archive could not be written for {waited:.0f} s: {short(error)}"
            raise self._give_up(told, error) from error
        self._refused_in_a_row = 0
        return answers

    def _transact(self, records: list[Record]) -> list[StoredArticle | None]:
        self._hold()
        return self._store.write(records)

    def _refuse(self, job: _Job, error: Exception) -> None:
        """Count and report a record that cannot be written; its capture stays."""
        self.failed += 1
        self._refused_in_a_row += 1
        url = getattr(job.record, "url", None)
        logger.error("a record could not be stored: %s of %s", type(job.record).__name__, url, exc_info=error)
        _end(job, error=error)
        if self._refused_in_a_row >= REFUSALS:  # the fault is not the records'
            self._give_up(f"the archive refused {REFUSALS} records in a row: {short(error)}", error)

    def _give_up(self, told: str, cause: Exception) -> WeatherError:
        """Write no more rows; those who wait and those who come are told."""
        self._given_up = self._fail(told, cause)
        return self._given_up

    def _fail(self, told: str, cause: Exception) -> WeatherError:
        """Have the run fail; what was captured is still stored, if the database takes it."""
        if self.failure is None:
            self.failure = WeatherError(told)
            self.failure.__cause__ = cause
            self._on_failure(self.failure)
        return self.failure


def _end(job: _Job, answer: StoredArticle | None = None, error: BaseException | None = None) -> None:
    if job.done is None or not job.done.set_running_or_notify_cancel():
        return
    if error is not None:
        job.done.set_exception(error)
    else:
        job.done.set_result(answer)
