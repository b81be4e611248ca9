"""Copies across outlets looked for at a run's end and on demand; stories joined and split by people."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, select

from core.clock import now
from core.settings import Settings
from db import schema
from db.copies import linking, stories
from db.copies.linking import Linked
from db.engine import open_engine
from db.models import Outlet, table

OUTLET = table(Outlet)

logger = logging.getLogger(__name__)


def link_after(engine: Engine, outlet: str, run_id: int) -> Linked | None:
    """Look for copies of what a run brought, once its texts are stored; None where that failed.

    A run is never worse for it: an error is logged, and the next run, or `cuttings stories link`, does
    what was left undone.
    """
    try:
        return linking.link(engine, outlet, run_id=run_id)
    except Exception:  # no crawl may fail for what the next one does as well
        logger.exception("copies across outlets were not looked for", extra={"outlet": outlet})
        return None


def outlets(settings: Settings) -> tuple[str, ...]:
    """Give the outlets whose texts can be looked at: those the archive has, by their keys."""
    with _archive(settings) as engine, engine.connect() as connection:
        return tuple(connection.execute(select(OUTLET.c.key).order_by(OUTLET.c.key)).scalars())


def link(
    settings: Settings,
    outlet: str,
    *,
    afresh: bool = False,
    told: Callable[[int, int], None] | None = None,
) -> Linked:
    """Look for copies of an outlet's texts that were not looked at yet; with ``afresh`` of all of them.

    ``told`` is called with texts done and texts in all. CuttingsError for an outlet the archive lacks.
    """
    with _archive(settings) as engine:
        if afresh:
            linking.unlink(engine, outlet)
        return linking.link(engine, outlet, told=told)


def join(settings: Settings, one: int, other: int) -> int:
    """Say that two articles are one story; give its number. Errors as of :func:`db.copies.stories.join`."""
    with _archive(settings) as engine, linking.linking(engine) as connection:
        return stories.join(connection, one, other, now())


def split(settings: Settings, story_id: int, article_id: int) -> None:
    """Say that an article is not of a story; errors as of :func:`db.copies.stories.split`."""
    with _archive(settings) as engine, linking.linking(engine) as connection:
        stories.split(connection, story_id, article_id, now())


@contextmanager
def _archive(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.database())
    try:
        schema.require_head(engine)
        yield engine
    finally:
        engine.dispose()
