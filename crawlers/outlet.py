"""An outlet as facts: names, addresses, zone, sources, layouts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import unquote

from core import urls
from core.chrome import Chrome
from crawlers.expectations import Expectations
from crawlers.layout import Layout


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One family of article addresses of an outlet.

    ``pattern`` is matched against the whole path, case ignored, and names a group ``slug``: the
    certain identity of an article among all addresses of forms with the same ``name``.
    """

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """The facts of one outlet; ``hosts`` are without ``www.``, the first one is the home's.

    ``listings`` are paths where fresh articles are linked; ``feeds`` and ``sitemaps`` are known
    or standard addresses (paths or absolute); ``layouts`` are newest first, most specific first.
    ``forms`` are in order of preference where one article has several addresses; ``path`` gives
    an address's path as the forms know it. ``example`` marks the invented outlets of the
    newsstand, which live on loopback only. ``posts`` are the addresses of a WordPress site's lists of
    posts (``/wp-json/wp/v2/posts``). ``unverified``: nobody has seen it crawl the live site yet, so
    the daemon leaves it alone until `cuttings outlets check` succeeded or a person schedules it.
    ``expects`` is what a healthy crawl looks like; ``chrome`` what its pages share, learnt from the
    archive and filled in by the crawl.
    """

    key: str
    title: str
    home: str
    hosts: tuple[str, ...]
    publisher: str
    forms: tuple[Form, ...]
    layouts: tuple[Layout, ...]
    listings: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    timezone: str = "Europe/London"
    every: timedelta = timedelta(hours=1)
    path: Callable[[str], str] = urls.path
    example: bool = False
    unverified: bool = False
    expects: Expectations = field(default=Expectations())
    chrome: Chrome | None = None
    caveats: tuple[str, ...] = field(default=())

    def owns(self, url: str) -> bool:
        """Say whether the address is on one of the outlet's hosts."""
        return urls.host(url) in self.hosts

    def article_key(self, url: str) -> str | None:
        """Give the certain identity of an article address (``legacy/<slug>``), None for other addresses.

        Slugs are compared in lower case: the legacy server ignores the case of paths, and one
        article stands under several sections (OUTLETS.md section 1, Addresses).
        """
        found = self._form(url)
        return f"{found[1].name}/{found[2]}" if found else None

    def preference(self, url: str) -> int:
        """Give the rank of the address's form, 0 for the best; addresses of no form come last."""
        found = self._form(url)
        return found[0] if found else len(self.forms)

    def _form(self, url: str) -> tuple[int, Form, str] | None:
        try:
            path = unquote(self.path(url)).rstrip("/")
        except ValueError:  # not an address at all
            return None
        for rank, form in enumerate(self.forms):
            if match := form.pattern.fullmatch(path):
                return rank, form, match["slug"].lower()
        return None
