"""Which keyed hashes keep out what is erased."""

from sqlalchemy import Connection, select

from db import rows
from db.erasures.scope import ARTICLE, COMMENT, COMMENTER, URL, Scope
from db.suppressing import Mark, Marks
from db.words import Erased


def of(connection: Connection, scope: Scope, marks: Marks) -> set[Mark]:
    """Give the marks of all that must not come back; asked before anything is blanked."""
    found: set[Mark] = set()
    query = select(ARTICLE.c.id, ARTICLE.c.identity, ARTICLE.c.outlet_id)
    known = rows.among(connection, query, ARTICLE.c.id, scope.shown_by)
    outlets = {row.id: scope.outlets[row.outlet_id] for row in known}
    if scope.is_of_articles:
        found |= {marks.identity(outlets[row.id], row.identity) for row in known}
        found |= {marks.headline(title) for title in scope.titles}
        addresses = rows.among(connection, select(URL.c.url), URL.c.id, scope.urls)
        found |= {mark for row in addresses for mark in marks.address(row.url)}
        return found | ({marks.prefix(scope.wish.name)} if scope.wish.what is Erased.URL else set())
    for one in scope.said:
        # What was merged has several identities, and a page may be read under any of them.
        for row in known:
            found |= set(marks.comment(outlets[row.id], row.identity, one.author, one.body))
    query = select(COMMENT.c.outlet_comment_id, COMMENT.c.article_id)
    for row in rows.among(connection, query, COMMENT.c.id, scope.comments):
        if row.outlet_comment_id:
            found.add(marks.comment_id(outlets[row.article_id], row.outlet_comment_id))
    query = select(COMMENTER.c.name_key, COMMENTER.c.outlet_id).where(
        COMMENTER.c.outlet_id.in_(scope.outlets)
    )
    for row in rows.among(connection, query, COMMENTER.c.name_key, scope.names):
        found.add(marks.commenter(scope.outlets[row.outlet_id], row.name_key))
    return found
