"""When a backfill ends before all is done: asked to, or its time is over."""

import threading
import time

from core.errors import CuttingsError


class StopError(CuttingsError):
    """Somebody wants the backfill to end."""


class LateError(CuttingsError):
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

    def check(self) -> None:
        """Raise :class:`StopError` or :class:`LateError` where nothing more is to be asked."""
        if self.stop.is_set():
            raise StopError("stopped on request")
        if self.is_late:
            raise LateError("the time is over")

    def sleep(self, seconds: float) -> None:
        """Wait; what ends the backfill ends the waiting, as :meth:`check` says it."""
        left = seconds if self._until is None else min(seconds, max(0.0, self._until - time.monotonic()))
        self.stop.wait(left)
        self.check()
