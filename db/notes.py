"""Rejections and sightings: what gave no article, and what sources announced."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, select, update

from core.records import Sighting, Unread
from core.text import storable
from db import rows
from db.models import Rejection, table
from db.models import Sighting as SightingRow
from db.work import Fetched, Work

REJECTION, SIGHTING = table(Rejection), table(SightingRow)


def reject(
    work: Work,
    unread: Sequence[Unread],
    fetched: Mapping[str, Fetched],
    url_ids: Mapping[str, int],
) -> None:
    """Keep why pages gave no article: once for the same bytes and reason."""
    entries: dict[tuple[int, int | None, str], dict[str, Any]] = {}
    for page in unread:
        visit = fetched.get(page.fetch_key) if page.fetch_key else None
        capture_id = visit.capture_id if visit else None
        key = (url_ids[page.url], capture_id, page.reason.value)
        entries[key] = {
            "run_id": work.run_id,
            "url_id": key[0],
            "capture_id": capture_id,
            "rejected_at": visit.attempt.fetched_at if visit else work.now,
            "reason": page.reason.value,
            "detail": storable(page.detail),
        }
    query = select(REJECTION.c.url_id, REJECTION.c.capture_id, REJECTION.c.reason)
    found = rows.among(work.connection, query, REJECTION.c.url_id, {key[0] for key in entries})
    there = {(row[0], row[1], row[2]) for row in found}
    rows.put_missing(
        work.connection, REJECTION, [entry for key, entry in entries.items() if key not in there]
    )


def sight(work: Work, seen: Sequence[Sighting], url_ids: Mapping[str, int]) -> None:
    """Keep what sources announced: one row an entry, its last sighting moved on."""
    entries = {(s.source, _entry_key(s)): s for s in seen}
    query = select(SIGHTING.c.source, SIGHTING.c.entry_key, SIGHTING.c.id).where(
        SIGHTING.c.outlet_id == work.outlet_id
    )
    keys = {key for _, key in entries}
    there = {
        (row[0], row[1]): row[2] for row in rows.among(work.connection, query, SIGHTING.c.entry_key, keys)
    }
    again = [{"of": there[key]} for key in entries if key in there]
    if again:
        statement = update(SIGHTING).where(SIGHTING.c.id == bindparam("of")).values(last_seen_at=work.now)
        work.connection.execute(statement, again)
    fresh = [_row(work, s, key[1], url_ids) for key, s in entries.items() if key not in there]
    rows.put_missing(work.connection, SIGHTING, fresh)


def _entry_key(sighting: Sighting) -> str:
    """Give what tells entries apart: guids repeat, and many entries share a link (OUTLETS.md, Feeds)."""
    raw = sighting.published.raw if sighting.published else ""
    parts = (sighting.url or "", sighting.title or "", raw)
    return sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def _row(work: Work, sighting: Sighting, entry_key: str, url_ids: Mapping[str, int]) -> dict[str, Any]:
    published = sighting.published
    return {
        "outlet_id": work.outlet_id,
        "source": sighting.source,
        "entry_key": entry_key,
        "url_id": url_ids[sighting.url] if sighting.url else None,
        "title": _plain(sighting.title),
        "summary": _plain(sighting.summary),
        "guid": _plain(sighting.guid),
        "published_at": published.at if published else None,
        "published_on": published.on if published else None,
        "published_raw": _plain(published.raw) if published else None,
        "first_seen_at": work.now,
        "last_seen_at": work.now,
    }


def _plain(text: str | None) -> str | None:
    return storable(text) if text is not None else None
