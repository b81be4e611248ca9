"""The fields an article's page states for machines: JSON-LD, Open Graph, Dublin Core, meta, time."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from core import urls
from core.records import Moment
from core.text import fold, line
from crawlers import dates, metadata
from crawlers.elements import inner_text, search
from crawlers.page import Page

JSON_LD, OPEN_GRAPH, DUBLIN_CORE, META, TIME = "json-ld", "open-graph", "dublin-core", "meta", "time"
_TIME = search(
    "//time[@datetime][not(ancestor::aside or ancestor::footer or ancestor::nav)]"
    " | //*[contains(@itemprop, 'datePublished')]"
)
_MOST_TAGS = 50
_LONGEST_TAG = 100  # characters
_LONGEST_FIELD = 2000
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "dcterms.issued", "dcterms.created", "dc.date.issued", "dc.date.created", "dc.date", "dcterms.date",
    "date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "published_time",
    "sailthru.date", "parsely-pub-date", "article.published", "displaydate", "originalpublicationdate",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified",
    "dcterms.modified", "dc.date.modified", "last-modified", "lastmod",
)  # fmt: skip
_AUTHORS = (
    "article:author", "dc.creator", "dcterms.creator", "author", "parsely-author", "sailthru.author",
    "byl", "article.author", "citation_author",
)  # fmt: skip
_URL = re.compile(r"^(?:https?:)?//|^www\.|\bfacebook\.com", re.IGNORECASE)
_SUFFIX = re.compile(r"\s+[-|\u2013\u2014:\u00bb\u00b7]+\s+|\s*[|\u00bb]\s*")


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
    """Give every field but the title that the page states for machines; ``order`` as dates.moment has it."""
    fields = Fields()
    said = page.metadata
    article = said.article

    def put(name: str, value: object, way: str) -> None:
        if value and name not in fields.read_by:
            setattr(fields, name, value)
            fields.read_by[name] = way

    put("byline", ", ".join(dict.fromkeys(metadata.texts(article.get("author")))), JSON_LD)
    if found := _meta(page, _AUTHORS, lambda text: not _URL.search(text)):
        put("byline", *found)
    put("standfirst", metadata.text(article.get("description")), JSON_LD)
    if found := _meta(page, ("og:description", "dc.description", "dcterms.abstract", "description")):
        put("standfirst", *found)
    put("section", ", ".join(metadata.texts(article.get("articleSection"))[:1]), JSON_LD)
    if found := _meta(page, ("article:section", "og:article:section", "section")):
        put("section", *found)
    for name, value, way in (*_moments(page, zone, order), *_addresses(page)):
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
    """Give the folded names of the site: those known, og:site_name, the JSON-LD publisher."""
    said = page.metadata
    found = [*names, *said.meta.get("og:site_name", ()), *said.meta.get("application-name", ())]
    found += metadata.texts(said.article.get("publisher"))
    return frozenset(fold(name) for name in found if name.strip())


def without_site(title: str, names: frozenset[str]) -> str:
    """Give a title without the site's name at its end ("- Site", "| Site"); "" for the name alone."""
    while title and fold(title) not in names:
        spans = list(_SUFFIX.finditer(title))
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
    found = [(value, way) for name, value, way in _moments(page, zone, None) if name == "published"]
    return found[0] if found else None


def _moments(page: Page, zone: str | None, order: str | None) -> Iterator[tuple[str, Moment, str]]:
    """Give every time the page states, best first, as (field, moment, way)."""
    for name, raw, way in (*_raw_moments(page, "published"), *_raw_moments(page, "modified")):
        if moment := dates.moment(raw, zone, order):
            yield name, moment, way
    for element in _TIME(page.tree):
        raw = element.get("datetime") or element.get("content") or inner_text(element)
        if moment := dates.moment(raw, zone, order):
            yield "published", moment, TIME
            break
    try:
        path = unquote(urlsplit(page.url).path)
    except ValueError:
        return
    if moment := dates.from_path(path):
        yield "published", moment, "address"


def _raw_moments(page: Page, name: str) -> Iterator[tuple[str, str, str]]:
    key, metas = ("datePublished", _PUBLISHED) if name == "published" else ("dateModified", _MODIFIED)
    for article in page.metadata.articles:
        if raw := metadata.text(article.get(key)):
            yield name, raw, JSON_LD
    for meta in metas:
        for raw in page.metadata.meta.get(meta, ()):
            yield name, raw, _way(meta)


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


def _meta(
    page: Page, names: tuple[str, ...], wanted: Callable[[str], bool] = lambda _: True
) -> tuple[str, str] | None:
    for name in names:
        kept = [text for value in page.metadata.meta.get(name, ()) if (text := line(value)) and wanted(text)]
        if kept and len(kept[0]) <= _LONGEST_FIELD:
            return ", ".join(dict.fromkeys(kept)) if name in _AUTHORS else kept[0], _way(name)
    return None


def _way(name: str) -> str:
    if name.startswith(("og:", "article:")):
        return OPEN_GRAPH
    return DUBLIN_CORE if name.startswith(("dc.", "dcterms.")) else META
