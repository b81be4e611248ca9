"""What a person and a machine see of a backfill: the line while it runs, the plan, what it came to."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cli import progress
from cli.talk import out

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.settings import Settings
    from pipelines.backfill.report import BackfillReport, Plan, Standing

COLOURS = {"ok": "green", "partial": "yellow"}
"""Of the verdicts; every other one is red."""

_CHOICES = {
    "first": "first of its address",
    "last": "last before the address died",
    "settled": "a month after publication",
    "changed": "other bytes than before",
    "redirect": "where it led",
}
_STEPS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))


def line(standing: "Standing") -> progress.Standing:
    """Give a standing as the displays of progress take it."""
    tally = standing.tally
    if standing.phase == "listing":
        said = f"reading the index: {tally.listed} captures listed"
    elif standing.phase == "choosing":
        said = "choosing what is worth fetching"
    else:
        of = f" of {standing.total}" if standing.total is not None else ""
        shown = {
            "known by digest": tally.same_bytes,
            "lacking": tally.lacking.total(),
            "unread": tally.unread.total(),
        }
        said = f"{tally.done}{of} captures: {tally.changes['new']} new articles"
        said += "".join(f", {count} {name}" for name, count in shown.items() if count)
    return progress.Said(
        outlet=standing.outlet,
        counts={},
        visited=tally.done,
        waiting=0,
        total=standing.total,
        seconds=standing.seconds,
        said=said,
    )


def summary(report: "BackfillReport", settings: "Settings") -> dict[str, Any]:
    """Give the report in JSON's types."""
    return {
        "outlet": report.outlet,
        "via": report.via.value,
        "run_id": report.run_id,
        "verdict": report.verdict.value,
        "reason": report.reason,
        "plan": report.plan,
        "counts": report.tally.counts(),
        "left": report.left,
        "seconds": round(report.seconds, 3),
        "database": settings.database_shown(),
        "peak_memory_bytes": report.peak_memory_bytes,
        "captures": [settings.home / name for name in report.captures],
    }


def show(report: "BackfillReport", settings: "Settings") -> None:
    """Print how a backfill went, or what it would do."""
    console = out()
    if report.run_id is None:
        if report.plan is not None:
            console.print(_plan(report.plan))
        console.print(report.reason, markup=False)
        return
    console.print(_table(report))
    console.print(f"{report.outlet}: {report.reason}", markup=False)
    if report.left:
        told = (
            f"{report.left} chosen captures are left: the same command goes on, or the daemon does at night"
        )
        console.print(told, markup=False)
    if report.tally.proposed:
        told = (
            f"{report.tally.proposed} pairs of articles may be one: `cuttings articles proposals` shows them"
        )
        console.print(told, markup=False)
    for name in report.captures:
        console.print(f"captures  {settings.home / name}", markup=False, soft_wrap=True)
    console.print(f"database  {settings.database_shown()}", markup=False, soft_wrap=True)


def duration(seconds: float) -> str:
    """Give a length of time as people say it: 3.4 hours."""
    for size, name in _STEPS:
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} seconds"


def size(count: int) -> str:
    """Give a number of bytes as people say it."""
    number = float(count)
    for name in ("bytes", "KiB", "MiB"):
        if number < 1024:  # noqa: PLR2004 - what makes the next unit
            return f"{number:.0f} {name}"
        number /= 1024
    return f"{number:.1f} GiB"


def _plan(plan: "Plan") -> "RenderableType":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _planned(plan):
        table.add_row(name, value)
    return table


def _planned(plan: "Plan") -> Iterator[tuple[str, str]]:
    period = f", {plan.first:%Y-%m-%d} to {plan.last:%Y-%m-%d}" if plan.first and plan.last else ""
    yield "listed", f"{plan.listed} captures{period}"
    yield "articles", f"{plan.of_articles} captures of {plan.addresses} addresses"
    yield "to fetch", f"{plan.chosen} captures"
    for name, meaning in _CHOICES.items():
        if number := plan.by_choice.get(name):
            yield f"  {name}", f"{number} ({meaning})"
    yield "bytes", f"{size(plan.bytes)}, as far as the index says"
    if plan.seconds:
        yield "time", f"{duration(plan.seconds)} at the archive's rate"


def _table(report: "BackfillReport") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    shown = _columns(report)
    for heading in ("outlet", "run", "verdict", *shown, "seconds"):
        table.add_column(heading, justify="right" if heading in {*shown, "seconds"} else "left")
    verdict = report.verdict.value
    table.add_row(
        report.outlet,
        str(report.run_id or "-"),
        Text(verdict, style=COLOURS.get(verdict, "red")),
        *(str(number) for number in shown.values()),
        f"{report.seconds:.0f}",
    )
    return table


def _columns(report: "BackfillReport") -> Mapping[str, int]:
    tally = report.tally
    return {
        "listed": tally.listed,
        "fetched": tally.fetched,
        "by digest": tally.same_bytes,
        "absent": tally.absences,
        "lacking": tally.lacking.total(),
        "unread": tally.unread.total(),
        "new": tally.changes["new"],
        "changed": tally.changes["changed"],
        "comments": tally.comments,
        "merged": tally.merged,
    }
