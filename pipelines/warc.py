"""WARC 1.1 files: written so that any tool for web archives reads them."""

import fcntl
import hashlib
import os
import zlib
from base64 import b32encode
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from http import HTTPStatus
from io import BytesIO, FileIO
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import datetime_to_iso_date
from warcio.warcwriter import WARCWriter

from core import clock
from core.records import StoredPage
from pipelines.exchange import Earlier, Exchange, Headers

OPEN = ".open"
"""What a file's name ends in while it is written."""

_VERSION = "WARC/1.1"
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_LEVEL = 6  # level 9 takes twice the time for one part in a hundred, measured on article pages
_REMEMBERED = 50_000  # payloads of this crawl that a revisit may refer to; some 20 MB at most


class Captures(Protocol):
    """Where captures go: files, or nowhere in a dry run."""

    def write(self, exchange: Exchange, earlier: Earlier | None) -> StoredPage:
        """Hand the exchange to the operating system; tell where its bytes lie."""

    def sync(self) -> None:
        """Return when all that was written is on disk."""

    def close(self) -> tuple[str, ...]:
        """Give the files of this crawl under their final names; nothing is written afterwards."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _First:
    page: StoredPage
    url: str
    date: datetime


class WarcFiles:
    """The WARC files of one crawl; not thread-safe: the writer thread owns it.

    A payload met before is written as a ``revisit`` record. The :class:`StoredPage` of one first
    met in this crawl then names the record that holds the bytes; of one from an earlier crawl
    (``earlier``, told by the caller) the revisit record itself.
    """

    def __init__(
        self, home: Path, *, outlet: str, label: str, max_bytes: int, about: Mapping[str, str]
    ) -> None:
        """Write below ``home/captures``; ``about`` goes into each file's warcinfo record."""
        self._home = home
        self._prefix = outlet
        self._label = label
        self._max_bytes = max_bytes
        self._about = dict(about)
        self._names: list[str] = []
        self._file: FileIO | None = None
        self._size = 0
        self._day = date.min
        self._dirty = False
        self._seen: OrderedDict[str, _First] = OrderedDict()

    def write(self, exchange: Exchange, earlier: Earlier | None = None) -> StoredPage:
        """Write the response (or revisit) record and its request record, flushed to the system."""
        out = self._current(exchange.fetched_at)
        page, first = digests(exchange), None
        if exchange.body:
            first = self._seen.get(page.sha256)
        when = _warc_date(exchange.fetched_at)
        headers = {"WARC-Date": when, "WARC-Payload-Digest": f"sha1:{page.sha1_base32}"}
        if exchange.ip_address:
            headers["WARC-IP-Address"] = exchange.ip_address
        if exchange.truncated:
            headers["WARC-Truncated"] = exchange.truncated
        if first is not None:
            headers |= _refers_to(first.url, first.date)
        elif earlier is not None and earlier.sha256 == page.sha256 and exchange.body:
            headers |= _refers_to(earlier.url, earlier.captured_at)
        response = _response_record(exchange, headers)
        request = _request_record(exchange, when, response.rec_headers.get_header("WARC-Record-ID"))
        member = _member(response)
        offset = self._size
        self._append(out, member + _member(request))
        if first is not None:
            return replace(first.page, content_type=page.content_type, revisit=True, truncated=page.truncated)
        page = replace(
            page,
            warc_file=self._names[-1],
            offset=offset,
            length=len(member),
            revisit=response.rec_type == "revisit",
        )
        self._remember(page, exchange)
        return page

    def sync(self) -> None:
        """Return when all that was written is on disk."""
        if self._file is not None and self._dirty:
            os.fsync(self._file.fileno())
            self._dirty = False

    def close(self) -> tuple[str, ...]:
        """Close the file under its final name; give the names of all files of this crawl."""
        if self._file is not None:
            self.sync()
            path = self._home / (self._names[-1] + OPEN)
            _rename(path, self._home / self._names[-1])
            self._file.close()  # after the rename: until then the lock keeps other processes away
            self._file = None
        return tuple(self._names)

    def _append(self, out: FileIO, members: bytes) -> None:
        """Append whole members; a write that fails half-way (a full disk) is taken back."""
        rest = memoryview(members)
        try:
            while rest:
                rest = rest[out.write(rest) :]
        except OSError:
            out.truncate(self._size)
            raise
        self._size += len(members)
        self._dirty = True

    def _current(self, when: datetime) -> FileIO:
        if self._file is not None and (self._size >= self._max_bytes or when.date() != self._day):
            self.close()
        if self._file is None:
            self._file = self._begin(when)
        return self._file

    def _begin(self, when: datetime) -> FileIO:
        stamp = f"{when:%Y%m%dT%H%M%SZ}"
        name = f"captures/{self._prefix}-{stamp}-{self._label}-{len(self._names) + 1:05d}.warc.gz"
        path = self._home / (name + OPEN)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Locked before it has the name that other processes look for (see close_leftovers).
        unnamed = path.with_name(f".{path.name}.new")
        file = FileIO(unnamed, "x")  # unbuffered: what is written is with the operating system
        fcntl.flock(file, fcntl.LOCK_EX)
        info = {"Content-Type": "application/warc-fields", "WARC-Filename": Path(name).name}
        fields = "".join(f"{key}: {value}\r\n" for key, value in self._about.items()).encode()
        self._size = 0
        self._append(
            file, _member(_record("warcinfo", {"WARC-Date": _warc_date(clock.now())} | info, fields))
        )
        _rename(unnamed, path)
        self._names.append(name)
        self._day = when.date()
        return file

    def _remember(self, page: StoredPage, exchange: Exchange) -> None:
        self._seen[page.sha256] = _First(page=page, url=exchange.url, date=exchange.fetched_at)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)


class Discarded:
    """The captures of a dry run: digests are taken, nothing is written."""

    def write(self, exchange: Exchange, earlier: Earlier | None = None) -> StoredPage:
        """Give what a capture of the exchange would be, without a place."""
        page = digests(exchange)
        return replace(page, revisit=earlier is not None and earlier.sha256 == page.sha256)

    def sync(self) -> None:
        """Do nothing: nothing was written."""

    def close(self) -> tuple[str, ...]:
        """Give no files."""
        return ()


def locate(home: Path, name: str) -> Path:
    """Give the path of a WARC file stored under its final name: that, or the one it has while written.

    The database holds final names only; this is the one place that knows of the other.
    """
    path = home / name
    if path.exists():
        return path
    return path.with_name(path.name + OPEN)


def digests(exchange: Exchange) -> StoredPage:
    """Give the page with its digests over the payload as served, without a place."""
    content_type = next((v for k, v in exchange.headers if k.lower() == b"content-type"), None)
    return StoredPage(
        warc_file="",
        offset=0,
        length=0,
        sha256=hashlib.sha256(exchange.body).hexdigest(),
        sha1_base32=b32encode(hashlib.sha1(exchange.body, usedforsecurity=False).digest()).decode(),
        size=len(exchange.body),
        content_type=content_type.decode("latin-1") if content_type else None,
        truncated=exchange.truncated is not None,
    )


def close_leftovers(captures: Path) -> tuple[str, ...]:
    """Close the files that dead processes left open; give their final names.

    A file of a live process is locked by it and left alone. What follows the last whole gzip
    member is cut off: it was never reported as stored. A file without any whole member goes.
    """
    closed = []
    for path in sorted([*captures.glob(f"*{OPEN}"), *captures.glob(f".*{OPEN}.new")]):
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            whole = _whole_members(file)
            if path.name.startswith(".") or not whole:
                path.unlink(missing_ok=True)
                continue
            file.truncate(whole)
            os.fsync(file.fileno())
            final = path.with_name(path.name.removesuffix(OPEN))
            _rename(path, final)
            closed.append(final.name)
    return tuple(closed)


def _whole_members(file: BinaryIO) -> int:
    """Give the length in bytes of the whole gzip members at the start of the file."""
    end = position = 0
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while chunk := file.read(1 << 20):
        while chunk:
            try:
                inflate.decompress(chunk)
            except zlib.error:
                return end
            position += len(chunk) - len(inflate.unused_data)
            chunk = inflate.unused_data
            if inflate.eof:
                end = position
                inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    return end


class _HeadAsReceived(StatusAndHeaders):  # type: ignore[misc] # warcio ships no types
    """Header bytes go out as they came in: warcio itself would percent-encode what is not ASCII."""

    def to_ascii_bytes(self, filter_func: object = None) -> bytes:
        return bytes(self.to_bytes(filter_func, encoding="latin-1"))


def _head(first: str, line: str, headers: Headers) -> StatusAndHeaders:
    """Give the HTTP head; the transfer encoding, already undone, is kept under another name.

    ``X-Crawler-Transfer-Encoding`` is Common Crawl's name: readers must not look for chunks in
    a body that has none.
    """
    pairs = [
        (b"X-Crawler-" + name if name.lower() == b"transfer-encoding" else name, value)
        for name, value in headers
    ]
    decoded = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]
    return _HeadAsReceived(line, decoded, protocol=first)


def _response_record(exchange: Exchange, headers: dict[str, str]) -> ArcWarcRecord:
    """Give the response or revisit record; the reason is HTTP's own, since Scrapy drops the server's."""
    known = exchange.status in HTTPStatus._value2member_map_
    reason = HTTPStatus(exchange.status).phrase if known else ""
    protocol = exchange.protocol if exchange.protocol.startswith("HTTP/") else "HTTP/1.1"
    head = _head(protocol, f"{exchange.status} {reason}".rstrip(), exchange.headers)
    revisit = "WARC-Profile" in headers
    headers["Content-Type"] = "application/http; msgtype=response"
    return _record(
        "revisit" if revisit else "response", headers, b"" if revisit else exchange.body, exchange.url, head
    )


def _request_record(exchange: Exchange, when: str, response_id: str) -> ArcWarcRecord:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent: Headers = ((b"Host", parts.netloc.rpartition("@")[2].encode()), *exchange.request_headers)
    headers = {
        "WARC-Date": when,
        "WARC-Concurrent-To": response_id,
        "Content-Type": "application/http; msgtype=request",
    }
    head = _head(exchange.method, f"{target} HTTP/1.1", sent)
    return _record("request", headers, exchange.request_body, exchange.url, head)


_BUILDER = WARCWriter(BytesIO(), gzip=False, warc_version=_VERSION)


def _record(
    kind: str,
    headers: Mapping[str, str],
    block: bytes,
    url: str = "",
    head: StatusAndHeaders | None = None,
) -> ArcWarcRecord:
    return _BUILDER.create_warc_record(
        url,
        kind,
        payload=BytesIO(block),
        length=len(block),
        warc_headers_dict=dict(headers),
        http_headers=head,
    )


def _member(record: ArcWarcRecord) -> bytes:
    """Give the record as one gzip member, compressed in one go (zlib lets other threads run)."""
    out = BytesIO()
    WARCWriter(out, gzip=False, warc_version=_VERSION).write_record(record)
    return zlib.compress(out.getvalue(), level=_LEVEL, wbits=zlib.MAX_WBITS | 16)


def _refers_to(url: str, when: datetime | None) -> dict[str, str]:
    told = {"WARC-Profile": _PROFILE, "WARC-Refers-To-Target-URI": url}
    return told | ({"WARC-Refers-To-Date": _warc_date(when)} if when else {})


def _warc_date(when: datetime) -> str:
    return str(datetime_to_iso_date(when.replace(tzinfo=None), use_micros=True))


def _rename(old: Path, new: Path) -> None:
    old.rename(new)
    folder = os.open(new.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # the name is on disk too
    finally:
        os.close(folder)
