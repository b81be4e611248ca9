"""Discussions out of the archive: an article's other pages as they were kept with it, nothing fetched."""

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import PageError
from core.kept_records import KeptPage
from core.records import Reason, ScrapedArticle
from crawlers.page import Page
from crawlers.reach import Reach
from crawlers.threads import addresses, disqus, reading
from crawlers.threads.following import Following
from crawlers.threads.part import Part
from db.discussions.kept_threads import KeptPart, kept_part
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
    # Asked where a crawl asks: at the home page's spelling, or where a stand-in served the article.
    reach = Reach(outlet=outlet, base_url=None if outlet.owns(page.url) else page.url)
    nothing_had = True
    while (url := following.next()) is not None:
        place = disqus.at(url, desk.disqus_url) if disqus.is_listing(url) else reach.place(url)
        kept = kept_part(_engine(desk.database), place, page.capture_id, page.captured_at)
        part = _read(kept, url, outlet, desk) if kept is not None else None
        nothing_had = nothing_had and part is None
        following.take(url, part)
    if nothing_had and addresses.kind(article.thread_pages[0]) == addresses.DISQUS:
        return article  # without a key nobody asks
    return following.article()


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
