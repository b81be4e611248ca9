"""When a backfill ends before all is done: asked to, or its time is over."""

import threading
import time

from core.errors import CuttingsError


class EndError(CuttingsError):
    """The backfill is to end early; ``waiting`` seconds were left of what an archive asked to wait."""

    def __init__(self, detail: str, waiting: float = 0.0) -> None:
        """Keep why, and how much was left."""
        super().__init__(detail)
        self.waiting = waiting


class StopError(EndError):
    """Somebody wants the backfill to end."""


class LateError(EndError):
    """The time that was given is over."""


class Bounds:
    """The wish to stop, and the time there is; ``minutes`` None for no end."""

    def __init__(self, stop: threading.Event, minutes: float | None) -> None:
        """Count the minutes from now."""
        self.stop = stop
        self._until = None if minutes is None else time.monotonic() + minutes * 60

    @property
    def is_late(self) -> bool:
        """Whether the time is over."""
        return self._until is not None and time.monotonic() >= self._until

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be asked."""
        return self.stop.is_set() or self.is_late

    def check(self, waiting: float = 0.0) -> None:
        """Raise :class:`StopError` or :class:`LateError` where nothing more is to be asked."""
        if self.stop.is_set():
            raise StopError("stopped on request", waiting)
        if self.is_late:
            raise LateError("the time is over", waiting)

    def sleep(self, seconds: float) -> None:
        """Wait; what ends the backfill ends the waiting, as :meth:`check` says it."""
        until = time.monotonic() + seconds
        left = seconds if self._until is None else min(seconds, max(0.0, self._until - time.monotonic()))
        self.stop.wait(left)
        self.check(max(0.0, until - time.monotonic()))
