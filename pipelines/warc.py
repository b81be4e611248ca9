"""WARC 1.1 files: written so that any tool for web archives reads them."""

import fcntl
import hashlib
import os
import threading
import zlib
from base64 import b32encode
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Protocol

from core import clock
from core.records import StoredPage
from pipelines import warc_record
from pipelines.exchange import Earlier, Exchange

OPEN = ".open"
"""What a file's name ends in while it is written."""

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
    capture: Earlier


class WarcFiles:
    """The WARC files of one crawl; one thread writes, any may bring to disk or close.

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
        self._lock = threading.RLock()  # one thread writes, another brings to disk
        self._seen: OrderedDict[str, _First] = OrderedDict()

    def write(self, exchange: Exchange, earlier: Earlier | None = None) -> StoredPage:
        """Write the response (or revisit) record and its request record, flushed to the system."""
        page = digests(exchange)
        first = self._seen.get(page.sha256) if exchange.body else None
        repeats = first.capture if first else None
        if repeats is None and earlier is not None and earlier.sha256 == page.sha256 and exchange.body:
            repeats = earlier
        response, request = warc_record.of_exchange(exchange, page.sha1_base32, repeats)
        with self._lock:
            out = self._current(clock.now() if exchange.source else exchange.fetched_at)
            name, offset = self._names[-1], self._size
            self._append(out, response + request)
        if first is not None:
            return replace(first.page, content_type=page.content_type, revisit=True, truncated=page.truncated)
        page = replace(
            page,
            warc_file=name,
            offset=offset,
            length=len(response),
            revisit=repeats is not None,
        )
        met = Earlier(sha256=page.sha256, url=exchange.url, captured_at=exchange.fetched_at)
        self._remember(_First(page=page, capture=repeats or met))
        return page

    def sync(self) -> None:
        """Return when all that was written is on disk."""
        with self._lock:
            if self._file is None or not self._dirty:
                return
            self._dirty = False
            same = os.dup(self._file.fileno())  # so that writing goes on, and the file may be closed
        try:
            os.fsync(same)
        except OSError:
            self._dirty = True
            raise
        finally:
            os.close(same)

    def close(self) -> tuple[str, ...]:
        """Close the file under its final name; give the names of all files of this crawl."""
        with self._lock:
            if self._file is None:
                return tuple(self._names)
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
        self._size = 0
        self._append(file, warc_record.of_file(Path(name).name, self._about, clock.now()))
        _rename(unnamed, path)
        self._names.append(name)
        self._day = when.date()
        return file

    def _remember(self, first: _First) -> None:
        self._seen[first.page.sha256] = first
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


def _rename(old: Path, new: Path) -> None:
    old.rename(new)
    folder = os.open(new.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # the name is on disk too
    finally:
        os.close(folder)
