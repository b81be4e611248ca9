"""Applies the rules of how long names are kept, outlet by outlet, while nobody crawls it."""

import logging
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime

from sqlalchemy import Engine

from core.errors import SetupError
from core.settings import Settings
from db import retention
from db.lock import lock_of, outlet_lock
from db.words import Kind

logger = logging.getLogger(__name__)


def apply_rules(engine: Engine, settings: Settings, at: datetime) -> Mapping[str, int]:
    """Drop the names whose time has come, as of an aware instant; give how many by outlet.

    An outlet that is being crawled or backfilled has its turn the next time: that run knows the names.
    """
    done = {}
    for rule in retention.rules(engine):
        with ExitStack() as held:
            try:
                for kind in (Kind.CRAWL, Kind.BACKFILL):
                    held.enter_context(outlet_lock(engine, settings.locks, lock_of(kind, rule.outlet)))
            except SetupError as error:
                logger.info("the names of %s have to wait: %s", rule.outlet, error)
                continue
            done[rule.outlet] = retention.apply(engine, rule, at)
    return done
