"""Where the records of an outlet's captures lie: what an export of raw captures goes through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, Exists, Row, Select, and_, exists, func, or_, select

from core.records import Outcome
from db import rows
from db.models import (
    ArticleUrl,
    Capture,
    Document,
    Extraction,
    FetchAttempt,
    Outlet,
    Payload,
    Run,
    Url,
    WarcFile,
    Withdrawal,
    table,
)

ATTEMPT, CAPTURE, PAYLOAD = table(FetchAttempt), table(Capture), table(Payload)
OUTLET, RUN, URL = table(Outlet), table(Run), table(Url)
DOCUMENT, EXTRACTION = table(Document), table(Extraction)
ARTICLE_URL, WITHDRAWAL = table(ArticleUrl), table(Withdrawal)
AT_A_TIME = 500  # rows fetched of a running query

_FILE = table(WarcFile)
_WHOLE_FILE = _FILE.alias()
_BROUGHT = (
    ATTEMPT.join(RUN, RUN.c.id == ATTEMPT.c.run_id)
    .join(OUTLET, OUTLET.c.id == RUN.c.outlet_id)
    .join(URL, URL.c.id == ATTEMPT.c.url_id)
    .join(_FILE, _FILE.c.id == ATTEMPT.c.warc_file_id)
    .join(CAPTURE, CAPTURE.c.id == ATTEMPT.c.capture_id)
    .join(PAYLOAD, PAYLOAD.c.id == CAPTURE.c.payload_id)
    .join(_WHOLE_FILE, _WHOLE_FILE.c.id == PAYLOAD.c.warc_file_id)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """The answers of an outlet in a period: days in UTC, both included; None leaves an end open."""

    outlet: str
    since: date | None = None
    until: date | None = None

    def said(self) -> str:
        """Say in words what is meant."""
        since = f" from {self.since}" if self.since else ""
        until = f" until {self.until}" if self.until else ""
        return f"captures of {self.outlet}{since}{until}"

    def holds(self, instant: Any) -> Any:
        """Give the condition that the outlet is meant and a column's instant lies in the period.

        Captures of withdrawn articles do not leave the archive, as the view ``captures`` hides them.
        """
        wanted = [OUTLET.c.key == self.outlet, URL.c.url_key.not_in(_led_to_withdrawn()), ~_shows_withdrawn()]
        if self.since:
            wanted.append(instant >= _midnight(self.since))
        if self.until:
            wanted.append(instant < _midnight(self.until + timedelta(days=1)))
        return and_(*wanted)


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordPlace:
    """One answer of an outlet that brought bytes: a capture, or a later sight of the same bytes.

    ``captured_at`` (aware UTC) is when the outlet gave it. ``warc_file`` (below the home) and ``offset``
    are where the store says its record begins: its own, or, where one crawl met the bytes twice, that of
    the record that holds them (:class:`pipelines.warc.WarcFiles`). ``whole_file`` and ``whole_offset``
    are where the bytes themselves lie, ``sha256`` is over them.
    """

    run_id: int
    url: str
    captured_at: datetime
    warc_file: str
    offset: int
    capture_id: int
    payload_id: int
    sha256: str
    whole_file: str
    whole_offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TitledCapture:
    """A capture that was read as an article, with the article's title; ``captured_at`` is aware UTC."""

    capture_id: int
    url: str
    captured_at: datetime
    title: str


def _led_to_withdrawn() -> Select[str]:
    """Ask for the keys of addresses under which all spellings of withdrawn ones meet."""
    held = (WITHDRAWAL.c.article_id == ARTICLE_URL.c.article_id) & WITHDRAWAL.c.lifted_at.is_(None)
    own = URL.alias()
    leads = select(own.c.url_key).join_from(ARTICLE_URL, own, own.c.id == ARTICLE_URL.c.url_id)
    return leads.join(WITHDRAWAL, held).where(ARTICLE_URL.c.valid_to.is_(None))


def _shows_withdrawn() -> Exists:
    held = (WITHDRAWAL.c.article_id == EXTRACTION.c.article_id) & WITHDRAWAL.c.lifted_at.is_(None)
    return exists().where(EXTRACTION.c.capture_id == CAPTURE.c.id, held).correlate(CAPTURE)


def count(engine: Engine, period: Period) -> int:
    """Count the answers of a period that brought bytes."""
    query = select(func.count()).select_from(_BROUGHT).where(period.holds(ATTEMPT.c.fetched_at))
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def record_places(engine: Engine, period: Period) -> Iterator[RecordPlace]:
    """Give the answers of a period that brought bytes, oldest first, fetched as they are asked for."""
    query = (
        select(
            ATTEMPT.c.run_id,
            URL.c.url,
            ATTEMPT.c.fetched_at.label("captured_at"),
            _FILE.c.path.label("warc_file"),
            ATTEMPT.c.warc_offset.label("offset"),
            CAPTURE.c.id.label("capture_id"),
            PAYLOAD.c.id.label("payload_id"),
            PAYLOAD.c.sha256,
            _WHOLE_FILE.c.path.label("whole_file"),
            PAYLOAD.c.warc_offset.label("whole_offset"),
        )
        .select_from(_BROUGHT)
        .where(period.holds(ATTEMPT.c.fetched_at))
        .order_by(ATTEMPT.c.fetched_at, ATTEMPT.c.id)
    )
    for row in _streamed(engine, query):
        yield RecordPlace(**row._asdict())


def titled_captures(engine: Engine, period: Period) -> Iterator[TitledCapture]:
    """Give the captures of a period that hold an article, oldest first, with the title as last read."""
    later = EXTRACTION.alias()
    made, made_later = (func.coalesce(e.c.reread_at, e.c.extracted_at) for e in (EXTRACTION, later))
    newer = or_(
        made_later > made,
        and_(made_later == made, later.c.extractor_id > EXTRACTION.c.extractor_id),
    )
    query = (
        select(CAPTURE.c.id.label("capture_id"), URL.c.url, CAPTURE.c.captured_at, DOCUMENT.c.title)
        .select_from(CAPTURE.join(RUN, RUN.c.id == CAPTURE.c.run_id))
        .join(OUTLET, OUTLET.c.id == RUN.c.outlet_id)
        .join(URL, URL.c.id == CAPTURE.c.url_id)
        .join(EXTRACTION, EXTRACTION.c.capture_id == CAPTURE.c.id)
        .join(DOCUMENT, DOCUMENT.c.id == EXTRACTION.c.document_id)
        .where(
            period.holds(CAPTURE.c.captured_at),
            CAPTURE.c.outcome == Outcome.OK.value,
            ~exists().where(later.c.capture_id == EXTRACTION.c.capture_id, newer),
        )
        .order_by(CAPTURE.c.captured_at, CAPTURE.c.id)
    )
    for row in _streamed(engine, query):
        yield TitledCapture(**row._asdict())


def _streamed(engine: Engine, query: rows.Query) -> Iterator[Row[*tuple[Any, ...]]]:
    with engine.connect().execution_options(yield_per=AT_A_TIME) as connection:
        yield from connection.execute(query)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
