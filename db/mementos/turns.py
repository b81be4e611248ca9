"""Which listed captures are fetched next, and which can be told without fetching."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, or_

from core.records import Via
from db import rows
from db.mementos.staged import ALL, MEMENTO, Listed, Wanted, listed, listed_rows
from db.words import MementoState

PAGE = 500  # rows asked for at once
EMPTY_BODY = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
"""The digest of no bytes at all, base32 of SHA-1 (ARCHIVE-FACTS.md section 5.1)."""

_WAITING = (MementoState.SPARED.value, MementoState.LISTED.value)
_HUNDRED = 100


def to_fetch(
    engine: Engine, outlet_id: int, via: Via, wanted: Wanted = ALL, *, limit: int | None = None
) -> Iterator[Listed]:
    """Give the chosen captures that are wanted, those that tell most first; ``limit`` is the most given.

    Each is given once; what its taker leaves chosen comes again with the next call. No transaction is
    open between two of them.
    """
    chosen = and_(MEMENTO.c.state == MementoState.CHOSEN.value, wanted.where())
    return _by_rank(engine, _of(outlet_id, via, chosen), limit)


def to_observe(engine: Engine, outlet_id: int, via: Via) -> Iterator[Listed]:
    """Give the captures judged to be known without fetching them, of which no run stored anything yet.

    They are absences, or have the ``sha256`` of bytes that are held. As :func:`to_fetch`.
    """
    judged = and_(MEMENTO.c.state == MementoState.OBSERVED.value, MEMENTO.c.run_id.is_(None))
    return _by_rank(engine, _of(outlet_id, via, judged), None)


def likes(engine: Engine, outlet_id: int, via: Via, fetched: Sequence[Listed]) -> dict[int, list[Listed]]:
    """Give for each fetched capture, by its id, those of its address that showed the same bytes.

    Only those that are to be told now: neither fetched themselves nor observed. A digest that is not
    stated, or is that of no bytes, makes none alike.
    """
    wanted: dict[tuple[str, str], Listed] = {}
    for one in fetched:
        if one.memento.digest not in {"", EMPTY_BODY}:
            wanted.setdefault((one.address_key, one.memento.digest), one)
    query = (
        listed_rows()
        .where(_of(outlet_id, via, MEMENTO.c.state.in_(_WAITING)))
        .where(MEMENTO.c.digest.in_({digest for _, digest in wanted}))
        .order_by(MEMENTO.c.archived_at, MEMENTO.c.id)
    )
    found: dict[int, list[Listed]] = defaultdict(list)
    with engine.connect() as connection:
        for row in rows.among(connection, query, MEMENTO.c.address_key, {key for key, _ in wanted}):
            like = wanted.get((row.address_key, row.digest))
            if like is not None and row.id != like.id and _same_kind(row.status, like.memento.status):
                found[like.id].append(listed(row))
    return dict(found)


def _same_kind(status: int | None, other: int | None) -> bool:
    return status is None or other is None or status // _HUNDRED == other // _HUNDRED


def _of(outlet_id: int, via: Via, wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(MEMENTO.c.outlet_id == outlet_id, MEMENTO.c.via == via.value, wanted)


def _by_rank(engine: Engine, wanted: ColumnElement[bool], limit: int | None) -> Iterator[Listed]:
    query = listed_rows().where(wanted).order_by(MEMENTO.c.rank, MEMENTO.c.id)
    given, after = 0, None
    while limit is None or given < limit:
        size = PAGE if limit is None else min(PAGE, limit - given)
        page = query if after is None else query.where(_behind(after))
        with engine.connect() as connection:
            found = connection.execute(page.limit(size)).all()
        yield from map(listed, found)
        given += len(found)
        if len(found) < size:
            return
        after = found[-1]


def _behind(row: Any) -> ColumnElement[bool]:
    rank, number = MEMENTO.c.rank, MEMENTO.c.id
    return and_(rank >= row.rank, or_(rank > row.rank, number > row.id))
