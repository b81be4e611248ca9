"""What archives list: captures staged, judged, fetched and observed, in batches."""

from db.mementos.counting import Counts, counts
from db.mementos.grouping import groups
from db.mementos.judging import judge
from db.mementos.knowledge import Knowledge, known
from db.mementos.listing import QueryState, ask_again, put, query_state
from db.mementos.settling import settle
from db.mementos.staged import ALL, Judged, Listed, Settled, Wanted
from db.mementos.turns import EMPTY_BODY, likes, to_fetch, to_observe

__all__ = [
    "ALL",
    "EMPTY_BODY",
    "Counts",
    "Judged",
    "Knowledge",
    "Listed",
    "QueryState",
    "Settled",
    "Wanted",
    "ask_again",
    "counts",
    "groups",
    "judge",
    "known",
    "likes",
    "put",
    "query_state",
    "settle",
    "to_fetch",
    "to_observe",
]
