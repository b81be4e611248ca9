"""Crawls in processes of their own: begun, watched, stopped, and each run ended whatever its process does."""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from core.clock import now
from core.errors import SetupError
from core.logs import run_file
from core.orders import BackfillOrder, CrawlOrder
from core.settings import Settings
from crawlers import registry
from db.running import runs
from db.running.runs import Run
from db.words import Verdict
from pipelines.captures import software_version
from pipelines.patience import passing, short
from pipelines.session import order_as_json
from scheduler import ending, run_logs
from scheduler.child import Child, memory_of
from scheduler.command import command, environment
from scheduler.crawling import Crawl, Running
from scheduler.task import Task

T = TypeVar("T")

MEASURED_EVERY = 1.0  # seconds
ASKED_EVERY = 2.0  # seconds between two looks for requests to stop
PATIENCE = 3600.0  # seconds a database may be away when a run is to be ended; then the sweep ends it
STOPPING_PATIENCE = 10.0  # seconds, when the supervisor itself is to end
RECORDED_WITHIN = 15.0  # seconds after their processes' end that stopped runs are waited for: it may hang
TOLD_AT = 2 / 3  # of the grace of a stop of all
MEBIBYTE = 1024 * 1024

logger = logging.getLogger(__name__)


class Supervisor:
    """Carries out tasks, each in a process of its own; whatever one does, the others go on.

    Used within one event loop. ``settings`` may be replaced: crawls begun later have the new ones.
    ``builder`` gives the command line of an order.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        *,
        builder: Callable[[CrawlOrder | BackfillOrder], Sequence[str]] = command,
    ) -> None:
        self.settings = settings
        self._engine = engine
        self._builder = builder
        self._crawls: dict[int, Crawl] = {}
        self._watchers: dict[str, asyncio.Task[None]] = {}
        self._stopping: str | None = None
        self._stops: set[asyncio.Task[None]] = set()
        # Of its own: a database that is away must not take the threads of the rest of the process.
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="supervisor")

    def under_way(self) -> tuple[Running, ...]:
        """Give the runs whose processes live, oldest first."""
        return tuple(crawl.running() for crawl in self._crawls.values() if crawl.child is not None)

    def supervised(self) -> frozenset[int]:
        """Give the runs that have yet to have their end from here, with or without a process that lives."""
        return frozenset(self._crawls)

    async def carry_out(self, task: Task) -> Run:
        """Carry out a task and give its ended run.

        Nothing its process does is raised. SetupError for an outlet nobody knows, DBAPIError where the
        database is away and nothing has begun.
        """
        crawl = await self._begin(task)
        self._crawls[crawl.run_id] = crawl
        self._watch()
        end = ending.End(verdict=Verdict.FAILED, reason="its process could not be begun")
        try:
            try:
                end = await self._process(crawl)
            except OSError as error:
                end = replace(end, reason=f"{end.reason}: {error}")
            except asyncio.CancelledError:
                end = replace(end, verdict=Verdict.STOPPED, reason="the supervisor was ended at once")
                raise
            finally:
                crawl.gone.set()
                run = await self._end(crawl, end)
        finally:
            del self._crawls[crawl.run_id]
            crawl.over.set()
        return run

    async def stop(self, run_id: int, why: str) -> None:
        """Bring a run to its end and return when it has ended; nothing where it is not under way here.

        Asked first, told after ``crawl_grace`` seconds, killed after as many more.
        """
        crawl = self._crawls.get(run_id)
        if crawl is not None:
            await self._stop(crawl, Verdict.STOPPED, why)

    async def stop_all(self, grace: float, why: str) -> None:
        """Bring every run to its end within ``grace`` seconds, and begin none any more.

        Returns a little later, also where a database that hangs leaves runs without their end.
        Called again while it is under way, with less grace, it is the quicker one that counts.
        """
        self._stopping = why
        crawls = list(self._crawls.values())
        for crawl in crawls:
            crawl.ask(Verdict.STOPPED, why)
        for seconds, end in ((grace * TOLD_AT, Child.terminate), (grace * (1 - TOLD_AT), Child.kill)):
            if await self._gone(crawls, seconds):
                break
            for crawl in crawls:
                if crawl.child is not None:
                    end(crawl.child)
        with suppress(TimeoutError):
            async with asyncio.timeout(RECORDED_WITHIN):
                while self._crawls:
                    await next(iter(self._crawls.values())).over.wait()
        for crawl in self._crawls.values():
            logger.error("the end of run %s is left to the next sweep: the database hangs", crawl.run_id)

    async def _begin(self, task: Task) -> Crawl:
        settings = self.settings
        outlet = registry.find(task.outlet)
        started_at = now()
        asked = order_as_json(task.order(settings))
        run_id = await self._in_thread(
            lambda: runs.start(
                self._engine,
                outlet,
                kind=task.kind,
                trigger=task.trigger,
                order=asked,
                software_version=software_version(),
                scheduled_for=task.slot,
            )
        )
        return Crawl(run_id=run_id, task=task, settings=settings, started_at=started_at)

    async def _process(self, crawl: Crawl) -> ending.End:
        """Run the process to its end; give what is to be said where it does not say it itself."""
        if self._stopping is not None:
            crawl.decide(Verdict.STOPPED, self._stopping)
            return ending.End(verdict=Verdict.STOPPED, reason="it had not begun")
        settings = crawl.settings
        home = settings.home.resolve()
        order = replace(crawl.task.order(settings, crawl.run_id), minutes=crawl.task.minutes(settings))
        log = run_file(home / "logs", crawl.task.outlet, crawl.run_id)
        crawl.child = await Child.start(
            self._builder(order),
            environment=environment(settings, os.environ),
            folder=home,
            log=log,
            memory=settings.crawl_memory_bytes,
        )
        logger.info("%s: run %s begins as process %s", crawl.task.name, crawl.run_id, crawl.child.pid)
        if crawl.verdict is not None:  # while the process was being begun
            crawl.ask(crawl.verdict, crawl.why)
        limit = asyncio.create_task(self._limit(crawl))
        try:
            code = await crawl.child.wait()
        finally:
            limit.cancel()
            crawl.child.kill()
        return ending.end_of(code, crawl.child.output(), log, told=crawl.verdict is not None)

    async def _limit(self, crawl: Crawl) -> None:
        """Bring a crawl to its end that does not end by itself after its minutes."""
        minutes = crawl.task.minutes(crawl.settings)
        await asyncio.sleep(minutes * 60 + crawl.settings.crawl_grace)
        told = f"it did not end by itself at its time limit ({minutes:g} minutes)"
        await self._stop(crawl, Verdict.FAILED, told)

    async def _stop(self, crawl: Crawl, verdict: Verdict, why: str) -> None:
        crawl.ask(verdict, why)
        for end in (Child.terminate, Child.kill):
            if await self._gone([crawl], crawl.settings.crawl_grace):
                break
            if crawl.child is not None:
                end(crawl.child)
        await crawl.over.wait()

    async def _gone(self, crawls: Sequence[Crawl], seconds: float) -> bool:
        """Wait for the end of these crawls' processes, so long at most; say whether it came."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                for crawl in crawls:
                    await crawl.gone.wait()
        return all(crawl.gone.is_set() for crawl in crawls)

    # --- What is watched while crawls are under way ----------------------------------------------

    def _watch(self) -> None:
        """Watch over what is under way, until nothing is."""
        for name, watch in (("memory of crawls", self._measure), ("requests to stop", self._look)):
            if name not in self._watchers or self._watchers[name].done():
                self._watchers[name] = asyncio.create_task(watch(), name=name)

    async def _measure(self) -> None:
        while self._crawls:
            living = [crawl for crawl in self._crawls.values() if not crawl.gone.is_set()]
            groups = {crawl.child.pid: crawl for crawl in living if crawl.child is not None}
            held = await self._in_thread(partial(memory_of, groups))
            for pid, crawl in groups.items():
                crawl.memory = held.get(pid, 0)
                crawl.peak = max(crawl.peak, crawl.memory)
                most = crawl.settings.crawl_memory_bytes
                if crawl.memory > most and crawl.verdict is None:
                    had, may = (f"{size / MEBIBYTE:.0f} MiB" for size in (crawl.memory, most))
                    told = f"its processes held {had}, more than the {may} they may"
                    self._begin_stop(crawl, Verdict.FAILED, f"{told} (CUTTINGS_CRAWL_MEMORY_BYTES)")
            await asyncio.sleep(MEASURED_EVERY)

    async def _look(self) -> None:
        while self._crawls:
            ids = [crawl.run_id for crawl in self._crawls.values() if crawl.verdict is None]
            try:
                asked = await self._in_thread(partial(runs.stop_requested, self._engine, ids))
            except (DBAPIError, OSError) as error:  # whoever writes says it louder
                logger.debug("nobody can ask a run to stop: %s", short(error))
                asked = set()
            for run_id in asked:
                if (crawl := self._crawls.get(run_id)) is not None and crawl.verdict is None:
                    self._begin_stop(crawl, Verdict.STOPPED, "somebody asked it to stop")
            await asyncio.sleep(ASKED_EVERY)

    def _begin_stop(self, crawl: Crawl, verdict: Verdict, why: str) -> None:
        stop = asyncio.create_task(self._stop(crawl, verdict, why))
        self._stops.add(stop)
        stop.add_done_callback(self._stops.discard)

    # --- The run's row and log -------------------------------------------------------------------

    async def _end(self, crawl: Crawl, end: ending.End) -> Run:
        """End the run where its process did not, put its verdict right, pack its log; give the run."""
        try:
            run = await self._patiently(partial(ending.ended, self._engine, crawl, end))
        except (DBAPIError, OSError, SetupError) as error:
            logger.error("the end of run %s could not be recorded: %s", crawl.run_id, short(error))  # noqa: TRY400 - the sentence says all
            run = ending.unrecorded(crawl, end)
        if (log := run_logs.path(crawl.settings, run)) is not None and log.suffix != run_logs.PACKED:
            try:
                await self._in_thread(lambda: run_logs.pack(log))
            except OSError as error:
                logger.warning("the log of run %s could not be packed: %s", crawl.run_id, error)
        level = logging.INFO if run.verdict is Verdict.OK else logging.WARNING
        logger.log(level, "%s: run %s ended %s: %s", crawl.task.name, run.id, run.verdict, run.reason)
        return run

    async def _patiently(self, work: Callable[[], T]) -> T:
        """Give what ``work`` gives, done again while the database is away; the loop goes on meanwhile."""
        since, pause = time.monotonic(), 0.2
        while True:
            try:
                return await self._in_thread(work)
            except (DBAPIError, OSError) as error:
                patience = PATIENCE if self._stopping is None else STOPPING_PATIENCE
                if not passing(error) or time.monotonic() - since + pause > patience:
                    raise
                logger.warning("the archive is away (%s); next try in %.1f s", short(error), pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
