"""The bytes of a kept capture, out of its WARC record, and unpacked as a crawl unpacks them."""

import hashlib
from contextlib import redirect_stderr
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import WARCIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeadersParserException

from core.errors import CuttingsError, PageError
from core.records import Reason
from pipelines.exchange import Headers
from pipelines.warc import locate

_BROKEN = (ArchiveLoadFailed, EOFError, StatusAndHeadersParserException, StopIteration, ValueError)


class Damage(StrEnum):
    """Why the bytes of a capture cannot be had."""

    NO_FILE = "no_file"  # the WARC file is missing, or cannot be opened
    NO_RECORD = "no_record"  # where the record should begin there is none, or half of one
    OTHER_BYTES = "other_bytes"  # the record's bytes are not those that were captured


class DamagedCaptureError(CuttingsError):
    """The bytes of a capture are lost; ``damage`` is the word to count it under."""

    def __init__(self, damage: str, warc_file: str, detail: str) -> None:
        """Keep the word, the file below the home, and what is wrong for a person."""
        super().__init__(f"{warc_file}: {detail}")
        self.damage = Damage(damage)
        self.warc_file = warc_file
        self.detail = detail

    def __reduce__(self) -> tuple[type["DamagedCaptureError"], tuple[str, str, str]]:
        """Cross from a reading process whole."""
        return type(self), (self.damage.value, self.warc_file, self.detail)


@dataclass(frozen=True, kw_only=True, slots=True)
class Payload:
    """What a response record holds: the body as served, content encoding included, with its headers.

    ``truncated`` is WARC's word for why it is not whole (``length``, ``disconnect``), None when it is.
    """

    url: str
    status: int
    headers: Headers
    body: bytes
    truncated: str | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 over the body as served, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def content_type(self) -> str | None:
        """The whole header value, None where there was none."""
        return next((v.decode("latin-1") for k, v in self.headers if k.lower() == b"content-type"), None)


def read_payload(home: Path, warc_file: str, offset: int) -> Payload:
    """Give what the response record at ``offset`` bytes of a WARC file below ``home`` holds.

    Raises :class:`DamagedCaptureError` where there is no such record; the caller compares the digest.
    """
    path = locate(home, warc_file)
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return _payload(file, warc_file, offset)
    except OSError as error:
        raise DamagedCaptureError(Damage.NO_FILE, warc_file, error.strerror or str(error)) from error


def unpacked(payload: Payload, max_bytes: int) -> bytes:
    """Give the body as a crawl's readers get it, its content encoding undone where Scrapy knows it.

    Raises :class:`PageError` where a crawl would: for a body that is not whole, that unpacks to more
    than ``max_bytes`` bytes, or that is not in the encoding its header names.
    """
    if payload.truncated == "length":
        raise PageError(Reason.TOO_LARGE, "the body was cut off at the size limit")
    if payload.truncated:
        raise PageError(Reason.UNREADABLE, "the server hung up before the page was whole")
    headers = _named(payload.headers)
    if b"content-encoding" not in headers:
        return payload.body
    from pipelines.unpacking import unpack  # Scrapy takes half a second to import

    return unpack(payload.body, headers, max_bytes)


def _named(headers: Headers) -> dict[bytes, list[bytes]]:
    named: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        named.setdefault(name.lower(), []).append(value)
    return named


def _payload(file: BinaryIO, warc_file: str, offset: int) -> Payload:
    try:
        with redirect_stderr(StringIO()):  # warcio prints what it stumbles over
            record = next(WARCIterator(file))
            body = record.raw_stream.read()
    except _BROKEN as error:
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        raise DamagedCaptureError(Damage.NO_RECORD, warc_file, f"no record at {offset}: {said}") from error
    if record.rec_type != "response" or record.http_headers is None:
        told = f"the record at {offset} is a {record.rec_type} record, not a response"
        raise DamagedCaptureError(Damage.NO_RECORD, warc_file, told)
    return Payload(
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        status=_status(record),
        headers=tuple((_bytes(name), _bytes(value)) for name, value in record.http_headers.headers),
        body=body,
        truncated=record.rec_headers.get_header("WARC-Truncated"),
    )


def _status(record: ArcWarcRecord) -> int:
    code = record.http_headers.get_statuscode()
    return int(code) if code.isdecimal() else 200


def _bytes(text: str) -> bytes:
    """Give a header's bytes; warcio reads them as UTF-8 where they are, else as Latin-1."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()
