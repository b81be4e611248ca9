"""Judgements on listed captures, written down."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Engine, Update, update

from db import rows
from db.engine import writing
from db.mementos.staged import MEMENTO, Judged

_JUDGED = ("state", "choice", "rank", "sha256")


def judge(engine: Engine, judged: Sequence[Judged]) -> None:
    """Write what was decided, in one transaction; what a run has settled already stays as it is."""
    entries = [
        {
            "of": one.memento_id,
            "state": one.state.value,
            "choice": one.choice.value if one.choice else None,
            "rank": one.rank,
            "sha256": one.sha256,
        }
        for one in judged
    ]
    if not entries:
        return
    with writing(engine) as connection:
        rows.many(connection, _judgement(at_once=rows.takes_arrays(connection)), entries)


@cache  # what is kept of a statement is kept by the statement
def _judgement(*, at_once: bool) -> Update:
    like = {"of": MEMENTO.c.id} | {name: MEMENTO.c[name] for name in _JUDGED}
    new = rows.given(like, at_once=at_once)
    return (
        update(MEMENTO)
        .where(MEMENTO.c.id == new["of"], MEMENTO.c.run_id.is_(None))
        .values({name: new[name] for name in _JUDGED})
    )
