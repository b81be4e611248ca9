"""One request and its response as they went over the wire."""

from dataclasses import dataclass
from datetime import datetime

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """What a capture is made of; ``fetched_at`` is aware UTC, headers repeat as they were repeated.

    ``body`` is still content-encoded but no longer chunked: HTTP libraries undo the transfer
    encoding while reading. ``truncated`` is WARC's word for why it is not whole (``length``: our
    limit, ``disconnect``: the server hung up), None when it is. ``source`` is the address in a web
    archive, or the file, that the bytes were had from, None where the outlet itself gave them: of
    such an exchange there is no request, and ``fetched_at`` is when the archive asked the outlet.
    """

    url: str
    fetched_at: datetime
    method: str
    request_headers: Headers
    request_body: bytes = b""
    protocol: str = "HTTP/1.1"
    status: int
    headers: Headers
    body: bytes
    ip_address: str | None = None
    truncated: str | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """The capture that first brought a payload: what a revisit record refers to."""

    sha256: str
    url: str
    captured_at: datetime | None
