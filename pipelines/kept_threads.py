"""Discussions out of the archive: an article's other pages as they were kept with it, nothing fetched."""

import logging
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from core.errors import PageError
from core.kept_records import KeptPage
from core.records import COMPLETE, CommentState, Reason, ScrapedArticle
from crawlers.page import Page
from crawlers.reach import Reach
from crawlers.threads import addresses, disqus, reading
from crawlers.threads.following import Following
from crawlers.threads.part import Part
from db.discussions.kept_threads import KeptPart, is_live, kept_parts
from db.engine import open_engine
from pipelines.payload import Damage, DamagedCaptureError, Payload, read_payload, unpacked

if TYPE_CHECKING:
    from crawlers.outlet import Outlet
    from pipelines.readers import Desk

logger = logging.getLogger(__name__)

_engine = cache(open_engine)  # one for a reading process; most never need it
_TOTAL = b"x-wp-totalpages"


def whole(article: ScrapedArticle, page: KeptPage, outlet: "Outlet", desk: "Desk") -> ScrapedArticle:
    """Give an article with the comments of its discussion's other pages, as far as they were kept with it.

    Raises :class:`DamagedCaptureError` where the bytes of one cannot be had any more.
    """
    if not article.thread_pages or desk.database is None or not addresses.are_followed(outlet):
        return article
    following = Following(found=article)
    kept = _Kept(_engine(desk.database), page, outlet, desk)
    while (url := following.next()) is not None:
        following.take(url, kept.part(url, 0))
    if not any(following.had.values()) and addresses.kind(article.thread_pages[0]) == addresses.DISQUS:
        return article  # without a key nobody asks
    if any(kept.was_asked_again(url) for url in following.had):
        following.again()
        while (url := following.next()) is not None:
            late = url not in following.had and url != article.url
            following.take(url, kept.part(url, 0 if late else 1))
    found = following.article()
    if found.comment_state in COMPLETE and not is_live(kept.engine, page.capture_id):
        # An archive saw its pages at different times: a comment on none of them may have been there.
        return replace(found, comment_state=CommentState.PARTIAL)
    return found


class _Kept:
    """The kept answers of the other pages of one article's discussion."""

    def __init__(self, engine: Engine, page: KeptPage, outlet: "Outlet", desk: "Desk") -> None:
        """Keep what they are looked for with."""
        self.engine = engine
        self._page = page
        self._outlet = outlet
        self._desk = desk
        # Asked where a crawl asks: at the home page's spelling, or where a stand-in served the article.
        self._reach = Reach(outlet=outlet, base_url=None if outlet.owns(page.url) else page.url)
        self._answers: dict[str, tuple[KeptPart | None, ...]] = {}

    def was_asked_again(self, url: str) -> bool:
        """Say whether the crawl had this page once more."""
        return len(self._of(url)) > 1

    def part(self, url: str, time: int) -> Part | None:
        """Give what the page gave the first time (0) or the second (1), None for nothing."""
        answers = self._of(url)
        answer = answers[time] if time < len(answers) else None
        return _read(answer, url, self._outlet, self._desk) if answer is not None else None

    def _of(self, url: str) -> tuple[KeptPart | None, ...]:
        if url not in self._answers:
            listed = disqus.is_listing(url)
            place = disqus.at(url, self._desk.disqus_url) if listed else self._reach.place(url)
            at = (self._page.capture_id, self._page.captured_at)
            self._answers[url] = kept_parts(self.engine, place, *at)
        return self._answers[url]


def _read(kept: KeptPart, asked: str, outlet: "Outlet", desk: "Desk") -> Part | None:
    payload = read_payload(Path(desk.home), kept.warc_file, kept.offset)
    if payload.sha256 != kept.sha256:
        told = f"the record at {kept.offset} holds other bytes than were captured (SHA-256 {payload.sha256})"
        raise DamagedCaptureError(Damage.OTHER_BYTES, kept.warc_file, told)
    try:
        return _parsed(payload, kept.url, asked, outlet.timezone, desk.max_bytes)
    except PageError as error:
        logger.info("%s gave no comments (%s): %s", kept.url, error.reason, error.detail)
        return None


def _parsed(payload: Payload, url: str, asked: str, zone: str, max_bytes: int) -> Part:
    total = next((value for name, value in payload.headers if name.lower() == _TOTAL), b"").strip()
    pages = int(total[:9]) if total.isdigit() else None
    try:
        page = Page.from_bytes(unpacked(payload, max_bytes), url, payload.content_type)
        return reading.read(page, asked, zone, pages)
    except PageError:
        raise
    except Exception as error:
        raise PageError(Reason.UNREADABLE, f"{type(error).__name__}: {error}") from error
