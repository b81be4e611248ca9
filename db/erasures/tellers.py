"""Which outlets' rows tell of addresses that nobody ever asked for: listings, links, announcements."""

from sqlalchemy import Connection, Text, cast, func, select

from core import urls
from db.models import Article, Extraction, Memento, Sighting, table
from db.work import key_of

ARTICLE, EXTRACTION = table(Article), table(Extraction)
MEMENTO, SIGHTING = table(Memento), table(Sighting)
AT_A_TIME = 1_000  # rows fetched of a running query

LINKED = cast(EXTRACTION.c.related, Text) != "[]"
"""The condition that a reading has links."""


def of_beginning(connection: Connection, key: str) -> set[int]:
    """Give the outlets with rows that tell of an address whose key begins so; goes through all readings."""
    begins = func.substr(MEMENTO.c.address_key, 1, len(key)) == key
    found = set(connection.execute(select(MEMENTO.c.outlet_id).where(begins).distinct()).scalars())
    linked = select(ARTICLE.c.outlet_id, EXTRACTION.c.related).join_from(
        EXTRACTION, ARTICLE, ARTICLE.c.id == EXTRACTION.c.article_id
    )
    options = {"yield_per": AT_A_TIME}
    for row in connection.execute(linked.where(LINKED), execution_options=options):
        if any(_key(link.get("url")).startswith(key) for link in row.related):
            found.add(row.outlet_id)
    guids = select(SIGHTING.c.outlet_id, SIGHTING.c.guid).where(SIGHTING.c.guid.contains("/"))
    for row in connection.execute(guids, execution_options=options):
        if _key(row.guid).startswith(key):
            found.add(row.outlet_id)
    return found


def _key(url: str | None) -> str:
    return key_of(urls.address_key, url) if url else ""
