"""Days and instants as people type them, and the options that send a command back to them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def end_of_day(day: date) -> datetime:
    """Give the last instant of a day in UTC: as of a day means with everything of that day."""
    return datetime.combine(day, time.max, tzinfo=UTC)


class Instant(click.ParamType[datetime]):
    """An instant with its zone, or a day, which stands for its end in UTC; given as aware UTC."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Give the instant; wrong usage where it is none, or has no zone."""
        if isinstance(value, datetime):
            return value
        try:
            if _DAY.fullmatch(value):
                return end_of_day(date.fromisoformat(value))
            return _zoned(datetime.fromisoformat(value)).astimezone(UTC)
        except (ValueError, OverflowError):
            forms = "2026-03-01 (the end of that day, UTC) or 2026-03-01T12:00Z"
            said = f"'{value}' is neither a day nor an instant with its zone; write it as {forms}"
            self.fail(said, param, ctx)


def _zoned(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a local time of nobody's")
    return instant


def past(command: Command) -> Command:
    """Give a command the options --as-of (``at``) and --believed-at (``believed_at``), both UTC or None."""
    at = click.option(
        "--as-of",
        "at",
        type=Instant(),
        help="Show what the outlets showed then: a day (its end, UTC) or an instant with its zone.",
    )
    believed = click.option(
        "--believed-at", type=Instant(), help="Show what the archive believed then, later corrections undone."
    )
    return at(believed(command))
