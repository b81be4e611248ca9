"""Timings of the calendar: `calendar 1 week at 06:30`, counted from one day that all hosts agree on."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger

from scheduler import wall_clock
from scheduler.cron import HORIZON

ANCHOR = date(2001, 1, 1)
"""Where counting begins if nothing else is said: a Monday, the first of a month and of a year."""

_MOST = {"day": 366, "week": 53, "month": 120, "year": 10}
_EXAMPLE = "write it as '1 week at 06:30', or '2 months at 06:30 from 2026-01-15'"
_FORM = re.compile(
    r"(?P<number>\d{1,4}) (?P<unit>day|week|month|year)s?"
    r"(?: at (?P<hour>\d{1,2}):(?P<minute>\d\d))?(?: from (?P<anchor>\S+))?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarSteps:
    """The same time of day every so many days, weeks, months or years.

    Months without the anchor's day (the 31st, 29 February) are passed over. A time of day that the
    clocks leave out comes at the instant of their change, one that they show twice comes once.
    """

    trigger: CalendarIntervalTrigger = field(compare=False, repr=False)
    zone: ZoneInfo
    unit: str
    number: int
    at: time
    anchor: date

    def after(self, instant: datetime) -> datetime | None:
        """Give the first slot strictly after an instant, None where there is none before the year 2200."""
        return wall_clock.after(instant, self.zone, self._next_wall, every_hour=False)

    def _next_wall(self, wall: datetime) -> datetime | None:
        previous = self._before(wall.date() - timedelta(days=1))
        while True:
            found = self.trigger.get_next_fire_time(previous, wall)
            if found is None or found.replace(tzinfo=None) > wall:
                return found.replace(tzinfo=None) if found else None
            previous = found

    def _before(self, day: date) -> datetime | None:
        """Give a slot's wall time, on or before a day, to count on from, None: from the anchor.

        The trigger steps from one slot to the next and would begin decades ago.
        """
        if day <= self.anchor:
            return None
        if self.unit in {"day", "week"}:
            length = self.number * (7 if self.unit == "week" else 1)
            found = self.anchor + timedelta(days=(day - self.anchor).days // length * length)
            return datetime.combine(found, self.at, UTC)
        length = self.number * (12 if self.unit == "year" else 1)
        months = (day.year - self.anchor.year) * 12 + day.month - self.anchor.month
        steps = months // length
        while steps > 0:
            year, month = divmod(self.anchor.month - 1 + steps * length, 12)
            try:
                found = date(self.anchor.year + year, month + 1, self.anchor.day)
            except ValueError:  # no such day in that month
                found = day + timedelta(days=1)
            if found <= day:
                return datetime.combine(found, self.at, UTC)
            steps -= 1
        return None


def read(text: str, zone: ZoneInfo) -> CalendarSteps:
    """Give the timing; ValueError with a sentence where it is none."""
    match = _FORM.fullmatch(text.lower())
    if match is None:
        raise ValueError(f"'{text}' is no step of the calendar: {_EXAMPLE}")
    number, unit = int(match["number"]), match["unit"]
    if not 1 <= number <= _MOST[unit]:
        raise ValueError(f"a step of {number} {unit}s is not within 1 and {_MOST[unit]}: {_EXAMPLE}")
    try:
        at = time(int(match["hour"] or 0), int(match["minute"] or 0))
    except ValueError:
        raise ValueError(f"'{match['hour']}:{match['minute']}' is no time of day: {_EXAMPLE}") from None
    anchor = _anchor(match["anchor"])
    # In UTC, where no clock is changed; the zone is our own business (:mod:`scheduler.wall_clock`).
    trigger = CalendarIntervalTrigger(
        **{f"{unit}s": number},
        hour=at.hour,
        minute=at.minute,
        start_date=anchor,
        end_date=HORIZON.date(),
        timezone=UTC,
    )
    return CalendarSteps(trigger=trigger, zone=zone, unit=unit, number=number, at=at, anchor=anchor)


def _anchor(wording: str | None) -> date:
    if wording is None:
        return ANCHOR
    try:
        anchor = date.fromisoformat(wording)
    except ValueError:
        raise ValueError(f"'{wording}' is no day: {_EXAMPLE}") from None
    if not 1970 <= anchor.year < HORIZON.year:  # noqa: PLR2004 - the years a timing is counted in
        raise ValueError(f"'{wording}' is not within 1970 and {HORIZON.year - 1}: {_EXAMPLE}")
    return anchor
