"""A new lesson applied: captures read before it are read again before a crawl compares pages with them."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from core.errors import SetupError
from core.settings import Settings
from core.stopping import stopping
from db import chrome, kept, schema
from db.engine import open_engine
from pipelines.chrome_learning import LAYOUT, knowing
from pipelines.reread_report import Standing, Wishes
from pipelines.rereading import reread, wanted_of

if TYPE_CHECKING:
    from crawlers.outlet import Outlet

WISHES = Wishes(layout=LAYOUT)
_TELLS_EVERY = 10.0  # seconds

logger = logging.getLogger(__name__)


def apply_lesson(outlet: "Outlet", settings: Settings, *, seconds: float | None = None) -> bool:
    """Read again what ``generic`` read of an outlet without its newest lesson; mostly that is nothing.

    Readings of two lessons are never compared, so an edit that a crawl met first with a new lesson
    would pass for another reading: it is told only where the text before it was read with the lesson
    too. Nothing is done where the archive has no lesson of the outlet, is of another schema, or is
    away: the crawl says so itself. Nor is what could not be read the last time, and is all there is.

    Gives False where it did not come to its end, within ``seconds`` or because a signal asked for it: then
    the crawl is not to begin, or it would hide edits. The next one goes on with it.
    """
    stop = threading.Event()
    limit = threading.Timer(seconds or 0, stop.set)
    limit.daemon = True
    try:
        if not _is_due(outlet, settings):
            return True
        if seconds is not None:
            limit.start()
        with stopping(stop):
            for one in reread([outlet], WISHES, settings, show=_teller(), stop=stop):
                logger.info("read again with what its pages share: %s", one.reason)
    except (DBAPIError, SetupError) as error:
        logger.warning("what was read before a lesson is not read again by now: %s", error)
    finally:
        limit.cancel()
    return not stop.is_set()


def _is_due(outlet: "Outlet", settings: Settings) -> bool:
    """Say whether there is anything to read again that was not tried in vain."""
    engine = open_engine(settings.database())
    try:
        if schema.current(engine) != schema.head():
            return False
        with engine.connect() as connection:
            if chrome.newest(connection, outlet.key) is None:
                return False
            left = chrome.left_behind(connection, outlet.key, LAYOUT)
        return kept.count(engine, wanted_of(knowing(engine, outlet), WISHES)).read > left
    except DBAPIError:
        return False
    finally:
        engine.dispose()


def _teller() -> Callable[[Standing], None]:
    """Give what tells how far the reading is, now and then."""
    last = time.monotonic()

    def tell(standing: Standing) -> None:
        nonlocal last
        if time.monotonic() - last >= _TELLS_EVERY:
            last = time.monotonic()
            told = "%s of %s captures are read again with what the outlet's pages share"
            logger.info(told, standing.tally.done, standing.total)

    return tell
