"""A scheduler that submits what it is told on its input: lines of an outlet and a slot."""

import asyncio
import sys
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from core.settings import load_settings
from db.engine import open_engine
from db.running import schedules
from db.words import Trigger
from scheduler.queue import QueueExecutor
from scheduler.task import Task


async def main() -> None:
    settings = load_settings()
    engine = open_engine(settings.database())
    executor = QueueExecutor(engine, settings)
    while line := await asyncio.to_thread(sys.stdin.readline):
        outlet, slot = line.split()
        schedule = schedules.get(engine, f"crawl:{outlet}")
        assert schedule is not None
        task = Task(
            name=schedule.name,
            outlet=outlet,
            kind=schedule.kind,
            trigger=Trigger.SCHEDULE,
            slot=datetime.fromisoformat(slot),
        )
        while True:  # as scheduler.timekeeper does
            try:
                await executor.submit(task, schedule)
                break
            except (DBAPIError, OSError):
                await asyncio.sleep(1)
    await executor.stop(0, "no more is told")
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
