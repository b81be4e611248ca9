"""How the commands speak: results to stdout, talk to stderr, JSON for machines."""

import dataclasses
import json
import os
import re
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

READABLE_WIDTH = 100  # columns of running text, however wide the terminal is
PIPED_WIDTH = 200  # columns of a table that goes into a file or a pipe


def out() -> "Console":
    """Give the console of results, on stdout."""
    return _console(sys.stdout)


def talk() -> "Console":
    """Give the console of talk (progress, hints, errors), on stderr."""
    return _console(sys.stderr)


def print_json(value: object) -> None:
    """Print one value as JSON on stdout: dataclasses as objects, times in ISO 8601, text as it is."""
    # Lone surrogates (a broken file name) must not stop the output.
    sys.stdout.buffer.write(as_json(value).encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.flush()


def examples(*lines: str) -> str:
    """Give the epilog of a command's help: its examples, each on a line of its own."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def as_json(value: object) -> str:
    """Give the JSON text of a value; controls that could steer a terminal are written as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_json_form)
    return re.sub("[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _json_form(value: object) -> object:
    """Give the JSON form of what json itself does not know."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    msg = f"{type(value).__name__} has no JSON form here"
    raise TypeError(msg)


def moment(value: datetime | None) -> str:
    """Give an instant as people read it, to the second, in UTC; a dash for none."""
    return value.strftime("%Y-%m-%d %H:%M:%S") if value else "-"


def _console(file: TextIO) -> "Console":
    from rich.console import Console  # heavy; only once something is said

    width = None if file.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    return Console(file=file, width=width, highlight=False, soft_wrap=False)
