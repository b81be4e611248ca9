"""Last stage: an item is stored, and the stage ends when it is durable."""

from asyncio import wrap_future
from collections.abc import Iterator
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from core.errors import WeatherError
from core.records import ArticleRecord, Change, Sighting, StoredArticle, Unread
from pipelines.archive import Archive


class StoreStage:
    """The stage: gives the :class:`StoredArticle` of an article record, other items as they came."""

    def __init__(self, crawler: Crawler, archive: Archive) -> None:
        self._stats = crawler.stats
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the stage with the crawl's archive."""
        archive = crawler.get_extension(Archive)
        if archive is None:
            raise RuntimeError("pipelines.archive.Archive is missing from EXTENSIONS")
        return cls(crawler, archive)

    async def process_item(self, item: Any) -> Any:
        """Store an item and wait until it is durable; drop the one that cannot be stored."""
        if not isinstance(item, ArticleRecord | Unread | Sighting):
            return item
        await self._archive.room()
        try:
            stored = await wrap_future(self._archive.writer.put(item))
        except WeatherError as error:
            raise DropItem(f"not stored: {error}") from error
        except Exception as error:
            self._stats.inc_value("cuttings/store/failed")
            raise DropItem(f"not stored: {type(error).__name__}", log_level="DEBUG") from error
        for key, count in decisions(item, stored):
            self._stats.inc_value(key, count)
        if stored is None:
            return item
        if stored.change is not Change.UNCHANGED:
            self._archive.remember(stored)
        return stored


def decisions(
    item: ArticleRecord | Unread | Sighting, stored: StoredArticle | None
) -> Iterator[tuple[str, int]]:
    """Give the stats keys that count what became of an item."""
    if isinstance(item, Unread):
        yield f"cuttings/rejected/{item.reason}", 1
    elif isinstance(item, Sighting):
        yield "cuttings/sightings", 1
    elif stored is not None:
        yield f"cuttings/store/{stored.change}", 1
        yield "cuttings/comments/new", stored.comments_new
        yield "cuttings/comments/changed", stored.comments_changed
        yield "cuttings/comments/removed", stored.comments_removed
        published = item.document.published
        yield "cuttings/record/read", 1
        yield "cuttings/record/dated", int(published is not None and published.stated() is not None)
        yield "cuttings/record/with_byline", int(item.document.byline is not None)
        yield "cuttings/record/with_comments", int(bool(item.comments))
