"""The figures of an archive on one screen: a row of columns for each outlet, bars, and a few lines."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cli.charts import SPAN_NAMES, Axis, axis, bar, spark
from db.tallies import Copied, Covered, Delay, Published, Tallies

if TYPE_CHECKING:
    from rich.text import Text

OUTLETS, FEW, PAIRS = 6, 3, 4  # shown at most, outlets on a low terminal; --json has all
OTHERS = 27  # lines beside the three of each outlet
NAME = 14  # columns of a name
FEWEST, MOST = 24, 72  # columns of the chart of months
FIGURES = 26  # columns right of it
BAR = 20
DAYS = 3  # from which delays are told in days
ONE_CHART = 70  # columns under which the charts of edits stand one below the other
KINDS = {
    "rewrite": "rewrite",
    "major": "major",
    "minor": "minor",
    "typo": "typo",
    "headline_only": "headline only",
    "details_only": "details only",
    "correction_note": "correction note",
    "reverted": "reverted",
    "reappeared": "reappeared",
    "cosmetic": "cosmetic",
}
"""The kinds of edits (``article_changes.kind``), the gravest first, as they are shown."""
DELAYS = {
    Delay.HOUR: "an hour",
    Delay.DAY: "a day",
    Delay.WEEK: "a week",
    Delay.MONTH: "30 days",
    Delay.YEAR: "a year",
    Delay.LATER: "longer",
    Delay.UNKNOWN: "not known",
}


def report(
    found: Tallies, *, width: int, height: int, blocks: bool, at: datetime | None = None
) -> "Iterator[Text]":
    """Give the report line by line, made for a terminal of that size; without ``blocks`` in ASCII.

    Of many outlets those with the most articles are shown, fewer on a low terminal.
    """
    shown = found.outlets[: max(FEW, min(OUTLETS, (height - OTHERS) // 3))]
    yield _line(headline(found, at), "bold")
    yield from _months(found, shown, width, blocks=blocks)
    yield from _edits(found, width, blocks=blocks)
    yield _line()
    yield _line(removals(found))
    yield from _copies(found.copied, blocks=blocks)
    yield from _coverage([one for one in found.covered if one.outlet in shown], blocks=blocks)
    if left := len(found.outlets) - len(shown):
        yield _line(f"{left} more {_plural(left, 'outlet')}: --outlet KEY, or --json for all", "dim")


def headline(found: Tallies, at: datetime | None) -> str:
    """Give the archive in a line."""
    articles = sum(one.articles for one in found.published)
    comments = sum(one.comments for one in found.published)
    edits = sum(one.edits for one in found.edits)
    counts = (
        (len(found.outlets), "outlet"),
        (articles, "article"),
        (comments, "comment"),
        (edits, "edit"),
    )
    told = ", ".join(f"{count:,} {_plural(count, word)}" for count, word in counts)
    return f"{told}{f', as of {at:%Y-%m-%d %H:%M} UTC' if at else ''}"


def removals(found: Tallies) -> str:
    """Give in a line what is away."""
    states: dict[str, Counter[str]] = {"article": Counter(), "comment": Counter()}
    for one in found.removed:
        states[one.kind][one.state] += one.removed
    told = []
    for kind, counted in states.items():
        number = counted.total()
        detail = ", ".join(f"{count:,} {state}" for state, count in sorted(counted.items()))
        ways = f" ({detail})" if kind == "article" and number else ""
        told.append(f"{number:,} {_plural(number, kind)}{ways}")
    return f"away now: {' and '.join(told)}"


def _months(found: Tallies, shown: Sequence[str], width: int, *, blocks: bool) -> "Iterator[Text]":
    dated = [one.month for one in found.published if one.month]
    room = max(FEWEST, min(MOST, width - NAME - FIGURES - 10))
    drawn = axis(dated, room)
    yield _line()
    if drawn is None:
        yield _line("no day of publication is stated")
        return
    yield _line(f"{'by ' + SPAN_NAMES[drawn.span]:<{NAME + 10}}{drawn.years()}", "dim")
    articles = {outlet: _columns(drawn, found.published, outlet, _articles) for outlet in shown}
    comments = {outlet: _columns(drawn, found.published, outlet, _comments) for outlet in shown}
    for what, rows, of in (("articles", articles, _articles), ("comments", comments, _comments)):
        highest = max((max(row) for row in rows.values()), default=0)
        if not highest:
            continue
        word = what if highest > 1 else what[:-1]
        for outlet in shown:
            chart = spark(rows[outlet], highest, blocks=blocks)
            name = f"{_cut(outlet):<{NAME}}{what:<10}"
            line = _line(name).append(chart, "green" if what == "articles" else "cyan")
            yield line.append(f"  {_in_all(found.published, outlet, of)}")
        yield _line(f"{'':<{NAME + 10}}the tallest column is {highest:,} {word}", "dim")


def _columns(
    drawn: Axis, published: Iterable[Published], outlet: str, of: Callable[[Published], int]
) -> list[int]:
    values = [0] * drawn.columns
    for one in published:
        place = drawn.place(one.month) if one.month and one.outlet == outlet else None
        if place is not None:
            values[place] += of(one)
    return values


def _in_all(published: Iterable[Published], outlet: str, of: Callable[[Published], int]) -> str:
    own = [one for one in published if one.outlet == outlet]
    undated = sum(of(one) for one in own if not one.month)
    return f"{sum(map(of, own)):,}" + (f", {undated:,} undated" if undated else "")


def _articles(one: Published) -> int:
    return one.articles


def _comments(one: Published) -> int:
    return one.comments


def _edits(found: Tallies, width: int, *, blocks: bool) -> "Iterator[Text]":
    kinds, delays = Counter[str](), Counter[str]()
    for one in found.edits:
        kinds[KINDS.get(one.kind, one.kind)] += one.edits
        delays[DELAYS[one.at_most]] += one.edits
    yield _line()
    if not kinds:
        yield _line("no edit was seen")
        return
    names = [*KINDS.values(), *sorted(set(kinds) - set(KINDS.values()))]
    left = [_line("edits by kind", "dim"), *_bars(kinds, names, blocks=blocks)]
    right = [
        _line("and after publication, at most", "dim"),
        *_bars(delays, list(DELAYS.values()), blocks=blocks),
    ]
    if width < ONE_CHART:
        yield from (*left, *right)
        return
    side = NAME + 2 + BAR + 12
    for place in range(max(len(left), len(right))):
        line = left[place].copy() if place < len(left) else _line()
        line.pad_right(side - len(line.plain))
        line.append_text(right[place] if place < len(right) else _line())
        line.rstrip()
        yield line


def _bars(counts: Counter[str], names: Sequence[str], *, blocks: bool) -> "Iterator[Text]":
    highest = max(counts.values())
    for name in names:
        if counts[name]:
            line = _line(f"{name:<{NAME + 2}}")
            line.append(bar(counts[name], highest, BAR, blocks=blocks), "yellow")
            yield line.append(f" {counts[name]:,}")


def _copies(copied: Sequence[Copied], *, blocks: bool) -> "Iterator[Text]":
    if not copied:
        yield _line("copied between outlets: none found (`cuttings stories link` looks for them)")
        return
    ordered = sorted(copied, key=lambda one: (-one.articles, one.first_outlet, one.outlet))
    highest = ordered[0].articles
    yield _line()
    yield _line("copied, first in one outlet, then in another", "dim")
    for one in ordered[:PAIRS]:
        arrow = "→" if blocks else "->"
        line = _line(f"{one.first_outlet} {arrow} {one.outlet}".ljust(2 * NAME))
        line.append(bar(one.articles, highest, BAR, blocks=blocks), "magenta")
        yield line.append(f" {one.articles:,}{_usually(one)}")
    if (rest := len(ordered) - PAIRS) > 0:
        yield _line(f"{rest} more {_plural(rest, 'pair')}", "dim")


def _usually(one: Copied) -> str:
    told = [] if one.share_kept is None else [f"{100 * one.share_kept:.0f} % kept"]
    if one.hours_after_first is not None:
        days = one.hours_after_first / 24
        told.append(f"{one.hours_after_first:.0f} h later" if days < DAYS else f"{days:.0f} days later")
    return f", {', '.join(told)} (medians)" if told else ""


def _coverage(covered: Sequence[Covered], *, blocks: bool) -> "Iterator[Text]":
    if covered:
        yield _line()
        yield _line(
            "held of what is known to have existed (`cuttings outlets coverage KEY` says more)", "dim"
        )
    for one in covered:
        line = _line(f"{_cut(one.outlet):<{NAME}}")
        line.append(bar(one.share or 0, 1, BAR, blocks=blocks).ljust(BAR), "green")
        share = "nothing known" if one.share is None else f"{_percent(one.share)} of {one.expected:,}"
        unknown = f"; {one.months_unknown:,} of {one.months:,} months unknown" if one.months_unknown else ""
        yield line.append(f" {share}, {one.first_month} to {one.last_month}{unknown}")


def _percent(share: float) -> str:
    """Give a share in per cent, rounded down: only the whole is 100."""
    return f"{int(100 * share)} %"


def _cut(name: str) -> str:
    return name if len(name) < NAME else f"{name[: NAME - 2]}…"


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _line(text: str = "", style: str = "") -> "Text":
    from rich.text import Text

    return Text(text, style)
