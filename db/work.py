"""What every step of storing one batch works with."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from core import urls
from core.records import FetchAttempt
from core.text import storable
from db import rows
from db.models import Url, table

KEPT_BYTES = 1_900  # of an over-long address: with its hash it stays under what an index takes


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """One batch's transaction, whose it is, and when it was begun (aware UTC)."""

    connection: Connection
    run_id: int
    outlet_id: int
    outlet: str
    pseudonym_key: bytes
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """An attempt as stored; ``capture_id`` is None when it brought no bytes, ``fresh`` for new bytes."""

    attempt: FetchAttempt
    url_id: int
    capture_id: int | None
    fresh: bool


def url_ids(work: Work, addresses: Collection[str]) -> dict[str, int]:
    """Give the ids of addresses, by the address as given; those never met before are made."""
    kept = {address: kept_address(address) for address in addresses}

    def make(url: str) -> rows.Values:
        return {
            "url": url,
            "address_key": key_of(urls.address_key, url),
            "url_key": key_of(urls.url_key, url),
            "first_seen_at": work.now,
        }

    ids = rows.numbered(work.connection, table(Url), "url", kept.values(), make)
    return {address: ids[url] for address, url in kept.items()}


def kept_address(address: str) -> str:
    """Give the address, or for one that no index takes its beginning and a hash of the whole."""
    plain = storable(address)
    encoded = plain.encode()
    if len(encoded) <= urls.MAX_URL_LENGTH:
        return plain
    return encoded[:KEPT_BYTES].decode(errors="ignore") + "#" + sha256(encoded).hexdigest()


def key_of(make: Callable[[str], str], url: str) -> str:
    """Give the key of an address, which for one that cannot be parsed is itself."""
    try:
        return make(url)
    except ValueError:  # a port or a host that cannot be: it meets no other spelling
        return url
