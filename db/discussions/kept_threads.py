"""Kept captures of the other pages of a discussion, as they were when its article was captured."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, exists, select

from core.records import Outcome, Via
from db.models import Capture, FetchAttempt, Payload, Redaction, Url, WarcFile, table

ATTEMPT, CAPTURE, PAYLOAD = table(FetchAttempt), table(Capture), table(Payload)
FILE, REDACTION, URL = table(WarcFile), table(Redaction), table(Url)

WITHIN = timedelta(hours=24)  # a page captured later than that tells of another day's discussion
REDIRECTS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPart:
    """Where the bytes of another page of a discussion lie."""

    url: str
    warc_file: str
    offset: int
    sha256: str


def kept_part(engine: Engine, url: str, capture_id: int, captured_at: datetime) -> KeptPart | None:
    """Give what an address served for the article that was captured so; None where nothing was had of it.

    Of an article captured live it is the last answer to the same run: what other runs had is the
    discussion of another time. Of one that an archive saw it is the first answer to anybody within
    ``WITHIN`` after. What was erased since is not had.
    """
    with engine.connect() as connection:
        live = select(ATTEMPT.c.run_id).where(
            ATTEMPT.c.capture_id == capture_id, ATTEMPT.c.via == Via.LIVE.value
        )
        run_id = connection.execute(live.order_by(ATTEMPT.c.fetched_at).limit(1)).scalar()
        for _ in range(REDIRECTS):
            attempt = _attempt(connection, url, run_id, captured_at)
            if attempt is None:
                return None
            if attempt.outcome == Outcome.REDIRECT.value and attempt.led_to is not None:
                url = attempt.led_to
                continue
            return _part(connection, url, attempt)
    return None


def _attempt(connection: Connection, url: str, run_id: int | None, since: datetime) -> Any:
    target = URL.alias()
    query = (
        select(ATTEMPT.c.run_id, ATTEMPT.c.outcome, ATTEMPT.c.capture_id, target.c.url.label("led_to"))
        .join_from(ATTEMPT, URL, URL.c.id == ATTEMPT.c.url_id)
        .outerjoin(target, target.c.id == ATTEMPT.c.redirect_to_url_id)
        .where(URL.c.url == url, ATTEMPT.c.fetched_at >= since, ATTEMPT.c.fetched_at <= since + WITHIN)
        .order_by(ATTEMPT.c.fetched_at, ATTEMPT.c.id)
    )
    found = connection.execute(query).all()
    if run_id is not None:
        return next((row for row in reversed(found) if row.run_id == run_id), None)
    return next(iter(found), None)


def _part(connection: Connection, url: str, attempt: Any) -> KeptPart | None:
    if attempt.outcome != Outcome.OK.value or attempt.capture_id is None:
        return None
    erased = exists().where(REDACTION.c.payload_id == PAYLOAD.c.id)
    query = (
        select(FILE.c.path, PAYLOAD.c.warc_offset, PAYLOAD.c.sha256)
        .join_from(CAPTURE, PAYLOAD, PAYLOAD.c.id == CAPTURE.c.payload_id)
        .join(FILE, FILE.c.id == PAYLOAD.c.warc_file_id)
        .where(CAPTURE.c.id == attempt.capture_id, ~erased)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return KeptPart(url=url, warc_file=row.path, offset=row.warc_offset, sha256=row.sha256)
