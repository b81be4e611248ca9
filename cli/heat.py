"""The heat strip of a coverage: a row of months a year, each a shade that reads without colour too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.coverage import Looked, Month, by_year

if TYPE_CHECKING:
    from rich.text import Text

MOST, SOME = 0.75, 0.25  # shares held from which a month is shown as mostly, and as partly, held
LEGEND = 5  # shades in a line of the legend
EMPTY_YEARS = 4  # years in a row of which nothing is known that become one row: dates can be far off
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shade:
    """How a month is drawn: ``plain`` where a terminal has no block characters."""

    name: str
    glyph: str
    plain: str
    colour: str
    legend: str


ALL = Shade(name="all", glyph="██", plain="##", colour="green", legend="all held")
MOSTLY = Shade(name="most", glyph="▓▓", plain="%%", colour="green", legend="most")
PARTLY = Shade(name="some", glyph="▒▒", plain="++", colour="yellow", legend="some")
FEW = Shade(name="few", glyph="░░", plain="--", colour="yellow", legend="few")
NONE = Shade(name="none", glyph="00", plain="00", colour="red", legend="none of them")
NOTHING = Shade(name="nothing", glyph="··", plain="..", colour="", legend="looked, nothing was there")
TRIED = Shade(name="tried", glyph="xx", plain="xx", colour="red", legend="crawls failed, unknown")
UNKNOWN = Shade(name="unknown", glyph="??", plain="??", colour="dim", legend="nobody looked, unknown")
SHADES = (ALL, MOSTLY, PARTLY, FEW, NONE, NOTHING, UNKNOWN, TRIED)

OPEN = "? after a month: nobody looked for all of it, there may have been more"


def shade(month: Month) -> Shade:
    """Give how a month is drawn: by the share held of what is known to have existed."""
    if month.expected is None:
        return TRIED if month.looked is Looked.TRIED else UNKNOWN
    if month.share is None:
        return NOTHING
    if month.held == month.expected:
        return ALL
    if not month.held:
        return NONE
    return MOSTLY if month.share >= MOST else PARTLY if month.share >= SOME else FEW


def is_open(month: Month) -> bool:
    """Say whether articles of a month are known though nobody looked for all of them."""
    return month.expected is not None and month.looked not in (Looked.CRAWLED, Looked.LISTED)


def rows(months: Sequence[Month]) -> Iterator[tuple[str, tuple[Month | None, ...]]]:
    """Give the rows of the strip: the year and its twelve months, None for those out of range.

    Many years in a row of which nothing is known are one row, ``1970-2009``, of no months.
    """
    years = by_year(months)
    unknown: list[int] = []
    for year in [*years, None]:
        if year is not None and all(not month.is_known for month in years[year]):
            unknown.append(year)
            continue
        if len(unknown) >= EMPTY_YEARS:
            yield f"{unknown[0]}-{unknown[-1]}", ()
        else:
            yield from ((str(one), _twelve(years[one])) for one in unknown)
        unknown = []
        if year is not None:
            yield str(year), _twelve(years[year])


def strip(months: Sequence[Month], *, blocks: bool = True) -> "Iterator[Text]":
    """Draw the strip line by line, its legend last; without ``blocks`` in ASCII."""
    from rich.text import Text

    yield Text(" " * 10 + " ".join(MONTHS), "bold")
    for year, cells in rows(months):
        line = Text(f"{year:<10}")
        if not cells:
            line.append("nothing is known of these years", UNKNOWN.colour)
        for month in cells:
            line.append_text(_cell(month, blocks=blocks))
        line.rstrip()
        yield line
    used = {shade(month).name for month in months}
    yield Text()
    shades = [one for one in SHADES if one.name in used]
    for first in range(0, len(shades), LEGEND):
        legend = Text()
        for one in shades[first : first + LEGEND]:
            legend.append(one.glyph if blocks else one.plain, one.colour).append(f" {one.legend}   ")
        legend.rstrip()
        yield legend
    if any(map(is_open, months)):
        yield Text(OPEN)


def _twelve(months: Sequence[Month]) -> tuple[Month | None, ...]:
    by_number = {month.month.month: month for month in months}
    return tuple(by_number.get(number) for number in range(1, 13))


def _cell(month: Month | None, *, blocks: bool) -> "Text":
    from rich.text import Text

    if month is None:
        return Text("    ")
    drawn = shade(month)
    cell = Text(drawn.glyph if blocks else drawn.plain, drawn.colour)
    return cell.append("? " if is_open(month) else "  ", "dim")
