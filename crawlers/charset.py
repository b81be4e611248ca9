"""From bytes to text: what is declared is only believed when the bytes bear it out."""

import codecs
import re
import zlib
from typing import NamedTuple

from charset_normalizer import from_bytes
from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

from core.errors import PageError
from core.records import Reason
from core.text import storable

MAX_BYTES = 10 * 1024 * 1024  # after decompression; the limit of the bad inputs
_GZIP = b"\x1f\x8b"
_HIGH = re.compile(rb"[\x80-\xff]")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")  # a surrogate half written as UTF-8
_CUT_SEQUENCE = re.compile(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})\Z")
# The first declaration in the first kilobytes: browsers look at 1,024 bytes, old pages need more.
_META = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,500}?(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]+)"""
)
_META_BYTES = 4096
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_GUESS_BYTES = 64 * 1024  # what the guesser reads: its cost grows with it
_FEW = 20  # one high byte in so many is European prose; more is another script


class Decoded(NamedTuple):
    """A body's text without what cannot be stored, its encoding, and what was odd."""

    text: str
    encoding: str
    warnings: tuple[str, ...]


def _single_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", errors="replace"), error.end


codecs.register_error("cuttings-cp1252", _single_bytes)


def gunzipped(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Give a body that is still gzip once unpacked, at most ``MAX_BYTES`` of it, with warnings.

    Servers that compress twice leave one gzip after the transfer's own is undone. Raises
    PageError TOO_LARGE for a bomb, UNREADABLE where nothing unpacks.
    """
    if not body.startswith(_GZIP):
        return body, ()
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise PageError(Reason.UNREADABLE, f"the body is a broken gzip: {error}") from error
    if len(unpacked) > MAX_BYTES:
        raise PageError(Reason.TOO_LARGE, f"the gzip body unpacks to more than {MAX_BYTES} bytes")
    cut = () if unpacker.eof else ("the gzip body is cut short",)
    return unpacked, ("the body was compressed twice", *cut)


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Give the text of a page's bytes; never fails, says in ``warnings`` what it had to overrule.

    Order: byte-order mark, HTTP charset, charset in the page, then proof: bytes that are not what
    is declared are read as what they are (UTF-8 or cp1252). Labels mean what browsers take them
    for: latin-1 is cp1252.
    """
    encoding, mark = read_bom(body)
    warnings: list[str] = []
    if encoding and mark:
        text = body[len(mark) :].decode(encoding, errors="replace")
    else:
        body, warnings = _without_surrogates(body)
        declared = _declared(body, content_type)
        text, encoding, odd = _proven(body, declared)
        warnings += odd
    kept = text if _is_clean(text) else storable(text)
    if len(kept) < len(text):
        warnings.append(f"{len(text) - len(kept)} characters that cannot be stored were left out")
    return Decoded(kept, encoding, tuple(warnings))


def _is_clean(text: str) -> bool:
    """Say whether :func:`core.text.storable` would change nothing, far faster for ordinary text."""
    written = text.encode("utf-8", errors="surrogatepass")
    if len(written.translate(None, _CONTROLS)) < len(written):
        return False
    if text.isascii():
        return True
    return (
        codecs.BOM_UTF8 not in written
        and not (b"\xc2" in written and _C1.search(written))
        and not (b"\xed" in written and _SURROGATE.search(written))
    )


def _without_surrogates(body: bytes) -> tuple[bytes, list[str]]:
    if b"\xed" not in body or not _SURROGATE.search(body):
        return body, []
    whole, number = _SURROGATE.subn(b"", body)
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        return body, []  # not UTF-8 at all: the bytes are something else
    return whole, [f"{number} lone surrogates were left out"]


def _declared(body: bytes, content_type: str | None) -> str | None:
    label: str | None = http_content_type_encoding(content_type)
    if not label and (meta := _META.search(body[:_META_BYTES].lower())):
        label = meta[1].decode("ascii")
    encoding = resolve_encoding(label) if label else None
    # A label that the bytes themselves contradict: markup in ASCII is never UTF-16.
    return "utf-8" if encoding and encoding.startswith(("utf-16", "utf-32")) else encoding


def _proven(body: bytes, declared: str | None) -> tuple[str, str, list[str]]:
    if body.isascii() and (declared is None or "2022" not in declared):
        return body.decode("ascii", errors="replace"), declared or "utf-8", []
    cut = _CUT_SEQUENCE.search(body, max(0, len(body) - 3))
    try:
        text = (body[: cut.start()] if cut else body).decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, declared)
    if declared in {None, "utf-8"}:
        return text, "utf-8", ["the page ends within a character"] if cut else []
    if cut or not _looks_multibyte(body):  # a cp1252 text may end in a letter that opens a sequence
        return _not_utf8(body, declared)
    return text, "utf-8", [f"declared {declared}, but the bytes are UTF-8"]


def _looks_multibyte(body: bytes) -> bool:
    return _UTF8_SEQUENCE.search(body) is not None


def _not_utf8(body: bytes, declared: str | None) -> tuple[str, str, list[str]]:
    if declared == "utf-8":
        return _false_utf8(body)
    encoding = declared or _guess(body)
    odd = [] if declared else [f"no charset declared; read as {encoding}"]
    try:
        return body.decode(encoding), encoding, odd
    except UnicodeDecodeError:
        odd.append(f"some bytes are not {encoding}; a replacement character stands for each")
    except LookupError:
        odd.append(f"declared {encoding}, which is no charset; read as cp1252")
        encoding = "cp1252"
    return body.decode(encoding, errors="replace"), encoding, odd


def _false_utf8(body: bytes) -> tuple[str, str, list[str]]:
    sequences = len(_UTF8_SEQUENCE.findall(body))
    strays = len(_HIGH.findall(_UTF8_SEQUENCE.sub(b"", body)))
    if sequences > strays:
        text = body.decode("utf-8", errors="cuttings-cp1252")
        return text, "utf-8", [f"declared utf-8, but {strays} bytes are not; read as cp1252 each"]
    text = body.decode("cp1252", errors="replace")
    return text, "cp1252", ["declared utf-8, but the bytes are not; read as cp1252"]


def _guess(body: bytes) -> str:
    high = len(_HIGH.findall(body))
    if high * _FEW < len(body):
        return "cp1252"
    best = from_bytes(body[:_GUESS_BYTES]).best()
    return best.encoding if best else "cp1252"
