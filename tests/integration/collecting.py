"""Runs one spider in a process of its own, without an archive, and gives what it yielded."""

import dataclasses
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FAST = {
    "DOWNLOAD_DELAY": 0.001,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
    "CUTTINGS_RETRY_WAIT": 0.01,
    "RETRY_TIMES": 1,
    "DOWNLOAD_TIMEOUT": 5,
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
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CUTTINGS_")}
    done = subprocess.run(
        [sys.executable, __file__, json.dumps(job)],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines, f"the crawl wrote nothing:\n{done.stderr[-4000:]}"
    assert lines[-1]["kind"] == "end", f"the crawl died:\n{done.stderr[-4000:]}"
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        by_kind.setdefault(line["kind"], []).append(line["data"])
    return Collected(
        visits=by_kind.get("PageVisit", []),
        unread=by_kind.get("Unread", []),
        sightings=by_kind.get("Sighting", []),
        stats=lines[-1]["data"],
        log=done.stderr,
    )


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


class Print:
    """An item pipeline that prints; with ``unchanged`` it answers as an archive that knows all."""

    def process_item(self, item: Any) -> Any:
        sys.stdout.write(json.dumps({"kind": type(item).__name__, "data": _plain(item)}) + "\n")
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

    def due(self, limit: int | None = None) -> Any:
        return iter(list(self.rows)[:limit])


def main() -> None:
    """Crawl as the job in the first argument says; print items, then the statistics."""
    from datetime import date

    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from core.orders import CrawlOrder

    job = json.loads(sys.argv[1])
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
    crawler = process.create_crawler(job["outlet"])
    process.crawl(crawler)
    process.start()
    stats = _plain(crawler.stats.get_stats()) if crawler.stats else {}
    sys.stdout.write(json.dumps({"kind": "end", "data": stats}) + "\n")


if __name__ == "__main__":
    main()
