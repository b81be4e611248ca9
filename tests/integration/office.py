"""A timekeeper with a real executor in this process, whose children only wait."""

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.clock import now
from core.orders import BackfillOrder, CrawlOrder
from core.settings import Settings
from db.running import runs, schedules
from db.words import Kind, Trigger
from scheduler.clock import ScheduleClock
from scheduler.local import LocalExecutor
from scheduler.supervisor import Supervisor
from scheduler.task import task_of
from scheduler.timekeeper import Timekeeper

PATIENCE = 60.0
CRAWL = "crawl:wardround"
# A child that makes no crawl: it waits until the file is there, or until it is told to end.
WAITS = "import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)"


class Office:
    """A timekeeper and what it works with, in the loop that is running; ``orders`` are what was begun."""

    def __init__(self, engine, home, outlets=("wardround",), **settings: object) -> None:
        home.mkdir(exist_ok=True)
        self.engine = engine
        self.door = home / "door"  # the children leave once it is there
        self.settings = Settings(
            home=home,
            database_url=engine.url.render_as_string(hide_password=False),
            base_urls=dict.fromkeys(outlets, "http://127.0.0.1:9"),
            outlets=list(outlets),
            **{"crawl_grace": 0.5} | settings,
        )
        self.tidied: list[Trigger] = []
        self.orders: list[CrawlOrder | BackfillOrder] = []
        self.executor = LocalExecutor(
            engine, self.settings, self._ended, Supervisor(engine, self.settings, builder=self._command)
        )
        self.scheduler = AsyncIOScheduler(timezone=UTC)
        self.keeper = Timekeeper(
            engine, self.settings, self.scheduler, self.executor, ScheduleClock(), self.tidied.append
        )

    def _command(self, order: CrawlOrder | BackfillOrder) -> list[str]:
        self.orders.append(order)
        return [sys.executable, "-P", "-S", "-c", WAITS, str(self.door)]

    async def _ended(self, task, run) -> None:
        pass

    async def fire(self, name=CRAWL, slot=None) -> None:
        """Hand in a slot as if it were due now."""
        schedule = schedules.get(self.engine, name)
        await self.executor.submit(task_of(schedule, Trigger.SCHEDULE, slot or now()), schedule)

    async def under_way(self, count=1) -> None:
        await self.until(lambda: len(self.executor.supervisor.under_way()) == count)

    async def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)

    def runs(self, kind=Kind.CRAWL):
        return [run for run in reversed(runs.recent(self.engine)) if run.kind is kind]

    async def close(self) -> None:
        self.door.touch()
        await self.executor.stop(5, "the test is over")


def story(engine, tmp_path, tell, **settings: object) -> None:
    """Let a story happen in an office of its own."""

    async def happen() -> None:
        office = Office(engine, tmp_path / "home", **settings)
        office.keeper.declare()
        try:
            await tell(office)
        finally:
            await office.close()

    asyncio.run(happen())
