"""What one crawl holds of the archive: database, lock, run row, memory, writer."""

import dataclasses
import logging
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Engine, make_url

from core.clock import now
from core.errors import CuttingsError, SetupError, WeatherError
from core.orders import BackfillOrder, CrawlOrder
from core.records import Known
from core.settings import Settings
from crawlers.expectations import Expectations
from db import schema, walks
from db.engine import open_engine
from db.histories.drift import Held
from db.ledger import ArchiveLedger
from db.lock import outlet_lock
from db.matched.matches import match_run
from db.outlets import OutletFacts
from db.running import runs
from db.running.expected import articles_of_the_week, read_lately
from db.running.usual import NARROWED, usual_articles
from db.store import Store
from db.suppressing import Suppressions
from db.words import MatchDecision, Verdict
from pipelines.captures import captures_of, software_version
from pipelines.chrome_learning import learn_after
from pipelines.copying import link_after
from pipelines.erasing_files import Finished, finish_files
from pipelines.expected import COMMENTS_AMONG, Seen
from pipelines.lost import end_lost_runs
from pipelines.patience import PATIENCE, patiently
from pipelines.verdict import Judgement
from pipelines.warc import Captures, Discarded
from pipelines.writer import Writer

if TYPE_CHECKING:
    from datetime import datetime

CARRIED_OUT = frozenset({Verdict.OK, Verdict.PARTIAL, Verdict.EMPTY, Verdict.HELD})
"""The verdicts on runs that came to an end by themselves."""

T = TypeVar("T")

KEY_FILE = "pseudonym.key"
LOCK_PATIENCE = 3.0  # seconds: a sweep holds an outlet (scheduler/sweep.py) while it ends its lost runs

logger = logging.getLogger(__name__)


class HeldError(CuttingsError):
    """Another process crawls this outlet; the message names it."""


class Session:
    """One crawl's hold on the archive, from :meth:`open` to :meth:`close`."""

    def __init__(self, order: CrawlOrder, settings: Settings, outlet: OutletFacts) -> None:
        """Hold nothing yet."""
        self.order = order
        self.run_id: int | None = order.run_id
        self._settings = settings
        self._outlet = outlet
        self._held = ExitStack()
        self._engine: Engine | None = None
        self._writer: Writer | None = None
        self._store: Store | None = None
        self._ledger: ArchiveLedger | None = None
        self._walked_until: datetime | None = None
        self._suppressions: Suppressions | None = None

    @property
    def is_open(self) -> bool:
        """Whether the archive can be written."""
        return self._writer is not None

    @property
    def engine(self) -> Engine:
        """The database of this crawl; a temporary one where a dry run found none."""
        return _there(self._engine)

    @property
    def writer(self) -> Writer:
        """The thread that writes."""
        return _there(self._writer)

    @property
    def ledger(self) -> ArchiveLedger:
        """The archive's memory of this outlet."""
        return _there(self._ledger)

    def open(self, agent: str, on_failure: Callable[[WeatherError], None]) -> None:
        """Take hold; SetupError when the archive cannot be used, HeldError when another crawl has the outlet.

        ``agent`` is the User-Agent, for the captures; ``on_failure`` is called from the writer's
        thread when the archive can no longer be written.
        """
        self._engine = self._open_database()
        if not self.order.dry_run:
            self._begin_run()
        try:
            hold = self._lock()
        except SetupError as error:
            raise HeldError(str(error)) from error
        self._ledger = ArchiveLedger(self.engine, self._outlet.key)
        self._walked_until = walks.walked_until(self.engine, self._outlet.key)
        key = pseudonym_key(self._settings, keep=not self.order.dry_run)
        with self.engine.connect() as connection:
            self._suppressions = Suppressions.load(connection, key)
        store = Store(
            self.engine,
            outlet=self._outlet,
            run_id=self.run_id,
            pseudonym_key=key,
            dry_run=self.order.dry_run,
        )
        if not self.order.dry_run:
            end_lost_runs(store, self.engine, self._outlet.key, but=self.run_id)
        self._store = store
        self._writer = Writer(store, self._captures(agent), on_failure=on_failure, hold=hold)

    def _lock(self) -> Callable[[], None]:
        """Take the outlet's lock; a supervised crawl waits a moment for it: a sweep may hold it so long."""
        until = time.monotonic() + (LOCK_PATIENCE if self.order.run_id is not None else 0)
        while True:
            try:
                return self._held.enter_context(outlet_lock(self.engine, self._locks(), self._outlet.key))
            except SetupError:
                if time.monotonic() >= until:
                    raise
            time.sleep(0.2)

    def known(self, urls: Sequence[str]) -> Mapping[str, Known]:
        """Give what the archive remembers of each address that it knows, by the address asked."""
        known = self.ledger.known(urls)
        unsettled = walks.met_since(self.engine, self._outlet.key, self._walked_until, known)
        return {url: dataclasses.replace(fact, settled=url not in unsettled) for url, fact in known.items()}

    def is_suppressed(self, url: str) -> bool:
        """Say whether an address was erased: it is neither asked for nor kept."""
        return self._suppressions is not None and self._suppressions.of_address(url) is not None

    def redact(self) -> Finished:
        """Take what was erased before, and came again, out of the captures; the writer is closed before."""
        finished = Finished()
        if self.run_id is None or self.order.dry_run:
            return finished
        settings = self._settings
        finish_files(self.engine, settings.home, settings.locks, finished, own_run=self.run_id)
        for left in finished.left:
            logger.warning("an erasure is not finished: %s", left)
        return finished

    def usual(self) -> float | None:
        """Give how many articles crawls like this one see, None where nobody knows."""
        if not self.is_open or self.order.dry_run:
            return None
        return usual_articles(self.engine, self._outlet.key, order_as_json(self.order))

    def seen(self, counts: Mapping[str, int], expects: Expectations) -> Seen:
        """Give what expectations are held against; ``counts`` are this crawl's own.

        Nothing for a dry run, and for one that a person or the recheck chose articles for.
        """
        order = order_as_json(self.order)
        if not self.is_open or self.order.dry_run or {"urls", "recheck"} & order.keys():
            return Seen()
        key, read, commented, week = self._outlet.key, 0, 0, None
        if expects.comments and counts["read"] and not NARROWED & order.keys():
            before = read_lately(self.engine, key, order, COMMENTS_AMONG - counts["read"])
            read, commented = before[0] + counts["read"], before[1] + counts["with_comments"]
        if (least := expects.articles_a_week) is not None:
            week = articles_of_the_week(self.engine, key, order, now(), least)
        return Seen(**counts, lately_read=read, lately_commented=commented, of_the_week=week)

    def hold(self) -> list[Held]:
        """Hold this run's readings where too many articles changed alike; the writer is closed before."""
        if self.run_id is None or self.order.dry_run or self._store is None:
            return []
        return self._store.hold(self.run_id)

    def match(self) -> int:
        """Look for the likes of what this run met; give how many were merged. The writer is closed before."""
        if self.run_id is None or self.order.dry_run or self._store is None:
            return 0
        found = match_run(self._store, self.run_id, thorough=False)
        return sum(one.decision is MatchDecision.MERGED for one in found)

    def close(
        self,
        judgement: Judgement,
        counts: Mapping[str, object],
        peak_memory_bytes: int,
        *,
        patience: float = PATIENCE,
    ) -> None:
        """End the run row, look for copies of what it brought, learn from its pages, let go of everything.

        The writer is closed before. A database that is away is waited for, ``patience`` seconds at most.
        """
        run_id = self.run_id
        try:
            if run_id is not None and self._engine is not None and not self.order.dry_run:
                patiently(
                    lambda: runs.finish(
                        self.engine,
                        run_id,
                        judgement.verdict,
                        reason=judgement.reason,
                        counts=counts,
                        peak_memory_bytes=peak_memory_bytes,
                    ),
                    patience=patience,
                )
                if judgement.verdict in CARRIED_OUT:  # one that is to end at once leaves it to the next
                    link_after(self.engine, self._outlet.key, run_id)
                    learn_after(self.engine, self._outlet, self._settings)
        finally:
            self._held.close()

    def _open_database(self) -> Engine:
        """Open the database; a dry run must not make one, so where none is it gets a temporary one."""
        url = self._settings.database()
        path = make_url(url).database
        if self.order.dry_run and url.startswith("sqlite") and not Path(path or "").exists():
            folder = self._held.enter_context(tempfile.TemporaryDirectory(prefix="cuttings-dry-run-"))
            url = f"sqlite:///{folder}/cuttings.db"
        elif not self.order.dry_run:
            self._settings.home.mkdir(parents=True, exist_ok=True)
        engine = open_engine(url)
        self._held.callback(engine.dispose)
        schema.ensure(engine)
        return engine

    def _locks(self) -> Path:
        if self.order.dry_run and not self._settings.home.exists():
            return Path(self._held.enter_context(tempfile.TemporaryDirectory(prefix="cuttings-dry-run-")))
        return self._settings.locks

    def _begin_run(self) -> None:
        if self.run_id is not None:
            runs.attach(self.engine, self.run_id)
            return
        self.run_id = runs.start(
            self.engine,
            self._outlet,
            kind=runs.Kind.RECHECK if self.order.recheck else runs.Kind.CRAWL,
            order=order_as_json(self.order),
            software_version=software_version(),
        )

    def _captures(self, agent: str) -> Captures:
        if self.order.dry_run:
            return Discarded()
        return captures_of(self._settings, self._outlet, self.run_id, agent, {"robots": "obey (RFC 9309)"})


def pseudonym_key(settings: Settings, *, keep: bool) -> bytes:
    """Give the key of the commenters' pseudonyms: the setting, or one made once and kept in the home.

    With ``keep`` off (a dry run) a missing key is made for this run only.
    """
    if settings.pseudonym_key is not None:
        return settings.pseudonym_key.get_secret_value().encode()
    path = settings.home / KEY_FILE
    if not path.exists():
        if not keep:
            return secrets.token_bytes(32)
        _make_key(path)
    key = path.read_bytes().strip()
    if not key:
        raise SetupError(
            f"the key file {path} is empty; restore it from a backup or set CUTTINGS_PSEUDONYM_KEY"
        )
    return key


def _make_key(path: Path) -> None:
    """Make the key file whole or not at all; the first of two processes wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        logger.debug("another process made the key first")
    finally:
        draft.unlink()


def order_as_json(order: CrawlOrder | BackfillOrder) -> dict[str, object]:
    """Give the order as JSON for the run row; what was not asked for is left out."""
    asked = {name: value for name, value in dataclasses.asdict(order).items() if value and name != "run_id"}
    return {name: _plain(value) for name, value in asked.items()}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _there(part: T | None) -> T:
    if part is None:
        raise RuntimeError("the session is not open")
    return part
