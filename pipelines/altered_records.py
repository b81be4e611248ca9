"""Our records, altered to stand alone in another file: revisits that refer elsewhere, or to nothing."""

import hashlib
import uuid
import zlib
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass

_END = b"\r\n\r\n"
_LEVEL = 6  # as the captures' own files (pipelines/warc_record.py)
_REFERENCE = ("WARC-Profile", "WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date")


@dataclass(frozen=True, kw_only=True, slots=True)
class Altered:
    """A record as one gzip member; being another record than the one it was made of, it has a new id."""

    member: bytes
    record_id: str


def made_whole(revisit: bytes, body: bytes) -> Altered:
    """Give the response record of which a revisit record tells: its own HTTP head, and the body."""
    fields, head = _parted(revisit)
    block = head + body
    digest = b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    for name in _REFERENCE:
        fields.pop(name, None)
    return _made(
        fields,
        {
            "WARC-Type": "response",
            "WARC-Block-Digest": f"sha1:{digest}",
            "Content-Type": "application/http; msgtype=response",
            "Content-Length": str(len(block)),
        },
        block,
    )


def referring_to(revisit: bytes, url: str, date: str) -> Altered:
    """Give the revisit record with another reference: the record of an address and its WARC-Date."""
    fields, head = _parted(revisit)
    fields.pop("WARC-Refers-To", None)
    return _made(fields, {"WARC-Refers-To-Target-URI": url, "WARC-Refers-To-Date": date}, head)


def concurrent_to(request: bytes, record_id: str) -> bytes:
    """Give the member of a request record that belongs to another response record than it did."""
    fields, block = _parted(request)
    return _made(fields, {"WARC-Concurrent-To": record_id}, block).member


def _parted(record: bytes) -> tuple[dict[str, str], bytes]:
    """Part a record into the fields of its head and its block; the first line is always the same."""
    head, _, rest = record.partition(_END)
    lines = head.decode("utf-8", "surrogateescape").split("\r\n")[1:]
    fields = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return fields, rest[: int(fields["Content-Length"])]


def _made(fields: Mapping[str, str], changes: Mapping[str, str], block: bytes) -> Altered:
    record_id = f"<{uuid.uuid4().urn}>"
    changed = {**fields, **changes, "WARC-Record-ID": record_id}
    lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in changed.items())]
    record = "\r\n".join(lines).encode("utf-8", "surrogateescape") + _END + block + _END
    return Altered(member=zlib.compress(record, level=_LEVEL, wbits=zlib.MAX_WBITS | 16), record_id=record_id)
