"""Our own clients pointed at the local archives, with a watch that goes on when they sleep."""

from datetime import UTC, datetime, timedelta
from typing import Any

from core.settings import Settings
from crawlers.archives.commoncrawl import CommonCrawl
from crawlers.archives.wayback import Wayback

AGENT = "Cuttings/1 (+mailto:desk@archive.example)"
BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)


class Watch:
    """A clock that only sleeping moves; what was slept is told in seconds."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    @property
    def seconds(self) -> float:
        return sum(self.slept)

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)


def settings(served, **changed: Any) -> Settings:
    """Give settings that lead to the local archives and ask for no pace."""
    wayback, commoncrawl = served.address("wayback"), served.address("commoncrawl")
    return Settings(
        **{
            "wayback_url": wayback,
            "commoncrawl_index_url": commoncrawl,
            "commoncrawl_data_url": commoncrawl,
            "wayback_queries_per_minute": 100_000,
            "wayback_delay": 0,
            "commoncrawl_index_delay": 0,
            "commoncrawl_data_delay": 0,
            **changed,
        }
    )


def wayback(served, watch: Watch | None = None, **changed: Any) -> Wayback:
    watch = watch or Watch()
    return Wayback(settings(served, **changed), agent=AGENT, sleep=watch.sleep, clock=watch.now)


def commoncrawl(served, watch: Watch | None = None, **changed: Any) -> CommonCrawl:
    watch = watch or Watch()
    return CommonCrawl(settings(served, **changed), agent=AGENT, sleep=watch.sleep, clock=watch.now)


def everything(client, outlet, since=None, until=None):
    """Give all mementos of an outlet, and the rows refused."""
    pages = [page for query in client.queries(outlet, since, until) for page in client.listed(query)]
    return (
        [memento for page in pages for memento in page.mementos],
        [refused for page in pages for refused in page.refused],
    )
