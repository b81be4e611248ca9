"""The fields an article's page states for machines: JSON-LD, Open Graph, Dublin Core, meta, time."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from core import urls
from core.records import Moment
from core.text import fold, line
from crawlers.article import dates, metadata
from crawlers.article.elements import inner_text, search
from crawlers.page import Page

JSON_LD, OPEN_GRAPH, DUBLIN_CORE, META, TIME = "json-ld", "open-graph", "dublin-core", "meta", "time"
ADDRESS = "address"
_TIME = search(
    "//time[@datetime][not(ancestor::aside or ancestor::footer or ancestor::nav)]"
    " | //*[contains(@itemprop, 'datePublished')]"
)
_MOST_TAGS = 50
_LONGEST_TAG = 100  # characters
_LONGEST_FIELD = 2000
_LONGEST_NAME = 5  # words of a site's name that may be the whole title of its pages
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "dcterms.issued", "dcterms.created", "dc.date.issued", "dc.date.created", "dc.date", "dcterms.date",
    "date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "published_time",
    "sailthru.date", "parsely-pub-date", "article.published", "displaydate", "originalpublicationdate",
    "og:publish_date", "date_published", "datecreated", "pub_date", "citation_publication_date",
    "citation_online_date", "citation_date", "shareaholic:article_published_time", "w-published-date",
    "uploaddate", "cxenseparse:recs:publishtime", "bt:pubdate", "rnews:datepublished", "dc:date",
    "dc:created", "published-date", "published_date", "date-published", "article_date_original",
)  # fmt: skip
_KEYS = ("datePublished", "dateCreated")
_NOT_THE_PAGE = frozenset({"Comment", "Review", "ImageObject", "WebSite", "Organization", "Event"})
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified",
    "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "modified-date", "date_modified",
)  # fmt: skip
PARTED = re.compile(r"\s+[-|\u2013\u2014:\u00bb\u00b7\u2022\u203a]+\s+|\s*[|\u00bb]\s*")
"""What parts a title from the name of its site."""


@dataclass(kw_only=True)
class Fields:
    """What was read, and which way each of it (``read_by``); filled field by field by a layout."""

    title: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    section: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    canonical_url: str | None = None
    language: str | None = None
    comments_claimed: int | None = None
    read_by: dict[str, str] = field(default_factory=dict)


def stated(page: Page, zone: str | None, order: str | None = None) -> Fields:
    """Give every field but title and byline that the page states for machines.

    ``zone`` and ``order`` are as :func:`crawlers.article.dates.moment` has them.
    """
    fields = Fields()
    said = page.metadata
    article = said.article

    def put(name: str, value: object, way: str) -> None:
        if value and name not in fields.read_by:
            setattr(fields, name, value)
            fields.read_by[name] = way

    put("standfirst", metadata.text(article.get("description")), JSON_LD)
    if found := _meta(page, ("og:description", "dc.description", "dcterms.abstract", "description")):
        put("standfirst", *found)
    put("section", ", ".join(metadata.texts(article.get("articleSection"))[:1]), JSON_LD)
    if found := _meta(page, ("article:section", "og:article:section", "section")):
        put("section", *found)
    for name in ("published", "modified"):
        if moment := _stated_moment(page, name, zone, order):
            put(name, *moment)
    for name, value, way in _addresses(page):
        put(name, value, way)
    put("tags", *_tags(page))
    put("language", metadata.text(article.get("inLanguage")), JSON_LD)
    put("language", said.language, META)
    count = article.get("commentCount")
    if isinstance(count, int | str) and str(count).isdecimal():
        put("comments_claimed", int(count), JSON_LD)
    return fields


def titles(page: Page) -> Iterator[tuple[str, str]]:
    """Give the titles the page states for machines, best first, each with the way it was read."""
    for article in page.metadata.articles:
        if title := metadata.text(article.get("headline")) or metadata.text(article.get("name")):
            yield title, JSON_LD
    for name in ("og:title", "twitter:title", "dc.title", "dcterms.title", "title", "headline"):
        for value in page.metadata.meta.get(name, ()):
            if title := line(value):
                yield title, _way(name)


def site_names(page: Page, names: tuple[str, ...]) -> frozenset[str]:
    """Give the folded names of the site: those known, og:site_name, the JSON-LD publisher.

    Some pages put their own title where the site's name belongs: a long one that is the title is none.
    """
    said = page.metadata
    claimed = [*said.meta.get("og:site_name", ()), *said.meta.get("application-name", ())]
    claimed += metadata.texts(said.article.get("publisher"))
    titles = {fold(line(text)) for text in (said.title or "", *said.meta.get("og:title", ()))}
    found = {fold(line(name)) for name in claimed if name.strip()}
    own = {name for name in found & titles if len(name.split()) > _LONGEST_NAME}
    return frozenset(fold(name) for name in names if name.strip()) | (found - own)


def without_site(title: str, names: frozenset[str]) -> str:
    """Give a title without the site's name at its end ("- Site", "| Site"); "" for the name alone."""
    while title and fold(title) not in names:
        spans = list(PARTED.finditer(title))
        if not spans or fold(title[spans[-1].end() :]) not in names:
            return title
        title = title[: spans[-1].start()]
    return ""


def canonical(page: Page) -> str | None:
    """Give the absolute address the page calls its own, from its canonical link or og:url."""
    href = page.metadata.canonical or (page.metadata.first("og:url") or (None,))[0]
    return urls.absolute(page.url, href) if href else None


def image(page: Page) -> str | None:
    """Give the absolute address of the image the page shows of itself in Open Graph."""
    found = page.metadata.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image")
    return urls.absolute(page.url, found[0]) if found else None


def published(page: Page, zone: str | None) -> tuple[Moment, str] | None:
    """Give when the page says for machines that it was published, with the way it was read."""
    if stated := _stated_moment(page, "published", zone, None):
        return stated
    for element in _TIME(page.tree):
        raw = element.get("datetime") or element.get("content") or inner_text(element)
        if moment := dates.moment(raw, zone):
            return moment, TIME
    return in_address(page)


def in_address(page: Page) -> tuple[Moment, str] | None:
    """Give the day the page's own address names."""
    try:
        path = unquote(urlsplit(page.url).path)
    except ValueError:
        return None
    moment = dates.from_path(path)
    return (moment, ADDRESS) if moment else None


def _stated_moment(page: Page, name: str, zone: str | None, order: str | None) -> tuple[Moment, str] | None:
    """Give the first time of a kind the page states, one that exists before one that does not."""
    odd = None
    for raw, way in _raw_moments(page, name):
        moment = dates.moment(raw, zone, order) or dates.first(raw, zone, order)
        if moment and moment.on:
            return moment, way
        odd = odd or ((moment, way) if moment else None)
    return odd


def _raw_moments(page: Page, name: str) -> Iterator[tuple[str, str]]:
    keys, metas = (_KEYS, _PUBLISHED) if name == "published" else (("dateModified",), _MODIFIED)
    said = page.metadata
    for article in said.articles:
        for key in keys:
            if raw := metadata.text(article.get(key)):
                yield raw, JSON_LD
    for meta in metas:
        for raw in said.meta.get(meta, ()):
            yield raw, _way(meta)
    for thing in said.things:
        if not metadata.types(thing) & _NOT_THE_PAGE and (raw := metadata.text(thing.get(keys[0]))):
            yield raw, JSON_LD


def _addresses(page: Page) -> Iterator[tuple[str, str | None, str]]:
    yield "canonical_url", canonical(page), META if page.metadata.canonical else OPEN_GRAPH
    if href := metadata.address(page.metadata.article.get("image")):
        yield "image_url", urls.absolute(page.url, href), JSON_LD
    yield "image_url", image(page), OPEN_GRAPH


def _tags(page: Page) -> tuple[tuple[str, ...], str]:
    keywords = page.metadata.article.get("keywords")
    found, way = _split(metadata.texts(keywords)), JSON_LD
    if not found:
        found, way = [line(tag) for tag in page.metadata.meta.get("article:tag", ())], OPEN_GRAPH
    if not found:
        found, way = _split(page.metadata.meta.get("keywords", ())), META
    return tags(found), way


def tags(found: Iterable[str]) -> tuple[str, ...]:
    """Give the words that can be tags, each once."""
    kept = dict.fromkeys(tag for tag in found if tag and len(tag) <= _LONGEST_TAG)
    return tuple(kept)[:_MOST_TAGS]


def _split(values: list[str] | tuple[str, ...]) -> list[str]:
    return [line(tag) for value in values for tag in value.split(",")]


def _meta(page: Page, names: tuple[str, ...]) -> tuple[str, str] | None:
    found = page.metadata.first(*names)
    return (found[0], _way(found[1])) if found and len(found[0]) <= _LONGEST_FIELD else None


def _way(name: str) -> str:
    if name.startswith(("og:", "article:")):
        return OPEN_GRAPH
    return DUBLIN_CORE if name.startswith(("dc.", "dcterms.")) else META
