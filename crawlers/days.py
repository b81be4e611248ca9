"""The days a crawl asks for: ``--since`` and ``--until``."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from core.records import Moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """Days in the outlet's zone, both ends included; None leaves an end open.

    What states no day is never outside: nothing is missed for want of a date.
    """

    zone: str
    since: date | None = None
    until: date | None = None

    def before(self, told: Moment | None) -> bool:
        """Say whether a moment lies before the first day."""
        day = self._day(told)
        return day is not None and self.since is not None and day < self.since

    def after(self, told: Moment | None) -> bool:
        """Say whether a moment lies after the last day."""
        day = self._day(told)
        return day is not None and self.until is not None and day > self.until

    def _day(self, told: Moment | None) -> date | None:
        if told is None or told.on is not None or told.at is None:
            return told.on if told else None
        return told.at.astimezone(ZoneInfo(self.zone)).date()
