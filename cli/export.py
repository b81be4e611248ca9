"""`cuttings export`: one view, one query or raw captures into a file; whole or not at all."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from cli.crawl import Day
from cli.export_captures import FORMS as RAW_FORMS
from cli.moments import past
from cli.talk import examples, talk
from cli.whole_files import replacing

if TYPE_CHECKING:
    from db.asof_session import Answer

FORMS = (".csv", ".jsonl")
EVERY = 5.0  # seconds between two words on how far it is
ROWS = {
    "where": "--where",
    "query": "--query",
    "at": "--as-of",
    "believed_at": "--believed-at",
    "with_names": "--with-names",
}
RAW = {
    "outlet": "--outlet",
    "since": "--since",
    "until": "--until",
    "allow_missing": "--allow-missing",
    "as_json": "--json",
}
"""The options that are for rows only, and those for raw captures only, by their names here."""
NAMES = re.compile(r"\b(comments_named|commenter_name|display_name)\b", re.IGNORECASE)
"""What in a query asks for the names of people who commented (ARCHIVE-FACTS.md section 3)."""


class Target(click.ParamType[Path]):
    """A file whose suffix says the format."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path; wrong usage for a format there is not."""
        path = Path(value)
        if not path.name.lower().endswith(FORMS + RAW_FORMS):
            raw = f"or, for raw captures, in {' or '.join(RAW_FORMS)}"
            said = f"'{value}' must end in {' or '.join(FORMS)}, {raw}: that says the format"
            self.fail(said, param, ctx)
        return path


@click.command(
    epilog=examples(
        "cuttings export articles --to articles.csv",
        "cuttings export article_changes --to changes.jsonl --where \"outlet = 'nhe'\" --as-of 2026-03-01",
        'cuttings export --query "SELECT outlet, title FROM articles" --to titles.csv',
        "cuttings export captures --outlet nhe --since 2026-03-01 --until 2026-03-31 --to march.warc.gz",
        "cuttings export captures --outlet nhe --to nhe.wacz",
    )
)
@click.argument("view", required=False)
@click.option("--to", "target", type=Target(), required=True, help="File to write; its name says the format.")
@click.option("--where", help="Only the rows of which this SQL condition is true.")
@click.option("--query", help="Export the rows of this SELECT instead of a view.")
@past
@click.option("--with-names", is_flag=True, help="Allow comments_named: names of people leave the archive.")
@click.option("--outlet", metavar="KEY", help="Raw captures: of this outlet.")
@click.option("--since", type=Day(), help="Raw captures: made on or after this day (UTC).")
@click.option("--until", type=Day(), help="Raw captures: made on or before this day (UTC).")
@click.option("--allow-missing", is_flag=True, help="Raw captures: leave out what cannot be read any more.")
@click.option("--json", "as_json", is_flag=True, help="Raw captures: print one JSON object.")
def export(view: str | None, target: Path, **wishes: Any) -> None:
    """Write all rows of a VIEW into a CSV (RFC 4180, UTF-8) or JSON lines file, or raw captures.

    The file appears under its name when it is complete; nothing is cut, nothing is left out.

    `captures` is a view too: its rows go into .csv or .jsonl, the captures themselves, as they were
    served, into .warc.gz or .wacz (extra: wacz), which other tools for web archives replay. Those hold
    all that an outlet answered, oldest first, names of people on its pages included.
    """
    _check(view, target, wishes)
    if _is_raw(target):
        from cli.export_captures import export_captures
        from db.record_places import Period

        period = Period(outlet=wishes["outlet"], since=wishes["since"], until=wishes["until"])
        export_captures(target, period, allow_missing=wishes["allow_missing"], as_json=wishes["as_json"])
        return
    statement = _statement(view, wishes["where"], wishes["query"])
    if NAMES.search(statement) and not wishes["with_names"]:
        raise click.UsageError("names of people leave the archive only with --with-names")

    from core.settings import load_settings
    from db.asof_session import reading

    with (
        reading(load_settings().database(), wishes["at"], wishes["believed_at"]) as reader,
        reader.ask(statement) as found,
        _replacing(target) as stream,
    ):
        count = _write(found, stream, target)
    talk().print(f"{view or 'query'}: {count:,} rows in {target}", markup=False, soft_wrap=True)


def _is_raw(target: Path) -> bool:
    return target.name.lower().endswith(RAW_FORMS)


def _check(view: str | None, target: Path, wishes: dict[str, Any]) -> None:
    """Refuse wishes that do not go together: those for rows, and those for raw captures."""
    forms = " or ".join(RAW_FORMS)
    if not _is_raw(target):
        if given := [name for name in RAW if wishes[name]]:
            raise click.UsageError(
                f"{RAW[given[0]]} goes with raw captures, into a file in {forms}; a VIEW has --where"
            )
        return
    if view != "captures":
        raise click.UsageError(
            f"only `captures` go into {forms}; a VIEW or a --query into {' or '.join(FORMS)}"
        )
    if given := [name for name in ROWS if wishes[name]]:
        raise click.UsageError(f"{ROWS[given[0]]} goes with {' or '.join(FORMS)}, not with raw captures")
    if not wishes["outlet"]:
        raise click.UsageError("raw captures are those of one outlet: name it with --outlet KEY")
    if wishes["since"] and wishes["until"] and wishes["since"] > wishes["until"]:
        raise click.UsageError(f"--since {wishes['since']} is after --until {wishes['until']}")


def _statement(view: str | None, where: str | None, query: str | None) -> str:
    from db import views

    if (view is None) == (query is None):
        raise click.UsageError("name one VIEW or give a --query")
    if query is not None:
        if where is not None:
            raise click.UsageError("--where goes with a VIEW; a --query has its own WHERE")
        return query
    if view not in views.names():
        raise click.UsageError(f"there is no view '{view}'; there are: {', '.join(views.names())}")
    condition = f" WHERE ({where}\n)" if where is not None else ""  # a comment in it ends with its line
    return f"SELECT * FROM {view}{condition} ORDER BY 1, 2"  # noqa: S608 - a view's name; the session only reads


def _write(found: "Answer", stream: TextIO, target: Path) -> int:
    from dataclasses import replace

    from cli.sql_output import write_csv, write_jsonl

    write: Callable[[Answer, TextIO], int] = write_csv if target.suffix.lower() == ".csv" else write_jsonl
    return write(replace(found, rows=_told(found.rows, target)), stream)


def _told(rows: Iterator[tuple[Any, ...]], target: Path) -> Iterator[tuple[Any, ...]]:
    """Give the rows on, and say on stderr how many have gone by."""
    console, told = talk(), time.monotonic()
    with console.status(f"writing {target}") if console.is_terminal else nullcontext() as status:
        for count, row in enumerate(rows, start=1):
            yield row
            if count % 1000 == 0 and status is not None:
                status.update(f"writing {target}: {count:,} rows")
            elif count % 1000 == 0 and time.monotonic() - told > EVERY:
                console.print(f"{target}: {count:,} rows so far", markup=False, soft_wrap=True)
                told = time.monotonic()


@contextmanager
def _replacing(target: Path) -> Iterator[TextIO]:
    """Give a text file that takes the target's name once all is on disk; on an error nothing stays."""
    with replacing(target) as stream:
        text = TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="")
        yield text
        text.detach()  # writes what is left; the file itself is closed where it was opened
