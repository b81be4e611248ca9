"""Rows of an archive's index as mementos: what can be mended is mended, the rest refused."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from core.mementos import Memento
from core.records import Via
from core.urls import address_key

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
"""The Wayback Machine's, in its order (ARCHIVE-FACTS.md section 5.1)."""

STAMP = "%Y%m%d%H%M%S"
_DIGITS = re.compile(r"\d{14}", re.ASCII)
_DIGEST = re.compile(r"[A-Z2-7]{32}")
_STATUS = re.compile(r"[1-9]\d\d", re.ASCII)
_UNFIT = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")  # in no address; the last ones in no text at all


def scope(host: str, since: date | None, until: date | None) -> str:
    """Give a question's words: all below a host, between two days."""
    return f"{host}/ {since.isoformat() if since else ''}..{until.isoformat() if until else ''}"


def asked(scope: str) -> tuple[str, date | None, date | None]:
    """Give the prefix of addresses and the two days of a question, as :func:`scope` wrote them."""
    prefix, _, days = scope.partition(" ")
    since, _, until = days.partition("..")
    return prefix, date.fromisoformat(since) if since else None, date.fromisoformat(until) if until else None


def refusal(error: ValueError, row: str) -> str:
    """Say why a row was refused, with its text, fit to be kept."""
    return f"{error}: {row}"[:2000].replace("\0", " ").encode("utf-8", "replace").decode()


def moment(stamp: str) -> datetime:
    """Give the instant of 14 digits, aware UTC; raise ValueError where they are none.

    Two digits put in where the month or the day is ``00`` are taken out: the seconds fell off then
    (``20000800241623`` is 24 August 2000, 16:23).
    """
    if not _DIGITS.fullmatch(stamp):
        raise ValueError(f"'{stamp}' is no time")
    text = stamp
    if stamp[4:6] == "00":
        text = stamp[:4] + stamp[6:] + "00"
    elif stamp[6:8] == "00":
        text = stamp[:6] + stamp[8:] + "00"
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(f"'{stamp}' is no time") from error


def to_second(stamp: str) -> bool:
    """Say whether 14 digits state an instant as they are, nothing mended."""
    return moment(stamp).strftime(STAMP) == stamp


def address(url: str) -> str:
    """Give an address of an index unchanged; raise ValueError for one that is none.

    ``http://mailto:desk@host/`` was made of a link, and never was the host's front page.
    """
    try:
        parts = urlsplit(url)
        fit = parts.scheme.lower() in {"http", "https"} and parts.hostname and "@" not in parts.netloc
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"'{url}' is no address: {error}") from error
    if not fit or _UNFIT.search(url):
        raise ValueError(f"{url!r} is no address of a page")
    return url


def same(url: str, other: str) -> bool:
    """Say whether two addresses differ only in how they are spelt: scheme, ``www.``, default port."""
    try:
        return address_key(url) == address_key(other)
    except ValueError:  # not an address at all
        return False


def memento(  # noqa: PLR0913 - the fields of a row
    *,
    via: Via,
    archive: str,
    place: str,
    timestamp: str,
    url: str,
    mimetype: str = "",
    status: str = "",
    digest: str = "",
    length: str = "",
) -> Memento:
    """Give a row as a memento; raise ValueError, with a sentence, where time or address are none."""
    kind = mimetype.strip().lower()
    stated = digest.strip().upper().removeprefix("SHA1:")
    return Memento(
        via=via,
        archive=archive,
        url=address(url),
        archived_at=moment(timestamp),
        place=place,
        digest=stated if _DIGEST.fullmatch(stated) else "",
        status=int(status) if _STATUS.fullmatch(status) else None,
        content_type=None if kind in {"", "-", "unk", "warc/revisit"} or _UNFIT.search(kind) else kind,
        length=int(length) if length.isascii() and length.isdecimal() else None,
    )


def wayback_row(row: Sequence[str]) -> Memento:
    """Give a row of the Wayback Machine's index as a memento; ValueError as of :func:`memento`."""
    if len(row) != len(FIELDS):
        raise ValueError(f"a row of {len(row)} fields, not {len(FIELDS)}")
    _, timestamp, url, mimetype, status, digest, length = row
    return memento(
        via=Via.WAYBACK,
        archive="wayback",
        place=timestamp,
        timestamp=timestamp,
        url=url,
        mimetype=mimetype,
        status=status,
        digest=digest,
        length=length,
    )


def commoncrawl_row(row: Mapping[str, str], archive: str) -> Memento:
    """Give a line of a crawl's index as a memento; ValueError as of :func:`memento`.

    Its place is ``filename offset length``.
    """
    missing = [name for name in ("timestamp", "url", "filename", "offset", "length") if not row.get(name)]
    if missing:
        raise ValueError(f"no {', '.join(missing)} in it")
    place = f"{row['filename']} {row['offset']} {row['length']}"
    if not re.fullmatch(r"[\w./+=-]+ \d+ \d+", place, re.ASCII):
        raise ValueError(f"'{place}' is no place of a record")
    return memento(
        via=Via.COMMONCRAWL,
        archive=archive,
        place=place,
        timestamp=row["timestamp"],
        url=row["url"],
        mimetype=row.get("mime", ""),
        status=row.get("status", ""),
        digest=row.get("digest", ""),
        length=row["length"],
    )


def table(text: str) -> tuple[list[list[str]], str | None]:
    """Give the rows of the Wayback Machine's answer in JSON, its head left out, and the resume key.

    Raises ValueError where it is not whole. One row that is no JSON makes not the others worthless:
    it is given as one field, its text.
    """
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")) or (text != "[]" and not text.endswith("]]")):
        raise ValueError("the index's answer is no table")
    try:
        rows = json.loads(text)
    except ValueError:
        rows = [_line(line) for line in text[1:-1].split("\n")]
    if not all(isinstance(row, list) for row in rows) or (rows and rows[0] != list(FIELDS)):
        raise ValueError("the index's answer is no table")
    key = None
    if len(rows) > 1 and rows[-2] == [] and len(rows[-1]) == 1:
        key = str(rows[-1][0])
        rows = rows[:-2]
    return [[str(value) for value in row] for row in rows[1:]], key


def _line(line: str) -> list[str]:
    bare = line.strip().removesuffix(",")
    try:
        row = json.loads(bare)
    except ValueError:
        return [bare]
    return row if isinstance(row, list) else [bare]
