"""What a spider may ask about the past, whoever keeps it."""

from collections.abc import Iterator, Mapping, Sequence
from inspect import signature
from typing import TYPE_CHECKING, Protocol, cast

from scrapy.utils.misc import load_object

from core.chrome import Chrome
from core.records import HeldComment, Known

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Ledger(Protocol):
    """The archive's memory as a spider sees it."""

    def known(self, urls: Sequence[str]) -> Mapping[str, Known]:
        """Give what is remembered of each address, by the address asked; unknown ones are left out."""

    def due(self, limit: int | None = None, *, everything: bool = False) -> Iterator[str]:
        """Give canonical addresses of the outlet's known articles that are due, most overdue first.

        With ``everything`` those follow that are not due yet.
        """

    def chrome(self) -> Chrome | None:
        """Give what the outlet's pages are known to share, None where nothing was learnt."""

    def comments(self, urls: Sequence[str]) -> tuple[HeldComment, ...]:
        """Give the comments of the articles at these addresses that are not known to be gone."""


class NothingKnown:
    """The ledger of a first crawl, and of a page read without an archive."""

    def known(self, urls: Sequence[str]) -> Mapping[str, Known]:  # noqa: ARG002 - nothing is known of any
        """Give nothing."""
        return {}

    def due(self, limit: int | None = None, *, everything: bool = False) -> Iterator[str]:  # noqa: ARG002 - nothing is due
        """Give nothing."""
        return iter(())

    def chrome(self) -> Chrome | None:
        """Give nothing."""
        return None

    def comments(self, urls: Sequence[str]) -> tuple[HeldComment, ...]:  # noqa: ARG002 - nothing is known of any
        """Give nothing."""
        return ()


def open_ledger(crawler: "Crawler") -> Ledger:
    """Give the ledger of a crawl: what CUTTINGS_LEDGER (a callable or its path) makes.

    The callable takes the crawler, or nothing.
    """
    factory = load_object(crawler.settings.get("CUTTINGS_LEDGER") or NothingKnown)
    return cast("Ledger", factory(crawler) if signature(factory).parameters else factory())
