"""Common Crawl: its crawls, the index of each, the record files (ARCHIVE-FACTS.md section 5.3)."""

import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsstand.archives import faults, urlkeys
from newsstand.archives.captures import Capture, Coding
from newsstand.archives.cdx import Parameters, one
from newsstand.archives.wire import Reply

PAGE_BLOCKS = 5  # an index page, unless pageSize says otherwise
_JSON = (("Server", "nginx"), ("Content-Type", "text/x-ndjson"))
_CDXJ = (("Server", "nginx"), ("Content-Type", "text/x-cdxj"))
_BYTES = re.compile(r"bytes=(\d+)-(\d*)")
_OLD = ("CC-MAIN-2012", "CC-MAIN-2009-2010", "CC-MAIN-2008-2009")


@dataclass(frozen=True, kw_only=True)
class Crawl:
    """One crawl: a month's captures, as index lines and as files of records."""

    name: str
    begins: datetime
    captures: tuple[Capture, ...] = ()

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The record files by their path: one gzip member for each record."""
        return {path: body for path, (body, _) in self._written.items()}

    @cached_property
    def lines(self) -> tuple[dict[str, str], ...]:
        """The index, sorted: every value is text."""
        found = [line for _, lines in self._written.values() for line in lines]
        return tuple(sorted(found, key=lambda line: (line["urlkey"], line["timestamp"])))

    @cached_property
    def _written(self) -> Mapping[str, tuple[bytes, list[dict[str, str]]]]:
        kinds: dict[str, list[Capture]] = {}
        for capture in self.captures:
            plain = capture.status == 200  # noqa: PLR2004 - the HTTP status
            robots = capture.url.endswith("/robots.txt")
            kind = "robotstxt" if robots else "warc" if plain else "crawldiagnostics"
            kinds.setdefault(kind, []).append(capture)
        stamp = self.begins.strftime("%Y%m%d%H%M%S")
        folder = f"crawl-data/{self.name}/segments/{int(self.begins.timestamp())}.21"
        paths = {kind: f"{folder}/{kind}/CC-MAIN-{stamp}-00000.warc.gz" for kind in kinds}
        return {paths[kind]: _file(paths[kind], found) for kind, found in kinds.items()}


def _file(path: str, captures: Iterable[Capture]) -> tuple[bytes, list[dict[str, str]]]:
    """Give a record file and the index lines of its records."""
    out, lines = io.BytesIO(), []
    writer = WARCWriter(out, gzip=True)
    writer.write_record(
        writer.create_warcinfo_record(path.rpartition("/")[2], {"description": "An invented crawl"})
    )
    for capture in captures:
        begin = out.tell()
        headers = [*capture.headers, ("Content-Length", str(len(capture.body)))]
        record = writer.create_warc_record(
            capture.url,
            "response",
            payload=io.BytesIO(capture.body),
            http_headers=StatusAndHeaders(f"{capture.status} {capture.phrase}", headers, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": capture.taken.strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
        writer.write_record(record)
        lines.append(_line(capture, path, begin, out.tell() - begin))
    return out.getvalue(), lines


def _line(capture: Capture, path: str, offset: int, length: int) -> dict[str, str]:
    kind = capture.header("content-type") or ""
    encoding = kind.partition("charset=")[2].upper() or "UTF-8"
    line = {
        "urlkey": urlkeys.urlkey(capture.url),
        "timestamp": capture.timestamp,
        "url": capture.url,
        "mime": capture.mimetype,
        "mime-detected": capture.mimetype,
        "status": str(capture.status),
        "digest": capture.digest(),
        "length": str(length),
        "offset": str(offset),
        "filename": path,
        "languages": "eng",
        "encoding": encoding,
    }
    target = capture.header("location")
    return {**line, "redirect": target} if target else line


def crawls(captures: Iterable[Capture]) -> tuple[Crawl, ...]:
    """Give one crawl a month from 2013 to 2024, newest first, with what was captured in it.

    Their numbers are the weeks of the months' 20th days: the true ones are irregular.
    """
    months: dict[tuple[int, int], list[Capture]] = {}
    for capture in captures:
        months.setdefault((capture.taken.year, capture.taken.month), []).append(
            replace(capture, coding=Coding.PLAIN, revisit=False)
        )
    found = []
    for year in range(2024, 2012, -1):
        for month in range(12, 0, -1):
            week = datetime(year, month, 20, tzinfo=UTC).isocalendar().week
            begins = datetime(year, month, 1, 2, 0, 3, tzinfo=UTC)
            held = tuple(months.get((year, month), ()))
            found.append(Crawl(name=f"CC-MAIN-{year}-{week:02}", begins=begins, captures=held))
    old = [Crawl(name=name, begins=datetime(int(name[8:12]), 1, 1, tzinfo=UTC)) for name in _OLD]
    return (*found, *old)


def collinfo(crawls: Iterable[Crawl], base: str) -> Reply:
    """Give the list of crawls, newest first."""
    rows = [
        {
            "id": crawl.name,
            "name": f"{crawl.begins:%B %Y} Index",
            "timegate": f"{base}/{crawl.name}/",
            "cdx-api": f"{base}/{crawl.name}-index",
            "from": f"{crawl.begins:%Y-%m-%dT%H:%M:%S}",
            "to": f"{crawl.begins.replace(day=28):%Y-%m-%dT%H:%M:%S}",
        }
        for crawl in crawls
    ]
    body = json.dumps(rows, indent=2).encode()
    return Reply(headers=(("Server", "nginx"), ("Content-Type", "application/json")), body=body)


def answer(crawl: Crawl, parameters: Parameters, *, block_rows: int) -> Reply:
    """Give the answer to an index query: lines, pages, 404 without any, 400 for what cannot be."""
    url = one(parameters, "url")
    try:
        start, whole = urlkeys.span(url, one(parameters, "matchType"))
        size = int(one(parameters, "pageSize") or PAGE_BLOCKS)
        limit, page = int(one(parameters, "limit") or 0), int(one(parameters, "page") or 0)
        lines = [line for line in crawl.lines if urlkeys.covers(start, line["urlkey"], whole=whole)]
        blocks = -(-len(lines) // block_rows)
        pages = -(-blocks // size)
        if one(parameters, "showNumPages") == "true":
            counts = {"pages": pages, "pageSize": size, "blocks": blocks}
            return Reply(headers=_CDXJ, body=json.dumps(counts).encode() + b"\n")
        if page and page >= pages:
            last = max(pages - 1, 0)
            return _message(400, f"Page {page} invalid: First Page is 0, Last Page is {last}")
        if pages:
            lines = lines[page * size * block_rows : (page + 1) * size * block_rows]
        lines = _chosen(lines, parameters)[: limit or None]
    except (ValueError, KeyError, re.error) as error:
        return _message(400, str(error))
    return _printed(lines, parameters) if lines else _message(404, f"No Captures found for: {url}")


def _message(status: int, text: str) -> Reply:
    headers = (("Server", "nginx"), ("Content-Type", "application/json"))
    return Reply(status=status, headers=headers, body=json.dumps({"message": text}).encode())


def _chosen(lines: list[dict[str, str]], parameters: Parameters) -> list[dict[str, str]]:
    low = one(parameters, "from").ljust(14, "0")
    high = (one(parameters, "to") or "9").ljust(14, "9")
    lines = [line for line in lines if low <= line["timestamp"] <= high]
    for rule in parameters.get("filter", ()):
        lines = [line for line in lines if _passes(line, rule)]
    return lines


def _passes(line: Mapping[str, str], rule: str) -> bool:
    """Judge ``[!][=~]field:value``: ``=`` the whole, ``~`` a regular expression, neither a part."""
    negated, bare = rule.startswith("!"), rule.removeprefix("!")
    field, _, wanted = bare.lstrip("=~").partition(":")
    value = line.get(field, "")
    if bare.startswith("="):
        passed = value == wanted
    elif bare.startswith("~"):
        passed = re.match(wanted, value) is not None
    else:
        passed = wanted in value
    return passed is not negated


def _printed(lines: list[dict[str, str]], parameters: Parameters) -> Reply:
    if fields := one(parameters, "fl"):
        wanted = fields.split(",")
        lines = [{name: line[name] for name in wanted if name in line} for line in lines]
    elif one(parameters, "output") != "json":
        rest = [{k: v for k, v in line.items() if k not in {"urlkey", "timestamp"}} for line in lines]
        text = [f"{a['urlkey']} {a['timestamp']} {json.dumps(b)}\n" for a, b in zip(lines, rest, strict=True)]
        return Reply(headers=_CDXJ, body="".join(text).encode())
    return Reply(headers=_JSON, body="".join(json.dumps(line) + "\n" for line in lines).encode())


def data(crawl: Crawl | None, path: str, wanted: str | None) -> Reply:
    """Give a range of a record file as 206, the whole as 200; 404 and 416 as its store words them."""
    body = crawl.files.get(path) if crawl else None
    if body is None:
        return faults.store_error(404, "NoSuchKey", "The specified key does not exist.")
    kept = [("Server", "AmazonS3"), ("Content-Type", "application/octet-stream"), ("Accept-Ranges", "bytes")]
    if not (match := _BYTES.fullmatch(wanted or "")):
        return Reply(headers=tuple(kept), body=body)
    first, last = int(match[1]), min(int(match[2] or len(body)), len(body) - 1)
    if first > last:
        return faults.store_error(416, "InvalidRange", "The requested range is not satisfiable")
    kept.append(("Content-Range", f"bytes {first}-{last}/{len(body)}"))
    return Reply(status=206, headers=tuple(kept), body=body[first : last + 1])
