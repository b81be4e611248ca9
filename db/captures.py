"""Captures looked for: the last bytes an outlet itself gave of an address, and any with the same bytes."""

from collections.abc import Collection
from functools import cache

from sqlalchemy import select

from core.records import Outcome, Via
from db import rows
from db.models import Capture, FetchAttempt, Payload, Run, Url, table
from db.work import Work

ATTEMPT, CAPTURE, PAYLOAD = table(FetchAttempt), table(Capture), table(Payload)
RUN, URL = table(Run), table(Url)


def last_live(work: Work, outcome: Outcome, url_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Give the capture, with its SHA-256, that each address last showed with this outcome when asked live.

    What archives saw does not count: a 304 stands for the bytes whose validators we sent, and an
    older capture of an archive may have come since.
    """
    query = _last_live(outcome, work.outlet_id)
    found = rows.among(work.connection, query, URL.c.id, url_ids)
    return {row[0]: (row[1], row[2]) for row in found}


def alike(work: Work, url_ids: Collection[int]) -> dict[tuple[int, Outcome, str], int]:
    """Give the captures of addresses by address, outcome and SHA-256, whenever they were made.

    One of another spelling of the address stands in where there is none of its own.
    """
    found: dict[tuple[int, Outcome, str], dict[bool, int]] = {}
    for row in rows.among(work.connection, _alike(work.outlet_id), URL.c.id, url_ids):
        kind = found.setdefault((row.asked, Outcome(row.outcome), row.sha256), {})
        kind.setdefault(row.url_id == row.asked, row.capture_id)  # the first made comes first
    return {key: kind.get(True) or kind[False] for key, kind in found.items()}


def led_to(work: Work, capture_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Give where captures of redirects led to: the address with its id."""
    query = select(ATTEMPT.c.capture_id, URL.c.id, URL.c.url).join_from(
        ATTEMPT, URL, URL.c.id == ATTEMPT.c.redirect_to_url_id
    )
    found = rows.among(work.connection, query, ATTEMPT.c.capture_id, capture_ids)
    return {row[0]: (row[1], row[2]) for row in found}


@cache  # making a statement with its aliases costs more than running it
def _last_live(outcome: Outcome, outlet_id: int) -> rows.Query:
    outcomes = [outcome.value, *([Outcome.NOT_MODIFIED.value] if outcome is Outcome.OK else [])]
    last = (
        select(ATTEMPT.c.capture_id)
        .join_from(ATTEMPT, RUN, RUN.c.id == ATTEMPT.c.run_id)
        # Of this outlet: what another one read from its capture of the same address is another article.
        .where(
            ATTEMPT.c.url_id == URL.c.id,
            ATTEMPT.c.via == Via.LIVE.value,
            ATTEMPT.c.outcome.in_(outcomes),
            ATTEMPT.c.capture_id.is_not(None),
            RUN.c.outlet_id == outlet_id,
        )
        .order_by(ATTEMPT.c.fetched_at.desc(), ATTEMPT.c.id.desc())
        .limit(1)
        .correlate(URL)
        .scalar_subquery()
    )
    return (
        select(URL.c.id, CAPTURE.c.id, PAYLOAD.c.sha256)
        .join_from(URL, CAPTURE, CAPTURE.c.id == last)
        .join(PAYLOAD, PAYLOAD.c.id == CAPTURE.c.payload_id)
    )


@cache  # the same
def _alike(outlet_id: int) -> rows.Query:
    spelling = URL.alias()
    return (
        select(
            URL.c.id.label("asked"),
            CAPTURE.c.url_id,
            CAPTURE.c.id.label("capture_id"),
            CAPTURE.c.outcome,
            PAYLOAD.c.sha256,
        )
        .join_from(URL, spelling, spelling.c.address_key == URL.c.address_key)
        .join(CAPTURE, CAPTURE.c.url_id == spelling.c.id)
        .join(PAYLOAD, PAYLOAD.c.id == CAPTURE.c.payload_id)
        .join(RUN, RUN.c.id == CAPTURE.c.run_id)
        .where(RUN.c.outlet_id + 0 == outlet_id)  # SQLite would begin with all of the outlet's runs
        .order_by(CAPTURE.c.id)
    )
