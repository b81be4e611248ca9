"""Checks of word counts: counted again, in batches, as they are counted when a text is stored."""

from collections.abc import Iterator

from sqlalchemy import Engine, Table, func, select

from core.text import words
from db.checks.check import RESTORE, Breaks, Check, Found, Scope, reading
from db.models import Article, Comment, CommentVersion, Document, Extraction, Outlet, table
from db.rows import Query
from db.words import ERASED, CommentPresence

BATCH = 500  # texts held at a time

ARTICLE, COMMENT, OUTLET = table(Article), table(Comment), table(Outlet)
DOCUMENT, COMMENT_VERSION, EXTRACTION = table(Document), table(CommentVersion), table(Extraction)


def checks() -> Iterator[Check]:
    """Give the checks of word counts."""
    yield Check(
        name="words.documents",
        holds="a document's word count is the number of its body's words",
        remedy=RESTORE,
        find=lambda engine, scope: _recount(engine, scope, DOCUMENT, _documents(scope.outlet)),
    )
    yield Check(
        name="words.comments",
        holds="a comment version's word count is the number of its body's words",
        remedy=RESTORE,
        find=lambda engine, scope: _recount(engine, scope, COMMENT_VERSION, _comments(scope.outlet)),
    )


def _documents(outlet: str | None) -> Query:
    query = select(DOCUMENT.c.id, DOCUMENT.c.body, DOCUMENT.c.word_count)
    query = query.where(~DOCUMENT.c.sha256.startswith(ERASED))  # their number of words stays
    if outlet is None:
        return query
    of_outlet = (
        select(EXTRACTION.c.document_id)
        .join(ARTICLE, ARTICLE.c.id == EXTRACTION.c.article_id)
        .join(OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id)
        .where(OUTLET.c.key == outlet)
    )
    return query.where(DOCUMENT.c.id.in_(of_outlet))


def _comments(outlet: str | None) -> Query:
    query = select(COMMENT_VERSION.c.id, COMMENT_VERSION.c.body, COMMENT_VERSION.c.word_count)
    erased = select(COMMENT.c.id).where(COMMENT.c.state == CommentPresence.ERASED.value)
    query = query.where(COMMENT_VERSION.c.comment_id.not_in(erased))
    if outlet is None:
        return query
    of_outlet = (
        select(COMMENT.c.id)
        .join(ARTICLE, ARTICLE.c.id == COMMENT.c.article_id)
        .join(OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id)
        .where(OUTLET.c.key == outlet)
    )
    return query.where(COMMENT_VERSION.c.comment_id.in_(of_outlet))


def _recount(engine: Engine, scope: Scope, of: Table, query: Query) -> Found:
    """Count the words of each text again; a transaction for each batch, so that none is long."""
    breaks, last = Breaks(scope.most), 0
    with reading(engine) as connection:
        most = connection.execute(select(func.max(of.c.id))).scalar_one() or 0
    while last < most:
        with reading(engine) as connection:
            batch = connection.execute(query.where(of.c.id > last).order_by(of.c.id).limit(BATCH)).all()
        if not batch:
            break
        for number, body, stated in batch:
            counted = len(words(body))
            if counted != stated:
                breaks.add(**{f"{of.name}_id": number, "word_count": stated, "counted": counted})
        last = batch[-1].id
        scope.told(last, most)
    return breaks.found()
