"""Listed captures address by address, however many there are."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, and_, func, or_, select

from core.records import Via
from db.mementos.staged import MEMENTO, Listed, listed, listed_rows
from db.words import MementoState

PAGE = 2_000  # rows asked for at once
LARGEST = 20_000  # rows of one address given at once: an article has dozens, a listing page thousands


def groups(engine: Engine, outlet_id: int, via: Via, *, fresh_only: bool = True) -> Iterator[list[Listed]]:
    """Give the listed captures of each address, oldest first, in the order of the addresses' keys.

    With ``fresh_only`` only the addresses of which a row was not judged yet. No transaction is open
    between two of them, so that they can be judged meanwhile. An address with more than ``LARGEST``
    rows comes in parts of that many, each to be judged for itself: it may be fetched a little too
    often, and no more than that many rows are in memory.
    """
    for _, found in groupby(_in_order(engine, outlet_id, via, fresh_only=fresh_only), _address):
        for group in _parts(found):
            if not fresh_only or any(row.state is MementoState.LISTED for row in group):
                yield group


def _address(row: Listed) -> str:
    return row.address_key


def _parts(found: Iterator[Listed]) -> Iterator[list[Listed]]:
    group: list[Listed] = []
    for row in found:
        group.append(row)
        if len(group) == LARGEST:
            yield group
            group = []
    if group:
        yield group


def _in_order(engine: Engine, outlet_id: int, via: Via, *, fresh_only: bool) -> Iterator[Listed]:
    own = and_(MEMENTO.c.outlet_id == outlet_id, MEMENTO.c.via == via.value)
    order = (MEMENTO.c.address_key, MEMENTO.c.archived_at, MEMENTO.c.id)
    query = listed_rows().where(own).order_by(*order).limit(PAGE)
    if fresh_only:
        fresh = and_(own, MEMENTO.c.state == MementoState.LISTED.value)
        with engine.connect() as connection:
            first, last = connection.execute(
                select(func.min(MEMENTO.c.address_key), func.max(MEMENTO.c.address_key)).where(fresh)
            ).one()
        if first is None:
            return
        query = query.where(MEMENTO.c.address_key.between(first, last))
    after: Any = None
    while True:
        with engine.connect() as connection:
            page = connection.execute(query if after is None else query.where(_behind(after))).all()
        yield from map(listed, page)
        if len(page) < PAGE:
            return
        after = page[-1]


def _behind(row: Any) -> Any:
    """Say that a row comes after another one in the order of addresses, moments and numbers."""
    key, at, number = MEMENTO.c.address_key, MEMENTO.c.archived_at, MEMENTO.c.id
    later = or_(at > row.archived_at, and_(at == row.archived_at, number > row.id))
    # The first condition alone is what an index begins at.
    return and_(key >= row.address_key, or_(key > row.address_key, later))
