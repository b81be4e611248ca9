"""Carries out tasks in child processes of this one: room for them, and what becomes of overlaps."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from core.clock import now
from core.records import Via
from core.settings import Settings
from crawlers import registry
from db.running import runs, schedules
from db.running.runs import Run
from db.running.schedules import Schedule
from db.words import Overlap
from pipelines.patience import short
from scheduler import nights, slots
from scheduler.domains import registrable_domain
from scheduler.executor import Ended
from scheduler.room import Room
from scheduler.supervisor import Supervisor
from scheduler.task import Task

AGAIN_AFTER = 5.0  # seconds until a database that is away is asked again
LAST_WORDS = 5.0  # seconds that what comes after a run may take when all is to end

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(kw_only=True, slots=True)
class _Work:
    """A task that waits for room, or is under way once it has begun."""

    task: Task
    begun: bool = False
    job: "asyncio.Task[None] | None" = None


class LocalExecutor:
    """Runs each task as soon as there is room for it; ``ended`` is awaited with every run that was made.

    A slot counts as answered once its run begins, or its skip is written: one that still waits when
    the daemon ends is due again at the next start.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        ended: Ended,
        supervisor: Supervisor | None = None,
    ) -> None:
        """Run nothing yet."""
        self.supervisor = supervisor or Supervisor(engine, settings)
        self._engine = engine
        self._settings = settings
        self._ended = ended
        self._room = Room(total=settings.parallel_crawls, per_domain=settings.crawls_per_domain)
        # Beside the crawls, which a slice of hours would keep waiting; each archive is asked by one.
        self._archives = Room(total=len(Via), per_domain=1)
        self._works: list[_Work] = []
        self._stops: set[asyncio.Task[None]] = set()

    async def submit(self, task: Task, schedule: Schedule) -> None:
        """Take a task: it runs now or waits, or is skipped, as the schedule's overlap policy says.

        Of several that wait the latest stands for all.
        """
        earlier = [work for work in self._works if work.task.name == task.name]
        if task.slot is not None and any(work.task.slot == task.slot for work in earlier):
            return
        waiting = next((work for work in earlier if not work.begun), None)
        if waiting is not None:
            await self._take_over(waiting, task)
            return
        if earlier and schedule.overlap is Overlap.SKIP:
            await self._patiently(lambda: self._answer_by_a_skip(task))
            return
        if earlier and schedule.overlap is Overlap.REPLACE:
            self._stop(task.name, "replaced: the next slot came")
        work = _Work(task=task)
        self._works.append(work)
        work.job = asyncio.create_task(self._carry(work), name=task.name)

    def supervised(self) -> frozenset[int]:
        """Give the runs whose end comes from this process."""
        return self.supervisor.supervised()

    async def reconfigure(self, settings: Settings) -> None:
        """Take new settings, for what begins from now on."""
        self._settings = self.supervisor.settings = settings
        await self._room.resize(total=settings.parallel_crawls, per_domain=settings.crawls_per_domain)

    async def stop(self, grace: float, why: str) -> None:
        """Begin nothing more and end what is under way within ``grace`` seconds; return when all has."""
        jobs = [work.job for work in self._works if work.job is not None]
        for work in self._works:
            if not work.begun and work.job is not None:
                work.job.cancel()
        await self.supervisor.stop_all(grace, why)
        rest = [*jobs, *self._stops]
        if rest:
            await asyncio.wait(rest, timeout=LAST_WORDS)
        for job in rest:  # what waits for a database that is away would wait as long as that is
            job.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _take_over(self, waiting: _Work, task: Task) -> None:
        """Let a task that waits stand for a later slot as well."""
        if task.slot is None:
            logger.info("%s waits for room already", task.name)
            return
        passed, waiting.task = waiting.task, task
        if passed.slot is not None:
            reason = "overlap: the next slot came before there was room"
            await self._patiently(lambda: self._skip(passed, reason))

    async def _carry(self, work: _Work) -> None:
        first = work.task
        try:
            async with self._place(first):
                work.begun, task = True, work.task
                if task.slot is not None and not await self._patiently(lambda: self._claim(task)):
                    return  # answered or paused meanwhile
                wanted = await self._patiently(lambda: nights.renewed(self._engine, self._settings, task))
                if wanted is None:
                    return
                run = await self._run(wanted)
            await self._ended(task, run)
        except Exception:
            logger.exception("%s could not be carried out", first.name)
            raise
        finally:
            self._works.remove(work)

    async def _run(self, task: Task) -> Run:
        while True:
            try:
                return await self.supervisor.carry_out(task)
            except (DBAPIError, OSError) as error:
                logger.error("%s could not begin (%s) and is tried again", task.name, short(error))  # noqa: TRY400 - the sentence says all
                await asyncio.sleep(AGAIN_AFTER)

    def _claim(self, task: Task) -> bool:
        schedule = schedules.get(self._engine, task.name)
        if schedule is None or task.slot is None:
            return False
        if slots.is_paused(schedule, now()):
            logger.info("%s was paused while its slot waited for room", task.name)
            return False
        last = slots.answered(schedule, task.slot)
        if last is not None and last >= task.slot:
            return False
        return schedules.claim(self._engine, task.name, task.slot, expected=schedule.last_slot_at)

    def _answer_by_a_skip(self, task: Task) -> None:
        if task.slot is None or self._claim(task):
            self._skip(task, "overlap: the one before is still under way")

    def _skip(self, task: Task, reason: str) -> None:
        outlet = registry.find(task.outlet)
        runs.skip(self._engine, outlet, task.kind, task.trigger, task.slot, reason)
        logger.warning("%s is skipped: %s", task.name, reason)

    def _stop(self, name: str, why: str) -> None:
        for running in self.supervisor.under_way():
            if running.task.name == name:
                stop = asyncio.create_task(self.supervisor.stop(running.run_id, why))
                self._stops.add(stop)
                stop.add_done_callback(self._stops.discard)

    def _place(self, task: Task) -> AbstractAsyncContextManager[None]:
        """Give a place where the task may be carried out: a slice's counts under its archive's name."""
        if task.backfill is not None:
            return self._archives.place(task.outlet, task.backfill.via.value)
        home = self._settings.base_urls.get(task.outlet) or registry.find(task.outlet).home
        return self._room.place(task.outlet, registrable_domain(home))

    async def _patiently(self, work: Callable[[], T]) -> T:
        """Do something in the database, again and again while it is away."""
        while True:
            try:
                return await asyncio.to_thread(work)
            except (DBAPIError, OSError) as error:
                logger.error("the database is away (%s) and is asked again", short(error))  # noqa: TRY400 - the sentence says all
                await asyncio.sleep(AGAIN_AFTER)
