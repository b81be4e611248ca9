"""Blanks what tells of erased addresses elsewhere: listings, announcements, links, what runs were asked."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select, update

from db import rows
from db.erasures.scope import ATTEMPT, EXTRACTION, RUN, SIGHTING, URL
from db.erasures.tellers import LINKED, MEMENTO
from db.erasures.transaction import Blanking
from db.models import Problem, Rejection, table
from db.suppressing import prefix_key
from db.words import ERASED, Erased

PROBLEM, REJECTION = table(Problem), table(Rejection)
_ADDRESS = re.compile(r"https?://[^\s'\"<>]+")
AT_A_TIME = 1_000  # rows fetched of a running query


def blank(work: Blanking) -> None:
    """Blank it in the rows of all outlets: who links to an erased article does not ask whose it was."""
    _listings(work)
    _announcements(work)
    _links(work)
    _orders(work)
    _mishaps(work)


def _listings(work: Blanking) -> None:
    """Drop what archives list of the addresses that go, with whatever tracking parameters."""
    connection = work.connection
    query = select(URL.c.address_key, URL.c.url_key)
    keys = {key for row in rows.among(connection, query, URL.c.id, work.scope.urls) for key in row}
    found = {row[0] for row in rows.among(connection, select(MEMENTO.c.id), MEMENTO.c.address_key, keys)}
    tracked = select(MEMENTO.c.id, MEMENTO.c.url).where(MEMENTO.c.address_key.contains("?"))
    found |= {row.id for row in _streamed(work, tracked) if work.gone.of_address(row.url)}
    if work.scope.wish.what is Erased.URL:
        key = prefix_key(work.scope.wish.name)
        begins = func.substr(MEMENTO.c.address_key, 1, len(key)) == key
        found |= set(connection.execute(select(MEMENTO.c.id).where(begins)).scalars())
    work.drop(MEMENTO, found)


def _announcements(work: Blanking) -> None:
    """Blank what sources announced of it, by its address or, where that cannot be followed, its headline."""
    announced = rows.among(work.connection, select(SIGHTING.c.id), SIGHTING.c.url_id, work.scope.urls)
    found = {row.id for row in announced}
    loose = select(SIGHTING.c.id, SIGHTING.c.title, SIGHTING.c.guid, SIGHTING.c.url_id).where(
        or_(SIGHTING.c.url_id.is_(None), SIGHTING.c.guid.contains("/"))
    )
    for row in _streamed(work, loose):
        title = row.title if row.url_id is None else None
        if work.gone.of_announcement(title, None, row.guid):
            found.add(row.id)
    for sighting_id in sorted(found):
        values = {
            "title": None,
            "summary": None,
            "guid": None,
            "published_raw": None,
            "entry_key": f"{ERASED}{sighting_id}",
        }
        work.blank(SIGHTING, [sighting_id], values)


def _links(work: Blanking) -> None:
    """Take the links to what goes out of the readings of all other articles."""
    query = select(EXTRACTION.c.capture_id, EXTRACTION.c.extractor_id, EXTRACTION.c.related).where(LINKED)
    found = []
    for row in _streamed(work, query):
        left = [link for link in row.related if not work.gone.of_link(link.get("title"), link.get("url"))]
        if len(left) < len(row.related):
            found.append((row, left))
    for row, left in found:
        own = (EXTRACTION.c.capture_id == row.capture_id) & (EXTRACTION.c.extractor_id == row.extractor_id)
        work.connection.execute(update(EXTRACTION).where(own).values(related=left))
        work.did(EXTRACTION, 1)


def _orders(work: Blanking) -> None:
    """Take the addresses out of what runs were asked."""
    gone = work.gone.of_address
    for run in work.connection.execute(select(RUN.c.id, RUN.c.order_json)).all():
        wanted = (run.order_json or {}).get("urls")
        if wanted and any(map(gone, wanted)):
            left = [f"{ERASED}{work.erasure_id}" if gone(url) else url for url in wanted]
            work.blank(RUN, [run.id], {"order_json": {**run.order_json, "urls": left}})


def _mishaps(work: Blanking) -> None:
    """Blank what is told of other pages, runs and problems where it names an address that goes."""
    tellers = (
        (ATTEMPT, ATTEMPT.c.error, None),
        (REJECTION, REJECTION.c.detail, ""),
        (RUN, RUN.c.reason, None),
        (PROBLEM, PROBLEM.c.message, ""),
    )
    for of, column, blank_ in tellers:
        told = select(of.c.id, column.label("told")).where(column.contains("://"))
        found = [row.id for row in _streamed(work, told) if any(map(work.gone.of_address, _named(row.told)))]
        work.blank(of, found, {column.name: blank_})


def _named(told: str) -> list[str]:
    return [address.rstrip(".,:;)") for address in _ADDRESS.findall(told)]


def _streamed(work: Blanking, query: rows.Query) -> Iterator[Any]:
    """Give the rows of a query that may have many, fetched as they are asked for."""
    yield from work.connection.execute(query, execution_options={"yield_per": AT_A_TIME})
