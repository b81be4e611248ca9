"""The Wayback Machine's index server: queries in, rows out (ARCHIVE-FACTS.md section 5.1)."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import quote_plus, unquote_plus

from newsstand.archives import urlkeys
from newsstand.archives.captures import Holdings, Row
from newsstand.archives.wire import Reply, gzipped

Parameters: TypeAlias = Mapping[str, Sequence[str]]

HEADERS = (
    ("Server", "nginx"),
    ("X-App-Server", "wwwb-app99"),
    ("X-TS", "200"),
    ("X-TR", "31"),
    ("X-Location", "cdx"),
    ("X-RL", "0"),
    ("X-NA", "0"),
    ("X-Page-Cache", "BYPASS"),
    ("X-NID", "-"),
)
TEXT, JSON = "text/plain;charset=UTF-8", "application/json"


def answer(holdings: Holdings, parameters: Parameters, *, page_rows: int, indexed_until: str | None) -> Reply:
    """Give the answer to a query: 200, or 400 with a sentence.

    A page holds ``page_rows`` rows times ``pageSize``; paged queries see only rows up to the
    timestamp ``indexed_until``, for the main index lags.
    """
    try:
        return _answer(holdings, parameters, page_rows=page_rows, indexed_until=indexed_until)
    except (ValueError, re.error) as error:
        return Reply(status=400, headers=(*HEADERS, ("Content-Type", TEXT)), body=f"{error}\n".encode())


def _answer(
    holdings: Holdings, parameters: Parameters, *, page_rows: int, indexed_until: str | None
) -> Reply:
    if not one(parameters, "url"):
        raise ValueError("The url= parameter is required")
    start, whole = urlkeys.span(one(parameters, "url"), one(parameters, "matchType"))
    rows = holdings.between(start, whole=whole)
    paged = "page" in parameters or one(parameters, "showNumPages") == "true"
    if paged:
        rows = [row for row in rows if indexed_until is None or row.timestamp <= indexed_until]
        size = page_rows * int(one(parameters, "pageSize") or 1)
        pages = max(1, -(-len(rows) // size))
        if one(parameters, "showNumPages") == "true":
            return _reply(f"{pages}\n", TEXT)
        page = int(one(parameters, "page"))
        if page >= pages:
            return _reply("", TEXT)
        rows = rows[page * size : (page + 1) * size]
    rows = chosen(rows, parameters)
    rows = resumed(rows, one(parameters, "resumeKey"))
    for rule in parameters.get("collapse", ()):
        rows = _collapsed(rows, rule)
    rows, key = _limited(rows, parameters)
    return _printed(rows, parameters, key if one(parameters, "showResumeKey") == "true" else None)


def one(parameters: Parameters, name: str) -> str:
    """Give a parameter's last value, empty where it is missing."""
    return (parameters.get(name) or ("",))[-1]


def chosen(rows: Sequence[Row], parameters: Parameters) -> list[Row]:
    """Give the rows within ``from`` and ``to`` (1 to 14 digits, inclusive) that pass every ``filter``."""
    first, last = one(parameters, "from"), one(parameters, "to")
    if not (first + last).isdecimal() and first + last:
        raise ValueError(f"from and to are digits, not {first!r} and {last!r}")
    tests = [_test(rule) for rule in parameters.get("filter", ())]
    low, high = first.ljust(14, "0"), (last or "9").ljust(14, "9")
    return [row for row in rows if low <= row.timestamp <= high and all(test(row) for test in tests)]


def _test(rule: str) -> Callable[[Row], bool]:
    """Give the test of ``[!]field:regex`` (the whole field) or ``~[!]field:text`` (a part of it)."""
    bare = rule.lstrip("!~")
    marks = rule[: len(rule) - len(bare)]
    field, colon, wanted = bare.partition(":")
    if not colon or field not in Row._fields:
        raise ValueError(f"no such filter: {rule}")
    number, pattern = Row._fields.index(field), re.compile(wanted if "~" not in marks else "")
    if "~" in marks:
        return lambda row: (wanted in row[number]) is not ("!" in marks)
    return lambda row: bool(pattern.fullmatch(row[number])) is not ("!" in marks)


def resumed(rows: list[Row], key: str) -> list[Row]:
    """Give the rows from a resume key on: by key and second, so what shares both is passed over."""
    place = unquote_plus(key)
    return [row for row in rows if f"{row.urlkey} {row.timestamp}" >= place] if place else rows


def _collapsed(rows: list[Row], rule: str) -> list[Row]:
    field, _, length = rule.partition(":")
    if field not in Row._fields:
        raise ValueError(f"no such field: {field}")
    number, width, kept, before = Row._fields.index(field), int(length or 0) or None, [], None
    for row in rows:
        if (value := row[number][:width]) != before:
            kept.append(row)
        before = value
    return kept


def _limited(rows: list[Row], parameters: Parameters) -> tuple[list[Row], str | None]:
    """Cut to offset and limit (negative: the last ones); give the key of what is left, if anything is."""
    rows = rows[int(one(parameters, "offset") or 0) :]
    limit = int(one(parameters, "limit") or 0)
    if limit < 0:
        return rows[limit:], None
    if not limit or limit >= len(rows):
        return rows, None
    last = rows[limit - 1]
    after = last.timestamp[:-1] + chr(ord(last.timestamp[-1]) + 1)
    return rows[:limit], quote_plus(f"{last.urlkey} {after}")


def _printed(rows: Sequence[Row], parameters: Parameters, key: str | None) -> Reply:
    wanted = one(parameters, "fl").split(",") if one(parameters, "fl") else Row._fields
    fields = [name for name in wanted if name in Row._fields]
    numbers = [Row._fields.index(name) for name in fields]
    lines = [[row[number] for number in numbers] for row in rows]
    if one(parameters, "output") != "json":
        text = "".join(" ".join(line) + "\n" for line in lines)
        return _reply(text + (f"\n{key}\n" if key else ""), TEXT)
    if not lines:
        return _reply("[]\n", JSON)
    table = [json.dumps(line, separators=(",", ":")) for line in (list(fields), *lines)]
    return _reply("[" + ",\n".join(table) + (f',\n[],\n["{key}"]' if key else "") + "]\n", JSON)


def _reply(text: str, kind: str) -> Reply:
    return gzipped(Reply(headers=(*HEADERS, ("Content-Type", kind)), body=text.encode()))
