"""A shelf: the articles a title has on one day, planned or generated, and where each stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from newsstand import days
from newsstand.articles import Address, Article, Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """An article found at an address."""

    article: Article
    address: Address


class Shelf(Protocol):
    """Articles by number, newest first, and by path."""

    padded: bool
    """Whether pages are padded to the weight of real ones (about 37 KB)."""

    page_size: int
    """Articles on one listing page."""

    def in_section(self, segment: str) -> Sequence[int]:
        """Give the numbers of the articles a section lists, newest first."""

    def article(self, number: int) -> Article:
        """Give the article of a number."""

    def numbers(self) -> Sequence[int]:
        """Give the numbers of the articles that are served, newest first."""

    def path(self, number: int) -> str:
        """Give the canonical path of a number, without making its text."""

    def find(self, target: str) -> Place | None:
        """Give what stands at a path (with its query, if the address has one), case ignored."""

    def by_key(self, key: str) -> Article | None:
        """Give the article of a key."""

    def lingering(self) -> Sequence[Article]:
        """Give the removed articles that the sitemaps still name."""


class PlannedShelf:
    """The written articles of one title on one day."""

    padded = False
    page_size = 5

    def __init__(self, articles: tuple[Article, ...]) -> None:
        self._articles = articles
        self._places: dict[str, Place] = {}
        for article in articles:
            for address in (*article.addresses(), *_every_form(article)):
                place = Place(article=article, address=address)
                self._places.setdefault(address.path.lower(), place)

    def in_section(self, segment: str) -> Sequence[int]:
        """Give the served articles of a section; ``News`` lists every legacy one."""
        return [n for n in self.numbers() if segment in {self._articles[n].section, _all(self._articles[n])}]

    def article(self, number: int) -> Article:
        """Give the article of a number."""
        return self._articles[number]

    def numbers(self) -> Sequence[int]:
        """Give the numbers of the articles that are served, newest first."""
        return [n for n, article in enumerate(self._articles) if article.status == 200]  # noqa: PLR2004 - the HTTP status

    def path(self, number: int) -> str:
        """Give the canonical path of a number."""
        return self._articles[number].path

    def find(self, target: str) -> Place | None:
        """Give what stands at a path, with its query or without."""
        target = target.lower()
        found = self._places.get(target) or self._places.get(target.partition("?")[0])
        return found or self._places.get(target.partition("?")[0].rstrip("/"))

    def by_key(self, key: str) -> Article | None:
        """Give the article of a key."""
        return next((article for article in self._articles if article.key == key), None)

    def lingering(self) -> Sequence[Article]:
        """Give the removed articles that the sitemaps still name."""
        return [article for article in self._articles if article.status != 200]  # noqa: PLR2004 - the HTTP status


def _all(article: Article) -> str:
    return "News" if article.generation == "legacy" else ""


def _every_form(article: Article) -> list[Address]:
    """Give the ``/News/`` forms, which the legacy system answers for every article, linked or not."""
    if article.generation != "legacy":
        return []
    paths = [f"/News/{article.slug}", f"/News/{article.slug}/{article.number}"]
    return [Address(path=path, role=Role.ALIAS, dated=False) for path in paths]


def planned(title: str, day: int) -> PlannedShelf:
    """Give the written articles of a title on a day."""
    return PlannedShelf(days.articles(title, day))
