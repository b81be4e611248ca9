"""What runs brought: articles new, changed and gone, and their comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, exists, func, select

from db import rows
from db.models import (
    Article,
    ArticleChange,
    ArticleText,
    ArticleVersion,
    Comment,
    CommentVersion,
    Document,
    Url,
    Withdrawal,
    table,
)
from db.words import CommentPresence

ARTICLE, CHANGE, URL = table(Article), table(ArticleChange), table(Url)
VERSION, TEXT, DOCUMENT = table(ArticleVersion), table(ArticleText), table(Document)
COMMENT, COMMENT_VERSION = table(Comment), table(CommentVersion)
WITHDRAWAL = table(Withdrawal)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsLine:
    """One article a run made, changed or found gone; ``detail`` is the kind of change, or the state."""

    article_id: int
    url: str
    title: str
    version: int
    detail: str
    words_added: int = 0
    words_removed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What runs brought; ``comments_*`` count comments."""

    new: tuple[NewsLine, ...]
    changed: tuple[NewsLine, ...]
    gone: tuple[NewsLine, ...]
    comments_new: int
    comments_changed: int
    comments_removed: int


def news(engine: Engine, run_ids: Sequence[int]) -> News:
    """Give what these runs brought, in the order they found it; *gone* and *removed* unless back since."""
    with engine.connect() as connection:
        opened = [NewsLine(**row._asdict()) for row in connection.execute(_opened(run_ids))]
        lost = [NewsLine(**row._asdict()) for row in connection.execute(_lost(run_ids))]
        first, later, removed = (connection.execute(q).scalar_one() for q in _comment_counts(run_ids))
    return News(
        new=tuple(line for line in opened if line.version == 1),
        changed=tuple(line for line in opened if line.version > 1),
        gone=tuple(lost),
        comments_new=first,
        comments_changed=later,
        comments_removed=removed,
    )


def _opened(run_ids: Sequence[int]) -> rows.Query:
    """Ask for the versions that runs found first."""
    details = (
        func.coalesce(CHANGE.c.kind, "new").label("detail"),
        func.coalesce(CHANGE.c.words_added, 0).label("words_added"),
        func.coalesce(CHANGE.c.words_removed, 0).label("words_removed"),
    )
    query = _versions(*details).outerjoin(
        CHANGE,
        (CHANGE.c.version_id == VERSION.c.id)
        & (CHANGE.c.previous_version_id != VERSION.c.id)
        & CHANGE.c.superseded_at.is_(None),
    )
    return query.where(VERSION.c.run_id.in_(run_ids)).order_by(VERSION.c.id)


def _lost(run_ids: Sequence[int]) -> rows.Query:
    """Ask for the last versions of articles that runs found gone or missing."""
    later = VERSION.alias()
    is_last = ~exists().where(
        later.c.article_id == VERSION.c.article_id,
        later.c.seq > VERSION.c.seq,
        later.c.retracted_at.is_(None),
    )
    query = _versions(ARTICLE.c.state.label("detail"))
    return query.where(VERSION.c.ended_run_id.in_(run_ids), is_last).order_by(VERSION.c.id)


def _versions(*details: ColumnElement[Any]) -> rows.Query:
    """Ask for versions, those of withdrawn articles left out."""
    hidden = exists().where(WITHDRAWAL.c.article_id == ARTICLE.c.id, WITHDRAWAL.c.lifted_at.is_(None))
    return (
        select(VERSION.c.article_id, URL.c.url, DOCUMENT.c.title, VERSION.c.seq.label("version"), *details)
        .join_from(VERSION, ARTICLE, ARTICLE.c.id == VERSION.c.article_id)
        .join(URL, URL.c.id == ARTICLE.c.canonical_url_id)
        .join(TEXT, (TEXT.c.version_id == VERSION.c.id) & TEXT.c.superseded_at.is_(None))
        .join(DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
        .where(VERSION.c.retracted_at.is_(None), ~hidden)
    )


def _comment_counts(run_ids: Sequence[int]) -> tuple[Select[int], Select[int], Select[int]]:
    """Ask how many comments runs found new, otherwise than before, and no longer there."""
    believed = COMMENT_VERSION.c.superseded_at.is_(None)
    counted = select(func.count(COMMENT_VERSION.c.comment_id.distinct())).where(believed)
    found = counted.where(COMMENT_VERSION.c.run_id.in_(run_ids))
    ended = counted.where(COMMENT_VERSION.c.ended_run_id.in_(run_ids))
    return (
        found.where(COMMENT_VERSION.c.seq == 1),
        found.where(COMMENT_VERSION.c.seq > 1),
        ended.join(COMMENT, COMMENT.c.id == COMMENT_VERSION.c.comment_id).where(
            COMMENT.c.state == CommentPresence.REMOVED.value,
            COMMENT.c.state_since == COMMENT_VERSION.c.valid_to,
        ),
    )
