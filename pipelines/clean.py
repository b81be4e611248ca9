"""First stage: a page visit becomes an article record, its text normalised, its identity decided."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from core import text, urls
from core.records import (
    ArticleRecord,
    Document,
    Moment,
    PageVisit,
    RelatedLink,
    ScrapedArticle,
    ScrapedComment,
)

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

KeyOf = Callable[[str], str | None]


class Clean:
    """The stage: page visits are cleaned, other items pass."""

    def __init__(self, outlet: str, key_of: KeyOf) -> None:
        self._outlet = outlet
        self._key_of = key_of

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Make the stage with the facts of the spider's outlet."""
        outlet = crawler.spider.outlet  # type: ignore[union-attr] # every spider of this project has one
        return cls(outlet.key, outlet.article_key)

    def process_item(self, item: Any) -> Any:
        """Give the record of a page visit; anything else as it came."""
        return clean(item, self._outlet, self._key_of) if isinstance(item, PageVisit) else item


def clean(visit: PageVisit, outlet: str, key_of: KeyOf) -> ArticleRecord:
    """Give the article record of a page visit; ``key_of`` is the outlet's certain identity of an address."""
    article = visit.article
    canonical = text.line(article.canonical_url) if article.canonical_url else None
    return ArticleRecord(
        fetch_key=visit.fetch_key,
        outlet=outlet,
        source=visit.source,
        url=article.url,
        url_key=urls.url_key(article.url),
        identity=identity(article.url, canonical, visit.article_key, key_of),
        canonical_url=canonical,
        aliases=tuple(url for url in dict.fromkeys(visit.requested) if url != article.url),
        layout=article.layout,
        layout_version=article.layout_version,
        document=document(article),
        modified=_moment(article.modified),
        related=tuple(
            RelatedLink(title=text.line(link.title), url=link.url and text.storable(link.url))
            for link in article.related
        ),
        comment_state=article.comment_state,
        comments_claimed=article.comments_claimed,
        comments=tuple(_comment(comment) for comment in article.comments),
        read_by=article.read_by,
        warnings=tuple(text.line(warning) for warning in article.warnings),
        thread=visit.thread,
    )


def identity(url: str, canonical: str | None, article_key: str | None, key_of: KeyOf) -> str:
    """Give what an article is known by within its outlet, from the most to the least certain.

    The outlet's own key of the address, then of the canonical address; the canonical address
    itself where it is on the page's host and not the home page (a common mistake of templates);
    else the address with all its parameters (ARCHIVE-FACTS.md section 7).
    """
    key = article_key or key_of(url)
    if key is not None:
        return key
    if canonical is not None and urls.host(canonical) == urls.host(url):
        return key_of(canonical) or urls.address_key(url if _is_home(canonical) else canonical)
    return urls.address_key(url)


def document(article: ScrapedArticle) -> Document:
    """Give the content-addressed text of an article as read."""
    title, body = text.line(article.title or ""), text.paragraphs(article.body)
    standfirst, byline = _line(article.standfirst), _line(article.byline)
    section, published = _line(article.section), _moment(article.published)
    tags = tuple(tag for tag in (text.line(tag) for tag in article.tags) if tag)
    image = article.image_url and text.storable(article.image_url)
    stated = published.stated() or published.raw if published else None
    return Document(
        sha256=_digest(title, standfirst, byline, section, stated, article.language, list(tags), body),
        fingerprint=_digest(*(text.plain(part or "") for part in (title, standfirst, byline, body))),
        title=title,
        body=body,
        word_count=len(text.words(body)),
        standfirst=standfirst,
        byline=byline,
        section=section,
        published=published,
        language=article.language,
        tags=tags,
        image_url=image,
    )


def _comment(comment: ScrapedComment) -> ScrapedComment:
    return replace(
        comment,
        author=_line(comment.author),
        posted=_moment(comment.posted),
        body=text.paragraphs(comment.body),
        raw=text.storable(comment.raw),
    )


def _moment(moment: Moment | None) -> Moment | None:
    return replace(moment, raw=text.line(moment.raw)) if moment else None


def _line(value: str | None) -> str | None:
    return text.line(value) or None if value else None


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/") == "" and not parts.query


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
