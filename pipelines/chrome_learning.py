"""Learning what an outlet's pages share: which text blocks stand on so many of them that they are chrome."""

import logging
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from core.chrome import digest
from core.clock import now
from core.errors import PageError
from core.settings import Settings
from core.text import fold, words
from crawlers import dates, furniture
from crawlers.families.generic import GenericLayout
from crawlers.page import Page
from db import chrome, schema
from db.chrome import Lesson, ReadPage, SharedBlock
from db.engine import open_engine, writing
from db.lock import outlet_lock
from db.outlets import OutletFacts
from pipelines.payload import DamagedCaptureError, read_payload, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.outlet import Outlet

MOST = 200  # pages looked at: the newest of so many articles
LEAST = 8  # pages without which nothing can be said
SHARE, SHOWN = 0.3, 5  # of the pages, and pages at least, that show a block of chrome
SURE = 50  # pages of a lesson whose blocks stay chrome: the outlet's older pages go on to show them
MORE = (
    50  # articles after which an outlet is looked at again, or as many as the last time if these were fewer
)
LEAST_WORDS = 4  # a shorter block may as well be a heading, a name, a section
DATED = 80  # characters; a longer block with a date in it is no date line
_MOST_BLOCKS = 2000  # of a page that are looked at
LAYOUT = GenericLayout.name
"""The layout that knows chrome: only what it read is learnt from, only what it reads changes by it."""

logger = logging.getLogger(__name__)


def learn(engine: Engine, outlet: OutletFacts, settings: Settings) -> Lesson | None:
    """Look at an outlet's newest pages and keep what they share; give the lesson that holds from now on.

    None where there are fewer than ``LEAST`` pages that ``generic`` read and no lesson. A block is chrome
    that stands on at least 30 % of the pages, and five, of articles with different texts, and was taken
    for text of at least one of them. Never that are:

    - blocks of fewer than four words, which are as well headings, names, sections, "ENDS", "Read more";
    - an article's title, byline or section, of whichever of the pages, or the title of any of its articles;
    - lines that name a writer or hold a date and little else.

    So titles, bylines, dates and sections are read as before; what changes is the body.
    """
    with engine.connect() as connection:
        last = chrome.newest(connection, outlet.key)
    count = _Count(outlet.timezone, frozenset(one.digest for one in last.blocks) if last else frozenset())
    for read in chrome.read_pages(engine, outlet.key, LAYOUT, MOST):
        if (page := _page(read, settings)) is not None:
            count.add(read, page)
    if count.pages < LEAST:
        return last
    with writing(engine) as connection:
        news = chrome.store(
            connection, outlet.key, _taught(connection, outlet.key, count, last), pages=count.pages, at=now()
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


@contextmanager
def _archive(settings: Settings) -> "Iterator[Engine]":
    engine = open_engine(settings.database())
    try:
        schema.require_head(engine)
        yield engine
    finally:
        engine.dispose()


@dataclass
class _Count:
    """What stands on how many pages; ``known`` are the digests of the last lesson."""

    zone: str
    known: frozenset[str]
    pages: int = 0
    shown: Counter[str] = field(default_factory=Counter)
    samples: dict[str, str] = field(default_factory=dict)  # of blocks that stand on more than one page
    in_bodies: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)  # folded

    def add(self, read: ReadPage, page: Page) -> None:
        """Count the blocks of a page, each once."""
        self.pages += 1
        self.fields |= {fold(text) for text in (read.title, read.byline, read.section) if text}
        body = fold(read.body)
        for text in dict.fromkeys(block.text for block in islice(page.blocks, _MOST_BLOCKS)):
            if len(words(text)) < LEAST_WORDS:
                continue
            known_by = digest(text)
            self.shown[known_by] += 1
            if self.shown[known_by] > 1:
                self.samples.setdefault(known_by, text)
            if fold(text) in body:
                self.in_bodies.add(known_by)

    def shared(self) -> "Iterator[tuple[str, str, int]]":
        """Give digest, text and pages of the blocks that so many pages show."""
        enough = max(SHOWN, SHARE * self.pages)
        for known_by, pages in self.shown.items():
            if pages >= enough and (known_by in self.in_bodies or known_by in self.known):
                text = self.samples[known_by]
                if fold(text) not in self.fields and not self._is_field(text):
                    yield known_by, text, pages

    def _is_field(self, text: str) -> bool:
        if furniture.is_byline(text) or dates.moment(text, self.zone) is not None:
            return True
        return len(text) <= DATED and dates.first(text, self.zone) is not None


def _taught(
    connection: Connection, outlet: str, count: _Count, last: Lesson | None
) -> tuple[SharedBlock, ...]:
    """Give the blocks of a lesson: those shared now, and those that a sure lesson had before."""
    shared = list(count.shared())
    titles = chrome.titles_among(connection, outlet, [text for _, text, _ in shared])
    found = {
        known_by: SharedBlock(digest=known_by, sample=text, pages=pages)
        for known_by, text, pages in shared
        if text not in titles
    }
    for block in last.blocks if last is not None and last.pages >= SURE else ():
        found.setdefault(block.digest, replace(block, pages=count.shown[block.digest]))
    return tuple(found.values())


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
