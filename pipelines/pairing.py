"""Articles merged and split because a person says so, under their outlet's lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, func, select

from core.errors import CuttingsError
from core.settings import Settings
from db import schema
from db.engine import open_engine
from db.lock import outlet_lock
from db.matched import matches
from db.matched.matches import Match
from db.models import Article, Outlet, Run, table
from db.store import Store
from pipelines.session import pseudonym_key

ARTICLE, OUTLET, RUN = table(Article), table(Outlet), table(Run)


def merge(settings: Settings, article_id: int, other_id: int) -> Match:
    """Merge two articles; CuttingsError where that cannot be, SetupError while their outlet is crawled."""
    with _store(settings, article_id) as store:
        return matches.merge(store, article_id, other_id)


def split(settings: Settings, article_id: int, other_id: int) -> Match:
    """Take two articles apart, merged or proposed; errors as of :func:`merge`."""
    with _store(settings, article_id) as store:
        return matches.split(store, article_id, other_id)


@contextmanager
def _store(settings: Settings, article_id: int) -> Iterator[Store]:
    engine = open_engine(settings.database())
    try:
        schema.require_head(engine)
        outlet, run_id = _outlet_of(engine, article_id)
        with outlet_lock(engine, settings.locks, outlet.key):
            key = pseudonym_key(settings, keep=True)
            yield Store(engine, outlet=outlet, run_id=run_id, pseudonym_key=key)
    finally:
        engine.dispose()


def _outlet_of(engine: Engine, article_id: int) -> tuple[Any, int]:
    """Give the outlet's row of an article, and the outlet's last run."""
    last = select(func.max(RUN.c.id)).where(RUN.c.outlet_id == OUTLET.c.id).scalar_subquery()
    query = (
        select(OUTLET, last.label("run_id"))
        .join_from(ARTICLE, OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id)
        .where(ARTICLE.c.id == article_id)
    )
    with engine.connect() as connection:
        found = connection.execute(query).one_or_none()
    if found is None:
        raise CuttingsError(f"the archive has no article {article_id}; the view `articles` lists them")
    return found, found.run_id
