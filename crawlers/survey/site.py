"""The site of one survey: what may be asked of it, what was asked, and what is known of it so far."""

from collections.abc import Generator, Iterable
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import urlsplit

from core import urls
from crawlers.page import Page
from crawlers.reach import Reach
from crawlers.survey import patterns
from crawlers.survey.documents import Ask, Document
from crawlers.survey.platform import Platform, Recognised, recognised
from crawlers.survey.wish import Wish, stranger

MOST = 30
"""Addresses asked for in one survey, robots.txt aside."""

Waiting: TypeAlias = Generator[Ask, Document, None]
Answered: TypeAlias = Generator[Ask, Document, Document | None]


class Site:
    """What the steps of a survey share; ``outlet`` grows with what they find out."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.outlet = stranger(wish.url, wish.key)
        self.zone: tuple[str, str] | None = (wish.timezone, "as told") if wish.timezone else None
        self.recognised: Recognised | None = None
        self.names: list[str] = []  # as sources state them
        self.caveats: list[str] = []
        self._asked: dict[str, Document] = {}

    @property
    def reach(self) -> Reach:
        """What may be asked, and where it is asked."""
        return Reach(outlet=self.outlet, base_url=self.wish.base_url)

    @property
    def platform(self) -> Platform | None:
        """The platform it runs on, where it was recognised."""
        return self.recognised.platform if self.recognised else None

    @property
    def asked(self) -> int:
        """How many addresses were asked for."""
        return len(self._asked)

    @property
    def is_enough(self) -> bool:
        """Whether no more may be asked for."""
        return len(self._asked) >= MOST

    def ask(self, address: str, what: str) -> Answered:
        """Ask for an address of the site, once; None where it is not the site's or enough was asked."""
        url = urls.absolute(self.outlet.home, address)
        place = self.reach.place(url) if url else None
        if place is None or not self.reach.allows(place):
            return None
        if place not in self._asked:
            if self.is_enough:
                return None
            self._asked[place] = document = yield Ask(url=place, what=what)
            if document.problem and not self.reach.is_front(place):  # what the home page lacks is told apart
                self.caveats.append(f"Not had: {what}, {self.written(place)}: {document.problem}.")
        return self._asked[place]

    def is_new(self, document: Document) -> bool:
        """Say whether no other address led to the same bytes."""
        return sum(other.body == document.body for other in self._asked.values()) == 1

    def settle(self, home: Document) -> None:
        """Take the spelling of the site's origin that it leads to itself: http or https, with www. or not."""
        parts = urlsplit(home.url)
        if self.wish.base_url is None and self.outlet.owns(home.url):
            self.outlet = replace(self.outlet, home=f"{parts.scheme}://{parts.netloc}/")

    def recognise(self, *pages: Page) -> None:
        """Take the platform the pages show, where none is known yet."""
        if self.recognised is None:
            self.recognised = recognised(pages)

    def take_forms(self, forms: Iterable[patterns.Derived]) -> None:
        """Know articles by the forms of their addresses from now on."""
        self.outlet = replace(self.outlet, forms=tuple(form.form for form in forms))

    def is_article(self, url: str) -> bool:
        """Say whether an address has the form of an article's."""
        return self.outlet.article_key(url) is not None

    def written(self, address: str) -> str:
        """Give an address as an outlet module names it: without the site's own origin."""
        url = urls.absolute(self.outlet.home, address) or address
        parts = urlsplit(url)
        own = self.outlet.owns(url) or self.reach.exempts(url)
        return (f"{parts.path}?{parts.query}" if parts.query else parts.path) if own else url
