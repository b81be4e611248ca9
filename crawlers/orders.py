"""The order of a crawl started by Scrapy's own command line, in its ``-a`` arguments."""

from collections.abc import Mapping
from datetime import date

from scrapy.settings import BaseSettings

from core.errors import SetupError
from core.orders import CrawlOrder

_NAMES = ("url", "since", "until", "limit", "recheck", "all", "base_url")


def order_of(settings: BaseSettings, outlet: str, arguments: Mapping[str, str]) -> CrawlOrder:
    """Give CUTTINGS_ORDER, else the order in the spider arguments (``scrapy crawl nhe -a limit=5``).

    Raises :class:`SetupError` for an argument that is unknown or cannot be read.
    """
    order = settings.get("CUTTINGS_ORDER")
    if isinstance(order, CrawlOrder):
        return order
    if unknown := sorted(set(arguments) - set(_NAMES)):
        raise SetupError(f"no such argument: {', '.join(unknown)}; known are: {', '.join(_NAMES)}")
    try:
        return CrawlOrder(
            outlet=outlet,
            urls=tuple(arguments.get("url", "").split()),
            since=_day(arguments.get("since")),
            until=_day(arguments.get("until")),
            limit=int(arguments["limit"]) if "limit" in arguments else None,
            recheck=_yes(arguments.get("recheck")),
            everything=_yes(arguments.get("all")),
            base_url=arguments.get("base_url"),
        )
    except ValueError as error:
        raise SetupError(f"an argument cannot be read: {error}; days are YYYY-MM-DD") from error


def _yes(value: str | None) -> bool:
    return (value or "").lower() in {"1", "true", "yes"}


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
