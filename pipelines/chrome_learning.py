"""Learning what an outlet's pages share: which text blocks stand on so many of them that they are chrome."""

import logging
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from core.clock import now
from core.errors import PageError
from core.settings import Settings
from crawlers.families.generic import EDITION, GenericLayout
from crawlers.page import Page
from db import chrome, schema
from db.chrome import Lesson, ReadPage, SharedBlock
from db.engine import open_engine, writing
from db.lock import outlet_lock
from db.outlets import OutletFacts
from db.suppressing import Suppressions
from pipelines.chrome_counting import Counting
from pipelines.payload import DamagedCaptureError, read_payload, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.outlet import Outlet

MOST = 200  # pages looked at: the newest of so many articles
LEAST = 8  # pages without which nothing can be said
SURE = 50  # pages of a lesson whose blocks stay chrome: the outlet's older pages go on to show them
MORE = (
    50  # articles after which an outlet is looked at again, or as many as the last time if these were fewer
)
LAYOUT = GenericLayout.name
"""The layout that knows chrome: only what it read is learnt from, only what it reads changes by it."""

logger = logging.getLogger(__name__)


def learn(engine: Engine, outlet: OutletFacts, settings: Settings) -> Lesson | None:
    """Look at an outlet's newest pages and keep what they share; give the lesson that holds from now on.

    None where there are fewer than ``LEAST`` pages that ``generic`` read and no lesson. A block is chrome
    that stands on at least 30 % of the pages, and five, of articles with different texts, and was taken
    for text of at least one of them. Never that are:

    - blocks of fewer than four words, which are as well headings, names, sections, "ENDS", "Read more";
    - an article's title, byline or section, of whichever of the pages, or the title of any of its articles,
      those erased included;
    - lines that name a writer or hold a date and little else.

    So titles, bylines, dates and sections are read as before; what changes is the body.
    """
    from pipelines.session import pseudonym_key  # it imports this module

    with engine.connect() as connection:
        last = chrome.newest(connection, outlet.key)
    count = Counting(outlet.timezone, frozenset(one.digest for one in last.blocks) if last else frozenset())
    for read in chrome.read_pages(engine, outlet.key, LAYOUT, MOST):
        if (page := _page(read, settings)) is not None:
            count.add(read, page)
    if count.pages < LEAST:
        return last
    key = pseudonym_key(settings, keep=True)
    with writing(engine) as connection:
        news = chrome.store(
            connection,
            outlet.key,
            _taught(connection, outlet.key, count, last, Suppressions.load(connection, key)),
            pages=count.pages,
            at=now(),
            above=_forgotten(connection, outlet.key) if last is None or not last.revision else 0,
        )
        taught = chrome.newest(connection, outlet.key)
    if news and taught is not None:
        logger.info(
            "learnt from %s pages of %s that %s text blocks are chrome (lesson %s)",
            count.pages,
            outlet.key,
            len(taught.blocks),
            taught.revision,
        )
    return taught


def learn_after(engine: Engine, outlet: OutletFacts, settings: Settings) -> None:
    """Learn at a run's end where enough is new: the first pages, then as many again or 50 more.

    A run is never worse for it: an error is logged, and the next run tries again.
    """
    try:
        if is_due(engine, outlet.key):
            learn(engine, outlet, settings)
    except Exception:  # no crawl may fail for what the next one does as well
        logger.exception("what the pages share was not learnt", extra={"outlet": outlet.key})


def learn_now(settings: Settings, outlet: OutletFacts) -> Lesson | None:
    """Learn on demand; as :func:`learn`. SetupError where there is no archive, or the outlet is crawled."""
    with _archive(settings) as engine, outlet_lock(engine, settings.locks, outlet.key):
        return learn(engine, outlet, settings)


def lesson(settings: Settings, outlet: str) -> Lesson | None:
    """Give an outlet's newest lesson, None before the first; SetupError where there is no archive."""
    with _archive(settings) as engine, engine.connect() as connection:
        return chrome.newest(connection, outlet)


def is_due(engine: Engine, outlet: str) -> bool:
    """Say whether enough articles came since the last lesson: readings must not change at every crawl."""
    with engine.connect() as connection:
        last = chrome.newest(connection, outlet)
        fresh = chrome.fresh_articles(connection, outlet, LAYOUT, last.learnt_at if last else None)
    return fresh >= (min(MORE, last.pages) if last else LEAST)


def knowing(engine: Engine, outlet: "Outlet") -> "Outlet":
    """Give the outlet with what the archive knows its pages to share."""
    with engine.connect() as connection:
        last = chrome.newest(connection, outlet.key)
    return replace(outlet, chrome=last.chrome if last else None)


def knowing_if_kept(settings: Settings, outlet: "Outlet") -> "Outlet":
    """Give the outlet with what an archive knows of its pages; as it is where there is none to ask."""
    engine = open_engine(settings.database())
    try:
        return knowing(engine, outlet) if schema.current(engine) == schema.head() else outlet
    except DBAPIError:  # away: whoever only looks at a page does not wait for it
        return outlet
    finally:
        engine.dispose()


@contextmanager
def _archive(settings: Settings) -> "Iterator[Engine]":
    engine = open_engine(settings.database())
    try:
        schema.require_head(engine)
        yield engine
    finally:
        engine.dispose()


def _taught(
    connection: Connection, outlet: str, count: Counting, last: Lesson | None, erased: Suppressions
) -> tuple[SharedBlock, ...]:
    """Give the blocks of a lesson: those shared now, and those that a sure lesson had before."""
    shared = list(count.shared())
    titles = chrome.titles_among(connection, outlet, [text for _, text, _ in shared])
    found = {
        known_by: SharedBlock(digest=known_by, sample=text, pages=pages)
        for known_by, text, pages in shared
        if text not in titles and not erased.of_headline(text)
    }
    for block in last.blocks if last is not None and last.pages >= SURE else ():
        found.setdefault(block.digest, replace(block, pages=count.shown[block.digest]))
    return tuple(found.values())


def _forgotten(connection: Connection, outlet: str) -> int:
    """Give the newest lesson that pages were read with, kept or not: a schema before lessons drops them.

    Another lesson of that number would read other texts under the same version: edits that nobody made.
    """
    lessons = GenericLayout().version // EDITION
    return max((each % lessons for each in chrome.versions_read(connection, outlet, LAYOUT)), default=0)


def _page(read: ReadPage, settings: Settings) -> Page | None:
    """Give a kept page, parsed; None where its bytes cannot be had."""
    kept = read.page
    try:
        payload = read_payload(settings.home, kept.warc_file, kept.offset)
        if payload.sha256 != kept.sha256:
            return None
        page = Page.from_bytes(unpacked(payload, settings.max_body_bytes), kept.url, kept.content_type)
        has_text = bool(page.blocks)
    except (DamagedCaptureError, PageError):
        return None
    return page if has_text else None
