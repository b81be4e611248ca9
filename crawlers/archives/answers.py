"""An HTTP answer as WARC records hold it: its head, its body without chunks, its digest."""

import hashlib
import re
from base64 import b32encode
from dataclasses import dataclass

MAX_HEAD = 1 << 18  # bytes; servers and browsers take far less
_STATUS_LINE = re.compile(rb"(HTTP/\d(?:\.\d)?)[ \t]+(\d{3})(?![^ \t])")
_SIZE_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,12})[ \t]*(?:;[^\r\n]*)?\r?\n")
_ENDS = re.compile(rb"\r?\n\r?\n")
_BASE32 = re.compile(r"[A-Z2-7]{32}")
_HEX = re.compile(r"[0-9a-fA-F]{40}")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The head of an answer; header bytes are as they came."""

    protocol: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]

    def header(self, name: bytes) -> bytes:
        """Give the first header of a name in lower case, empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), b"")

    @property
    def chunked(self) -> bool:
        """Whether it says that the body came in chunks."""
        return b"chunked" in self.header(b"transfer-encoding").lower()

    @property
    def content_type(self) -> str | None:
        """The header's value, fit to be stored, None where there is none."""
        value = self.header(b"content-type").decode("latin-1")[:200]
        return "".join(letter for letter in value if letter.isprintable()).strip() or None


def parted(block: bytes) -> tuple[Head, bytes] | None:
    """Part the beginning of a block into head and body; None where no whole head of an answer begins it."""
    end = _ENDS.search(block, 0, MAX_HEAD)
    line = _STATUS_LINE.match(block)
    if not end or not line:
        return None
    headers: list[tuple[bytes, bytes]] = []
    for text in block[: end.start()].splitlines()[1:]:
        if text[:1] in {b" ", b"\t"} and headers:  # a folded line, of old servers
            headers[-1] = (headers[-1][0], headers[-1][1] + b" " + text.strip())
            continue
        name, colon, value = text.partition(b":")
        if colon and name.strip():
            headers.append((name.strip(), value.strip().replace(b"\0", b"")))
    head = Head(protocol=line[1].decode(), status=int(line[2]), headers=tuple(headers))
    return head, block[end.end() :]


def dechunked(body: bytes) -> bytes | None:
    """Give a body without its chunks, what there is of one cut off; None where it never had any."""
    pieces: list[bytes] = []
    at = 0
    while line := _SIZE_LINE.match(body, at):
        size = int(line[1], 16)
        if not size:
            return b"".join(pieces)
        pieces.append(body[line.end() : line.end() + size])
        at = line.end() + size
        if at >= len(body):
            return b"".join(pieces)
        at += 2 if body.startswith(b"\r\n", at) else 1
    if pieces and at >= len(body):  # cut off between two chunks
        return b"".join(pieces)
    return None


def fitting(head: Head, body: bytes, *, dechunked: bool = False) -> tuple[tuple[bytes, bytes], ...]:
    """Give headers that fit the body: those that lie are kept as ``X-Crawler-…``, as Common Crawl does."""
    lying = set()
    if dechunked or head.chunked:
        lying.add(b"transfer-encoding")
    encoding = head.header(b"content-encoding").strip().lower()
    if encoding in {b"gzip", b"x-gzip"} and body and not body.startswith(_GZIP):
        lying.add(b"content-encoding")
    length = head.header(b"content-length").strip()
    if length and length != str(len(body)).encode():
        lying.add(b"content-length")
    return tuple((b"X-Crawler-" + k if k.lower() in lying else k, v) for k, v in head.headers)


def sha1(data: bytes) -> str:
    """Give the digest of a payload as web archives write it: SHA-1 in base32."""
    return b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def stated_digest(text: str) -> str:
    """Give the base32 SHA-1 that a WARC digest states (in base32 or hexadecimal), empty for any other."""
    algorithm, _, value = text.strip().partition(":")
    if algorithm.lower() not in {"sha1", "sha-1"}:
        return ""
    if _HEX.fullmatch(value):
        return b32encode(bytes.fromhex(value)).decode()
    value = value.upper()
    return value if _BASE32.fullmatch(value) else ""
