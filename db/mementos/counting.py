"""How many captures an archive lists of an outlet, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, distinct, func, select

from core.records import Via
from db.mementos.staged import ALL, MEMENTO, Wanted
from db.words import Choice, MementoState


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """The listed captures of an outlet by their state; states and choices without any are left out.

    ``chosen`` counts those still to be fetched by why, ``chosen_bytes`` is what they take in the archive
    as far as it says; ``lacking`` counts those that cannot be had by the word for why.
    """

    states: Mapping[MementoState, int]
    chosen: Mapping[Choice, int]
    chosen_bytes: int
    lacking: Mapping[str, int]
    addresses: int
    first: datetime | None
    last: datetime | None

    def of(self, state: MementoState) -> int:
        """Give how many are in a state."""
        return self.states.get(state, 0)


def counts(engine: Engine, outlet_id: int, via: Via, wanted: Wanted = ALL) -> Counts:
    """Count what one kind of archive lists of an outlet, of what is wanted; instants are aware UTC."""
    own = (MEMENTO.c.outlet_id == outlet_id, MEMENTO.c.via == via.value, wanted.where())
    number = func.count()
    is_chosen = MEMENTO.c.state == MementoState.CHOSEN.value
    is_lacking = MEMENTO.c.state == MementoState.LACKING.value
    detail = func.coalesce(MEMENTO.c.detail, "")
    with engine.connect() as connection:
        states = connection.execute(
            select(MEMENTO.c.state, number).where(*own).group_by(MEMENTO.c.state)
        ).all()
        chosen = connection.execute(
            select(MEMENTO.c.choice, number, func.sum(MEMENTO.c.length))
            .where(*own, is_chosen)
            .group_by(MEMENTO.c.choice)
        ).all()
        lacking = connection.execute(select(detail, number).where(*own, is_lacking).group_by(detail)).all()
        whole = connection.execute(
            select(
                func.count(distinct(MEMENTO.c.address_key)),
                func.min(MEMENTO.c.archived_at),
                func.max(MEMENTO.c.archived_at),
            ).where(*own)
        ).one()
    return Counts(
        states={MementoState(row[0]): row[1] for row in states},
        chosen={Choice(row[0]): row[1] for row in chosen if row[0]},
        chosen_bytes=int(sum(row[2] or 0 for row in chosen)),
        lacking={row[0]: row[1] for row in lacking},
        addresses=whole[0],
        first=whole[1],
        last=whole[2],
    )
