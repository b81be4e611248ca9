"""Runs one spider in a process of its own, without an archive, and gives what it yielded."""

import dataclasses
import json
import os
import tempfile
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from tests.integration.forking import Fork

FAST = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
    "CUTTINGS_RETRY_WAIT": 0.01,
    "RETRY_TIMES": 1,
    "DOWNLOAD_TIMEOUT": 30,
    "DOWNLOAD_MAXSIZE": 256 * 1024,
    "CUTTINGS_STOP_AFTER_UNCHANGED": 20,
}


@dataclass(frozen=True, kw_only=True)
class Collected:
    """What a crawl came to: items by the name of their class, statistics, log."""

    visits: list[dict[str, Any]] = field(default_factory=list)
    unread: list[dict[str, Any]] = field(default_factory=list)
    sightings: list[dict[str, Any]] = field(default_factory=list)
    stats: dict[str, Any] = field(default_factory=dict)
    log: str = ""

    @property
    def titles(self) -> set[str]:
        return {visit["article"]["title"] for visit in self.visits}

    def reasons(self, path: str) -> list[str]:
        return [item["reason"] for item in self.unread if item["url"].endswith(path)]


def collect(outlet: str, base_url: str | None, *, timeout: float = 60, **told: Any) -> Collected:
    """Crawl; ``told`` are ``order`` fields, ``settings``, ``known`` (ledger rows by address)."""
    job = {"outlet": outlet, "base_url": base_url, **told}
    with tempfile.TemporaryDirectory() as folder:
        items, log = Path(folder) / "items", Path(folder) / "log"
        process = Fork(_crawl, job, out=items, err=log, environment=_scrubbed())
        try:
            process.wait(timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}:\n{log.read_text(errors='replace')[-4000:]}") from error
        lines = [json.loads(line) for line in items.read_text().splitlines()] if items.exists() else []
        told_log = log.read_text(errors="replace") if log.exists() else ""
    assert lines, f"the crawl wrote nothing:\n{told_log[-4000:]}"
    assert lines[-1]["kind"] == "end", f"the crawl did not end:\n{told_log[-4000:]}"
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        by_kind.setdefault(line["kind"], []).append(line["data"])
    return Collected(
        visits=by_kind.get("PageVisit", []),
        unread=by_kind.get("Unread", []),
        sightings=by_kind.get("Sighting", []),
        stats=lines[-1]["data"],
        log=told_log,
    )


def _scrubbed() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CUTTINGS_")}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)


def _write(kind: str, data: Any) -> None:
    os.write(1, json.dumps({"kind": kind, "data": data}).encode() + b"\n")


class Print:
    """An item pipeline that prints; with ``unchanged`` it answers as an archive that knows all."""

    def process_item(self, item: Any) -> Any:
        _write(type(item).__name__, _plain(item))
        if os.environ.get("EVERYTHING_UNCHANGED") and type(item).__name__ == "PageVisit":
            from core.records import Change, StoredArticle

            return StoredArticle(
                article_id=1,
                url=item.article.url,
                title=item.article.title or "",
                source=item.source,
                change=Change.UNCHANGED,
                version=1,
            )
        return item


class Rows:
    """A ledger of the rows a test names."""

    rows: dict[str, Any] = {}  # noqa: RUF012 - set once, before the crawl

    def known(self, urls: Any) -> Any:
        from core.records import Known

        return {
            url: Known(
                url=url,
                article_id=1,
                etag=row.get("etag"),
                last_modified=None,
                sha256=None,
                read_by=tuple(row["read_by"]) if row.get("read_by") else None,
                last_checked_at=None,
            )
            for url in urls
            if (row := self.rows.get(url)) is not None
        }

    def due(self, limit: int | None = None, *, everything: bool = False) -> Any:  # noqa: ARG002 - all are due
        return iter(list(self.rows)[:limit])

    def chrome(self) -> None:
        return None

    def comments(self, urls: Any) -> Any:  # noqa: ARG002 - none is held
        return ()


def _living_at(home: str) -> Any:
    """Give the spider of an outlet whose home is the address, no invented one: the guard holds for it."""
    from dataclasses import replace

    from core import urls
    from crawlers.outlets.examples import TOWNCLERK
    from crawlers.spider import OutletSpider

    class Spider(OutletSpider):
        name = TOWNCLERK.key
        outlet = replace(TOWNCLERK, home=home, hosts=(urls.host(home),), example=False)

    return Spider


def _crawl(job: dict[str, Any]) -> None:
    """Crawl as the job says; items and then the statistics go to stdout, the log to stderr."""
    from datetime import date

    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from core.orders import CrawlOrder

    order = job.get("order", {})
    for day in ("since", "until"):
        if order.get(day):
            order[day] = date.fromisoformat(order[day])
    order["urls"] = tuple(order.get("urls", ()))
    Rows.rows = job.get("known", {})
    if job.get("everything_unchanged"):
        os.environ["EVERYTHING_UNCHANGED"] = "1"
    settings = Settings()
    settings.setmodule("crawlers.settings", priority="project")
    settings.update(FAST | job.get("settings", {}), priority="cmdline")
    settings.update(
        {
            "CUTTINGS_ORDER": CrawlOrder(outlet=job["outlet"], base_url=job["base_url"], **order),
            "CUTTINGS_LEDGER": Rows,
            "ITEM_PIPELINES": {Print: 1},
            "EXTENSIONS": {},
            "LOG_LEVEL": "INFO",
        },
        priority="cmdline",
    )
    middlewares = dict(settings["DOWNLOADER_MIDDLEWARES"])
    middlewares["pipelines.capture.Capture"] = None
    settings.set("DOWNLOADER_MIDDLEWARES", middlewares, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(_living_at(job["home"]) if "home" in job else job["outlet"])
    process.crawl(crawler)
    process.start()
    stats = _plain(crawler.stats.get_stats()) if crawler.stats else {}
    _write("end", stats)
