"""How far an outlet has been walked: when last in full, and which articles were first met since."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Engine, and_, select

from db import rows
from db.models import Article, ArticleUrl, Outlet, Run, Url, table
from db.words import Kind, Verdict

ARTICLE, ARTICLE_URL, OUTLET, RUN, URL = map(table, (Article, ArticleUrl, Outlet, Run, Url))

_WALKED = frozenset({Verdict.OK, Verdict.PARTIAL, Verdict.EMPTY, Verdict.HELD})
_PARTS = ("urls", "limit", "since", "until")  # of an order: with one of them only a part was to be walked


def walked_until(engine: Engine, outlet: str) -> datetime | None:
    """Give when the outlet's last crawl of all its sources ended, in UTC; None when there was none yet."""
    query = (
        select(RUN.c.ended_at, RUN.c.order_json)
        .join_from(RUN, OUTLET, OUTLET.c.id == RUN.c.outlet_id)
        .where(OUTLET.c.key == outlet, RUN.c.kind == Kind.CRAWL.value, RUN.c.verdict.in_(_WALKED))
        .order_by(RUN.c.id.desc())
    )
    with engine.connect() as connection:
        for run in connection.execute(query):
            if not any((run.order_json or {}).get(part) for part in _PARTS):
                ended: datetime = run.ended_at
                return ended
    return None


def met_since(engine: Engine, outlet: str, when: datetime | None, urls: Collection[str]) -> set[str]:
    """Give those of the addresses whose article was first met after ``when`` (None: at any time).

    That such an article is known says nothing of the older ones behind it: the crawl that met it
    was killed, stopped, or told to stop early.
    """
    if not urls:
        return set()
    query = (
        select(URL.c.url)
        .join_from(URL, ARTICLE_URL, and_(ARTICLE_URL.c.url_id == URL.c.id, ARTICLE_URL.c.valid_to.is_(None)))
        .join(ARTICLE, ARTICLE.c.id == ARTICLE_URL.c.article_id)
        .join(OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id)
        .where(OUTLET.c.key == outlet)
    )
    if when is not None:
        query = query.where(ARTICLE.c.first_seen_at > when)
    with engine.connect() as connection:
        return {row.url for row in rows.among(connection, query, URL.c.url, urls)}
