"""What a person sees when crawls have ended: a row for each outlet, the news, where it lies, what next."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.talk import out, talk

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.settings import Settings

COLOURS = {"ok": "green", "partial": "yellow", "empty": "yellow"}
"""Of the verdicts; every other one is red."""

NUMBERS = ("responses", "new", "changed", "gone", "unchanged", "rejected", "comments_new", "comments_removed")
"""The counts that get a column, in this order."""

MOST_NEWS = 40  # articles listed in full; the rest are in the database


def show(reports: Sequence[Mapping[str, Any]], settings: "Settings", *, dry_run: bool) -> None:
    """Print the summary of crawls that have ended, as their ``--json`` gives them."""
    console = out()
    console.print(summary(reports))
    for report in reports:
        if report["verdict"] != "ok":
            console.print(f"{report['outlet']}: {report['reason']}", markup=False)
    if dry_run:
        console.print(_planned(reports))
        talk().print("dry run: nothing was stored; leave out --dry-run to keep it", style="dim")
        return
    run_ids = [report["run_id"] for report in reports if report.get("run_id")]
    if run_ids:
        console.print(_news(settings, run_ids))
        if rejected := _rejections(settings, run_ids):
            console.print(f"rejected: {rejected}", markup=False)
    for report in reports:
        for path in report.get("captures", ()):
            console.print(f"captures  {path}", markup=False, soft_wrap=True)
    console.print(f"database  {settings.database_shown()}", markup=False, soft_wrap=True)
    _hint(reports, run_ids)


def summary(reports: Sequence[Mapping[str, Any]]) -> "RenderableType":
    """Give the table with one row for each crawl."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("outlet", "run", "verdict"):
        table.add_column(heading)
    for name in NUMBERS:
        table.add_column(name.replace("_", "\n"), justify="right")
    table.add_column("seconds", justify="right")
    for report in reports:
        verdict = report["verdict"]
        table.add_row(
            report["outlet"],
            str(report.get("run_id") or "-"),
            Text(verdict, COLOURS.get(verdict, "red")),
            *(str(_count(report, name)) for name in NUMBERS),
            f"{report.get('seconds', 0):.1f}",
        )
    return table


def _count(report: Mapping[str, Any], name: str) -> int:
    return int(report.get(name, report.get("counts", {}).get(name, 0)))


def _rejections(settings: "Settings", run_ids: Sequence[int]) -> str:
    """Give how many pages these runs rejected for which reason, in words; empty when none."""
    from sqlalchemy import bindparam, text

    from db.engine import open_engine

    query = text(
        "SELECT outlet, reason, count(*) FROM rejections WHERE run_id IN :runs "
        "GROUP BY outlet, reason ORDER BY outlet, count(*) DESC"
    ).bindparams(bindparam("runs", expanding=True))
    with open_engine(settings.database()).connect() as connection:
        rows = connection.execute(query, {"runs": list(run_ids)}).all()
    return ", ".join(f"{count} {reason} ({outlet})" for outlet, reason, count in rows)


def _news(settings: "Settings", run_ids: Sequence[int]) -> "RenderableType":
    from cli.runs import news_table
    from db import news
    from db.engine import open_engine

    return news_table(news.news(open_engine(settings.database()), run_ids), most=MOST_NEWS)


def _planned(reports: Sequence[Mapping[str, Any]]) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("would be", "outlet", "title", "address"):
        table.add_column(heading, overflow="fold")
    stored = [(report["outlet"], article) for report in reports for article in report.get("news", ())]
    for outlet, article in stored[:MOST_NEWS]:
        table.add_row(article["change"], outlet, Text(article["title"]), Text(article["url"]))
    if len(stored) > MOST_NEWS:
        table.add_row("", "", f"and {len(stored) - MOST_NEWS} more (--json has all)", "")
    return table if stored else Text("nothing new, nothing changed")


def _hint(reports: Sequence[Mapping[str, Any]], run_ids: Sequence[int]) -> None:
    if any(_count(report, "rejected") for report in reports):
        said = "`SELECT * FROM rejections` in the database says why each page was rejected"
    elif any(_count(report, "new") or _count(report, "changed") for report in reports):
        said = "`cuttings article ID --versions` shows one of these articles and its history"
    elif run_ids:
        said = f"`cuttings runs {run_ids[0]}` shows this run again"
    else:
        return
    talk().print(f"next: {said}", style="dim", markup=False)
