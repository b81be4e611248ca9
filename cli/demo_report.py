"""What the demo shows: the news of day 2, one edited article, one comment thread, three questions."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli import demo_check, history
from cli.article_comments import write_comments
from cli.article_head import write_head
from cli.article_sheet import Sheet
from cli.article_versions import write_timeline
from cli.queries import QUERIES
from cli.runs import news_table
from cli.talk import out
from core.errors import CuttingsError
from newsstand import plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, RenderableType
    from sqlalchemy import Connection, Engine

    from cli.article_records import History
    from cli.demo import Done

FRACTION = re.compile(r"(?<=:\d\d)\.\d{6}Z?$")  # of a second: more than anybody reads
WIDEST_CELL = 60  # characters of a value in the answer to a query


def report(done: "Done") -> list[str]:
    """Print what the archive knows now; give a sentence for each thing that is not as planned."""
    from db import news as archive_news
    from db.engine import open_engine

    engine = open_engine(done.database)
    console = out()
    news = archive_news.news(engine, done.day_two)
    planned, told = demo_check.planned(), demo_check.told(engine, news, done.day_two)
    wrong = demo_check.shortfalls(planned, told, news)

    _head(console, "What happened on day 2")
    console.print(news_table(news))
    watched = f"{len(told.not_found)} articles answer 404: missing only after 3 times over 48 hours"
    console.print(f"{watched}; 410 is gone at once", style="dim")
    if wrong:
        console.print("not as planned:", *wrong, sep="\n  ", style="red", markup=False)
    else:
        console.print(f"exactly as planned: {planned.line()}", style="green", markup=False)
        console.print(
            "(every page had other bytes on day 2: sidebars change daily, and none of that is an edit)",
            style="dim",
        )
    with engine.connect() as connection:
        names = demo_check.article_names(engine)
        _edited(console, connection, names)
        _commented(console, connection, names)
        _questions(console, connection)
    _places(console, done, engine)
    return wrong


def _edited(console: "Console", connection: "Connection", names: dict[int, demo_check.Named]) -> None:
    """Show the history and the word diff of the first article whose text the plan changes."""
    for title in plan.TITLES:
        for changed in plan.changes(title, 1, 2).changed:
            if "body" in changed.fields and (article_id := _id(names, (title, changed.key))):
                _head(console, "One edited article")
                told, sheet = _history(connection, article_id), Sheet(console)
                write_head(sheet, told)
                write_timeline(sheet, told, with_words=True)
                return


def _commented(console: "Console", connection: "Connection", names: dict[int, demo_check.Named]) -> None:
    """Show the first comment thread from which the plan removes a comment."""
    for title in plan.TITLES:
        for key, _ in plan.changes(title, 1, 2).comments_removed:
            if article_id := _id(names, (title, key)):
                _head(console, "A comment thread")
                told, sheet = _history(connection, article_id), Sheet(console)
                write_head(sheet, told)
                write_comments(sheet, told)
                return


def _history(connection: "Connection", article_id: int) -> "History":
    article = history.article(connection, article_id)
    if article is None:
        raise CuttingsError(f"article {article_id} is in the plan but not in the archive")
    return history.history(connection, article)


def _questions(console: "Console", connection: "Connection") -> None:
    from sqlalchemy import text

    for question, query in QUERIES:
        _head(console, question)
        console.print(query, style="cyan", markup=False)
        console.print()
        result = connection.execute(text(query))
        console.print(_answer(list(result.keys()), result.all()))


def _answer(columns: "Sequence[str]", rows: "Sequence[Sequence[Any]]") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    return table


def _cell(value: object) -> str:
    shown = FRACTION.sub("", " ".join(str(value).split()))
    return shown if len(shown) <= WIDEST_CELL else shown[: WIDEST_CELL - 1] + "…"


def _places(console: "Console", done: "Done", engine: "Engine") -> None:
    _head(console, "Where it lies")
    console.print(f"database  {engine.url.database}", markup=False, soft_wrap=True)
    for path in sorted((done.home / "captures").glob("*.warc.gz")):
        console.print(f"captures  {path}", markup=False, soft_wrap=True)
    _head(console, "What to try next")
    cuttings = Path(sys.executable).with_name("cuttings")
    shown = cuttings.relative_to(Path.cwd()) if cuttings.is_relative_to(Path.cwd()) else cuttings
    for environment, words in (
        (f"CUTTINGS_HOME={done.home}", "article 1 --edits"),
        (f"CUTTINGS_HOME={done.home}", "runs"),
        ("CUTTINGS_CONTACT=you@example.org", "crawl nhe --limit 20    # the live site"),
    ):
        console.print(f"  {environment} {shown} {words}", markup=False, soft_wrap=True)
    console.print(f"\nThe demo took {done.seconds:.0f} seconds.", style="dim")


def _id(names: dict[int, demo_check.Named], wanted: demo_check.Named) -> int | None:
    return next((article_id for article_id, name in names.items() if name == wanted), None)


def _head(console: "Console", said: str) -> None:
    console.print()
    console.rule(said, align="left", style="dim")
