"""The yardstick: a bare Scrapy spider that fetches addresses and throws the pages away.

``python -m benchmarks.bare FILE`` reads one address a line and prints pages, seconds and peak
memory in bytes as one JSON object.
"""

import json
import resource
from argparse import FileType
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from benchmarks.arguments import parser

CONCURRENCY = 16

SETTINGS: dict[str, Any] = {
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "CONCURRENT_REQUESTS": CONCURRENCY,
    "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
}


class BareSpider(Spider):
    """Fetches what it is given."""

    name = "bare"
    addresses: list[str]

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each address."""
        for url in self.addresses:
            yield Request(url)

    def parse(self, response: Response) -> None:
        """Throw the page away."""


def main(addresses: list[str]) -> None:
    """Fetch the addresses and print what it took."""
    process = AsyncCrawlerProcess(SETTINGS)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, addresses=addresses)
    process.start()
    stats = crawler.stats.get_stats()
    print(
        json.dumps(
            {
                "pages": stats.get("response_received_count", 0),
                "seconds": stats["elapsed_time_seconds"],
                "peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            }
        )
    )


if __name__ == "__main__":
    wishes = parser("benchmarks.bare", __doc__)
    wishes.add_argument("file", metavar="FILE", type=FileType(), help="addresses, one a line")
    with wishes.parse_args().file as lines:
        main(lines.read().split())
