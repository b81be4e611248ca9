"""Carries out what is in the queue, on this machine, beside the workers of all others."""

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import procrastinate.worker
import psycopg
from procrastinate import JobContext
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Job
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from core.clock import now
from core.errors import WeatherError
from core.settings import Settings
from db.answered import is_answered
from db.lock import is_held, lock_of
from db.running import processes, schedules
from db.running.runs import Run
from db.words import Kind, Role, Verdict
from pipelines.patience import patiently, short
from scheduler import cadence, maintenance, nights, slots, sweep
from scheduler.errand import Errand
from scheduler.jobs import CRAWL, QUEUE, Jobs
from scheduler.queue import skip
from scheduler.supervisor import Supervisor

BEAT = 10.0  # seconds between two signs of life to the queue
STALLED = 30.0  # seconds without one after which a worker's jobs are taken over
SWEEP = 5.0  # seconds between two looks for such jobs, and for new ones where no notice came
BUSY = timedelta(seconds=5)  # until an outlet is tried again that somebody else crawls
AWAY = timedelta(seconds=5)  # until a crawl is tried again that failed while the database was away
AGAIN = 5  # times at most that a crawl is put back for one of these failures
PRUNED = 86_400.0  # seconds; the library would remove a suspended worker's entry, and so break it, after 30
TIDY_EVERY = 86_400.0  # seconds
LAST_WORDS = 10.0  # seconds that what is left to be written may take when the worker ends

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Worker:
    """Carries out queued crawls, each in a process of its own, until told to stop.

    The queue gives a job to one worker; a worker that vanished or froze is found by its missing signs
    of life (``beat`` and ``stalled`` seconds) and its jobs are put back by the others. The outlet's lock
    in the crawl itself is what no frozen one can pass (OPS-FACTS.md sections 4.1 and 4.3).
    """

    def __init__(  # noqa: PLR0913 - what tests turn down
        self,
        engine: Engine,
        settings: Settings,
        *,
        software_version: str,
        beat: float = BEAT,
        stalled: float = STALLED,
        sweep_every: float = SWEEP,
    ) -> None:
        """Begin nothing yet."""
        self.supervisor = Supervisor(engine, settings)
        self._engine = engine
        self._settings = settings
        self._version = software_version
        self._beat, self._stalled, self._sweep_every = beat, stalled, sweep_every
        self._jobs = Jobs(engine, patient=True)
        self._jobs.app.task(name=CRAWL, pass_context=True)(self._carry)
        self._library: procrastinate.worker.Worker | None = None
        self._at_work: set[int] = set()
        self._forgotten: set[int] = set()
        self._stopping = False

    async def run(self, stop: asyncio.Event, concurrency: int, *, once: bool = False) -> None:
        """Work until ``stop`` is set, then end what is under way within ``stop_grace`` seconds.

        With ``once`` until nothing is left that could be begun. What was stopped goes back into the
        queue. The database must have today's schema and a queue (:func:`db.running.queue.require`).
        """
        number = await self._in_database(
            partial(
                processes.begin,
                self._engine,
                Role.WORKER,
                home=self._settings.home,
                address=None,
                software_version=self._version,
            )
        )
        async with self._jobs:
            working = asyncio.create_task(self._work(concurrency, once=once), name="work")
            watching = asyncio.create_task(self._watch(number), name="watch")
            stopped = asyncio.create_task(stop.wait(), name="stop")
            try:
                await asyncio.wait({working, watching, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if watching.done():
                    watching.result()  # it never ends by itself: raises what ended it
                if not working.done():
                    await self._end(working, self._settings.stop_grace)
                working.result()
            finally:
                for task in (working, watching, stopped):
                    task.cancel()
                await asyncio.gather(working, watching, stopped, return_exceptions=True)
        with contextlib.suppress(DBAPIError, OSError):
            await asyncio.to_thread(
                patiently, partial(processes.end, self._engine, number), patience=LAST_WORDS
            )

    async def hurry(self) -> None:
        """End at once what is under way; for a second signal to stop."""
        await self.supervisor.stop_all(0, "the worker was stopped at once")

    # --- The life of the worker --------------------------------------------------------------

    async def _work(self, concurrency: int, *, once: bool) -> None:
        """Let the library take jobs; begin it anew where it ended by an error."""
        while not self._stopping:
            self._library = procrastinate.worker.Worker(
                self._jobs.app,
                queues=[QUEUE],
                name=f"{socket.gethostname()}:{os.getpid()}",
                concurrency=concurrency,
                wait=not once,
                fetch_job_polling_interval=self._sweep_every,
                delete_jobs="always",  # the table `run` is the history
                install_signal_handlers=False,
                update_heartbeat_interval=self._beat,
                stalled_worker_timeout=PRUNED,
            )
            try:
                await self._library.run()  # type: ignore[no-untyped-call]  # so in the library
            except (ProcrastinateException, psycopg.Error):
                if self._stopping:  # the database is away, as was said already
                    return
                logger.exception("the queue's worker ended and is begun anew")
                await asyncio.sleep(self._sweep_every)
            else:
                return

    async def _end(self, working: "asyncio.Task[None]", grace: float) -> None:
        """Take no more jobs; end the crawls under way and put them back."""
        logger.info("stopping: crawls under way have %.0f s to end", grace)
        self._stopping = True
        if self._library is not None:
            self._library.stop()  # type: ignore[no-untyped-call]  # so in the library
        await self.supervisor.stop_all(grace, "the worker was stopped")
        await asyncio.wait({working}, timeout=LAST_WORDS)
        if not working.done():  # the database is away: its jobs are taken over once it is back
            logger.warning("the queue is away: others take over what is left once it is back")
            self._jobs.connection.patient = False
            working.cancel()
            await asyncio.wait({working}, timeout=LAST_WORDS)
            raise WeatherError("the worker ended while the database was away; what it did is done again")

    async def _watch(self, number: int) -> None:
        """Give signs of life; take over what others left behind."""
        away, outages, since = False, 0, time.monotonic()
        tidied = float("-inf")
        while True:
            try:
                if time.monotonic() - tidied > TIDY_EVERY:
                    await asyncio.to_thread(maintenance.tidy_home, self._engine, self._settings)
                    tidied = time.monotonic()
                await asyncio.to_thread(processes.beat, self._engine, number)
                if away or outages != self._jobs.connection.outages:
                    outages, since = self._jobs.connection.outages, time.monotonic()
                # Only once all had the time to give a sign of life, and crawls to take their locks anew.
                if time.monotonic() - since > self._stalled:
                    await self._take_over()
                await asyncio.to_thread(
                    sweep.sweep, self._engine, self._settings, self.supervisor.supervised()
                )
                away = False
            except (ProcrastinateException, DBAPIError, psycopg.Error, OSError) as error:
                if not away:
                    logger.warning("the database is away: %s", short(error))
                away = True
            await asyncio.sleep(self._sweep_every)

    async def _take_over(self) -> None:
        """Put back the jobs of workers that vanished, and those this one was given and never got."""
        for job in await self._jobs.stalled(self._stalled):
            if job.id not in self._at_work and await self._jobs.take_over(job):
                logger.warning("%s is put back: its worker vanished or froze", job.queueing_lock)
        worker = self._library.worker_id if self._library is not None else None
        given = await self._jobs.of_worker(worker) if worker is not None else []
        forgotten = {job.id for job in given if job.id is not None} - self._at_work
        for job in given:  # twice in a row: the first time it may just be on its way
            if job.id in forgotten & self._forgotten and await self._jobs.take_over(job):
                logger.warning("%s is put back: its answer was lost on the way", job.queueing_lock)
        self._forgotten = forgotten

    # --- One job -----------------------------------------------------------------------------

    async def _carry(self, context: JobContext, /, **facts: Any) -> None:
        """Carry out a job; whatever happens, it is done, skipped, or back in the queue at the end."""
        job = context.job
        errand = Errand.of(facts)
        self._at_work.add(job.id or 0)
        try:
            await self._attend(job, errand)
        except (DBAPIError, OSError) as error:
            logger.error("%s is put back, the database is away: %s", errand.task.name, short(error))  # noqa: TRY400 - the sentence says all
            await self._again(job, errand, AWAY)
        except asyncio.CancelledError:
            await asyncio.shield(self._again(job, errand, timedelta()))
            raise
        finally:
            self._at_work.discard(job.id or 0)

    async def _attend(self, job: Job, errand: Errand) -> None:
        task = errand.task
        if errand.again and await self._in_database(partial(self._is_answered, errand)):
            logger.info("%s was carried out already", task.name)
            return
        if task.slot is not None and await self._in_database(partial(self._is_paused, task.name)):
            logger.info("%s was paused while its slot waited", task.name)
            return
        if await self._in_database(partial(is_held, self._engine, lock_of(task.kind, task.outlet))):
            if errand.waits:
                await self._jobs.put_back(job, errand, after=BUSY)
            else:
                what = "is being backfilled" if task.kind is Kind.BACKFILL else "is being crawled"
                reason = f"overlap: the outlet {what}"
                await self._in_database(partial(skip, self._engine, task, reason))
            return
        now_wanted = await self._in_database(partial(nights.renewed, self._engine, self._settings, task))
        if now_wanted is None:
            return
        outages = self._jobs.connection.outages
        run = await self.supervisor.carry_out(now_wanted)
        if run.verdict is Verdict.STOPPED and self._stopping:
            await self._again(job, errand, timedelta())
        elif run.verdict is Verdict.SKIPPED and task.kind is Kind.BACKFILL:
            logger.info("%s goes on at its next slot: %s", task.name, run.reason)
        elif run.verdict is Verdict.SKIPPED and errand.again < AGAIN:  # somebody was faster just now
            await self._again(job, errand, BUSY)
        elif (
            run.verdict in {Verdict.FAILED, Verdict.LOST}
            and self._jobs.connection.outages > outages
            and errand.again < AGAIN
        ):
            logger.warning("%s is done again: the database was away meanwhile", task.name)
            await self._again(job, errand, AWAY)
        await self._in_database(partial(self._adapt, run, task.name))

    async def _again(self, job: Job, errand: Errand, after: timedelta) -> None:
        """Put a crawl back that did not come to its end."""
        await self._jobs.put_back(job, replace(errand, again=errand.again + 1), after=after)

    def _adapt(self, run: Run, name: str) -> None:
        """Let an adaptive schedule come to another interval; daemons see it in the database."""
        schedule = schedules.get(self._engine, name)
        if schedule is not None and schedule.adaptive:
            decision = cadence.adjusted(self._engine, schedule, run)
            if decision is not None:
                logger.info("%s: %s", name, decision.reason)

    def _is_paused(self, name: str) -> bool:
        schedule = schedules.get(self._engine, name)
        return schedule is not None and slots.is_paused(schedule, now())

    def _is_answered(self, errand: Errand) -> bool:
        task = errand.task
        return is_answered(self._engine, task.outlet, task.kind, slot=task.slot, since=errand.asked_at)

    async def _in_database(self, work: Callable[[], T]) -> T:
        """Do something in the database, again and again while it is away."""
        while True:
            try:
                return await asyncio.to_thread(work)
            except (DBAPIError, OSError) as error:
                if self._stopping:
                    raise
                logger.error("the database is away (%s) and is asked again", short(error))  # noqa: TRY400 - the sentence says all
            await asyncio.sleep(self._sweep_every)
