"""One record of a WARC file at its place: read whole, bounded, with its answer."""

import zlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from core.errors import SetupError, WeatherError
from core.mementos import Archived, Memento
from crawlers.archives import answers, warc_sources
from crawlers.archives.archive import Lack, LackingError
from crawlers.archives.inflating import GZIP, BombError, Bytes, CutError, Inflated
from crawlers.archives.warc_records import Reader, Record
from crawlers.archives.warc_sources import Source
from crawlers.archives.warc_stream import DamageError, Spot, spot

_OPEN = 4  # files held open; each may hold marks of some megabytes
_PIECE = 1 << 20
_UNBOUNDED = 1 << 62  # the size of what is inflated: unknown, and not asked for


class Shelf:
    """The files last read from, open."""

    def __init__(self) -> None:
        self._sources: OrderedDict[Path, list[Source]] = OrderedDict()
        self._open: OrderedDict[tuple[Path, str, int | None], Bytes] = OrderedDict()

    def read(self, archive: str, place: str, max_bytes: int) -> tuple[Record, bytes]:
        """Give the record at a place, with its block; raise as :meth:`Archive.fetch` does."""
        path = Path(archive)
        member, text = warc_sources.parted(place)
        with _told(path, text):
            where = spot(text)
            source = self._source(path, member)
            raw = self._raw(source, where)
            inner = Spot(where.inner) if where.inner else where
            size = _UNBOUNDED if where.inner else source.size
            reader = Reader(raw, size, inner, inflated=where.inner > 0)
            record = reader.next()
            if record is None or record.spot != inner:
                raise LackingError(Lack.MISSING, f"{source.name} ends before {where}")
            if record.length > max_bytes + answers.MAX_HEAD:
                detail = f"{source.name}: the record at {where} holds {record.length} bytes"
                raise LackingError(Lack.TOO_LARGE, detail)
            pieces = []
            while piece := reader.read(_PIECE):
                pieces.append(piece)
            reader.finish()  # the checksum of its member is checked
        return record, b"".join(pieces)

    def close(self) -> None:
        """Let go of all files."""
        while self._open:
            self._open.popitem()[1].close()

    def _source(self, path: Path, member: str) -> Source:
        if path not in self._sources:
            self._sources[path] = warc_sources.sources(path)[0]
            if len(self._sources) > _OPEN:
                self._sources.popitem(last=False)
        for source in self._sources[path]:
            if source.member == member:
                return source
        raise LackingError(Lack.MISSING, f"{path.name} does not hold {member or 'any record'}")

    def _raw(self, source: Source, where: Spot) -> Bytes:
        """Give the bytes to read in: the file, or what one member of it holds, with marks to go back to."""
        key = (source.path, source.member, where.member if where.inner else None)
        if key not in self._open:
            inflated = partial(Inflated, source.open, wbits=GZIP, start=where.member)
            self._open[key] = inflated() if where.inner else source.open()
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(key)
        return self._open[key]


def archived(memento: Memento, record: Record, block: bytes, max_bytes: int) -> Archived:
    """Give what a record holds as an answer to the memento's address; raise :class:`LackingError`."""
    path, text = Path(memento.archive), memento.place.partition(" ")[0]
    where = f"{path.name}: the record at {text}"
    if record.kind == b"resource":
        kind = record.headers.get(b"content-type", b"")
        head = answers.Head(
            protocol="HTTP/1.1", status=200, headers=((b"Content-Type", kind),) if kind else ()
        )
        body = block
    else:
        parted = answers.parted(block)
        if parted is None:
            raise LackingError(Lack.DAMAGED, f"{where} does not begin with an HTTP answer")
        head, body = parted
    plain = answers.dechunked(body) if head.chunked else None
    payload = body if plain is None else plain
    if len(payload) > max_bytes:
        raise LackingError(Lack.TOO_LARGE, f"{where} holds {len(payload)} bytes")
    truncated = record.text(b"warc-truncated") or None
    verified = _verified(memento.digest, payload, body)
    if verified is False and not truncated:
        raise LackingError(Lack.DAMAGED, f"{where} holds other bytes than its digest says")
    return Archived(
        memento=memento,
        status=head.status,
        headers=answers.fitting(head, payload),
        body=payload,
        source=source_of(memento, record),
        protocol=head.protocol,
        ip_address=record.text(b"warc-ip-address") or None,
        verified=None if truncated and not verified else verified,
        truncated=truncated,
    )


def source_of(memento: Memento, record: Record) -> str:
    """Give the address a record was had from: the one it names, else that of its place in its file."""
    named = record.text(b"warc-source-uri").strip("<> ")
    if named:
        return named
    member, where = warc_sources.parted(memento.place.partition(" ")[0])
    name = quote(Path(memento.archive).name)
    return f"warc:{name}/{quote(member)}#{where}" if member else f"warc:{name}#{where}"


def _verified(digest: str, payload: bytes, body: bytes) -> bool | None:
    """Say whether a digest is the payload's, or that of its chunks (wget's way); None without one."""
    if not digest:
        return None
    return digest in (answers.sha1(payload), answers.sha1(body))


@contextmanager
def _told(path: Path, where: str) -> Iterator[None]:
    try:
        yield
    except (DamageError, zlib.error, CutError, BombError, ValueError) as error:
        detail = f"{path.name}: the record at {where} cannot be read: {error}"
        raise LackingError(Lack.DAMAGED, detail) from error
    except (FileNotFoundError, PermissionError) as error:
        raise SetupError(f"{path} cannot be read ({error.strerror}): has it been moved?") from error
    except OSError as error:
        raise WeatherError(f"{path} cannot be read: {error}") from error
