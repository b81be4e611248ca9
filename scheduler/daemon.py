"""The daemon's life: it begins, keeps watch, takes new settings, and ends in good order."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    JobExecutionEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from core import logs
from core.clock import now
from core.errors import SetupError
from core.settings import Settings
from db.running import processes, schedules
from db.running.runs import Run
from db.words import Role, Severity, Trigger
from pipelines.patience import patiently, short
from scheduler import alerts, cadence, declared, facts, health, maintenance, notify, sweep
from scheduler.clock import ScheduleClock
from scheduler.executor import Ended, Executor
from scheduler.problem import Problem
from scheduler.task import Task
from scheduler.timekeeper import Timekeeper

TICK, WATCH, SWEEP, HEALTH = 15, 2, 30, 60
"""Seconds between two heartbeats, looks for what people changed, for lost runs, and for problems
(OPS-FACTS.md sections 1.4 and 6)."""

LAST_WORDS = 10.0  # seconds that a database that hangs may take when the daemon ends

FIXED = ("home", "database_url", "executor", "web_host", "web_port", "web_hosts", "outlets", "base_urls")
"""Settings that a daemon which runs does not change; a restart does."""

logger = logging.getLogger(__name__)


class Daemon:
    """Schedules from :meth:`run` until it is told to stop; it never imports Scrapy.

    ``make_executor`` is given what is to be called with every run that ended. ``last_tick`` is when
    the scheduler itself last turned.
    """

    def __init__(  # noqa: PLR0913 - what it is made of, each named at the call
        self,
        engine: Engine,
        settings: Settings,
        *,
        software_version: str,
        make_executor: Callable[[Ended], Executor],
        read_settings: Callable[[], Settings],
        clock: ScheduleClock | None = None,
    ) -> None:
        """Begin nothing yet; raise :class:`SetupError` for settings that crawls or alerts cannot go by."""
        self.last_tick: datetime | None = None
        self._engine = engine
        self._settings = settings
        self._version = software_version
        self._read_settings = read_settings
        self._wrong_settings: str | None = None
        self._away = False
        self._stopped, self._hurried = asyncio.Event(), asyncio.Event()
        _check(settings)
        self._alerts = alerts.Alerts(engine, settings)
        self._executor = make_executor(self.ended)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        tell_troubles(self._scheduler)
        self._timekeeper = Timekeeper(
            engine, settings, self._scheduler, self._executor, clock or ScheduleClock(), self._tidy
        )

    async def run(self, address: str | None) -> None:
        """Schedule until told to stop, then end what is under way; ``address`` is the status page's.

        The database must be of this code's schema. SIGTERM and SIGINT stop, a second one at once;
        SIGHUP reads the settings again.
        """
        entered = partial(
            processes.begin,
            self._engine,
            Role.DAEMON,
            home=self._settings.home,
            address=address,
            software_version=self._version,
        )
        number = await asyncio.to_thread(patiently, entered)
        await asyncio.to_thread(patiently, self._timekeeper.declare)
        self._listen()
        await self._tick()
        self._scheduler.start()
        self._every(TICK, self._tick)
        self._every(TICK, self._beat, number)
        self._every(WATCH, self._watch)
        self._every(SWEEP, self._sweep)
        self._every(HEALTH, self._look)
        await self._watch()
        await self._sweep()
        notify.tell(READY=1, STATUS=f"{len(self._timekeeper)} schedules, {address or 'no status page'}")
        logger.info("ready: %d schedules, status page %s", len(self._timekeeper), address)
        await self._stopped.wait()
        await self._end(number)

    def stop(self) -> None:
        """End in good order; told again, at once."""
        if self._stopped.is_set():
            self._hurried.set()
        self._stopped.set()

    async def ended(self, task: Task, run: Run) -> None:
        """Take note of a run that ended: an adaptive schedule may come to another interval."""
        schedule = await asyncio.to_thread(schedules.get, self._engine, task.name)
        if schedule is not None and schedule.adaptive:
            decision = await asyncio.to_thread(cadence.adjusted, self._engine, schedule, run)
            if decision is not None:
                logger.info("%s: %s", task.name, decision.reason)
        await self._timekeeper.reread(task.name)

    async def reload(self) -> None:
        """Read the settings again and take what is new; wrong ones change nothing, and are a problem."""
        notify.reloading()
        try:
            fresh = await asyncio.to_thread(self._read_settings)
            _check(fresh)
        except SetupError as error:
            self._wrong_settings = str(error)
            logger.error("the old settings stay: %s", error)  # noqa: TRY400 - the sentence says all
        else:
            self._wrong_settings = None
            await self._take(fresh)
        notify.tell(READY=1)

    async def _take(self, fresh: Settings) -> None:
        changed = [
            name for name in Settings.model_fields if getattr(fresh, name) != getattr(self._settings, name)
        ]
        fixed = [name for name in changed if name in FIXED]
        if fixed:
            logger.warning("%s changed: that takes a restart, the old values stay", ", ".join(fixed))
        kept = {name: getattr(self._settings, name) for name in FIXED}
        self._settings = fresh.model_copy(update=kept)
        logs.set_up(self._settings)  # another level, and new secrets that no line may show
        await asyncio.to_thread(self._alerts.close)
        self._alerts = alerts.Alerts(self._engine, self._settings)
        await self._executor.reconfigure(self._settings)
        taken = ", ".join(name for name in changed if name not in FIXED)
        logger.info("the settings are read again; changed: %s", taken or "nothing")

    def _every(self, seconds: int, work: Callable[..., object], *arguments: object) -> None:
        """Do some work of the daemon's own now and then; its id cannot be that of a schedule."""
        name = f"({work.__name__.strip('_')})"
        self._scheduler.add_job(work, "interval", seconds=seconds, id=name, args=arguments)

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        reread = partial(self._scheduler.add_job, self.reload, id="(reload)", replace_existing=True)
        loop.add_signal_handler(signal.SIGHUP, reread)

    async def _tick(self) -> None:
        """Say that the scheduler itself turns: health and systemd's watchdog go by this alone."""
        self.last_tick = now()
        notify.tell(WATCHDOG=1)

    async def _beat(self, number: int) -> None:
        await self._in_database(asyncio.to_thread(processes.beat, self._engine, number))

    async def _watch(self) -> None:
        await self._in_database(self._timekeeper.watch())

    async def _sweep(self) -> None:
        """End the runs whose process vanished; crawl again what a dead or stopped daemon left half done."""
        ours = self._executor.supervised()
        await self._in_database(asyncio.to_thread(sweep.sweep, self._engine, self._settings, ours))
        await self._in_database(self._timekeeper.carry_on())

    async def _look(self) -> None:
        """Find what is wrong and tell who is to know."""
        found = await asyncio.to_thread(facts.gather, self._engine, self._settings, now())
        await self._alerts.tell([*health.problems(found), *self._own_problems()])

    def _own_problems(self) -> list[Problem]:
        if self._wrong_settings is None:
            return []
        message = f"the settings are wrong, the daemon goes on with the old ones: {self._wrong_settings}"
        return [Problem(key=health.SETTINGS_WRONG, outlet=None, severity=Severity.WARNING, message=message)]

    def _tidy(self, trigger: Trigger) -> None:
        maintenance.tidy(self._engine, self._settings, trigger=trigger, software_version=self._version)

    async def _in_database(self, work: Awaitable[object]) -> None:
        """Wait for something that may be left out where the database is away: it comes round again.

        That it is away is said once, and so is that it is back.
        """
        try:
            await work
        except (DBAPIError, OSError) as error:
            if not self._away:
                logger.error("the database is away, and is asked again: %s", short(error))  # noqa: TRY400 - the sentence says all
            self._away = True
        else:
            if self._away:
                logger.info("the database is back")
            self._away = False

    async def _end(self, number: int) -> None:
        """End what is under way: asked, told, killed; then say that this process ended."""
        grace = self._settings.stop_grace
        logger.info("stopping: crawls under way have %.0f s to end", grace)
        notify.tell(STOPPING=1, EXTEND_TIMEOUT_USEC=int((grace + 60) * 1_000_000))
        self._scheduler.shutdown(wait=False)
        ending = asyncio.create_task(self._executor.stop(grace, "the daemon was stopped"))
        hurried = asyncio.create_task(self._hurried.wait())
        await asyncio.wait({ending, hurried}, return_when=asyncio.FIRST_COMPLETED)
        if not ending.done():
            logger.warning("stopped again: what is under way is ended at once")
            await self._executor.stop(0, "the daemon was stopped at once")
        await ending
        hurried.cancel()
        for last in (self._alerts.close, partial(processes.end, self._engine, number)):
            await self._in_database(asyncio.wait_for(asyncio.to_thread(last), LAST_WORDS))
        logger.info("the daemon has ended")


def _check(settings: Settings) -> None:
    alerts.check(settings)
    declared.check(settings)


def tell_troubles(scheduler: AsyncIOScheduler) -> None:
    """Log what APScheduler would only say in its own words; that work stands still once, not at each slot."""
    late: set[str] = set()

    def tell(event: JobExecutionEvent) -> None:
        if event.code == EVENT_JOB_ERROR:
            logger.error("the daemon's work %s failed: %s", event.job_id, event.exception)
        if event.code != EVENT_JOB_MAX_INSTANCES:
            late.discard(event.job_id)
        elif event.job_id not in late:
            late.add(event.job_id)
            logger.warning("the daemon's work %s takes longer than the time between two", event.job_id)

    scheduler.add_listener(tell, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES)
    logging.getLogger("apscheduler.scheduler").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return not str(record.msg).endswith("maximum number of running instances reached (%d)")
