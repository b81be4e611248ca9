"""The addresses a survey has heard of, by how sure it is that they are articles'."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from crawlers.survey.links import Link


@dataclass(kw_only=True)
class Leads:
    """Addresses of pages of the site.

    ``announced``: articles that feeds and lists of posts told of, with their days; ``listed``: what
    sitemaps and pages told of, articles and others; ``others``: most likely no articles.
    """

    announced: dict[str, date | None] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def announce(self, entries: Iterable[tuple[str, date | None]]) -> None:
        """Take what a feed or a list of posts tells of."""
        for url, day in entries:
            self.announced.setdefault(url, day)

    def take_links(self, found: Iterable[Link], *, front: bool = False) -> None:
        """Take the links of a page; those of the front's menu lead to no articles, unless announced."""
        links = list(found)
        self.listed += [link.url for link in links if not link.menu]
        if front:
            self.others += [link.url for link in links if link.menu and link.url not in self.announced]
