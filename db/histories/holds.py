"""Holds as a person decides on them: which runs hold what, and what the held readings say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from db.models import (
    Article,
    ArticleText,
    ArticleVersion,
    Document,
    Extraction,
    Hold,
    Outlet,
    Url,
    table,
)

ARTICLE, DOCUMENT, EXTRACTION = table(Article), table(Document), table(Extraction)
HOLD, OUTLET, URL = table(Hold), table(Outlet), table(Url)
TEXT, VERSION = table(ArticleText), table(ArticleVersion)


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldLine:
    """One hold; times are aware UTC, ``decision`` is None while it is open."""

    run_id: int
    outlet: str
    layout: str
    rechecked: int
    affected: int
    sign: str
    held_at: datetime
    decision: str | None
    decided_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldText:
    """One held reading of an article beside the text that is believed."""

    article_id: int
    url: str
    comment_state: str
    title_believed: str
    title_held: str
    body_believed: str
    body_held: str


def holds(engine: Engine, *, run_id: int | None = None, undecided: bool = False) -> list[HoldLine]:
    """Give the holds, newest first: of one run, or those nobody has decided on, or all."""
    names = [name for name in HoldLine.__dataclass_fields__ if name in HOLD.c]
    query = (
        select(*(HOLD.c[name] for name in names), OUTLET.c.key.label("outlet"))
        .join_from(HOLD, OUTLET, OUTLET.c.id == HOLD.c.outlet_id)
        .order_by(HOLD.c.id.desc())
    )
    if run_id is not None:
        query = query.where(HOLD.c.run_id == run_id)
    if undecided:
        query = query.where(HOLD.c.decision.is_(None))
    with engine.connect() as connection:
        return [HoldLine(**row._asdict()) for row in connection.execute(query)]


def held_texts(engine: Engine, run_id: int, limit: int) -> Iterator[HeldText]:
    """Give held readings of a run, at most ``limit``, each beside the text believed of its article."""
    held, believed = DOCUMENT.alias(), DOCUMENT.alias()
    newer = VERSION.alias()
    last = (
        select(newer.c.id)
        .where(newer.c.article_id == ARTICLE.c.id, newer.c.retracted_at.is_(None))
        .order_by(newer.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            ARTICLE.c.id.label("article_id"),
            URL.c.url,
            EXTRACTION.c.comment_state,
            believed.c.title.label("title_believed"),
            held.c.title.label("title_held"),
            believed.c.body.label("body_believed"),
            held.c.body.label("body_held"),
        )
        .join_from(HOLD, EXTRACTION, EXTRACTION.c.hold_id == HOLD.c.id)
        .join(ARTICLE, ARTICLE.c.id == EXTRACTION.c.article_id)
        .join(URL, URL.c.id == ARTICLE.c.canonical_url_id)
        .join(held, held.c.id == EXTRACTION.c.document_id)
        .join(TEXT, (TEXT.c.version_id == last) & TEXT.c.superseded_at.is_(None))
        .join(believed, believed.c.id == TEXT.c.document_id)
        .where(HOLD.c.run_id == run_id)
        .order_by(ARTICLE.c.id)
        .limit(limit)
    )
    with engine.connect() as connection:
        for row in connection.execute(query):
            yield HeldText(**row._asdict())
