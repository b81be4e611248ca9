"""The comments that articles show as far as the archive knows."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from core.records import HeldComment
from db import rows
from db.models import Article, ArticleUrl, Comment, CommentVersion, Outlet, Url, table
from db.words import CommentPresence

ARTICLE, ARTICLE_URL, OUTLET, URL = table(Article), table(ArticleUrl), table(Outlet), table(Url)
COMMENT, VERSION = table(Comment), table(CommentVersion)

_SHOWN = (CommentPresence.VISIBLE.value, CommentPresence.UNKNOWN.value)


def held_comments(connection: Connection, outlet: str, urls: Sequence[str]) -> tuple[HeldComment, ...]:
    """Give the comments, in their newest wording, of an outlet's articles at these addresses.

    Left out are those removed or erased; an address that led to an article once is its address still.
    """
    query = (
        select(COMMENT.c.id, COMMENT.c.outlet_comment_id, VERSION.c.body)
        .distinct()
        .join_from(URL, ARTICLE_URL, ARTICLE_URL.c.url_id == URL.c.id)
        .join(ARTICLE, ARTICLE.c.id == ARTICLE_URL.c.article_id)
        .join(OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id)
        .join(COMMENT, COMMENT.c.article_id == ARTICLE.c.id)
        .join(VERSION, VERSION.c.comment_id == COMMENT.c.id)
        .where(
            OUTLET.c.key == outlet,
            COMMENT.c.state.in_(_SHOWN),
            VERSION.c.superseded_at.is_(None),
            VERSION.c.valid_to.is_(None),
        )
    )
    found = {row.id: row for row in rows.among(connection, query, URL.c.url, urls)}
    return tuple(HeldComment(body=row.body, outlet_id=row.outlet_comment_id) for row in found.values())
