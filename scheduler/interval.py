"""Timings of a fixed length: `every 90m`, on one grid that every host works out alike."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SHORTEST = timedelta(seconds=10)
LONGEST = timedelta(days=366)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}  # seconds
_SPAN = re.compile(r"".join(rf"(?:(\d{{1,9}}){unit})?" for unit in _UNITS))
_EXAMPLE = "write it as 30m, 2h or 1d12h (s, m, h, d, w)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Every:
    """Slots at epoch + phase + k * length; clocks that are changed do not move them."""

    length: timedelta
    phase: timedelta

    def after(self, instant: datetime) -> datetime | None:
        """Give the first slot strictly after an instant."""
        begin = _EPOCH + self.phase
        return begin + ((instant - begin) // self.length + 1) * self.length


def read_span(text: str) -> timedelta:
    """Give the length of `90m` or `1d12h`; ValueError with a sentence where it is none."""
    wording = text.replace(" ", "").lower()
    match = _SPAN.fullmatch(wording)
    if not wording or match is None:
        raise ValueError(f"'{text}' is no length of time: {_EXAMPLE}")
    parts = zip(match.groups(), _UNITS.values(), strict=True)
    try:
        return timedelta(seconds=sum(int(number) * unit for number, unit in parts if number))
    except OverflowError:
        raise ValueError(f"'{text}' is longer than the calendar: {_EXAMPLE}") from None


def read_length(text: str) -> timedelta:
    """Give the length of an interval; ValueError too where it is too short or too long for one."""
    length = read_span(text)
    if length < SHORTEST:
        raise ValueError(f"'{text}' is too short: the shortest interval is {span(SHORTEST)}")
    if length > LONGEST:
        raise ValueError(f"'{text}' is too long: the longest interval is {span(LONGEST)}")
    return length


def span(length: timedelta) -> str:
    """Give a length as it is typed, to the second: `1d12h`, `90s` as `1m30s`."""
    left, said = round(length.total_seconds()), ""
    for unit, seconds in _UNITS.items():
        if unit != "w":  # 7d is read more easily, and lengths other than whole weeks are the rule
            number, left = divmod(left, seconds)
            said += f"{number}{unit}" if number else ""
    return said or "0s"
