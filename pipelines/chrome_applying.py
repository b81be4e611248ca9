"""A new lesson applied: captures read before it are read again before a crawl compares pages with them."""

import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from core.settings import Settings
from db import chrome, schema
from db.engine import open_engine
from pipelines.chrome_learning import LAYOUT
from pipelines.reread_report import Rereading, Wishes
from pipelines.rereading import reread

if TYPE_CHECKING:
    from crawlers.outlet import Outlet

logger = logging.getLogger(__name__)


def apply_lesson(outlet: "Outlet", settings: Settings) -> tuple[Rereading, ...]:
    """Read again what ``generic`` read of an outlet without its newest lesson; mostly that is nothing.

    Readings of two lessons are never compared, so an edit that a crawl met first with a new lesson
    would pass for another reading: it is told only where the text before it was read with the lesson
    too. Nothing is done where the archive has no lesson of the outlet, is of another schema, or is
    away: the crawl says so itself. Interrupted, the next crawl goes on with it.
    """
    engine = open_engine(settings.database())
    try:
        if schema.current(engine) != schema.head():
            return ()
        with engine.connect() as connection:
            if chrome.newest(connection, outlet.key) is None:
                return ()
    except DBAPIError:
        return ()
    finally:
        engine.dispose()
    done = reread([outlet], Wishes(layout=LAYOUT), settings)
    for one in done:
        logger.info("read again with what its pages share: %s", one.reason)
    return done
