"""The queue's jobs: crawls deferred once, put back, and taken over from workers that vanished."""

import logging
from datetime import timedelta
from typing import Any, Self

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.sql import queries
from psycopg.errors import RaiseException
from sqlalchemy import Engine

from core.clock import now
from scheduler.errand import Errand
from scheduler.queue_connection import QueueConnection

QUEUE = "cuttings"
CRAWL = "cuttings.crawl"
USUAL, URGENT = 0, 10
"""Priorities: of what schedules want, and of what a person asked for."""

logger = logging.getLogger(__name__)


class Jobs:
    """The queue, while the ``async with`` block lasts.

    A job's ``lock`` keeps a second one of the same domain from running, its ``queueing_lock`` a second
    one of the same schedule from waiting.
    """

    def __init__(self, engine: Engine, *, patient: bool) -> None:
        """Connect as ``engine`` does; ``patient`` waits for a database that is away."""
        for name, level in (("procrastinate", logging.WARNING), ("psycopg.pool", logging.ERROR)):
            logging.getLogger(name).setLevel(level)  # they tell of each job and each try to connect
        self.connection = QueueConnection(engine, patient=patient)
        self.app = App(connector=self.connection)
        self.app.job_manager = _Manager(self.connection)

    async def __aenter__(self) -> Self:
        """Open the connections."""
        await self.connection.begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self.connection.end()

    async def defer(self, errand: Errand, *, lock: str) -> int | None:
        """Put a crawl into the queue; give its number, None where another host did it for the same slot.

        Raises AlreadyEnqueued where one of the same schedule waits.
        """
        slot = errand.task.slot
        job = _job(errand, lock)
        if slot is None:
            return (await self.app.job_manager.defer_job_async(job)).id
        # Not a job at a time of the future: the queue's own record of each slot that was deferred.
        stamp = int(slot.timestamp())
        job = job.evolve(task_kwargs=job.task_kwargs | {"timestamp": stamp})
        return await self.app.job_manager.defer_periodic_job(job, errand.task.name, stamp)

    async def doing(self, name: str) -> bool:
        """Say whether a worker is at a job of this schedule."""
        found = await self.app.job_manager.list_jobs_async(queueing_lock=name, status="doing")
        return any(True for _ in found)

    async def withdraw(self, number: int) -> bool:
        """Take a job out that waits; False where a worker has begun it."""
        return await self.app.job_manager.cancel_job_by_id_async(number, delete_job=True)

    async def hurry(self, name: str) -> None:
        """Let the waiting job of a schedule pass all that nobody asked for."""
        waiting = await self.app.job_manager.list_jobs_async(queueing_lock=name, status="todo")
        for job in waiting:
            async with self.connection.pool.connection() as connection:
                number = await self.app.job_manager.cancel_job_by_id_async(
                    job.id or 0, delete_job=True, connection=connection
                )
                if number:
                    faster = job.evolve(priority=URGENT)
                    await self.app.job_manager.defer_job_async(faster, connection=connection)

    async def put_back(self, job: Job, errand: Errand, *, after: timedelta = timedelta()) -> None:
        """Let a job that is being done be done again, by whoever is free; nothing where one waits already.

        The job itself must be finished by its worker.
        """
        again = _job(errand, str(job.lock)).evolve(
            priority=job.priority, scheduled_at=now() + after if after else None
        )
        try:
            await self.app.job_manager.defer_job_async(again)
        except AlreadyEnqueued:
            logger.info("%s waits in the queue already", errand.task.name)

    async def stalled(self, seconds: float) -> list[Job]:
        """Give the jobs whose worker gave no sign of life for so long.

        After a time in which nobody could give one, all have: wait as long before asking.
        """
        found = await self.app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=seconds)
        return list(found)

    async def of_worker(self, worker: int) -> list[Job]:
        """Give the jobs that a worker is said to be doing."""
        found = await self.app.job_manager.list_jobs_async(queue=QUEUE, status="doing", worker_id=worker)
        return list(found)

    async def take_over(self, job: Job) -> bool:
        """End a job that nobody does any more and put it back, in one step; False where another was first."""
        kwargs = job.task_kwargs | {"again": int(str(job.task_kwargs.get("again", 0))) + 1}
        again = job.evolve(task_kwargs=kwargs, scheduled_at=None, attempts=0, worker_id=None)
        try:
            async with self.connection.pool.connection() as connection:
                await self.connection.execute_query_one_async_with_connection(
                    connection, queries["finish_job"], job_id=job.id, status="failed", delete_job=True
                )
                try:
                    async with connection.transaction():  # a failure inside leaves the end outside
                        await self.app.job_manager.defer_job_async(again, connection=connection)
                except AlreadyEnqueued:
                    logger.info("%s waits in the queue already", job.queueing_lock)
        except ConnectorException as error:
            if isinstance(error.__cause__, RaiseException):  # the library's "was not found or not in doing"
                return False
            raise
        return True


class _Manager(JobManager):
    """A manager for which it is no error that a job was taken over: its worker was frozen meanwhile."""

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001 - the library's signature
        try:
            await super().finish_job(job, status, delete_job)
        except ConnectorException as error:
            if not isinstance(error.__cause__, RaiseException):
                raise
            logger.warning("%s was taken over by another worker meanwhile", job.queueing_lock)


def _job(errand: Errand, lock: str) -> Job:
    facts: dict[str, Any] = errand.as_json()
    return Job(
        queue=QUEUE,
        task_name=CRAWL,
        lock=lock,
        queueing_lock=errand.task.name,
        task_kwargs=facts,
        priority=USUAL if errand.task.slot is not None else URGENT,
    )
