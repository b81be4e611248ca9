"""Surveys without a network: a site is whatever answers an address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawlers.sources.robots import Rules
from crawlers.survey.documents import Ask, Document
from crawlers.survey.survey import Survey
from crawlers.survey.surveyor import Surveyor
from crawlers.survey.wish import Wish
from newsstand.platforms import Platform

HOME = "https://www.example.co.uk"


@dataclass
class Surveyed:
    """What came of a survey, and what it asked for."""

    survey: Survey
    asked: list[Ask] = field(default_factory=list)


def surveyed(wish: Wish, answer: Callable[[str], Document]) -> Surveyed:
    """Survey a site."""
    asked = []
    steps = Surveyor(wish).steps()
    try:
        ask = next(steps)
        while True:
            asked.append(ask)
            ask = steps.send(answer(ask.url))
    except StopIteration as end:
        return Surveyed(survey=end.value, asked=asked)


def of_platform(site: Platform, *, key: str = "site", timezone: str | None = "Europe/London") -> Surveyed:
    """Survey a site of the newsstand where it stands."""
    robots = site.fetch("/robots.txt")
    sitemaps = Rules(robots.body).sitemaps if robots.status == 200 else ()

    def answer(url: str) -> Document:
        told = site.fetch(url)
        return Document(
            url=url,
            status=told.status,
            body=told.body,
            content_type=dict(told.headers).get("Content-Type"),
            sitemaps=sitemaps,
        )

    wish = Wish(url="http://www.site.example/", key=key, timezone=timezone, base_url=site.origin)
    return surveyed(wish, answer)


def of_pages(pages: Mapping[str, str], url: str = f"{HOME}/", timezone: str | None = None) -> Surveyed:
    """Survey a site of these documents by path; whatever else is asked for is not there."""

    def answer(asked: str) -> Document:
        parts = urlsplit(asked)
        body = pages.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, "")
        kind = "text/xml" if body.startswith("<?xml") else "text/html; charset=utf-8"
        return Document(url=asked, status=200 if body else 404, body=body.encode(), content_type=kind)

    return surveyed(Wish(url=url, key="example", timezone=timezone), answer)
