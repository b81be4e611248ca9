"""Charts of block characters: columns and bars, in plain ASCII where a terminal has no such characters."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

COLUMNS = "▁▂▃▄▅▆▇█"
BARS = "▏▎▍▌▋▊▉█"
PLAIN = "123456789"
NOTHING = "·"
SPANS = (1, 3, 12)  # months that one column may stand for
SPAN_NAMES = {1: "month", 3: "quarter", 12: "year"}
YEAR = 4  # characters of a year on the axis


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """Columns of ``span`` months each; months are numbers, 12 * year + month - 1."""

    first: int
    columns: int
    span: int

    def place(self, month: str) -> int | None:
        """Give the column of a month ``YYYY-MM``; None where it lies outside."""
        column = (number(month) - self.first) // self.span
        return column if 0 <= column < self.columns else None

    def years(self) -> str:
        """Give the line of years, each over the column in which it begins, where there is room."""
        line = ""
        for column in range(self.columns):
            months = range(self.first + column * self.span, self.first + (column + 1) * self.span)
            begun = [month // 12 for month in months if month % 12 == 0]
            if (begun or not column) and (not line or len(line) < column):
                line = line.ljust(column) + f"{begun[0] if begun else self.first // 12:0{YEAR}}"
        return line


def number(month: str) -> int:
    """Give a month ``YYYY-MM`` as a number."""
    return 12 * int(month[:4]) + int(month[5:7]) - 1


def axis(months: Sequence[str], most: int) -> Axis | None:
    """Give the axis that shows these months in at most so many columns: the latest ones where not all fit."""
    if not months:
        return None
    first, last = number(min(months)), number(max(months))
    for span in SPANS:
        begin = first // span * span
        columns = (last - begin) // span + 1
        if columns <= most or span == SPANS[-1]:
            kept = min(columns, most)
            return Axis(first=begin + (columns - kept) * span, columns=kept, span=span)
    return None


def spark(values: Sequence[int], highest: int, *, blocks: bool) -> str:
    """Draw values as columns, the tallest as high as a line; whatever is not 0 is seen."""
    levels = COLUMNS if blocks else PLAIN
    drawn = ""
    for value in values:
        level = ceil(len(levels) * value / highest) if highest else 0
        drawn += levels[min(level, len(levels)) - 1] if value else (NOTHING if blocks else ".")
    return drawn


def bar(value: float, highest: float, width: int, *, blocks: bool) -> str:
    """Draw a value as a bar, ``width`` long for the highest; whatever is not 0 is seen."""
    if not value or not highest:
        return ""
    if not blocks:
        return "#" * max(1, round(width * value / highest))
    eighths = max(1, round(8 * width * value / highest))
    return BARS[-1] * (eighths // 8) + (BARS[eighths % 8 - 1] if eighths % 8 else "")
