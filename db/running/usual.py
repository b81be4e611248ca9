"""What an outlet's crawls usually come to, to tell a crawl by that found far less."""

from collections.abc import Mapping
from statistics import median
from typing import Any

from sqlalchemy import Engine, select

from db.models import Outlet, Run, table
from db.words import Kind, Verdict

LOOKED_AT = 7  # like runs, the newest: as peers compare a job with its latest (OPS-FACTS.md section 3)
LEAST_RUNS = 4  # a first crawl finds everything, so one or two are no measure
LEAST_ARTICLES = 10  # below it a handful more or less is chance
_LOOKED_THROUGH = 50  # runs among which like ones are looked for
_SEEN = ("new", "changed", "cosmetic", "unchanged")
NARROWED = frozenset({"urls", "since", "until", "limit", "recheck", "everything"})
"""What an order (as in the run row) has where it asks for a part of the outlet only."""

OUTLET, RUN = table(Outlet), table(Run)


def usual_articles(engine: Engine, outlet: str, order: Mapping[str, Any]) -> float | None:
    """Give how many articles an outlet's latest crawls saw, their median.

    None where it is under ``LEAST_ARTICLES``, where too few were like this one, and where ``order`` (as
    in the run row) asks for a part of the outlet only.
    """
    if NARROWED & order.keys():
        return None
    query = (
        select(RUN.c.counts, RUN.c.order_json)
        .join(OUTLET, OUTLET.c.id == RUN.c.outlet_id)
        .where(OUTLET.c.key == outlet, RUN.c.kind == Kind.CRAWL.value)
        .where(RUN.c.verdict.in_([Verdict.OK.value, Verdict.PARTIAL.value, Verdict.EMPTY.value]))
        .order_by(RUN.c.id.desc())
        .limit(_LOOKED_THROUGH)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    asked = order.get("base_url")
    like = [
        sum((row.counts or {}).get(name, 0) for name in _SEEN)
        for row in rows
        if not NARROWED & (before := row.order_json or {}).keys() and before.get("base_url") == asked
    ][:LOOKED_AT]
    usual = median(like) if len(like) >= LEAST_RUNS else 0
    return usual if usual >= LEAST_ARTICLES else None
