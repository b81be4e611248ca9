"""How an article's page words things: what an outlet says made harmless, instants, windows."""

import re
from datetime import datetime

# All that could steer a terminal or turn a line round: C0 and C1 controls but newline and tab, DEL,
# the marks of writing direction, line and paragraph separators, lone surrogates.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def plainly(text: str) -> str:
    r"""Give text of a page as it may be printed: what would steer the terminal is written out (``\x1b``)."""
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def instant(value: datetime, *, seconds: bool = False) -> str:
    """Give an instant in UTC to the minute, without naming the zone."""
    return value.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def day(value: datetime) -> str:
    """Give the day of an instant, in UTC."""
    return value.strftime("%Y-%m-%d")


def at(value: datetime) -> str:
    """Give an instant with its zone named."""
    return f"{instant(value)} UTC"


def window(after: datetime | None, by: datetime) -> str:
    """Give when something happened that was seen at ``by`` and not yet at ``after``; UTC.

    To the minute, or to the second where both fall into one minute; the day is not said twice. Without
    ``after`` nothing is known of before: then all that is sure is that it happened by then.
    """
    if after is None:
        return f"by {at(by)}"
    seconds = instant(after) == instant(by)
    until = instant(by, seconds=seconds)
    if day(after) == day(by):
        until = until.partition(" ")[2]
    return f"between {instant(after, seconds=seconds)} and {until} UTC"


def count(number: int, noun: str) -> str:
    """Give a number with its noun in the right form."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
