"""Gives tasks to the queue that the workers of all machines share; imports the queue's library late."""

import asyncio
import logging
import zlib
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from core.clock import now
from core.settings import Settings
from crawlers import registry
from db.running import queue, runs, schedules
from db.running.schedules import Schedule
from db.words import Overlap
from scheduler import slots
from scheduler.domains import registrable_domain
from scheduler.errand import Errand
from scheduler.task import Task

if TYPE_CHECKING:
    from scheduler.jobs import Jobs

logger = logging.getLogger(__name__)


class QueueExecutor:
    """Puts each task into the queue; of several daemons exactly one puts in that of a slot.

    A slot counts as answered once its job is in the queue, where it outlives every daemon and worker.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        """Raise :class:`core.errors.SetupError` where the queue cannot be used."""
        queue.require(engine)
        self._engine = engine
        self._settings = settings
        self._jobs: Jobs | None = None
        self._opening = asyncio.Lock()

    async def submit(self, task: Task, schedule: Schedule) -> None:
        """Put a task into the queue, or skip it as the schedule's overlap policy says.

        Raises ConnectionError while the database is away; the same may then be submitted again.
        """
        from procrastinate.exceptions import ConnectorException
        from psycopg import OperationalError

        try:
            await self._submit(await self._queue(), task, schedule)
        except (ConnectorException, OperationalError) as error:
            raise ConnectionError(f"the queue is away: {error.__cause__ or error}") from error

    def supervised(self) -> frozenset[int]:
        """Give none: workers carry runs out."""
        return frozenset()

    async def reconfigure(self, settings: Settings) -> None:
        """Take new settings, for what is submitted from now on."""
        self._settings = settings

    async def stop(self, grace: float, why: str) -> None:  # noqa: ARG002 - as every executor's
        """Let go of the queue; what is in it and under way elsewhere goes on."""
        if self._jobs is not None:
            await self._jobs.connection.end()
            self._jobs = None

    async def _submit(self, jobs: "Jobs", task: Task, schedule: Schedule) -> None:
        from procrastinate.exceptions import AlreadyEnqueued

        if task.slot is not None and await asyncio.to_thread(self._answered, task):
            return
        errand = Errand(task=task, overlap=schedule.overlap, asked_at=now())
        doing = await jobs.doing(task.name)
        try:
            number = await jobs.defer(errand, lock=job_lock(task, self._settings))
        except AlreadyEnqueued:
            if task.slot is None:
                await jobs.hurry(task.name)
                logger.info("%s waits in the queue already: it is next", task.name)
            elif await asyncio.to_thread(self._claim, task):  # the first daemon to come so far
                await self._skip(task, "overlap: the one before still waits in the queue")
            return
        # Only now, and with the job in: were this process to die here, the worker would decide.
        if number is not None and doing:
            if schedule.overlap is Overlap.SKIP and await jobs.withdraw(number):
                await self._skip(task, "overlap: the one before is still under way")
            if schedule.overlap is Overlap.REPLACE:
                await asyncio.to_thread(self._ask_to_stop, task)
        if task.slot is not None:
            await asyncio.to_thread(self._claim, task)

    async def _queue(self) -> "Jobs":
        from scheduler.jobs import Jobs

        async with self._opening:
            if self._jobs is None:
                jobs = Jobs(self._engine, patient=False)
                await jobs.connection.begin()
                self._jobs = jobs
            return self._jobs

    def _answered(self, task: Task) -> bool:
        schedule = schedules.get(self._engine, task.name)
        if schedule is None or task.slot is None:
            return False
        last = slots.answered(schedule, task.slot)
        return last is not None and last >= task.slot

    def _claim(self, task: Task) -> bool:
        schedule = schedules.get(self._engine, task.name)
        if schedule is None or task.slot is None or self._answered(task):
            return False
        return schedules.claim(self._engine, task.name, task.slot, expected=schedule.last_slot_at)

    async def _skip(self, task: Task, reason: str) -> None:
        await asyncio.to_thread(skip, self._engine, task, reason)

    def _ask_to_stop(self, task: Task) -> None:
        for run in runs.under_way(self._engine):
            if (run.outlet, run.kind) == (task.outlet, task.kind):
                runs.request_stop(self._engine, run.id)
                logger.info("%s: run %d is asked to stop, the next slot came", task.name, run.id)


def ask(engine: Engine, settings: Settings, task: Task, schedule: Schedule) -> None:
    """Put what a person asks for into the queue, before all that schedules want; for use outside a daemon.

    Raises SetupError where the queue cannot be used, ConnectionError while the database is away.
    """

    async def put_in() -> None:
        executor = QueueExecutor(engine, settings)
        try:
            await executor.submit(task, schedule)
        finally:
            await executor.stop(0, "done")

    asyncio.run(put_in())


def skip(engine: Engine, task: Task, reason: str) -> None:
    """Write down that a task was not carried out, and why."""
    outlet = registry.find(task.outlet)
    runs.skip(engine, outlet, kind=task.kind, trigger=task.trigger, slot=task.slot, reason=reason)
    logger.warning("%s is skipped: %s", task.name, reason)


def job_lock(task: Task, settings: Settings) -> str:
    """Give the lock under which no two jobs run: the registrable domain, or the archive, that is asked.

    Where ``crawls_per_domain`` allows several, its outlets share that many locks.
    """
    if task.backfill is not None:
        return f"archive-{task.backfill.via.value}"
    domain = registrable_domain(settings.base_urls.get(task.outlet) or registry.find(task.outlet).home)
    if settings.crawls_per_domain == 1:
        return domain
    return f"{domain} {zlib.crc32(task.outlet.encode()) % settings.crawls_per_domain}"
