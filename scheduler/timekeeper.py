"""Wakes at the slots of all schedules, and hands what is due to the executor."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from core.clock import now
from core.errors import SetupError
from core.settings import Settings
from db.running import interruptions, schedules
from db.running.schedules import Schedule
from db.words import CatchUp, Kind, Trigger
from pipelines.patience import short
from scheduler import nights, slots
from scheduler.clock import ScheduleClock
from scheduler.declared import checked_in, enter, is_orphan
from scheduler.executor import Executor
from scheduler.task import task_of
from scheduler.trigger import SlotTrigger

AGAIN_AFTER = timedelta(seconds=10)  # until a slot is tried again that the database was away for

logger = logging.getLogger(__name__)


class Timekeeper:
    """Keeps a job of ``scheduler`` for each schedule, and both in step with what people change.

    The database is the truth: a job only wakes, then the schedule is read anew and asked what is due.
    ``tidy`` is called for the schedule of maintenance.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it is made of
        self,
        engine: Engine,
        settings: Settings,
        scheduler: AsyncIOScheduler,
        executor: Executor,
        clock: ScheduleClock,
        tidy: Callable[[Trigger], None],
    ) -> None:
        """Keep nothing yet."""
        self._engine = engine
        self._settings = settings
        self._scheduler = scheduler
        self._executor = executor
        self._clock = clock
        self._tidy = tidy
        self._book: dict[str, Schedule] = {}
        self._read = ""
        self._checked: frozenset[str] = frozenset()

    def __len__(self) -> int:
        """Give how many schedules there are."""
        return len(self._book)

    def declare(self) -> None:
        """Enter what the outlets declare; slots missed are let go of where nobody wants them made up for."""
        self._checked = enter(self._engine, self._settings)
        if self._settings.executor == "local":
            interruptions.reopen_unbegun(self._engine)
        at = self._clock.now()
        for schedule in self._kept():
            missed = slots.due(schedule, at) if schedule.last_slot_at is not None else None
            if missed is not None and schedule.catch_up is CatchUp.NONE:
                schedules.claim(self._engine, schedule.name, missed, expected=schedule.last_slot_at)

    async def watch(self) -> None:
        """Take note of what people changed, asked for or checked; quick where nothing was."""
        if await asyncio.to_thread(checked_in, self._engine) - self._checked:
            self._checked = await asyncio.to_thread(enter, self._engine, self._settings)
        read = await asyncio.to_thread(schedules.version, self._engine)
        if read != self._read:
            await self._read_again()
            self._read = read

    async def fire(self, name: str) -> None:
        """Answer the slot of a schedule that is due, if one is; later, where the database is away."""
        try:
            await self._answer(name)
        except (DBAPIError, OSError) as error:
            logger.error("%s is due, but the database is away (%s): tried again", name, short(error))  # noqa: TRY400 - the sentence says all
            self._scheduler.add_job(
                self.fire,
                "date",
                run_date=now() + AGAIN_AFTER,
                args=[name],
                id=f"again:{name}",
                replace_existing=True,
            )

    async def carry_on(self) -> None:
        """Crawl again what a daemon that died or was stopped left half done; a queue does so by itself."""
        if self._settings.executor != "local":
            return
        for name in await asyncio.to_thread(interruptions.reopen, self._engine):
            logger.info("%s was broken off and is begun again", name)
            await self.reread(name)

    async def reread(self, name: str) -> None:
        """Wake for a schedule as it is now: its interval or its last slot is another."""
        schedule = await asyncio.to_thread(schedules.get, self._engine, name)
        if schedule is not None and not is_orphan(schedule, self._settings):
            self._enter(schedule)
            await asyncio.to_thread(self._plan, schedule)

    async def _answer(self, name: str) -> None:
        schedule = await asyncio.to_thread(schedules.get, self._engine, name)
        if schedule is None:
            return
        self._book[name] = schedule
        await asyncio.to_thread(self._plan, schedule)
        slot = slots.due(schedule, self._clock.now())
        if slot is None:
            return
        if schedule.kind is Kind.MAINTENANCE:
            if await asyncio.to_thread(
                schedules.claim, self._engine, name, slot, expected=schedule.last_slot_at
            ):
                await self._tidy_up(Trigger.SCHEDULE)
        else:
            await self._submit(schedule, Trigger.SCHEDULE, slot)

    async def _submit(self, schedule: Schedule, trigger: Trigger, slot: datetime | None) -> None:
        """Hand a task to the executor; a slice that has nothing to carry on answers its slot as it is."""
        task = task_of(schedule, trigger, slot)
        wanted = await asyncio.to_thread(nights.begun, self._engine, self._settings, task)
        if wanted is not None:
            await self._executor.submit(wanted, schedule)
        elif slot is not None:
            last = schedule.last_slot_at
            await asyncio.to_thread(schedules.claim, self._engine, schedule.name, slot, expected=last)

    async def _read_again(self) -> None:
        listed = await asyncio.to_thread(self._kept)
        for name in self._book.keys() - {schedule.name for schedule in listed}:
            del self._book[name]
            self._let_go(name)
        for schedule in listed:
            known = self._book.get(schedule.name)
            if known is None or _changed(known, schedule):
                self._enter(schedule)
                await asyncio.to_thread(self._plan, schedule)
        for schedule in listed:
            asked = schedule.asked_at is not None
            if asked and await asyncio.to_thread(schedules.take_asked, self._engine, schedule.name):
                await self._begin_asked(schedule)

    async def _begin_asked(self, schedule: Schedule) -> None:
        logger.info("%s: a person asked for a run at once", schedule.name)
        if schedule.kind is Kind.MAINTENANCE:
            await self._tidy_up(Trigger.PERSON)
        else:
            await self._submit(schedule, Trigger.PERSON, None)

    async def _tidy_up(self, trigger: Trigger) -> None:
        try:
            await asyncio.to_thread(self._tidy, trigger)
        except (DBAPIError, OSError) as error:
            logger.error("the maintenance failed; its next slot does it again: %s", short(error))  # noqa: TRY400 - the sentence says all

    def _kept(self) -> list[Schedule]:
        """Give the schedules of what is crawled here; one that cannot be read is told of and left out."""
        kept = []
        for schedule in schedules.listed(self._engine):
            if is_orphan(schedule, self._settings):
                continue
            try:
                slots.timetable(schedule)
            except SetupError as error:
                logger.error("the schedule %s is left out: %s", schedule.name, error)  # noqa: TRY400 - the sentence says all
            else:
                kept.append(schedule)
        return kept

    def _enter(self, schedule: Schedule) -> None:
        self._book[schedule.name] = schedule
        trigger = SlotTrigger(schedule.name, self._book, self._clock)
        if trigger.get_next_fire_time(None, now()) is None:  # paused for good: no job
            self._let_go(schedule.name)
            return
        self._scheduler.add_job(
            self.fire, trigger, args=[schedule.name], id=schedule.name, replace_existing=True
        )

    def _let_go(self, name: str) -> None:
        if self._scheduler.get_job(name) is not None:
            self._scheduler.remove_job(name)

    def _plan(self, schedule: Schedule) -> None:
        coming = slots.next_slot(schedule, self._clock.now())
        if coming != schedule.next_slot_at:
            schedules.plan(self._engine, schedule.name, coming)


def _changed(before: Schedule, after: Schedule) -> bool:
    return (before.changed_at, before.interval_seconds) != (after.changed_at, after.interval_seconds)
