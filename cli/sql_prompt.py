"""A conversation with the archive in SQL: statements end with a semicolon, commands begin with a dot."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from cli.talk import out, talk
from core.errors import CuttingsError

if TYPE_CHECKING:
    from db.time_travel.asof_session import Reader

FIRST, FURTHER = "cuttings> ", "     ...> "
_HELP = ".views lists the views, .columns VIEW what their columns mean, .quit ends; statements end with ;"


def converse(reader: "Reader", answer: Callable[[str], None]) -> None:
    """Ask a person for statements until the end of input or ``.quit``; errors are told and go by."""
    with suppress(ImportError):  # line editing and history, where Python was built with them
        import readline  # noqa: F401 - importing it is what it takes
    console = talk()
    console.print(f"the archive, for reading only; {_HELP}", markup=False)
    for statement in _statements():
        try:
            if statement.startswith("."):
                _command(reader, statement)
            else:
                answer(statement)
        except CuttingsError as error:
            console.print(str(error), markup=False)
        except KeyboardInterrupt:
            console.print("stopped")


def _statements() -> Iterator[str]:
    """Give what a person types, statement by statement; Ctrl-C forgets a half-typed one."""
    from sqlite3 import complete_statement  # it knows strings and comments, of both databases alike

    from cli.sql import split

    lines: list[str] = []
    while True:
        try:
            line = input(FURTHER if lines else FIRST)
        except EOFError:
            return
        except KeyboardInterrupt:
            print()  # noqa: T201 - the line the person was on
            lines = []
            continue
        if not lines and line.strip().startswith("."):
            if line.split()[0] in {".quit", ".exit"}:
                return
            yield line.strip()
            continue
        lines.append(line + "\n")
        text = "".join(lines)
        if complete_statement(text) or not text.strip():
            yield from split(lines)
            lines = []


def _command(reader: "Reader", line: str) -> None:
    """Carry out a command that begins with a dot."""
    from db import views

    word, *arguments = line.split()
    if word == ".views":
        out().print("\n".join(views.names()), markup=False)
    elif word == ".columns" and len(arguments) == 1:
        _columns(reader, arguments[0])
    else:
        raise CuttingsError(f"there is no command {line}; {_HELP}")


def _columns(reader: "Reader", view: str) -> None:
    from rich.table import Table
    from rich.text import Text
    from sqlalchemy import text

    query = "SELECT column_name, description FROM dictionary WHERE relation = :view ORDER BY position"
    found = reader.connection.execute(text(query), {"view": view}).all()
    if not found:
        raise CuttingsError(f"there is no view {view}; .views lists them")
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, description in found:
        table.add_row(Text(name, "bold"), Text(description))
    out().print(table)
