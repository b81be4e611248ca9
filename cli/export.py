"""`cuttings export`: one view, or one query, into a file; whole or not at all."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from cli.moments import past
from cli.talk import examples, talk
from core.errors import SetupError

if TYPE_CHECKING:
    from datetime import datetime

    from db.asof_session import Answer

FORMS = (".csv", ".jsonl")
EVERY = 5.0  # seconds between two words on how far it is
NAMES = re.compile(r"\b(comments_named|commenter_name|display_name)\b", re.IGNORECASE)
"""What in a query asks for the names of people who commented (ARCHIVE-FACTS.md section 3)."""


class Target(click.ParamType[Path]):
    """A file whose suffix says the format."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path; wrong usage for a format there is not."""
        path = Path(value)
        if path.suffix.lower() not in FORMS:
            self.fail(f"'{value}' must end in {' or '.join(FORMS)}: that says the format", param, ctx)
        return path


@click.command(
    epilog=examples(
        "cuttings export articles --to articles.csv",
        "cuttings export article_changes --to changes.jsonl --where \"outlet = 'nhe'\" --as-of 2026-03-01",
        'cuttings export --query "SELECT outlet, title FROM articles" --to titles.csv',
    )
)
@click.argument("view", required=False)
@click.option("--to", "target", type=Target(), required=True, help="File to write: .csv or .jsonl.")
@click.option("--where", help="Only the rows of which this SQL condition is true.")
@click.option("--query", help="Export the rows of this SELECT instead of a view.")
@past
@click.option("--with-names", is_flag=True, help="Allow comments_named: names of people leave the archive.")
def export(  # noqa: PLR0913, PLR0917 - one argument for each option
    view: str | None,
    target: Path,
    where: str | None,
    query: str | None,
    at: "datetime | None",
    believed_at: "datetime | None",
    *,
    with_names: bool,
) -> None:
    """Write all rows of a VIEW into a CSV (RFC 4180, UTF-8) or JSON lines file.

    The file appears under its name when it is complete; nothing is cut, nothing is left out.
    """
    statement = _statement(view, where, query)
    if NAMES.search(statement) and not with_names:
        raise click.UsageError("names of people leave the archive only with --with-names")

    from core.settings import load_settings
    from db.asof_session import reading

    with (
        reading(load_settings().database(), at, believed_at) as reader,
        reader.ask(statement) as found,
        _replacing(target) as stream,
    ):
        count = _write(found, stream, target)
    talk().print(f"{view or 'query'}: {count:,} rows in {target}", markup=False, soft_wrap=True)


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
    """Give a file to write that takes the target's name once all is on disk; on an error nothing stays."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise SetupError(f"the file {target} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
