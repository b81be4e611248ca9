"""Which archive a backfill asks, how it is made, and what it must not be asked without."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from core.errors import SetupError
from core.orders import BackfillOrder
from core.records import Via
from core.settings import Settings
from crawlers.archives.archive import Archive
from crawlers.settings import for_operator

TITLES: Mapping[Via, str] = MappingProxyType(
    {
        Via.WAYBACK: "the Wayback Machine",
        Via.COMMONCRAWL: "Common Crawl",
        Via.WARC: "WARC files",
        Via.FILE: "saved pages",
    }
)
_LOOPBACK = re.compile(r"127(\.\d+){3}|localhost|::1")


def is_remote(via: Via) -> bool:
    """Say whether the archive is asked over the net, at a rate all processes keep together."""
    return via in {Via.WAYBACK, Via.COMMONCRAWL}


def seconds_each(via: Via, settings: Settings) -> float:
    """Give the least seconds one capture takes at the archive's rate; 0 for files."""
    delays = {Via.WAYBACK: settings.wayback_delay, Via.COMMONCRAWL: settings.commoncrawl_data_delay}
    return delays.get(via, 0.0)


def agent_of(settings: Settings) -> str:
    """Give the User-Agent, with the contact."""
    return str(for_operator(settings)["USER_AGENT"])


def archive_of(order: BackfillOrder, settings: Settings, sleep: Callable[[float], None]) -> Archive:
    """Give the client of the order's archive; ``sleep`` does its waiting, and may raise to end it.

    Raises :class:`SetupError` where it must not or cannot be asked.
    """
    if order.via is Via.WAYBACK:
        from crawlers.archives.wayback import Wayback

        _require_contact(settings.wayback_url, settings)
        return Wayback(settings, agent=agent_of(settings), sleep=sleep)
    if order.via is Via.COMMONCRAWL:
        from crawlers.archives.commoncrawl import CommonCrawl

        _require_contact(settings.commoncrawl_index_url, settings)
        return CommonCrawl(settings, agent=agent_of(settings), sleep=sleep)
    if order.via is Via.WARC:
        from crawlers.archives.warc import WarcFiles

        return WarcFiles(order.paths, max_bytes=settings.max_body_bytes)
    if order.via is Via.FILE:
        from crawlers.archives.saved import SavedPages

        return SavedPages(*order.paths, max_bytes=settings.max_body_bytes)
    raise SetupError("a backfill reads archives, not the live outlet: `cuttings crawl` does that")


def _require_contact(origin: str, settings: Settings) -> None:
    if not settings.contact.strip() and not _LOOPBACK.fullmatch(urlsplit(origin).hostname or ""):
        raise SetupError(
            "web archives ask who reads them: set CUTTINGS_CONTACT (or 'contact' in cuttings.toml) to a web"
            " page or e-mail address"
        )
