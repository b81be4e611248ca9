"""The list of saved pages: which file is which address, and when it was saved."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core import urls
from core.errors import SetupError

_NEEDED = ("file", "url", "captured_at")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATUS = re.compile(r"[1-5]\d\d")


class RowError(Exception):
    """A row that cannot be taken; the message says why, for a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One saved page as the list states it; ``captured_at`` is aware UTC."""

    file: str
    url: str
    captured_at: datetime
    status: int | None
    content_type: str | None


def rows(path: Path) -> Iterator[tuple[int, Row | RowError]]:
    """Give the rows with their line numbers; raise :class:`SetupError` where the file is no such list.

    Tabs part the columns where the header line has some, else commas.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline(4096)
            file.seek(0)
            read = csv.DictReader(file, dialect="excel-tab" if "\t" in header else "excel")
            missing = [name for name in _NEEDED if name not in (read.fieldnames or ())]
            if missing:
                raise SetupError(
                    f"{path} has no column {', '.join(missing)}: its first line must name file, url and"
                    " captured_at, and may name status and content_type"
                )
            yield from _rows(read)
    except UnicodeDecodeError as error:
        raise SetupError(f"{path} is not in UTF-8: save it in that encoding") from error
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}") from error


def _rows(read: "csv.DictReader[str]") -> Iterator[tuple[int, Row | RowError]]:
    while True:
        try:
            values = next(read)
            yield read.line_num, _row({k: (v or "").strip() for k, v in values.items() if isinstance(k, str)})
        except StopIteration:
            return
        except csv.Error as error:
            yield read.line_num, RowError(f"it is no line of a table: {error}")
        except RowError as error:
            yield read.line_num, error


def _row(values: dict[str, str]) -> Row:
    for name in _NEEDED:
        if not values[name]:
            raise RowError(f"{name} is empty")
    url = values["url"]
    if not urls.absolute(url, "") or not url.isprintable():
        raise RowError(f"'{url[:200]}' is no address")
    status = values.get("status", "")
    if status and not _STATUS.fullmatch(status):
        raise RowError(f"'{status[:40]}' is no HTTP status")
    kind = values.get("content_type", "")
    if kind and (not kind.isascii() or not kind.isprintable()):
        raise RowError("content_type holds what no header may")
    return Row(
        file=values["file"],
        url=url,
        captured_at=_instant(values["captured_at"]),
        status=int(status) if status else None,
        content_type=kind or None,
    )


def _instant(text: str) -> datetime:
    if _DAY.fullmatch(text):
        raise RowError(f"'{text}' is a day: captured_at needs the time of day, like {text}T14:20:00Z")
    try:
        when = datetime.fromisoformat(text)
        utc = when.astimezone(UTC) if when.tzinfo else None
    except (ValueError, OverflowError) as error:
        raise RowError(f"'{text[:40]}' is no time like 2016-05-03T14:20:00Z") from error
    if utc is None:
        raise RowError(f"'{text}' says no zone: add Z for UTC, or an offset like +01:00")
    return utc
