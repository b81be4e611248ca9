"""Listed addresses with tracking parameters, which the views must know for spellings of others."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from core import urls
from db import rows
from db.mementos.staged import MEMENTO
from db.models import Url, table
from db.work import key_of

URL = table(Url)


def remember(connection: Connection, addresses: Iterable[str], at: datetime) -> None:
    """Take note of those among listed addresses that have tracking parameters; ``at`` is aware UTC.

    No SQL strips them off: only as rows of ``url`` they meet, by ``url_key``, the address without.
    """
    entries = [
        {"url": url, "address_key": exact, "url_key": without, "first_seen_at": at}
        for url, exact, without in ((url, *_keys(url)) for url in sorted(set(addresses)))
        if exact != without
    ]
    rows.put_missing(connection, URL, entries)


def remember_all(connection: Connection, outlet_id: int, at: datetime) -> None:
    """Take note of all that is listed of an outlet already; ``at`` is aware UTC."""
    query = select(MEMENTO.c.url).where(MEMENTO.c.outlet_id == outlet_id, MEMENTO.c.address_key.contains("?"))
    remember(connection, connection.execute(query.distinct()).scalars(), at)


def _keys(url: str) -> tuple[str, str]:
    return key_of(urls.address_key, url), key_of(urls.url_key, url)
