"""The clock that schedules are read by: the real one, or one that runs faster for a soak."""

from dataclasses import dataclass, field
from datetime import datetime

from core import clock


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleClock:
    """Time as schedules see it: ``speed`` times the real one since ``since``, which was ``epoch``.

    With a speed of 1 and no epoch it is the real time. Crawls always live in real time.
    """

    speed: float = 1.0
    since: datetime = field(default_factory=clock.now)
    epoch: datetime | None = None

    def now(self) -> datetime:
        """Give the present instant of schedules, aware UTC."""
        return self.shown(clock.now())

    def shown(self, real: datetime) -> datetime:
        """Give what this clock shows at a real instant."""
        return (self.epoch or self.since) + (real - self.since) * self.speed

    def real(self, shown: datetime) -> datetime:
        """Give the real instant at which this clock shows ``shown``."""
        return self.since + (shown - (self.epoch or self.since)) / self.speed
