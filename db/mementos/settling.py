"""What runs made of listed captures, stored with the visits they stand for."""

from collections.abc import Sequence

from sqlalchemy import and_, select

from db import rows
from db.mementos.staged import MEMENTO, Settled
from db.words import MementoState
from db.work import Work


def settle(work: Work, settled: Sequence[Settled]) -> None:
    """Write what became of listed captures in a run; told twice, it is the same.

    Where one cannot be had, those that were spared because of it are judged anew: another one of
    them may be had.
    """
    entries = {
        one.memento_id: {
            "of": one.memento_id,
            "state": one.state.value,
            "sha256": one.sha256,
            "detail": one.detail,
            "run_id": work.run_id,
        }
        for one in settled
    }
    rows.alter(work.connection, MEMENTO, list(entries.values()))
    _judge_anew(work, [one.memento_id for one in settled if one.state is MementoState.LACKING])


def _judge_anew(work: Work, lacking: Sequence[int]) -> None:
    like = MEMENTO.alias()
    same = and_(
        like.c.outlet_id == MEMENTO.c.outlet_id,
        like.c.via == MEMENTO.c.via,
        like.c.address_key == MEMENTO.c.address_key,
        like.c.digest == MEMENTO.c.digest,
        like.c.state == MementoState.SPARED.value,
    )
    query = select(like.c.id).join_from(MEMENTO, like, same)
    spared = {row.id for row in rows.among(work.connection, query, MEMENTO.c.id, lacking)}
    entries = [{"of": number, "state": MementoState.LISTED.value} for number in sorted(spared)]
    rows.alter(work.connection, MEMENTO, entries)
