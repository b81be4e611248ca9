"""Answers of archives' indexes, taken in page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select, update

from core import mementos, urls
from core.mementos import Listing, Query
from core.records import Via
from core.text import storable
from db import rows
from db.engine import writing
from db.mementos import spellings
from db.mementos.staged import MEMENTO
from db.models import IndexQuery, table
from db.words import MementoState
from db.work import kept_address, key_of

QUERY = table(IndexQuery)


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryState:
    """How far a question is answered: ``cursor`` is where to go on, ``done_at`` when it was whole.

    ``listed`` counts the rows it brought, repeated ones left out; instants are aware UTC.
    """

    cursor: str | None
    listed: int
    refused: int
    started_at: datetime
    advanced_at: datetime
    done_at: datetime | None


def put(engine: Engine, outlet_id: int, query: Query, listing: Listing, *, at: datetime) -> int:
    """Store a page of an answer and where the next one begins; give how many of its rows are new.

    Rows met before, in this answer or another, are left as they are. ``at`` is aware UTC.
    """
    entries = [_entry(outlet_id, memento) for memento in listing.mementos]
    with writing(engine) as connection:
        new = rows.put_new(connection, MEMENTO, entries)
        spellings.remember(connection, (str(entry["url"]) for entry in entries), at)
        _begin(connection, outlet_id, query, at)
        connection.execute(
            update(QUERY)
            .where(*_is(outlet_id, query))
            .values(
                cursor=listing.cursor,
                listed=QUERY.c.listed + new,
                refused=QUERY.c.refused + len(listing.refused),
                advanced_at=at,
                done_at=at if listing.cursor is None else None,
            )
        )
    return new


def query_state(engine: Engine, outlet_id: int, query: Query) -> QueryState | None:
    """Give how far a question is answered, None if it was never asked."""
    wanted = select(*(QUERY.c[name] for name in QueryState.__dataclass_fields__))
    with engine.connect() as connection:
        found = connection.execute(wanted.where(*_is(outlet_id, query))).one_or_none()
    return QueryState(**found._asdict()) if found else None


def ask_again(engine: Engine, outlet_id: int, via: Via) -> None:
    """Let all the questions to one kind of archive be asked from their beginning; rows stay.

    What could not be had is judged anew: it may be had by now.
    """
    asked = update(QUERY).where(QUERY.c.outlet_id == outlet_id, QUERY.c.via == via.value)
    lacking = update(MEMENTO).where(
        MEMENTO.c.outlet_id == outlet_id,
        MEMENTO.c.via == via.value,
        MEMENTO.c.state == MementoState.LACKING.value,
    )
    with writing(engine) as connection:
        connection.execute(asked.values(cursor=None, done_at=None, refused=0))
        connection.execute(
            lacking.values(state=MementoState.LISTED.value, choice=None, rank=0, run_id=None, detail=None)
        )


def _begin(connection: Connection, outlet_id: int, query: Query, at: datetime) -> None:
    """Make the question's row, if it was never asked."""
    begun = {
        "outlet_id": outlet_id,
        "via": query.via.value,
        "archive": query.archive,
        "scope": query.scope,
        "listed": 0,
        "refused": 0,
        "started_at": at,
        "advanced_at": at,
    }
    rows.put_missing(connection, QUERY, [begun])


def _is(outlet_id: int, query: Query) -> Sequence[rows.Condition]:
    return (
        QUERY.c.outlet_id == outlet_id,
        QUERY.c.via == query.via.value,
        QUERY.c.archive == query.archive,
        QUERY.c.scope == query.scope,
    )


def _entry(outlet_id: int, memento: mementos.Memento) -> rows.Values:
    url = kept_address(memento.url)
    return {
        "outlet_id": outlet_id,
        "via": memento.via.value,
        "archive": storable(memento.archive),
        "url": url,
        "address_key": key_of(urls.address_key, url),
        "archived_at": memento.archived_at,
        "place": storable(memento.place),
        "digest": storable(memento.digest),
        "status": memento.status,
        "content_type": storable(memento.content_type) if memento.content_type else None,
        "length": memento.length,
        "state": MementoState.LISTED.value,
        "rank": 0,
    }
