"""Which bytes of a replayed answer are the outlet's: the layers of gzip an archive adds or leaves."""

import hashlib
import zlib
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass

from crawlers.archives.asking import OversizeError, Reply

GZIP = b"\x1f\x8b"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_LAYERS = 3  # an outlet's own, the archive's, and the server's in front of it
_PACKED_KINDS = ("application/gzip", "application/x-gzip", "application/x-tar", "application/octet-stream")
_NAMES = frozenset({"", "gzip", "x-gzip", "identity"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Payload:
    """A body with the content encoding it is in, None for plain.

    ``verified`` says whether it is the body whose digest was asked for, None where none was.
    """

    body: bytes
    encoding: str | None
    verified: bool | None


def digest(body: bytes) -> str:
    """Give the base32 SHA-1 of bytes, as indexes state it."""
    return b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def payload(
    wire: bytes, encodings: Iterable[str], *, kind: str | None, wanted: str, max_bytes: int
) -> Payload:
    """Give the outlet's body out of the bytes of an answer whose ``Content-Encoding`` values are given.

    It is the layer whose digest is the ``wanted`` one: bytes as the outlet served them. Without
    such a layer it is the plain one. What a header says is no guide (ARCHIVE-FACTS.md section 5.2:
    sent twice, once empty; a body squeezed twice): whatever begins like gzip and unpacks, is gzip,
    but for a ``kind`` of content that is packed by itself.
    Raises :class:`OversizeError` where it unpacks to more than ``max_bytes``.
    """
    names = [name.strip().lower() for value in encodings for name in value.split(",")]
    packed = (kind or "").partition(";")[0].strip().lower() in _PACKED_KINDS
    layers = [wire]
    while len(layers) <= _LAYERS and (inner := gunzip(layers[-1], max_bytes)) is not None:
        layers.append(inner)
    found = next((layer for layer in layers if digest(layer) == wanted), None) if wanted else None
    if found is None:
        said = sum(name in {"gzip", "x-gzip"} for name in names)
        found = layers[min(said, len(layers) - 1) if packed else -1]
        verified = False if wanted else None
    else:
        verified = True
    others = [] if found.lstrip(_BLANK).startswith(b"<") else [name for name in names if name not in _NAMES]
    encoding = "gzip" if found.startswith(GZIP) and not packed else others[-1] if others else None
    return Payload(body=found, encoding=encoding, verified=verified)


def gunzip(data: bytes, max_bytes: int) -> bytes | None:
    """Give what gzip bytes unpack to, None where they are none or are broken.

    Raises :class:`OversizeError` where that is more than ``max_bytes``.
    """
    if not data.startswith(GZIP):
        return None
    parts, left = [], max_bytes + 1
    while data.startswith(GZIP):
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(data, left)
        except zlib.error:
            return None
        parts.append(part)
        left -= len(part)
        if left <= 0:
            raise OversizeError(f"unpacks to over {max_bytes} bytes (CUTTINGS_MAX_BODY_BYTES)")
        if not member.eof:
            return None
        data = member.unused_data
    return b"".join(parts)


def text(reply: Reply, max_bytes: int) -> str:
    """Give the text of an answer of the archive's own; raise :class:`OversizeError` over ``max_bytes``."""
    body = gunzip(reply.body, max_bytes)
    return (reply.body if body is None else body).decode("utf-8", "replace")


def start(reply: Reply) -> str:
    """Give the first words of an answer that was not looked for, for a person."""
    return " ".join(reply.body[:200].decode("utf-8", "replace").split())
