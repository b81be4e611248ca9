"""What crosses from web archives to the store: what an archive says it holds, and what it gave."""

from dataclasses import dataclass
from datetime import datetime

from core.records import Via


@dataclass(frozen=True, kw_only=True, slots=True)
class Memento:
    """One capture that an archive lists in its index (RFC 7089's word for it), not yet asked for.

    ``url`` is the address as the archive spells it, ``archived_at`` aware UTC; ``archive`` names what
    holds it (``wayback``, ``CC-MAIN-2018-25``, the path of a WARC file or folder) and ``place`` where
    in it, in a form only that archive's client reads. ``digest`` is the base32 SHA-1 that the index
    states, empty where it states none; ``status`` and ``content_type`` are None where it says nothing
    (a revisit); ``length`` is the size in bytes of the archive's record, compressed, as far as stated.
    """

    via: Via
    archive: str
    url: str
    archived_at: datetime
    place: str
    digest: str = ""
    status: int | None = None
    content_type: str | None = None
    length: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """One question to an archive's index: all it holds under ``scope`` (a host, a crawl's host, a file)."""

    via: Via
    archive: str
    scope: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One page of an index's answer; ``cursor`` is where to go on, None at the end.

    ``refused`` are rows that no reader can make sense of, each as a sentence with where it stands.
    """

    mementos: tuple[Memento, ...]
    cursor: str | None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Archived:
    """What an archive gave for a memento: the outlet's answer as it was captured.

    ``headers`` are the outlet's own; ``body`` fits them: content-encoded where they say so, else
    plain, never chunked. ``source`` is the address it was had from, for the WARC record
    (``WARC-Source-URI``). ``verified`` says whether the body is the one whose digest the index
    states, None where that cannot be said (no digest, or the archive undid the content encoding).
    ``truncated`` is WARC's word for why the body is not whole, None when it is.
    """

    memento: Memento
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    source: str
    protocol: str = "HTTP/1.1"
    ip_address: str | None = None
    verified: bool | None = None
    truncated: str | None = None

    def header(self, name: str) -> str | None:
        """Give the first header of a name, case ignored."""
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), None)
