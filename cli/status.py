"""`cuttings status`: what is wrong, who runs, and how each outlet stands."""

from typing import TYPE_CHECKING

import click

from cli.talk import examples, moment, out, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from scheduler.status import OutletStatus, Status


@click.command(epilog=examples("cuttings status", "cuttings status --json"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(*, as_json: bool) -> None:
    """Show what is wrong, which daemons and workers run, and how each outlet stands; times are UTC.

    Ends with 0 whatever it shows: `cuttings healthcheck` is for machines that want to know.
    """
    from core.clock import now
    from core.settings import load_settings
    from db.engine import open_engine
    from scheduler.status import status as taken

    settings = load_settings()
    found = taken(open_engine(settings.database()), settings, now())
    if as_json:
        print_json(found)
        return
    for part in _parts(found):
        out().print(part)


def _parts(found: "Status") -> "Iterator[RenderableType]":
    from rich.text import Text

    yield from _problems(found)
    yield Text()
    yield from _processes(found)
    yield Text()
    if found.outlets:
        yield _outlets(found.outlets)
    elif not any(problem.key.startswith("database_") for problem in found.problems):
        yield Text("no outlet is scheduled or was crawled yet: `cuttings crawl OUTLET` begins")
    yield Text()
    yield Text(f"cuttings {found.version}, {found.database}, {moment(found.at)} UTC", "dim")


def _problems(found: "Status") -> "Iterator[RenderableType]":
    from rich.text import Text

    if not found.problems:
        yield Text("nothing is wrong", "green")
        return
    table = _table("problem", "since (UTC)", "what is wrong, and what to do")
    for problem in found.problems:
        colour = "red" if problem.severity == "critical" else "yellow"
        table.add_row(
            Text(problem.severity.value, colour), moment(problem.first_seen_at), Text(problem.message)
        )
    yield table


def _processes(found: "Status") -> "Iterator[RenderableType]":
    from rich.text import Text

    from db.running.processes import ALIVE_WITHIN

    if not any(process.role == "daemon" for process in found.processes):
        yield Text("no daemon is running; `cuttings daemon` starts one")
    if not found.processes:
        return
    table = _table("process", "host", "pid", "since (UTC)", "last sign (UTC)", "status page", "version")
    for process in found.processes:
        lives = found.at - process.beat_at <= ALIVE_WITHIN
        table.add_row(
            process.role.value,
            process.host,
            str(process.pid),
            moment(process.started_at),
            Text(moment(process.beat_at) + ("" if lives else " silent"), "" if lives else "red"),
            process.address or "-",
            process.software_version,
        )
    yield table


def _outlets(outlets: "Sequence[OutletStatus]") -> "RenderableType":
    from rich.text import Text

    table = _table(
        "outlet",
        "last run",
        "when (UTC)",
        "verdict",
        "new",
        "articles",
        "last success (UTC)",
        "next (UTC)",
        "",
    )
    for outlet in outlets:
        run = outlet.last_run
        verdict = (run.verdict.value if run.verdict else "under way") if run else "-"
        table.add_row(
            outlet.key,
            f"{run.kind.value} {run.id}" if run else "-",
            moment(run.started_at if run else None),
            Text(verdict, _COLOURS.get(verdict, "yellow")),
            str(run.counts.get("new", 0)) if run else "-",
            str(outlet.articles),
            moment(outlet.last_success_at),
            moment(outlet.next_slot_at),
            Text(_remark(outlet)),
        )
    return table


_COLOURS = {"ok": "green", "failed": "red", "lost": "red", "empty": "red", "-": "", "under way": ""}


def _remark(outlet: "OutletStatus") -> str:
    if outlet.paused_at is not None:
        until = f" until {moment(outlet.paused_until)}" if outlet.paused_until else ""
        reason = f": {outlet.pause_reason}" if outlet.pause_reason else ""
        return f"paused{until}{reason}"
    if outlet.interval_seconds is None:
        return "not scheduled"
    if outlet.failures:
        return f"{outlet.failures} failed since" if outlet.failures > 1 else "1 failed since"
    return ""


def _table(*headings: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        numeric = heading in {"pid", "new", "articles"}
        table.add_column(heading, overflow="fold", justify="right" if numeric else "left")
    return table
