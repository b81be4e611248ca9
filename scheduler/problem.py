"""A problem of the archive's operation, and the words that problems are told in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.words import Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something that is wrong now.

    ``key`` tells it from all others and stays the same as long as it lasts (``no_success:nhe``,
    ``disk_low``); ``message`` says what is wrong, since when, with figures, and what to do.
    """

    key: str
    outlet: str | None = None
    severity: Severity
    message: str


def warning(key: str, message: str, outlet: str | None = None) -> Problem:
    """Give a problem that is likely one; ``outlet`` is the key of the one it is of."""
    return Problem(key=key, outlet=outlet, severity=Severity.WARNING, message=message)


def critical(key: str, message: str, outlet: str | None = None) -> Problem:
    """Give a problem by which the archive misses what it should keep, or soon will."""
    return Problem(key=key, outlet=outlet, severity=Severity.CRITICAL, message=message)


def when(at: datetime) -> str:
    """Give an instant for a sentence: to the minute, in UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def span(length: timedelta) -> str:
    """Give a length of time in the two units that say enough: ``2 days 3 h``, ``5 min``, ``40 s``."""
    seconds = round(length.total_seconds())
    units = (("day", 86_400), ("h", 3600), ("min", 60), ("s", 1))
    parts = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'s' if name == 'day' and count > 1 else ''}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"


def size(count: int) -> str:
    """Give a number of bytes for a sentence."""
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"
