"""What an outlet's latest crawls brought, to be held against what it declares."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, func, or_, select

from db.models import Document, Extraction, Outlet, Run, table
from db.running.usual import NARROWED
from db.words import Kind, Reading, Verdict

WEEK = timedelta(days=7)
GAP = timedelta(days=2)  # without a crawl: what was published meanwhile may have come and gone unseen
LOOKED_AT = 500  # crawls that are looked through for articles read
_MET = [verdict.value for verdict in (Verdict.OK, Verdict.PARTIAL, Verdict.EMPTY, Verdict.HELD)]
_DAY = timedelta(days=1)  # of the outlet's zone, wherever it lies

DOCUMENT, EXTRACTION, OUTLET, RUN = table(Document), table(Extraction), table(Outlet), table(Run)


def articles_of_the_week(
    engine: Engine, outlet: str, order: Mapping[str, Any], at: datetime, enough: int
) -> int | None:
    """Give how many articles first read in the seven days up to an instant were published in them.

    One whose date nobody knows counts; nothing is counted beyond ``enough``. None where the outlet was not
    crawled all that time, the crawl of now apart: it is new here, or there is a gap of over ``GAP``; and
    where ``order`` (as in the run row) asks for a part of the outlet only.
    """
    if NARROWED & order.keys():
        return None
    with engine.connect() as connection:
        whole = _like(connection, outlet, order, RUN.c.started_at >= at - WEEK - GAP)
        times = [*sorted(row.started_at for row in whole), at]
        if times[0] > at - WEEK or any(later - earlier > GAP for earlier, later in pairwise(times)):
            return None
        new = RUN.c.counts["new"].as_integer()
        runs = (
            select(RUN.c.id)
            .join(OUTLET, OUTLET.c.id == RUN.c.outlet_id)
            .where(OUTLET.c.key == outlet, RUN.c.started_at >= at - WEEK)
            .where(or_(new.is_(None), new > 0))  # one under way or lost has no counts
            .order_by(RUN.c.started_at.desc())
        )
        first = (at - WEEK - _DAY).date()
        found = 0
        for run_id in connection.execute(runs).scalars().all():
            if found >= enough:
                break
            found += connection.execute(_PUBLISHED, {"run": run_id, "first": first}).scalar_one()
        return found


# A range: by its statistics SQLite would read the whole table where one run made most of it.
_PUBLISHED = (
    select(func.count())
    .select_from(EXTRACTION)
    .join(DOCUMENT, DOCUMENT.c.id == EXTRACTION.c.document_id)
    .where(EXTRACTION.c.run_id.between(bindparam("run"), bindparam("run")))
    .where(EXTRACTION.c.outcome == Reading.NEW.value)
    .where(or_(DOCUMENT.c.published_on.is_(None), DOCUMENT.c.published_on >= bindparam("first")))
)


def read_lately(engine: Engine, outlet: str, order: Mapping[str, Any], enough: int) -> tuple[int, int]:
    """Give how many articles the newest crawls like this one read, and how many of them had comments.

    Looks back until they are enough.
    """
    read = commented = 0
    with engine.connect() as connection:
        for row in _like(connection, outlet, order):
            if read >= enough:
                break
            counts = row.counts or {}
            read += counts.get("read", 0)
            commented += counts.get("with_comments", 0)
    return read, commented


def _like(
    connection: Connection, outlet: str, order: Mapping[str, Any], *conditions: ColumnElement[bool]
) -> Sequence[Any]:
    """Give the whole crawls of an outlet at the same place, newest first."""
    query = (
        select(RUN.c.started_at, RUN.c.counts, RUN.c.order_json)
        .join(OUTLET, OUTLET.c.id == RUN.c.outlet_id)
        .where(OUTLET.c.key == outlet, RUN.c.kind == Kind.CRAWL.value, RUN.c.verdict.in_(_MET), *conditions)
        .order_by(RUN.c.started_at.desc())
        .limit(None if conditions else LOOKED_AT)
    )
    return [
        row
        for row in connection.execute(query)
        if not NARROWED & (asked := row.order_json or {}).keys()
        and asked.get("base_url") == order.get("base_url")
    ]
