"""What the pages of an outlet share: lessons kept, the newest one given, the pages to learn from."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from core.chrome import Chrome
from core.kept_records import KeptPage
from db import rows
from db.kept import ARCHIVED, COLUMNS, Selection
from db.models import (
    Article,
    Capture,
    ChromeBlock,
    ChromeLesson,
    Document,
    Extraction,
    Extractor,
    Outlet,
    Run,
    table,
)
from db.words import Kind, Verdict

SAMPLE = 200  # characters of a block that are kept
_AT_ONCE = 100  # articles whose newest capture is asked for at a time
_LOOKED_BACK = 50  # re-readings among which one of everything is looked for
_LOOKED_THROUGH = 3  # times as many articles as are wanted: some are copies, or read by other layouts
_EVER = datetime(1970, 1, 1, tzinfo=UTC)

ARTICLE, CAPTURE, DOCUMENT, OUTLET, RUN = map(table, (Article, Capture, Document, Outlet, Run))
EXTRACTION, EXTRACTOR = table(Extraction), table(Extractor)
BLOCK, LESSON = table(ChromeBlock), table(ChromeLesson)


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedBlock:
    """A text block that many pages show, ``pages`` of those its lesson looked at.

    ``sample`` is its text, cut at ``SAMPLE`` characters; ``since`` is the revision that first had it.
    """

    digest: str
    sample: str
    pages: int
    since: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """One look at ``pages`` pages of different articles; ``learnt_at`` is aware UTC.

    ``revision`` is 0 while no look found anything.
    """

    revision: int
    pages: int
    learnt_at: datetime
    blocks: tuple[SharedBlock, ...]

    @property
    def chrome(self) -> Chrome | None:
        """What it taught; None where that is nothing."""
        if not self.revision:
            return None
        return Chrome(revision=self.revision, digests=frozenset(block.digest for block in self.blocks))


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPage:
    """A kept page, and what is believed to be read from it."""

    page: KeptPage
    title: str
    byline: str | None
    section: str | None
    body: str


def newest(connection: Connection, outlet: str) -> Lesson | None:
    """Give an outlet's newest lesson, its blocks by how many pages show them; None before the first."""
    lessons = connection.execute(
        select(LESSON)
        .join(OUTLET, OUTLET.c.id == LESSON.c.outlet_id)
        .where(OUTLET.c.key == outlet)
        .order_by(LESSON.c.revision.desc())
    ).all()
    if not lessons:
        return None
    query = select(BLOCK, LESSON.c.revision).join(LESSON, LESSON.c.id == BLOCK.c.lesson_id)
    found = rows.among(connection, query, BLOCK.c.lesson_id, [lesson.id for lesson in lessons])
    since: dict[str, int] = {}
    for row in found:
        since[row.digest] = min(since.get(row.digest, row.revision), row.revision)
    last = lessons[0]
    blocks = [
        SharedBlock(digest=row.digest, sample=row.sample, pages=row.pages, since=since[row.digest])
        for row in found
        if row.lesson_id == last.id
    ]
    return Lesson(
        revision=last.revision,
        pages=last.pages,
        learnt_at=last.learnt_at,
        blocks=tuple(sorted(blocks, key=lambda block: (-block.pages, block.sample))),
    )


def store(  # noqa: PLR0913 - facts of one row, each named at the call
    connection: Connection,
    outlet: str,
    blocks: Sequence[SharedBlock],
    *,
    pages: int,
    at: datetime,
    above: int = 0,
) -> bool:
    """Keep what a look at ``pages`` pages taught; say whether that is news.

    What the last lesson taught as well makes no new one: that is only noted to hold for these pages too.
    A first look that finds nothing is kept as lesson 0, which changes no reading; another's revision is
    higher than ``above``.
    """
    last = newest(connection, outlet)
    same = last is not None and {one.digest for one in last.blocks} == {one.digest for one in blocks}
    if last is None or not same:
        revision = max(last.revision if last else 0, above) + 1 if blocks or last else 0
        _begin(connection, outlet, revision, pages, at)
    number = connection.execute(_last_id(outlet)).scalar_one()
    values = {"pages": pages, "learnt_at": at}
    connection.execute(update(LESSON).where(LESSON.c.id == number).values(values))
    connection.execute(delete(BLOCK).where(BLOCK.c.lesson_id == number))
    rows.put(
        connection,
        BLOCK,
        [
            {"lesson_id": number, "digest": one.digest, "sample": one.sample[:SAMPLE], "pages": one.pages}
            for one in blocks
        ],
    )
    return not same and bool(blocks or last)


def fresh_articles(connection: Connection, outlet: str, layout: str, since: datetime | None) -> int:
    """Count the articles of an outlet that ``layout`` read, and nothing had before an instant."""
    since = since or _EVER
    before = EXTRACTION.alias()
    read_before = (
        select(before.c.capture_id)
        .where(before.c.article_id == EXTRACTION.c.article_id, before.c.extracted_at <= since)
        .exists()
    )
    query = (
        select(func.count(EXTRACTION.c.article_id.distinct()))
        .select_from(RUN)
        .join(OUTLET, OUTLET.c.id == RUN.c.outlet_id)
        .join(EXTRACTION, EXTRACTION.c.run_id == RUN.c.id)
        .join(EXTRACTOR, EXTRACTOR.c.id == EXTRACTION.c.extractor_id)
        .where(OUTLET.c.key == outlet, RUN.c.started_at > since, EXTRACTOR.c.layout == layout, ~read_before)
    )
    return int(connection.execute(query).scalar_one())


def versions_read(connection: Connection, outlet: str, layout: str) -> set[int]:
    """Give the versions of a layout that an outlet's articles were read by."""
    read = (
        select(EXTRACTION.c.capture_id)
        .join(ARTICLE, ARTICLE.c.id == EXTRACTION.c.article_id)
        .join(OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id)
        .where(EXTRACTION.c.extractor_id == EXTRACTOR.c.id, OUTLET.c.key == outlet)
        .exists()
    )
    return set(
        connection.execute(select(EXTRACTOR.c.version).where(EXTRACTOR.c.layout == layout, read)).scalars()
    )


def left_behind(connection: Connection, outlet: str, layout: str) -> int:
    """Give how many captures by ``layout`` the newest whole re-reading of an outlet could not read.

    It is 0 where there was none. They are gone, damaged, or refused by the layout of today, and whoever
    asks again gets the same answer.
    """
    query = (
        select(RUN.c.order_json, RUN.c.counts)
        .join(OUTLET, OUTLET.c.id == RUN.c.outlet_id)
        .where(OUTLET.c.key == outlet, RUN.c.kind == Kind.REEXTRACT.value)
        .where(RUN.c.verdict.in_([Verdict.OK.value, Verdict.PARTIAL.value]))
        .order_by(RUN.c.id.desc())
        .limit(_LOOKED_BACK)
    )
    for row in connection.execute(query):
        asked = {name: value for name, value in (row.order_json or {}).items() if name != "jobs"}
        if asked == {"layout": layout}:
            counts = (row.counts or {}).items()
            return sum(count for name, count in counts if name.startswith(("unread_", "damaged_")))
    return 0


def read_pages(engine: Engine, outlet: str, layout: str, most: int) -> Iterator[ReadPage]:
    """Give the newest kept pages of at most ``most`` articles that show different texts.

    Each article's newest capture, where ``layout`` read it last: those the outlet served last come first.
    """
    with engine.connect() as connection:
        articles = connection.execute(_newest_articles(outlet, most * _LOOKED_THROUGH)).scalars().all()
    texts: set[str] = set()
    for start in range(0, len(articles), _AT_ONCE):
        part = articles[start : start + _AT_ONCE]
        with engine.connect() as connection:
            found = {row.article_id: row for row in _last_read(connection, outlet, layout, part)}
        for row in (found[article_id] for article_id in part if article_id in found):
            if row.fingerprint in texts:
                continue
            texts.add(row.fingerprint)
            yield _read_page(row._asdict(), outlet)
            if len(texts) >= most:
                return


def titles_among(connection: Connection, outlet: str, texts: Collection[str]) -> set[str]:
    """Give those of the texts that are titles of an outlet's articles."""
    its = (
        select(EXTRACTION.c.capture_id)
        .join(ARTICLE, ARTICLE.c.id == EXTRACTION.c.article_id)
        .join(OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id)
        .where(EXTRACTION.c.document_id == DOCUMENT.c.id, OUTLET.c.key == outlet)
        .exists()
    )
    query = select(DOCUMENT.c.title).where(its)
    return {row.title for row in rows.among(connection, query, DOCUMENT.c.title, texts)}


def _begin(connection: Connection, outlet: str, revision: int, pages: int, at: datetime) -> None:
    number = select(OUTLET.c.id).where(OUTLET.c.key == outlet).scalar_subquery()
    values = {"outlet_id": number, "revision": revision, "pages": pages, "learnt_at": at}
    connection.execute(insert(LESSON).values(values))


def _last_id(outlet: str) -> Any:
    return (
        select(LESSON.c.id)
        .join(OUTLET, OUTLET.c.id == LESSON.c.outlet_id)
        .where(OUTLET.c.key == outlet)
        .order_by(LESSON.c.revision.desc())
        .limit(1)
    )


def _newest_articles(outlet: str, most: int) -> Any:
    return (
        select(ARTICLE.c.id)
        .join(OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id)
        .where(OUTLET.c.key == outlet)
        .order_by(ARTICLE.c.last_seen_at.desc(), ARTICLE.c.id.desc())
        .limit(most)
    )


def _last_read(connection: Connection, outlet: str, layout: str, articles: Collection[int]) -> Sequence[Any]:
    """Give the newest capture of each of these articles by its last reading, if ``layout`` made that."""
    made = func.coalesce(EXTRACTION.c.reread_at, EXTRACTION.c.extracted_at)
    place = func.row_number().over(
        partition_by=EXTRACTION.c.article_id,
        order_by=(
            CAPTURE.c.captured_at.desc(),
            CAPTURE.c.id.desc(),
            made.desc(),
            EXTRACTION.c.extractor_id.desc(),
        ),
    )
    readings = (
        select(
            EXTRACTION.c.article_id,
            EXTRACTION.c.capture_id,
            EXTRACTION.c.extractor_id,
            EXTRACTION.c.document_id,
            EXTRACTION.c.source,
            place.label("place"),
        )
        .join(CAPTURE, CAPTURE.c.id == EXTRACTION.c.capture_id)
        .where(EXTRACTION.c.article_id.in_(articles), Selection(outlet=outlet, layouts=()).captured())
        .subquery()
    )
    query = (
        select(
            *COLUMNS,
            readings.c.article_id,
            readings.c.source,
            *(DOCUMENT.c[name] for name in ("fingerprint", "title", "byline", "section", "body")),
        )
        .select_from(ARCHIVED)
        .join(readings, readings.c.capture_id == CAPTURE.c.id)
        .join(DOCUMENT, DOCUMENT.c.id == readings.c.document_id)
        .join(EXTRACTOR, EXTRACTOR.c.id == readings.c.extractor_id)
        .where(readings.c.place == 1, EXTRACTOR.c.layout == layout)
    )
    return connection.execute(query).all()


def _read_page(row: dict[str, Any], outlet: str) -> ReadPage:
    del row["fingerprint"]
    told = {name: row.pop(name) for name in ("title", "byline", "section", "body")}
    return ReadPage(page=KeptPage(outlet=outlet, **row), **told)
