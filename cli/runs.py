"""`cuttings runs`: what crawls ran, how each ended, what each brought."""

from typing import TYPE_CHECKING

import click

from cli.talk import examples, moment, out, print_json
from core.errors import CuttingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from db.news import News, NewsLine
    from db.runs import Run


@click.command(epilog=examples("cuttings runs", "cuttings runs --outlet nhe --limit 5", "cuttings runs 12"))
@click.argument("run_id", metavar="[ID]", type=click.IntRange(min=1), required=False)
@click.option("--outlet", help="Only the runs of this outlet.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def runs(run_id: int | None, outlet: str | None, limit: int, *, as_json: bool) -> None:
    """List the newest runs; with an ID show that run and what it brought."""
    from core.settings import load_settings
    from db import news, schema
    from db import runs as archive
    from db.engine import open_engine

    engine = open_engine(load_settings().database())
    schema.require_head(engine)
    if run_id is None:
        recent = archive.recent(engine, outlet=outlet, limit=limit)
        if as_json:
            print_json(recent)
        else:
            out().print(_table(recent))
        return
    run = archive.get(engine, run_id)
    if run is None:
        msg = f"there is no run {run_id}; `cuttings runs` lists the newest"
        raise CuttingsError(msg)
    brought = news.news(engine, [run_id])
    if as_json:
        print_json({"run": run, "news": brought})
        return
    for part in (_one(run), news_table(brought)):
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


def _one(run: "Run") -> "RenderableType":
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
        ("started", f"{moment(run.started_at)} UTC"),
        ("ended", f"{moment(run.ended_at)} UTC" if run.ended_at else "under way"),
        ("verdict", run.verdict.value if run.verdict else "-"),
        ("reason", run.reason or "-"),
        ("counts", ", ".join(f"{name} {count}" for name, count in run.counts.items()) or "-"),
        ("peak memory", memory),
        ("software", run.software_version),
    )
    for name, value in rows:
        table.add_row(name, Text(str(value)))
    return table
