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


def kept_parts(
    engine: Engine, url: str, capture_id: int, captured_at: datetime
) -> tuple[KeptPart | None, ...]:
    """Give what an address served for the article that was captured so; none where nobody asked.

    Of an article captured live it is what the same run had of it, and what it had when it asked once
    more after that, None where it then had nothing: what other runs had is the discussion of another
    time. Of one that an archive saw it is the first answer to anybody within ``WITHIN`` after. What was
    erased since is not had.
    """
    with engine.connect() as connection:
        run_id = _live_run(connection, capture_id)
        answers = _answers(connection, url, run_id, captured_at)
        if run_id is None:
            answers = answers[:1]
        found = [_followed(connection, url, answer, run_id, captured_at) for answer in answers]
    had = next((place for place, part in enumerate(found) if part is not None), None)
    if had is None:
        return (None,) if found else ()
    later = found[had + 1 :]  # what is tried again for a failure comes before
    return (found[had], *([next(filter(None, later), None)] if later else ()))


def is_live(engine: Engine, capture_id: int) -> bool:
    """Say whether a capture was made by a crawl, and its discussion's other pages with it."""
    with engine.connect() as connection:
        return _live_run(connection, capture_id) is not None


def _live_run(connection: Connection, capture_id: int) -> int | None:
    live = select(ATTEMPT.c.run_id).where(ATTEMPT.c.capture_id == capture_id, ATTEMPT.c.via == Via.LIVE.value)
    return connection.execute(live.order_by(ATTEMPT.c.fetched_at).limit(1)).scalar()


def _followed(
    connection: Connection, url: str, answer: Any, run_id: int | None, since: datetime
) -> KeptPart | None:
    """Give the bytes an answer led to, over redirects: those the target served from then on."""
    for _ in range(REDIRECTS):
        if answer.outcome != Outcome.REDIRECT.value or answer.led_to is None:
            return _part(connection, url, answer)
        url, since = answer.led_to, max(since, answer.fetched_at)
        answer = next(iter(_answers(connection, url, run_id, since)), None)
        if answer is None:
            return None
    return None


def _answers(connection: Connection, url: str, run_id: int | None, since: datetime) -> list[Any]:
    target = URL.alias()
    query = (
        select(
            ATTEMPT.c.fetched_at, ATTEMPT.c.run_id, ATTEMPT.c.outcome, ATTEMPT.c.capture_id,
            target.c.url.label("led_to"),
        )
        .join_from(ATTEMPT, URL, URL.c.id == ATTEMPT.c.url_id)
        .outerjoin(target, target.c.id == ATTEMPT.c.redirect_to_url_id)
        .where(URL.c.url == url, ATTEMPT.c.fetched_at >= since, ATTEMPT.c.fetched_at <= since + WITHIN)
        .order_by(ATTEMPT.c.fetched_at, ATTEMPT.c.id)
    )  # fmt: skip
    found = connection.execute(query).all()
    return [row for row in found if run_id is None or row.run_id == run_id]


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
