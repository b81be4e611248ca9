"""Fetches what was chosen, has it read, and stores each capture with all it tells, whole."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from crawlers.archives.archive import Archive, Lack, LackingError
from crawlers.reach import Reach
from db import mementos
from db.mementos import Judged, Listed
from db.words import Choice
from pipelines.backfill.archives import agent_of, is_remote
from pipelines.backfill.bounds import Bounds
from pipelines.backfill.choosing import LATER
from pipelines.backfill.fetcher import Fetcher, Kept, Lacked, Mishap
from pipelines.backfill.holding import Holding
from pipelines.backfill.judging import judge_all, observe_all
from pipelines.backfill.outcome import Read, lacking, page_of, unit_of
from pipelines.backfill.report import Tally
from pipelines.backfill.units import BATCH, Unit, UnitStore
from pipelines.captures import captures_of
from pipelines.chrome_learning import knowing
from pipelines.erasing_files import Finished, finish_files
from pipelines.patience import patiently
from pipelines.readers import Desk, Pending, Readers, cores

LINGER = 1.0  # seconds a capture that is read may wait for company before it is stored
AHEAD = 32  # captures that wait for the reading process at most
GIVEN_UP = 3 * LATER
TICK = 0.1  # seconds between two looks at what was read while the archive is slow

logger = logging.getLogger(__name__)


class Fetching:
    """The fetching part of one backfill; to be closed.

    A thread asks the archive and keeps what it gives; a process reads it; this thread stores. A
    capture's attempt, its reading and what becomes of its row are one transaction.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - whom it serves, whom it asks, where it counts, whom it tells
        self,
        holding: Holding,
        archive: Archive,
        tally: Tally,
        run_id: int,
        bounds: Bounds,
        show: Callable[[], None],
    ) -> None:
        """Open the captures."""
        self.files: tuple[str, ...] = ()
        self._holding = holding
        self._archive = archive
        self._tally = tally
        self._run_id = run_id
        self._bounds = bounds
        self._show = show
        settings, outlet = holding.settings, holding.outlet
        self._given: set[int] = set()  # captures asked for in this run
        self._place = Reach(outlet=outlet).place
        more = {"harvested-from": holding.order.via.value}
        self._captures = captures_of(settings, outlet, run_id, agent_of(settings), more)
        desk = Desk(
            home=settings.home,
            outlets={outlet.key: knowing(holding.engine, outlet)},
            max_bytes=settings.max_body_bytes,
            database=settings.database(),
            disqus_url=settings.disqus_url,
        )
        # An archive of the net gives less than one process can read; files give more than all can.
        # Begun for the first page: a process that is ended while it begins complains.
        jobs = 1 if is_remote(holding.order.via) else cores()
        self._readers = cache(lambda: Readers(desk, jobs))
        self._units = UnitStore(holding.store(run_id), tally, hold=holding.prove, stop=bounds.stop)

    def carry_out(self) -> None:
        """Fetch and store until all is done, the limit or the time is reached, or somebody wants it to end.

        Where a capture cannot be had its likes are judged anew, and one of them is fetched instead.
        Raises what the archive's client raised, once all that was fetched before is stored.
        """
        observe_all(self._holding, self._units, self._run_id, self._bounds)
        while not self._is_over():
            lacking = self._tally.lacking.total()
            self._fetch_all()
            if self._tally.lacking.total() == lacking:
                return
            judge_all(self._holding, self._bounds)
            observe_all(self._holding, self._units, self._run_id, self._bounds)

    def _fetch_all(self) -> None:
        fetcher = Fetcher(
            self._archive, self._captures, self._chosen(), place=self._place, run_id=self._run_id
        )
        try:
            self._store_all(fetcher)
        finally:
            fetcher.close()
        if fetcher.error is not None:
            raise fetcher.error

    def close(self) -> None:
        """End the reading process and close the captures."""
        if self._readers.cache_info().currsize:
            self._readers().close()
        self.files = self._captures.close()
        self._redact()

    def _redact(self) -> None:
        """Take out of the captures what was erased before, and came again."""
        finished = Finished()
        try:
            settings = self._holding.settings
            engine = self._holding.engine
            finish_files(engine, settings.home, settings.locks, finished, own_run=self._run_id)
        except (SQLAlchemyError, OSError):  # the next run, or `cuttings erase finish`, goes on with it
            logger.exception("erased bytes that came again could not be taken out of the captures")
        self.files = tuple(finished.renamed.get(name, name) for name in self.files)

    def _store_all(self, fetcher: Fetcher) -> None:
        waiting: deque[tuple[Kept, Pending | None]] = deque()
        ready: list[Kept | Read | Lacked] = []
        since = time.monotonic()
        while not (fetcher.ended and not waiting and not ready):
            came = fetcher.take(TICK) if len(waiting) < AHEAD else None
            if isinstance(came, Lacked):
                ready.append(came)
            elif isinstance(came, Mishap):
                self._put_off(came)
            elif came is not None:
                waiting.append((came, self._begin_reading(came)))
            while waiting and _is_ripe(waiting[0][1], wait=fetcher.ended or len(waiting) >= AHEAD):
                kept, pending = waiting.popleft()
                ready.append(Read(kept=kept, answer=pending.answer()) if pending else kept)
            late = time.monotonic() - since > LINGER
            if ready and (len(ready) >= BATCH or late or fetcher.ended):
                self._store(ready)
                ready, since = [], time.monotonic()
            elif not ready:
                since = time.monotonic()

    def _put_off(self, mishap: Mishap) -> None:
        """Leave for a later run what the archive does not give now; give it up after so many."""
        listed = mishap.listed
        self._tally.put_off += 1
        logger.warning("%s is put off: %s", listed.memento.url, mishap.error)
        if listed.rank >= GIVEN_UP:
            lack = LackingError(Lack.MISSING, f"never given: {mishap.error}")
            self._units.write([lacking(Lacked(listed=listed, error=lack))])
            return
        later = Judged(
            memento_id=listed.id, state=listed.state, choice=listed.choice, rank=listed.rank + LATER
        )
        patiently(lambda: mementos.judge(self._holding.engine, [later]), hurry=self._bounds.stop)

    def _begin_reading(self, kept: Kept) -> Pending | None:
        page = page_of(kept, self._holding.outlet.key)
        return self._readers().begin(page) if page is not None else None

    def _store(self, ready: list[Kept | Read | Lacked]) -> None:
        """Store captures with the listed ones that are of the same bytes."""
        holding = self._holding
        kept = [one.kept if isinstance(one, Read) else one for one in ready if not isinstance(one, Lacked)]
        fetched = [one.listed for one in kept]
        alike = patiently(
            lambda: mementos.likes(holding.engine, holding.outlet_id, holding.order.via, fetched),
            hurry=self._bounds.stop,
        )
        units: list[Unit] = [
            lacking(one) if isinstance(one, Lacked) else unit_of(one, alike, self._run_id) for one in ready
        ]
        self._captures.sync()  # a row never names bytes that are not on disk
        self._units.write(units)
        self._show()

    def _chosen(self) -> Iterator[Listed]:
        """Give what is to be fetched, most telling first, within the order's bounds.

        Once the first capture of each address is fetched, much of what is published when is known, and
        the rest is judged anew.
        """
        firsts = 0
        while True:
            for listed in self._todo():
                if listed.id in self._given:
                    continue
                if firsts and listed.choice is not Choice.FIRST:
                    break
                if self._is_over():
                    return
                self._given.add(listed.id)
                firsts += listed.choice is Choice.FIRST
                yield listed
            else:
                return
            firsts = 0
            judge_all(self._holding, self._bounds, anew=True)

    def _todo(self) -> Iterator[Listed]:
        """Give what is chosen; after the database was away, from the beginning again."""
        rows = self._rows()

        def following() -> Listed | None:
            nonlocal rows
            try:
                return next(rows, None)
            except DBAPIError:
                rows = self._rows()  # one that failed gives nothing more
                raise

        while (listed := patiently(following, hurry=self._bounds.stop)) is not None:
            yield listed

    def _rows(self) -> Iterator[Listed]:
        holding = self._holding
        return mementos.to_fetch(holding.engine, holding.outlet_id, holding.order.via, holding.wanted)

    def _is_over(self) -> bool:
        return self._bounds.is_over or len(self._given) == self._holding.order.limit


def _is_ripe(pending: Pending | None, *, wait: bool) -> bool:
    return pending is None or pending.is_done or wait
