"""What a response says of its use by archives and for text and data mining."""

import html
import re
import zlib
from collections.abc import Iterator

from core.records import Signal
from pipelines.exchange import Exchange

LOOKED_AT = 1 << 16  # bytes of a page in which its head ends
LONGEST = 500  # characters of a value
WORDS = frozenset({"noarchive", "nocache", "noai", "noimageai", "none"})
"""What robots directives say to archives and to learning machines; others speak to search engines alone."""
TDM = frozenset({"tdm-reservation", "tdm-policy"})
"""Of the W3C community group's TDMRep, 2024 (ARCHIVE-FACTS.md section 8)."""

_META = re.compile(rb"<meta\b[^>]*>", re.IGNORECASE)
_PAIR = re.compile(rb"""\b(name|content)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")


def signals_of(exchange: Exchange) -> tuple[Signal, ...]:
    """Give what the headers and the head of the page state, each name once for each place; mostly nothing."""
    found: dict[tuple[str, str], str] = {}
    for name, value in exchange.headers:
        _add(found, "header", name, value)
    for element in _META.findall(_head(exchange)):
        said = {key.lower(): value.strip(b"\"'") for key, value in _PAIR.findall(element)}
        if b"name" in said and b"content" in said:
            _add(found, "meta", said[b"name"], said[b"content"])
    return tuple(Signal(stated_in=place, name=name, value=value) for (place, name), value in found.items())


def _add(found: dict[tuple[str, str], str], place: str, name: bytes, value: bytes) -> None:
    key = name.decode("latin-1").strip().lower()
    told = html.unescape(value.decode("utf-8", "replace")).replace("\0", "").strip()[:LONGEST]
    robots = key in {"x-robots-tag", "robots"} and WORDS & set(_WORD.findall(told.lower()))
    if key in TDM or robots:
        before = found.get((place, key))
        found[place, key] = f"{before}, {told}" if before else told


def _head(exchange: Exchange) -> bytes:
    """Give the beginning of the page, unpacked; empty where it is in an encoding that takes a library."""
    coding = b"".join(_values(exchange, b"content-encoding")).strip().lower()
    kind = b"".join(_values(exchange, b"content-type")).lower()
    if b"html" not in kind:
        return b""
    if not coding or coding == b"identity":
        return exchange.body[:LOOKED_AT]
    if coding not in {b"gzip", b"x-gzip"}:
        return b""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(exchange.body, LOOKED_AT)
    except zlib.error:
        return b""


def _values(exchange: Exchange, wanted: bytes) -> Iterator[bytes]:
    return (value for name, value in exchange.headers if name.lower() == wanted)
