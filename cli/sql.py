"""`cuttings sql`: ask the archive in SQL, today or as of any date; nothing can be written."""

import sys
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.moments import past
from cli.talk import examples, out, talk
from core.errors import SetupError

if TYPE_CHECKING:
    from datetime import datetime

    from db.time_travel.asof_session import Reader


@click.command(
    epilog=examples(
        'cuttings sql "SELECT outlet, count(*) FROM articles GROUP BY outlet"',
        "cuttings sql --as-of 2026-03-01 --file questions.sql --csv",
        'cuttings sql --believed-at 2026-03-01T12:00Z "SELECT * FROM article_changes" --json',
        "cuttings sql --list",
        "cuttings sql --question coverage_gaps --csv",
        "cuttings sql",
    )
)
@click.argument("query", required=False)
@click.option("--file", "file", type=click.Path(path_type=Path), help="Run the statements of this file.")
@click.option("--question", "name", metavar="NAME", help="Answer a question that comes with cuttings.")
@click.option("--list", "listed", is_flag=True, help="List those questions.")
@past
@click.option("--json", "as_json", is_flag=True, help="Print an array of objects, nothing cut.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV (RFC 4180), nothing cut; so does a pipe.")
def sql(  # noqa: PLR0913 - one argument for each option
    query: str | None,
    file: Path | None,
    name: str | None,
    at: "datetime | None",
    believed_at: "datetime | None",
    *,
    listed: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Ask the archive in SQL; it is opened for reading only.

    The views (`.views` lists them) show the archive of today, or as it stood --as-of a date. Without
    QUERY the statements are read from the terminal, where each ends with a semicolon, or from a pipe.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    if sum([query is not None, file is not None, name is not None, listed]) > 1:
        raise click.UsageError("give a QUERY, a --file, a --question or --list, only one of them")
    if listed:
        _list()
        return
    form = "json" if as_json else "csv" if as_csv else "table" if sys.stdout.isatty() else "csv"
    given = _answering(name) if name is not None else _given(query, file)

    from core.settings import load_settings
    from db.time_travel.asof_session import reading

    with reading(load_settings().database(), at, believed_at) as reader:
        if given is None:
            from cli.sql_prompt import converse

            converse(reader, lambda statement: answer(reader, statement, form))
            return
        for number, statement in enumerate(given):
            if number and form != "json":
                click.echo()
            answer(reader, statement, form)


def answer(reader: "Reader", statement: str, form: str) -> None:
    """Run one statement and print its rows as ``table``, ``csv`` or ``json``."""
    from cli.sql_output import show_table, write_csv, write_json

    with reader.ask(statement) as found:
        if form == "table":
            show_table(found, out())
            return
        if isinstance(sys.stdout, TextIOWrapper):  # the text as it is, whatever the terminal's settings
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
        (write_json if form == "json" else write_csv)(found, sys.stdout)
        sys.stdout.flush()


def split(lines: Iterable[str]) -> Iterator[str]:
    """Give the statements of a text, line by line; the last one may lack its semicolon."""
    from sqlite3 import complete_statement

    from db.time_travel.asof_session import is_blank

    held = ""
    for line in lines:
        *ends, rest = line.split(";")
        for end in ends:
            held += end + ";"
            if complete_statement(held):
                if not is_blank(held):
                    yield held
                held = ""
        held += rest
    if not is_blank(held):
        yield held


def _list() -> None:
    from rich.table import Table
    from rich.text import Text

    from db.questions import questions

    table = Table(box=None, pad_edge=False, show_header=False)
    for question in questions():
        table.add_row(Text(question.name, "bold"), Text(question.sentence))
    out().print(table)


def _answering(name: str) -> list[str]:
    """Give the statement of a question, and say what its answer means."""
    from db.questions import question

    asked = question(name)
    for said in (asked.sentence, asked.means, asked.caveats):
        talk().print(said, markup=False, style="dim" if said is not asked.sentence else None)
    return [asked.sql]


def _given(query: str | None, file: Path | None) -> list[str] | None:
    """Give the statements to run; None when a person is to be asked for them."""
    if query is not None:
        return list(split([query]))
    if file is not None:
        try:
            return list(split(file.read_text(encoding="utf-8").splitlines(keepends=True)))
        except (OSError, UnicodeDecodeError) as error:
            said = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise SetupError(f"the file {file} cannot be read: {said}") from None
    return None if sys.stdin.isatty() else list(split(sys.stdin))
