"""One WARC 1.1 record as one gzip member, by warcio: response, revisit, request, warcinfo."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import datetime_to_iso_date
from warcio.warcwriter import WARCWriter

from pipelines.exchange import Earlier, Exchange, Headers

_VERSION = "WARC/1.1"
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_LEVEL = 6  # level 9 takes twice the time for one part in a hundred, measured on article pages


def of_exchange(exchange: Exchange, sha1_base32: str, repeats: Earlier | None) -> tuple[bytes, bytes]:
    """Give the members of the response and of its request; of an archive's capture there is no request.

    Where the payload ``repeats`` an earlier one the first is a revisit record, without the payload.
    """
    when = _date(exchange.fetched_at)
    headers = {
        "WARC-Date": when,
        "WARC-Payload-Digest": f"sha1:{sha1_base32}",
        "Content-Type": "application/http; msgtype=response",
    }
    if exchange.ip_address:
        headers["WARC-IP-Address"] = exchange.ip_address
    if exchange.source:
        headers["WARC-Source-URI"] = exchange.source  # as the IIPC's proposal of that field has it
    if exchange.truncated:
        headers["WARC-Truncated"] = exchange.truncated
    if repeats is not None:
        headers |= {"WARC-Profile": _PROFILE, "WARC-Refers-To-Target-URI": repeats.url}
        if repeats.captured_at is not None:
            headers["WARC-Refers-To-Date"] = _date(repeats.captured_at)
    block = exchange.body if repeats is None else b""
    kind = "response" if repeats is None else "revisit"
    response = _record(kind, headers, block, exchange.url, _response_head(exchange))
    if exchange.source:
        return _member(response), b""
    request = _request(exchange, when, response.rec_headers.get_header("WARC-Record-ID"))
    return _member(response), _member(request)


def of_file(name: str, about: Mapping[str, str], when: datetime) -> bytes:
    """Give the member that begins a file: what wrote it, for whom, by which rules."""
    headers = {"WARC-Date": _date(when), "Content-Type": "application/warc-fields", "WARC-Filename": name}
    fields = "".join(f"{key}: {value}\r\n" for key, value in about.items()).encode()
    return _member(_record("warcinfo", headers, fields))


def of_erasure(payload_id: int, erasure_id: int, when: datetime) -> tuple[bytes, bytes]:
    """Give the member that stands where erased bytes were, and its block; it names nothing of them."""
    fields = f"erasure: {erasure_id}\r\npayload: {payload_id}\r\nerased-at: {_date(when)}\r\n".encode()
    headers = {"WARC-Date": _date(when), "Content-Type": "application/warc-fields"}
    return _member(_record("metadata", headers, fields)), fields


def _response_head(exchange: Exchange) -> StatusAndHeaders:
    """Give the head as received, but for the reason: it is HTTP's own, since Scrapy drops the server's."""
    known = exchange.status in HTTPStatus._value2member_map_
    reason = HTTPStatus(exchange.status).phrase if known else ""
    protocol = exchange.protocol if exchange.protocol.startswith("HTTP/") else "HTTP/1.1"
    return _head(protocol, f"{exchange.status} {reason}".rstrip(), exchange.headers)


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


def _request(exchange: Exchange, when: str, response_id: str) -> ArcWarcRecord:
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


def _date(when: datetime) -> str:
    return str(datetime_to_iso_date(when.replace(tzinfo=None), use_micros=True))
