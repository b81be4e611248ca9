"""Timings of cron: `cron MINUTE HOUR DAY MONTH WEEKDAY`, weekdays by their names."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from scheduler import wall_clock

FIELDS = ("minute", "hour", "day", "month", "weekday")
HORIZON = datetime(2200, 1, 1, tzinfo=UTC)
"""Where the search for a slot ends: 29 February falls on each weekday long before."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RANGES = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12)}
_NAMES = {"month": _MONTHS, "weekday": _WEEKDAYS}
_NUMBERS = re.compile(r"(?P<first>\d{1,4})(?:-(?P<last>\d{1,4}))?(?:/(?P<step>\d{1,4}))?")
_STARS = re.compile(r"\*(?:/(?P<step>\d{1,4}))?")
_NAMED = re.compile(r"(?P<first>[a-z]+)(?:-(?P<last>[a-z]+))?")
_EXAMPLE = "write it as '30 6 * * mon-fri' (minute, hour, day of the month, month, weekday)"
_LEAST = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cron:
    """Wall times of a zone that fit all five fields: a day must fit day of the month and weekday."""

    trigger: CronTrigger = field(compare=False, repr=False)
    zone: ZoneInfo
    every_hour: bool

    def after(self, instant: datetime) -> datetime | None:
        """Give the first slot strictly after an instant, None where there is none before ``HORIZON``."""
        return wall_clock.after(instant, self.zone, self._next_wall, every_hour=self.every_hour)

    def _next_wall(self, wall: datetime) -> datetime | None:
        # The trigger reads the fields in UTC, where no clock is changed; the zone is our own business.
        found = self.trigger.get_next_fire_time(None, wall.replace(tzinfo=UTC) + _LEAST)
        return found.replace(tzinfo=None) if found else None


def read(text: str, zone: ZoneInfo) -> Cron:
    """Give the timing of five fields; ValueError with a sentence that names the field that is wrong."""
    fields = text.lower().split()
    if len(fields) != len(FIELDS):
        raise ValueError(f"'{text}' has {len(fields)} of cron's five fields: {_EXAMPLE}")
    for name, wording in zip(FIELDS, fields, strict=True):
        for part in wording.split(","):
            if problem := _problem(name, part):
                raise ValueError(f"{problem}: {_EXAMPLE}")
    minute, hour, day, month, weekday = fields
    try:
        trigger = CronTrigger(
            minute=minute,
            hour=hour,
            day=day,
            month=month,
            day_of_week=weekday,
            second="0",
            timezone=UTC,
            end_date=HORIZON,
        )
    except ValueError as error:
        raise ValueError(f"cron cannot read '{text}' ({error}): {_EXAMPLE}") from error
    return Cron(trigger=trigger, zone=zone, every_hour=_goes_through(trigger))


def _goes_through(trigger: CronTrigger) -> bool:
    """Say whether the field of hours lets every hour through, however it is written."""
    hours = next(one for one in trigger.fields if one.name == "hour")
    day = datetime(2000, 1, 1, tzinfo=UTC)
    return all(hours.get_next_value(day.replace(hour=hour)) == hour for hour in range(24))


def _problem(name: str, part: str) -> str | None:
    """Give what is wrong with one part of a field, None where nothing is; APScheduler reads on in silence."""
    if stars := _STARS.fullmatch(part):
        return _step_problem(name, part, stars["step"])
    if name == "day" and part == "last":
        return None
    if numbers := _NUMBERS.fullmatch(part):
        if name == "weekday":
            return (
                f"the weekday '{part}' is a number, and to some programs 0 is Sunday, to others Monday; "
                "use names, mon to sun"
            )
        return _number_problem(name, part, numbers)
    named = _NAMED.fullmatch(part)
    if named and name in _NAMES:
        return _name_problem(name, part, named)
    return f"the field '{name}' does not take '{part}'"


def _number_problem(name: str, part: str, numbers: re.Match[str]) -> str | None:
    low, high = _RANGES[name]
    first, last = int(numbers["first"]), int(numbers["last"] or numbers["first"])
    if not (low <= first <= high and low <= last <= high):
        return f"the field '{name}' goes from {low} to {high}, not to '{part}'"
    if first > last:
        return f"the range '{part}' of the field '{name}' runs backwards; write its two pieces with a comma"
    return _step_problem(name, part, numbers["step"])


def _name_problem(name: str, part: str, named: re.Match[str]) -> str | None:
    names = _NAMES[name]
    for word in (named["first"], named["last"] or named["first"]):
        if word not in names:
            return f"'{word}' is no {name}; they are {', '.join(names)}"
    if names.index(named["first"]) > names.index(named["last"] or named["first"]):
        return f"the range '{part}' of the field '{name}' runs backwards; write its two pieces with a comma"
    return None


def _step_problem(name: str, part: str, step: str | None) -> str | None:
    if step is None:
        return None
    if name == "weekday":
        return f"the field 'weekday' takes no steps, '{part}' has one; name the days"
    low, high = _RANGES[name]
    if not 1 <= int(step) <= high - low:
        return f"the step of '{part}' in the field '{name}' is not within 1 and {high - low}"
    return None
