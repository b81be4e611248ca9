"""`cuttings runs`: what crawls ran, how each ended, what each brought."""

from typing import TYPE_CHECKING, Any

import click

from cli.talk import examples, moment, out, print_json
from core.errors import CuttingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import RenderableType
    from sqlalchemy import Engine

    from core.settings import Settings
    from db.news import News, NewsLine
    from db.running.runs import Run

NONE = "-"  # stands for the number that a command has none of


class RunsGroup(click.Group):
    """A group whose first word is a run's number or a command: `runs 12`, `runs stop 12`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let options stand behind the number; before a command there is none."""
        if args and args[0] in self.commands:
            return super().parse_args(ctx, [NONE, *args])
        ctx.allow_interspersed_args = True
        return super().parse_args(ctx, args)


class RunNumber(click.ParamType[int | None]):
    """A run's number."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """Give the number; None in front of a command."""
        if value == NONE:
            return None
        try:
            number = int(value)
        except ValueError:
            number = 0
        if number < 1:
            self.fail(f"'{value}' is no number of a run; `cuttings runs` lists them", param, ctx)
        return number


NUMBER = RunNumber()


@click.group(
    cls=RunsGroup,
    invoke_without_command=True,
    subcommand_metavar="| stop ID",
    epilog=examples(
        "cuttings runs",
        "cuttings runs --outlet nhe --limit 5",
        "cuttings runs 12",
        "cuttings runs 12 --log --lines 20",
        "cuttings runs --follow",
        "cuttings runs stop 12 --wait",
    ),
)
@click.argument("run_id", metavar="[ID]", type=NUMBER, required=False)
@click.option("--outlet", help="Only the runs of this outlet.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first."
)
@click.option("--log", "with_log", is_flag=True, help="Print the log of the run ID instead.")
@click.option("--lines", type=click.IntRange(min=1), help="With --log: only the last so many records.")
@click.option(
    "--follow",
    is_flag=True,
    help="With an ID: its log, until the run ends. Without: runs as they come and end.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON; records of a log one on each line.")
@click.pass_context
def runs(context: click.Context, /, run_id: int | None, **wishes: Any) -> None:
    """List the newest runs; with an ID show that run and what it brought."""
    if context.invoked_subcommand is not None:
        return
    if wishes["with_log"] and run_id is None:
        raise click.UsageError("--log goes with the ID of a run")
    if wishes["lines"] is not None and not wishes["with_log"]:
        raise click.UsageError("--lines goes with --log")

    from core.settings import load_settings
    from db import schema
    from db.engine import open_engine

    settings = load_settings()
    engine = open_engine(settings.database())
    schema.require_head(engine)
    as_json = wishes["as_json"]
    if run_id is None and wishes["follow"]:
        from cli.runs_follow import follow_all

        follow_all(engine, outlet=wishes["outlet"], as_json=as_json)
    elif run_id is None:
        _list(engine, wishes["outlet"], wishes["limit"], as_json=as_json)
    else:
        run = found(engine, run_id)
        if wishes["follow"]:
            from cli.runs_follow import follow_one

            follow_one(engine, settings, run, as_json=as_json)
        elif wishes["with_log"]:
            from cli.runs_follow import show_log

            show_log(settings, run, wishes["lines"], as_json=as_json)
        else:
            _show(engine, settings, run, as_json=as_json)


@runs.command(epilog=examples("cuttings runs stop 12", "cuttings runs stop 12 --wait"))
@click.argument("run_id", metavar="ID", type=NUMBER)
@click.option("--wait", is_flag=True, help="Return when the run has ended, and say how.")
def stop(run_id: int, *, wait: bool) -> None:
    """Stop a run in good order: what is under way is finished, everything is stored."""
    from cli.runs_stop import stop_run
    from core.settings import load_settings
    from db import schema
    from db.engine import open_engine

    engine = open_engine(load_settings().database())
    schema.require_head(engine)
    stop_run(engine, found(engine, run_id), wait=wait)


def found(engine: "Engine", run_id: int) -> "Run":
    """Give a run; an error that says so where there is none of this id."""
    from db.running import runs as archive

    run = archive.get(engine, run_id)
    if run is None:
        msg = f"there is no run {run_id}; `cuttings runs` lists the newest"
        raise CuttingsError(msg)
    return run


def _list(engine: "Engine", outlet: str | None, limit: int, *, as_json: bool) -> None:
    from db.running import runs as archive

    recent = archive.recent(engine, outlet=outlet, limit=limit)
    if as_json:
        print_json(recent)
    else:
        out().print(_table(recent))


def _show(engine: "Engine", settings: "Settings", run: "Run", *, as_json: bool) -> None:
    from db import news
    from scheduler import run_logs

    brought = news.news(engine, [run.id])
    log = run_logs.path(settings, run)
    if as_json:
        print_json({"run": run, "news": brought, "log": log})
        return
    for part in (_one(run, log), news_table(brought)):
        out().print(part)


def news_table(news: "News", *, most: int | None = None) -> "RenderableType":
    """Give what runs brought as a table, ``most`` articles of a kind; a line of text when it is nothing."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    comments = (
        f"comments: {news.comments_new} new, {news.comments_changed} changed, {news.comments_removed} removed"
    )
    table = Table(box=None, pad_edge=False)
    for heading in ("what", "article", "title", "detail"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "article" else "left")
    kinds = (("new", news.new, "green"), ("changed", news.changed, "yellow"), ("gone", news.gone, "red"))
    for kind, lines, colour in kinds:
        for line in lines[:most]:
            table.add_row(Text(kind, colour), str(line.article_id), Text(line.title), _detail(line))
        if most is not None and len(lines) > most:
            table.add_row(Text(kind, colour), "", f"and {len(lines) - most} more", "")
    if not table.row_count:
        return Text(f"no article is new, changed or gone; {comments}")
    return Group(table, Text(comments))


def _detail(line: "NewsLine") -> str:
    words = f", +{line.words_added} -{line.words_removed} words" if line.version > 1 else ""
    return "" if line.detail == "new" else f"{line.detail}{words}"


def _table(recent: "Sequence[Run]") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("run", "outlet", "kind", "started (UTC)", "seconds", "verdict", "reason"):
        table.add_column(
            heading, overflow="fold", justify="right" if heading in {"run", "seconds"} else "left"
        )
    for run in recent:
        seconds = f"{(run.ended_at - run.started_at).total_seconds():.0f}" if run.ended_at else "-"
        table.add_row(
            str(run.id),
            run.outlet or "-",
            run.kind.value,
            moment(run.started_at),
            seconds,
            run.verdict.value if run.verdict else "under way",
            Text(run.reason or ""),
        )
    return table if table.row_count else Text("no run yet; `cuttings crawl OUTLET` makes the first")


def _one(run: "Run", log: "Path | None") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    memory = f"{run.peak_memory_bytes / 2**20:.0f} MiB" if run.peak_memory_bytes else "-"
    rows: tuple[tuple[str, object], ...] = (
        ("run", run.id),
        ("outlet", run.outlet or "-"),
        ("kind", f"{run.kind.value}, started by {run.trigger.value} on {run.host} (process {run.pid})"),
        ("scheduled for", f"{moment(run.scheduled_for)} UTC" if run.scheduled_for else "-"),
        ("started", f"{moment(run.started_at)} UTC"),
        ("ended", f"{moment(run.ended_at)} UTC" if run.ended_at else _open(run)),
        ("verdict", run.verdict.value if run.verdict else "-"),
        ("reason", run.reason or "-"),
        ("counts", ", ".join(f"{name} {count}" for name, count in run.counts.items()) or "-"),
        ("peak memory", memory),
        ("software", run.software_version),
        ("log", log or "none on this machine"),
    )
    for name, value in rows:
        table.add_row(name, Text(str(value)))
    return table


def _open(run: "Run") -> str:
    asked = run.stop_requested_at
    return f"under way; asked to stop at {moment(asked)} UTC" if asked else "under way"
