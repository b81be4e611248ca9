"""A crawl under way, as its supervisor knows it: its process, and what was decided about its end."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime

from core.settings import Settings
from db.words import Verdict
from scheduler.child import Child
from scheduler.task import Task

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A run under way; ``started_at`` is aware UTC, ``memory_bytes`` what all its processes hold."""

    run_id: int
    task: Task
    pid: int
    started_at: datetime
    memory_bytes: int


@dataclass(kw_only=True)
class Crawl:
    """A run under way, and what was decided about its end."""

    run_id: int
    task: Task
    settings: Settings
    started_at: datetime
    child: Child | None = None
    asked: bool = False  # to end in good order
    verdict: Verdict | None = None  # the end it is brought to
    why: str = ""
    memory: int = 0
    peak: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)  # its process
    over: asyncio.Event = field(default_factory=asyncio.Event)  # its row has its end

    def running(self) -> Running:
        """Give what others may know of it."""
        if self.child is None:
            raise RuntimeError("its process has not begun")
        return Running(
            run_id=self.run_id,
            task=self.task,
            pid=self.child.pid,
            started_at=self.started_at,
            memory_bytes=self.memory,
        )

    def decide(self, verdict: Verdict, why: str) -> None:
        """Bring it to this end, unless another was decided."""
        if self.verdict is None:
            self.verdict, self.why = verdict, why
            logger.warning("%s: run %s is brought to its end: %s", self.task.name, self.run_id, why)

    def ask(self, verdict: Verdict, why: str) -> None:
        """Ask it to end in good order, once; a process that has yet to begin is asked when it has."""
        self.decide(verdict, why)
        if not self.asked and self.child is not None:
            self.asked = True
            self.child.terminate()
