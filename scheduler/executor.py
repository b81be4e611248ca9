"""Who carries out tasks: this process's children, or the workers of a queue."""

from collections.abc import Awaitable, Callable, Collection
from typing import Protocol, TypeAlias

from core.settings import Settings
from db.running.runs import Run
from db.running.schedules import Schedule
from scheduler.task import Task

Ended: TypeAlias = Callable[[Task, Run], Awaitable[None]]
"""What is awaited with every run that ended, and the task it was for."""


class Executor(Protocol):
    """Takes tasks; a slot is claimed (``db/running/schedules.py``) once its task cannot be lost any more."""

    async def submit(self, task: Task, schedule: Schedule) -> None:
        """Take a task to be carried out, or skip it as the schedule's overlap policy says."""

    def supervised(self) -> Collection[int]:
        """Give the runs whose end comes from this process."""

    async def reconfigure(self, settings: Settings) -> None:
        """Take new settings, for what begins from now on."""

    async def stop(self, grace: float, why: str) -> None:
        """Begin nothing more; return when what is under way here has ended: in ``grace`` seconds at most."""
