"""Asking for the other pages of a discussion while its article waits, and nothing else does."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scrapy.http import Response

from core.errors import PageError
from core.records import HeldComment, ScrapedArticle, ThreadFetch
from crawlers import failures, requests
from crawlers.sources.reader import total_pages, total_rows
from crawlers.threads import addresses, disqus
from crawlers.threads.following import Following
from crawlers.threads.part import Part

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawlers.boundary import PageBoundary
    from crawlers.ledger import Ledger
    from crawlers.outlet import Outlet
    from crawlers.reach import Reach
    from crawlers.reader import Reader


@dataclass(frozen=True, slots=True)
class Whole:
    """An article with its whole discussion, as far as it was had, and the pages that brought it."""

    article: ScrapedArticle
    thread: tuple[ThreadFetch, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadAsking:
    """Asks for the discussions of one crawl, each page after the other, within what the crawl may ask.

    The requests go past the frontier straight to the downloader: each belongs to an article that is
    under way, and passes robots rules, guard, pace, retries and the archive as every request does.
    """

    crawler: "Crawler"
    reach: "Reach"
    reader: "Reader"
    ledger: "Ledger"
    boundary: "PageBoundary"
    kinds: frozenset[str]

    async def whole(self, article: ScrapedArticle, response: Response) -> Whole:
        """Give an article with the comments of all other pages of its discussion; it never raises."""
        wanted = [url for url in article.thread_pages if addresses.kind(url) in self.kinds]
        if not wanted:
            return Whole(article)
        following = Following(found=article)
        fetched = await self._followed(following, response)
        if following.doubtful(self._held(article)):
            self.boundary.stats.inc_value("cuttings/thread/again")
            following.again()
            fetched += await self._followed(following, response, again=True)
        return Whole(following.article(), tuple(fetched))

    async def _followed(
        self, following: Following, response: Response, *, again: bool = False
    ) -> list[ThreadFetch]:
        """Have the pages that are waited for; give what brought them."""
        fetched: dict[str, str] = {}
        while (url := following.next()) is not None:
            if self._is_ending():
                following.stop()
                break
            following.take(url, await self._part(url, response, fetched))
        brought = following.brought(again=again)
        return [
            ThreadFetch(url=self._place(url), fetch_key=key, positions=brought.get(url, frozenset()))
            for url, key in fetched.items()
        ]

    def _held(self, article: ScrapedArticle) -> tuple[HeldComment, ...]:
        """Give the comments of an article that the archive holds as shown."""
        named = [url for url in (article.url, article.canonical_url) if url]
        return self.ledger.comments(list(dict.fromkeys([*named, *map(self._place, named)])))

    async def _part(self, url: str, response: Response, fetched: dict[str, str]) -> Part | None:
        """Ask for a page; give its part of the discussion, None where it cannot be had."""
        place, engine = self._place(url), self.crawler.engine
        if engine is None or not (self.reach.allows(place) or disqus.is_listing(url)):
            return None
        request = requests.thread_request(place, response, self.ledger.known([place]).get(place))
        try:
            answer = await engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever fails costs this page; the article waits for it
            told = failures.told(error)
            self.boundary.logger.log(told.level, "%s: %s", place, told.detail)
            self.boundary.stats.inc_value(f"cuttings/thread/{told.word}")
            return None
        if key := answer.meta.get("fetch_key"):
            fetched[url] = key
        try:
            if not self.boundary.had(answer):
                return None
            with self.boundary.guarding(answer):
                part = await self.reader.read_part(answer, url, total_pages(answer))
                part = replace(part, total=total_rows(answer))
        except PageError as error:
            self.boundary.stats.inc_value(f"cuttings/thread/{error.reason}")
            self.boundary.logger.warning("%s gave no comments (%s): %s", place, error.reason, error.detail)
            return None
        self.boundary.stats.inc_value("cuttings/thread/read")
        return part

    def _place(self, url: str) -> str:
        if disqus.is_listing(url):
            return disqus.at(url, self.crawler.settings.get("CUTTINGS_DISQUS_URL") or disqus.ORIGIN)
        return self.reach.place(url)

    def _is_ending(self) -> bool:
        """Whether the crawl is being stopped: then nothing more is asked, and what was had is stored."""
        engine = self.crawler.engine
        if engine is None or not engine.running:
            return True
        slot = engine._slot  # noqa: SLF001 - Scrapy tells of an end in good order nowhere else
        return slot is None or slot.closing is not None


def kinds_of(outlet: "Outlet", settings: "BaseSettings") -> frozenset[str]:
    """Give the kinds of other pages a crawl asks for: Disqus' listing only with the operator's key."""
    if not addresses.are_followed(outlet):
        return frozenset()
    has_key = bool(settings.get("CUTTINGS_DISQUS_KEY"))
    return frozenset({addresses.PAGES, addresses.WORDPRESS, *([addresses.DISQUS] if has_key else [])})
