"""When a schedule's slots are: its timing and zone, read from text."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol, Self

from core.errors import SetupError
from scheduler import calendar_steps, cron
from scheduler.cron import HORIZON
from scheduler.interval import Every, read_length, span
from scheduler.wall_clock import zone_of

FORMS = "every 2h | cron 30 6 * * mon-fri | calendar 1 week at 06:30"

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)  # from here on a timing must have a slot
_LOOKED_AT = timedelta(days=8)  # a week, and what is left of its last gap
_MOST_LOOKED_AT = 2_000  # slots: a minute's timing is looked at for a day and a half


class Clock(Protocol):
    """What a timing comes to once it is read."""

    def after(self, instant: datetime) -> datetime | None:
        """Give the first slot strictly after an instant, aware UTC."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """The slots of a timing in a zone; ``timing`` is in its plain form, which is read back the same.

    Intervals lie on a grid from the epoch, moved by a phase that follows from ``name``: on all
    hosts and after every start the same slots, and those of many outlets spread (OPS-FACTS.md
    section 5, rule R5).
    """

    timing: str
    zone: str
    name: str = ""
    clock: Clock = field(compare=False, repr=False)

    @classmethod
    def parse(cls, timing: str, zone: str, *, name: str = "") -> Self:
        """Read a timing; SetupError with a sentence on what is wrong with it, or that it never comes."""
        try:
            plain, clock = _read(timing, zone, name)
        except ValueError as error:
            raise SetupError(str(error)) from error
        if clock.after(_FIRST) is None:
            raise SetupError(f"'{plain}' never comes: no day of the calendar fits it")
        return cls(timing=plain, zone=zone, name=name, clock=clock)

    @property
    def interval(self) -> timedelta | None:
        """Length of an interval timing; None for cron and calendar."""
        return self.clock.length if isinstance(self.clock, Every) else None

    def after(self, instant: datetime) -> datetime | None:
        """Give the next slot strictly after an instant, aware UTC; None after the year 2199."""
        return self.clock.after(instant) if instant < HORIZON else None

    def latest(self, since: datetime, until: datetime) -> datetime | None:
        """Give the latest slot in (since, until], None where there is none; years cost no more than days."""
        found = self.clock.after(since)
        if found is None or found > until:
            return None
        end = until
        while (later := self.clock.after(found)) is not None and later <= until:
            found = later
            middle = found + (end - found) / 2
            halfway = self.clock.after(middle)
            if halfway is not None and halfway <= until:
                found = halfway
            else:
                end = middle
        return found

    def slots(self, since: datetime) -> Iterator[datetime]:
        """Give the slots strictly after an instant, one after the other."""
        while (slot := self.clock.after(since)) is not None:
            yield slot
            since = slot

    def gap(self, around: datetime) -> timedelta:
        """Give the longest gap between slots, from the last one on and in the week that follows.

        At least the next two are asked.
        """
        if self.interval is not None:
            return self.interval
        return _gap(self, around.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))


def every(length: timedelta) -> str:
    """Give the timing of an interval."""
    return f"every {span(length)}"


def spread(seed: str) -> int:
    """Give a large number that looks random and follows from the text alone, on every host."""
    return int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=8).digest())


def _read(timing: str, zone: str, name: str) -> tuple[str, Clock]:
    """Give the plain form of a timing, and what it comes to."""
    place = zone_of(zone)
    form, _, rest = " ".join(timing.split()).lower().partition(" ")
    if form == "every":
        length = read_length(rest)
        phase = timedelta(seconds=spread(name) % round(length.total_seconds()) if name else 0)
        return f"every {rest.replace(' ', '')}", Every(length=length, phase=phase)
    if form == "cron":
        return f"cron {rest}", cron.read(rest, place)
    if form == "calendar":
        return f"calendar {rest}", calendar_steps.read(rest, place)
    raise ValueError(f"'{timing}' is no timing: write {FORMS}")


@lru_cache(maxsize=1024)
def _gap(timetable: Timetable, day: datetime) -> timedelta:
    longest, last = timedelta(0), timetable.latest(_FIRST, day)
    for number, slot in enumerate(timetable.slots(day)):
        if last is not None:
            longest = max(longest, slot - last)
        last = slot
        if number >= _MOST_LOOKED_AT or (number > 1 and slot > day + _LOOKED_AT):
            break
    return longest
