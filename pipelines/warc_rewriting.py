"""A WARC file written anew without some of its records; all others stay byte for byte."""

import hashlib
import zlib
from base64 import b32encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from db.erasures.records import Doomed, Tombstone
from pipelines import warc_record

HEAD = 1 << 16  # bytes of a record that are looked at: its headers
CHUNK = 1 << 20
NAMELESS = b"urn:cuttings:erased"
"""Stands for an address that was erased, where the bytes it gave were others' as well."""


@dataclass(frozen=True, slots=True)
class _Member:
    offset: int
    length: int
    head: bytes

    def lines(self) -> list[bytes]:
        """Give the record's own headers, the line of the version first."""
        return self.head.partition(b"\r\n\r\n")[0].split(b"\r\n")

    def header(self, name: bytes) -> bytes | None:
        """Give a header's value, None where there is none."""
        found = (line for line in self.lines() if line.partition(b":")[0].strip().lower() == name)
        return next((_value(line) for line in found), None)


@dataclass(slots=True)
class Rewritten:
    """What became of a file: of each old offset the new one and the length; the tombstones by payload."""

    moves: dict[int, tuple[int, int]] = field(default_factory=dict)
    tombstones: dict[int, Tombstone] = field(default_factory=dict)


@dataclass(slots=True)
class Gone:
    """What the records that go are told of by: their addresses, digests and numbers."""

    addresses: set[bytes] = field(default_factory=set)
    digests: set[bytes] = field(default_factory=set)
    ids: set[bytes] = field(default_factory=set)


def learn(source: BinaryIO, doomed: Doomed, gone: Gone) -> None:
    """Read from the records that have to go what other records may say of them."""
    for member in _members(source):
        offset = member.offset
        if offset in doomed.nameless:
            _add(gone.addresses, member.header(b"warc-target-uri"))
            _add(gone.ids, member.header(b"warc-record-id"))
        if offset in doomed.payloads:
            _add(gone.digests, member.header(b"warc-payload-digest"))


def touches(source: BinaryIO, gone: Gone) -> bool:
    """Say whether a record of a file tells of one that goes from another."""
    nothing = Doomed(payloads={}, records=frozenset(), nameless=frozenset())
    return any(
        _goes(member, nothing, gone) or any(_value(line) in gone.addresses for line in member.lines())
        for member in _members(source)
    )


def rewrite(  # noqa: PLR0913, PLR0917 - from where, to where, what goes, and who is told
    source: BinaryIO,
    out: BinaryIO,
    doomed: Doomed,
    gone: Gone,
    at: datetime,
    told: Callable[[int], None] = lambda _read: None,
) -> Rewritten:
    """Write ``source`` to ``out`` without what is doomed; ``told`` is called with the bytes read.

    Where bytes go that rows refer to, a metadata record says so: of which erasure, and when.
    """
    done = Rewritten()
    position = 0
    for member in _members(source):
        told(member.offset + member.length)
        if member.offset in doomed.payloads:
            payload_id, erasure_id = doomed.payloads[member.offset]
            position += _bury(out, done, payload_id, erasure_id, position, at)
            continue
        if _goes(member, doomed, gone):
            continue
        length = _copy(source, member, out, gone)
        done.moves[member.offset] = (position, length)
        position += length
    for payload_id, erasure_id in doomed.payloads.values():
        if payload_id not in done.tombstones:  # its record was not where the rows said
            position += _bury(out, done, payload_id, erasure_id, position, at)
    return done


def _goes(member: _Member, doomed: Doomed, gone: Gone) -> bool:
    if member.offset in doomed.records:
        return True
    kind = member.header(b"warc-type")
    if kind == b"revisit":
        same_bytes = member.header(b"warc-payload-digest") in gone.digests
        return same_bytes or member.header(b"warc-target-uri") in gone.addresses
    if kind == b"request":
        answered = member.header(b"warc-concurrent-to") in gone.ids
        return answered or member.header(b"warc-target-uri") in gone.addresses
    return False


def _bury(  # noqa: PLR0913, PLR0917 - a tombstone's place and what it stands for
    out: BinaryIO, done: Rewritten, payload_id: int, erasure_id: int, position: int, at: datetime
) -> int:
    record, block = warc_record.of_erasure(payload_id, erasure_id, at)
    out.write(record)
    done.tombstones[payload_id] = Tombstone(
        offset=position,
        length=len(record),
        sha256=hashlib.sha256(block).hexdigest(),
        sha1_base32=b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode(),
        size=len(block),
    )
    return len(record)


def _copy(source: BinaryIO, member: _Member, out: BinaryIO, gone: Gone) -> int:
    """Copy a member as it is; one whose headers name an erased address loses that address."""
    source.seek(member.offset)
    data = source.read(member.length)
    lines = member.lines()
    if any(_value(line) in gone.addresses for line in lines):
        record = zlib.decompress(data, zlib.MAX_WBITS | 16)
        rest = record.partition(b"\r\n\r\n")[2]
        named = [_renamed(line) if _value(line) in gone.addresses else line for line in lines]
        whole = b"\r\n".join(named) + b"\r\n\r\n" + rest
        data = zlib.compress(whole, level=6, wbits=zlib.MAX_WBITS | 16)
    out.write(data)
    return len(data)


def _value(line: bytes) -> bytes:
    return line.partition(b":")[2].strip().strip(b"<>")


def _renamed(line: bytes) -> bytes:
    return line.partition(b":")[0] + b": " + NAMELESS


def _members(source: BinaryIO) -> Iterator[_Member]:
    """Give the gzip members of a file with the beginning of what each holds; reads from its start."""
    start = position = 0
    source.seek(0)
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    head = b""
    rest = b""
    while chunk := rest or source.read(CHUNK):
        rest = b""
        out = inflate.decompress(chunk, CHUNK)
        if len(head) < HEAD:
            head += out[: HEAD - len(head)]
        while not inflate.eof and (inflate.unconsumed_tail or len(out) == CHUNK):
            out = inflate.decompress(inflate.unconsumed_tail, CHUNK)
        position += len(chunk) - len(inflate.unused_data)
        if inflate.eof:
            rest = inflate.unused_data
            at = source.tell()
            yield _Member(start, position - start, head)
            source.seek(at)  # whoever took the member may have read elsewhere
            start, head = position, b""
            inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)


def _add(found: set[bytes], value: bytes | None) -> None:
    if value:
        found.add(value)
