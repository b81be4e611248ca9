"""Kept captures that today's layouts have not read: what a re-reading goes through."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, and_, exists, func, or_, select

from core.kept_records import KeptPage
from core.records import Document as Text
from core.records import Moment, Outcome, Reason
from db import rows
from db.models import (
    Article,
    Capture,
    Document,
    Extraction,
    Extractor,
    Outlet,
    Payload,
    Redaction,
    Rejection,
    Run,
    Url,
    WarcFile,
    table,
)

ARTICLE, OUTLET, RUN, URL = table(Article), table(Outlet), table(Run), table(Url)
CAPTURE, PAYLOAD, WARC_FILE = table(Capture), table(Payload), table(WarcFile)
EXTRACTION, EXTRACTOR, DOCUMENT = table(Extraction), table(Extractor), table(Document)
REDACTION, REJECTION = table(Redaction), table(Rejection)

ARTICLES = 500  # articles whose captures are asked for at a time
PAGE = 500  # captures given by one query at most: none holds a transaction, or a table in memory
UNKNOWN_SOURCE = "reextract"  # a rejection does not say what led to its page
UNREAD = (
    Reason.UNREADABLE,
    Reason.NO_TITLE,
    Reason.NO_BODY,
    Reason.SOFT_404,
    Reason.NOT_AN_ARTICLE,
    Reason.WALLED,
)
"""The reasons that are the reader's own: today's layouts may see it otherwise."""

_PAGES = (Outcome.OK.value, Outcome.SOFT_404.value)
ARCHIVED = CAPTURE.join(URL, URL.c.id == CAPTURE.c.url_id).join(
    PAYLOAD.join(WARC_FILE, WARC_FILE.c.id == PAYLOAD.c.warc_file_id), PAYLOAD.c.id == CAPTURE.c.payload_id
)
COLUMNS = (
    CAPTURE.c.id.label("capture_id"),
    URL.c.url,
    CAPTURE.c.captured_at,
    WARC_FILE.c.path.label("warc_file"),
    PAYLOAD.c.warc_offset.label("offset"),
    PAYLOAD.c.warc_length.label("length"),
    PAYLOAD.c.sha256,
    PAYLOAD.c.content_type,
)


class Counted(NamedTuple):
    """How many captures there are to read again, and how many that gave no article so far."""

    read: int
    unread: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which kept captures of an outlet to read again.

    ``layouts`` are today's, (name, version) each; ``layout`` is the name of the layout that must have
    read them, None for any; ``since`` and ``until`` are days of capture in UTC, both included.
    """

    outlet: str
    layouts: Collection[tuple[str, int]]
    layout: str | None = None
    since: date | None = None
    until: date | None = None

    def captured(self) -> Any:
        """Give the condition on when a capture was made."""
        erased = exists().where(REDACTION.c.payload_id == CAPTURE.c.payload_id)
        wanted: list[ColumnElement[bool]] = [CAPTURE.c.outcome.in_(_PAGES), ~erased]
        if self.since:
            wanted.append(CAPTURE.c.captured_at >= _midnight(self.since))
        if self.until:
            wanted.append(CAPTURE.c.captured_at < _midnight(self.until + timedelta(days=1)))
        return and_(*wanted)


def kept(engine: Engine, wanted: Selection) -> Iterator[KeptPage]:
    """Give the kept captures that none of today's layouts read last, each once, in two parts.

    First those whose believed reading, the last one made of them, is by another layout or version:
    article by article, each article's captures oldest first. Then, unless a layout is named, those that
    gave no article for a reason of the reader's.

    What is read again by today's layouts is not given any more: whoever was interrupted goes on by
    asking again.
    """
    if stale := _stale(engine, wanted):
        yield from _read_otherwise(engine, wanted, stale)
    if wanted.layout is None:
        yield from _never_read(engine, wanted)


def count(engine: Engine, wanted: Selection) -> Counted:
    """Count what :func:`kept` would give."""
    read = (
        select(func.count())
        .select_from(EXTRACTION.join(CAPTURE, CAPTURE.c.id == EXTRACTION.c.capture_id))
        .join(ARTICLE, ARTICLE.c.id == EXTRACTION.c.article_id)
        .where(
            ARTICLE.c.outlet_id == _outlet_id(wanted),
            _is_believed(_stale(engine, wanted)),
            wanted.captured(),
        )
    )
    unread = select(func.count()).select_from(_rejected(wanted).subquery())
    with engine.connect() as connection:
        return Counted(
            read=int(connection.execute(read).scalar_one()),
            unread=int(connection.execute(unread).scalar_one()) if wanted.layout is None else 0,
        )


def text_of(engine: Engine, sha256: str) -> Text | None:
    """Give the document of a digest, None where there is none."""
    with engine.connect() as connection:
        row = connection.execute(select(DOCUMENT).where(DOCUMENT.c.sha256 == sha256)).one_or_none()
    if row is None:
        return None
    published = Moment(
        raw=row.published_raw, at=row.published_at, on=row.published_on, note=row.published_note
    )
    return Text(
        sha256=row.sha256,
        fingerprint=row.fingerprint,
        title=row.title,
        body=row.body,
        word_count=row.word_count,
        standfirst=row.standfirst,
        byline=row.byline,
        section=row.section,
        published=published if row.published_raw is not None else None,
        language=row.language,
        tags=tuple(row.tags),
        image_url=row.image_url,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _outlet_id(wanted: Selection) -> Any:
    return select(OUTLET.c.id).where(OUTLET.c.key == wanted.outlet).scalar_subquery()


def _stale(engine: Engine, wanted: Selection) -> list[int]:
    """Give the ids of the extractors that are not today's."""
    with engine.connect() as connection:
        extractors = connection.execute(select(EXTRACTOR)).all()
    return [
        row.id
        for row in extractors
        if (row.layout, row.version) not in wanted.layouts and wanted.layout in {None, row.layout}
    ]


def _is_believed(extractors: Sequence[int]) -> Any:
    """Give the condition that a reading is the last one of its capture, and by one of the extractors."""
    later = EXTRACTION.alias()
    made, made_later = (func.coalesce(e.c.reread_at, e.c.extracted_at) for e in (EXTRACTION, later))
    superseded = exists().where(
        later.c.capture_id == EXTRACTION.c.capture_id,
        or_(
            made_later > made,
            and_(made_later == made, later.c.extractor_id > EXTRACTION.c.extractor_id),
        ),
    )
    return and_(EXTRACTION.c.extractor_id.in_(extractors), ~superseded)


def _read_otherwise(engine: Engine, wanted: Selection, stale: Sequence[int]) -> Iterator[KeptPage]:
    after = 0
    while True:
        with engine.connect() as connection:
            articles = _articles(connection, wanted, stale, after)
        if not articles:
            return
        yield from _captures(engine, wanted, stale, articles)
        after = articles[-1]


def _articles(connection: Connection, wanted: Selection, stale: Sequence[int], after: int) -> list[int]:
    """Give the next articles that have a capture to be read again, by their ids."""
    query = (
        select(ARTICLE.c.id)
        .where(
            ARTICLE.c.outlet_id == _outlet_id(wanted),
            ARTICLE.c.id > after,
            exists().where(EXTRACTION.c.article_id == ARTICLE.c.id, _is_believed(stale)),
        )
        .order_by(ARTICLE.c.id)
        .limit(ARTICLES)
    )
    return list(connection.execute(query).scalars())


def _captures(
    engine: Engine, wanted: Selection, stale: Sequence[int], articles: Sequence[int]
) -> Iterator[KeptPage]:
    """Give the articles' captures to be read again, however many one of them has."""
    place = (EXTRACTION.c.article_id, CAPTURE.c.captured_at, CAPTURE.c.id)
    query = (
        select(
            *COLUMNS,
            EXTRACTION.c.article_id,
            EXTRACTION.c.source,
            DOCUMENT.c.sha256.label("document_sha256"),
        )
        .select_from(ARCHIVED)
        .join(EXTRACTION, EXTRACTION.c.capture_id == CAPTURE.c.id)
        .join(DOCUMENT, DOCUMENT.c.id == EXTRACTION.c.document_id)
        .where(EXTRACTION.c.article_id.in_(articles), _is_believed(stale), wanted.captured())
        .order_by(*place)
        .limit(PAGE)
    )
    page = query
    while True:
        with engine.connect() as connection:
            found = connection.execute(page).all()
        yield from (KeptPage(outlet=wanted.outlet, **row._asdict()) for row in found)
        if len(found) < PAGE:
            return
        last = found[-1]
        page = query.where(_after(place, (last.article_id, last.captured_at, last.capture_id)))


def _never_read(engine: Engine, wanted: Selection) -> Iterator[KeptPage]:
    """Give the captures that gave no article, those of one address one after another."""
    place = (REJECTION.c.url_id, REJECTION.c.capture_id)
    after = (0, 0)
    while True:
        query = _rejected(wanted).where(_after(place, after)).order_by(*place).limit(PAGE)
        with engine.connect() as connection:
            found = connection.execute(query).all()
            capture_ids = {row.capture_id for row in found}
            archived = select(*COLUMNS).select_from(ARCHIVED)
            pages = {
                row.capture_id: row for row in rows.among(connection, archived, CAPTURE.c.id, capture_ids)
            }
        for row in found:
            page = pages[row.capture_id]
            yield KeptPage(outlet=wanted.outlet, source=UNKNOWN_SOURCE, **page._asdict())
        if len(found) < PAGE:
            return
        after = (found[-1].url_id, found[-1].capture_id)


def _rejected(wanted: Selection) -> rows.Query:
    """Ask for the captures of pages that gave no article, each once however many reasons it has."""
    rejected = REJECTION.join(CAPTURE, CAPTURE.c.id == REJECTION.c.capture_id)
    return (
        select(REJECTION.c.url_id, REJECTION.c.capture_id)
        .distinct()
        .select_from(
            rejected.join(RUN, RUN.c.id == CAPTURE.c.run_id).join(OUTLET, OUTLET.c.id == RUN.c.outlet_id)
        )
        .where(
            OUTLET.c.key == wanted.outlet,
            REJECTION.c.reason.in_(UNREAD),
            wanted.captured(),
            ~exists().where(EXTRACTION.c.capture_id == CAPTURE.c.id),
        )
    )


def _after(columns: Sequence[Any], values: Sequence[Any]) -> Any:
    """Give the condition that a row comes after another in the order of ``columns``."""
    (column, *others), (value, *rest) = columns, values
    if not others:
        return column > value
    return or_(column > value, and_(column == value, _after(others, rest)))
