"""`cuttings outlets coverage`: what existed of an outlet month by month, what is held, what is missing."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.crawl import Day
from cli.talk import examples, out, print_json, talk

if TYPE_CHECKING:
    from rich.table import Table

    from db.coverage import Month

RANGES = 4  # stretches of unknown months that are named

NOTHING = (
    "nothing is known of {key} in that time: `cuttings crawl {key}` reads what it shows today, "
    "`cuttings backfill {key} --from wayback` what a web archive holds"
)
ADVICE = {
    "waiting": "yet to be fetched, by the next crawl or a backfill (`cuttings backfill status {key}`)",
    "unread": (
        "fetched and not read: the view rejections says why, "
        "`cuttings reextract --outlet {key}` reads with the layouts of today"
    ),
    "lacking": (
        "listed by a web archive that cannot give them; another may: "
        "`cuttings backfill {key} --from commoncrawl`"
    ),
    "refused": "refused by the outlet or forbidden by its robots.txt",
    "failed": "not reached: `cuttings crawl {key}` tries again",
    "gone": "not at the outlet any more; `cuttings backfill {key} --from wayback` may find them",
    "unknown": "not held, nobody knows why",
}


@click.command(
    epilog=examples(
        "cuttings outlets coverage nhe",
        "cuttings outlets coverage nhe --since 2011-01-01 --until 2019-12-31 --svg nhe.svg",
    )
)
@click.argument("key", metavar="OUTLET")
@click.option("--since", type=Day(), help="From the month of this day on.")
@click.option("--until", type=Day(), help="Up to the month of this day.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--svg", "drawing", type=click.Path(path_type=Path, dir_okay=False), help="Draw it into this file too."
)
def coverage(
    key: str, *, since: date | None, until: date | None, as_json: bool, drawing: Path | None
) -> None:
    """Show what existed of OUTLET month by month, as far as is known, and what the archive holds of it.

    An article counts in the month of its publication, or where that is unknown, of its first sight or
    capture. That nothing was there is told from that nobody looked. The view `coverage` has the numbers.
    """
    from core.settings import load_settings
    from crawlers import registry
    from db import schema
    from db.coverage import coverage as months_of
    from db.engine import open_engine

    engine = open_engine(load_settings().database())
    schema.require_head(engine)
    months = months_of(engine, key, since, until)
    if not months:
        registry.find(key)  # one that was misspelt; an outlet of old times may have left the registry
    if drawing is not None:
        _draw(drawing, key, months)
    if as_json:
        print_json(
            {"outlet": key, "months": [_facts(month) for month in months], "advice": advice(key, months)}
        )
    else:
        _show(key, months)


def advice(key: str, months: "Sequence[Month]") -> list[str]:
    """Give what to do about what is missing or unknown, a sentence each."""
    if not months:
        return [NOTHING.format(key=key)]
    from db.coverage import Looked, Missing

    told = []
    if blind := _stretches([month.looked not in (Looked.CRAWLED, Looked.LISTED) for month in months], months):
        shown = ", ".join(blind[:RANGES]) + (f" and {len(blind) - RANGES} more" if blind[RANGES:] else "")
        told.append(f"{shown}: nobody looked for all of it; `cuttings backfill {key} --from wayback` does")
    for why, what in ADVICE.items():
        if number := sum(month.missing[Missing(why)] for month in months):
            told.append(f"{number} {'article' if number == 1 else 'articles'} {what.format(key=key)}")
    return told or ["of all that is known to have existed, everything is held"]


def _stretches(wanted: Sequence[bool], months: "Sequence[Month]") -> list[str]:
    """Give the stretches of months that are wanted, as people write them."""
    found: list[list[Month]] = []
    before = False
    for is_wanted, month in zip(wanted, months, strict=True):
        if is_wanted and before:
            found[-1].append(month)
        elif is_wanted:
            found.append([month])
        before = is_wanted
    return [_stretch(ones[0].month, ones[-1].month) for ones in found]


def _stretch(first: date, last: date) -> str:
    if (first.month, last.month) == (1, 12):
        return f"{first.year}" if first.year == last.year else f"{first.year}-{last.year}"
    return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"


def _show(key: str, months: "Sequence[Month]") -> None:
    from cli.heat import strip

    console = out()
    if months:
        for line in strip(months, blocks=console.encoding.lower().startswith("utf")):
            console.print(line, soft_wrap=True)
        console.print()
        console.print(_table(months))
        console.print()
    for sentence in advice(key, months):
        console.print(sentence, markup=False)


def _table(months: "Sequence[Month]") -> "Table":
    """Give the years as a table: only reasons that occur have a column."""
    from rich.table import Table

    from cli.heat import rows
    from db.coverage import Missing

    reasons = [why for why in Missing if any(month.missing[why] for month in months)]
    table = Table(box=None, pad_edge=False)
    table.add_column("year")
    for heading in ("months unknown", "expected", "held", "by archives only", *reasons):
        table.add_column(heading, justify="right")
    years = list(rows(months))
    for year, cells in years:
        table.add_row(year, *_cells([month for month in cells if month], reasons))
    if len(years) > 1:
        table.add_row("in all", *_cells(months, reasons), style="bold")
    return table


def _cells(months: "Sequence[Month]", reasons: Sequence[Any]) -> Iterator[str]:
    known = [month for month in months if month.is_known]
    yield str(len(months) - len(known)) if months else "all"
    if not known:
        yield from ("-" for _ in range(3 + len(reasons)))
        return
    yield str(sum(month.expected or 0 for month in known))
    yield str(sum(month.held or 0 for month in known))
    yield str(sum(month.archived or 0 for month in known))
    for why in reasons:
        yield str(sum(month.missing[why] for month in known))


def _facts(month: "Month") -> dict[str, Any]:
    known = month.expected is not None
    return {
        "month": f"{month.month:%Y-%m}",
        "looked": month.looked,
        "days_crawled": month.days_crawled,
        "expected": month.expected,
        "held": month.held,
        "held_archive": month.archived,
        "missing": {why.value: number for why, number in month.missing.items()} if known else None,
    }


def _draw(path: Path, key: str, months: "Sequence[Month]") -> None:
    from cli.heat_svg import svg
    from core.errors import CuttingsError

    try:
        path.write_text(svg(f"Coverage of {key}", months), encoding="utf-8")
    except OSError as error:
        raise CuttingsError(f"{path} cannot be written: {error.strerror}") from error
    talk().print(f"drawn into {path}", markup=False)
