"""What a host's robots.txt says, by RFC 9309."""

from typing import Self

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.robotstxt import RobotParser

MAX_BYTES = 500 * 1024  # RFC 9309 section 2.5: parse at least 500 KiB; more is cut off
AGENT = "cuttings"  # the product token a robots.txt can name


class Rules(RobotParser):
    """The rules of one host; ``sitemaps`` are its Sitemap lines as written."""

    def __init__(self, body: bytes) -> None:
        # A byte-order mark and bytes that are no UTF-8 must not hide the lines around them.
        self._rules = Protego.parse(body[:MAX_BYTES].decode("utf-8-sig", errors="replace"))

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:  # noqa: ARG003 - Scrapy's signature
        """Give the rules of a robots.txt."""
        return cls(robotstxt_body)

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        """Say whether the address may be asked."""
        return bool(self._rules.can_fetch(_text(url), _text(user_agent)))

    def crawl_delay(self, user_agent: str | bytes) -> float | None:
        """Give the seconds the host wants between two requests, None where it says nothing."""
        delay = self._rules.crawl_delay(_text(user_agent))
        return None if delay is None else float(delay)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The Sitemap lines, in order."""
        return tuple(self._rules.sitemaps)


class NothingAllowed(Rules):
    """The rules of a host whose robots.txt cannot be had: nothing may be asked (RFC 9309, 2.3.1.4).

    ``why`` says what came instead of it.
    """

    def __init__(self, why: str) -> None:
        super().__init__(b"User-agent: *\nDisallow: /\n")
        self.why = why


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else value
