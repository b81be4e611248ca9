"""What a page says of itself to machines: meta elements, links in the head, JSON-LD."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import urls
from core.text import fold, line
from crawlers.article.elements import Element, inner_text, search

_HEAD = search("//meta[@content] | //link[@rel][@href] | //title")
_JSON_LD = search("//script[contains(@type, 'ld+json')]")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.{0,40}?\*/)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_LOOSE_COMMA = re.compile(r",(\s*[}\]])")
_LARGEST_JSON = 2 * 1024 * 1024  # characters; a page's whole text fits many times over
_MOST_NODES = 5000
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,32});", re.IGNORECASE)
ARTICLE_TYPES = frozenset(
    {
        "Article", "NewsArticle", "AnalysisNewsArticle", "AskPublicNewsArticle", "BackgroundNewsArticle",
        "OpinionNewsArticle", "ReportageNewsArticle", "ReviewNewsArticle", "AdvertiserContentArticle",
        "SatiricalArticle", "ScholarlyArticle", "TechArticle", "Report", "BlogPosting", "LiveBlogPosting",
        "SocialMediaPosting",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """``meta`` by lower-case name, property or itemprop, in page order; ``things`` from JSON-LD.

    ``articles`` are those of the things that are articles.
    """

    title: str | None = None
    canonical: str | None = None
    language: str | None = None
    meta: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    things: tuple[Mapping[str, Any], ...] = ()
    articles: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()

    def first(self, *names: str) -> tuple[str, str] | None:
        """Give the first non-empty value among these names in their order, with its name."""
        for name in names:
            for value in self.meta.get(name, ()):
                if text := line(value):
                    return text, name
        return None

    @property
    def article(self) -> Mapping[str, Any]:
        """Give the page's JSON-LD article, empty where there is none."""
        return self.articles[0] if self.articles else {}

    def resolved(self, value: Any) -> list[Any]:
        """Give the members of a JSON-LD value; a mere reference is replaced by the thing it names."""
        members = value if isinstance(value, list) else [value]
        return [self._thing(one["@id"]) or one if _is_reference(one) else one for one in members]

    def _thing(self, name: Any) -> Mapping[str, Any] | None:
        return next((one for one in self.things if one.get("@id") == name and not _is_reference(one)), None)

    @property
    def is_article(self) -> bool:
        """Say whether the page calls itself an article."""
        return bool(self.articles) or (self.first("og:type") or ("", ""))[0].lower() == "article"


def _is_another(node: Mapping[str, Any], own: str | None, titles: Sequence[str]) -> bool:
    """Say whether a thing is another article: of another address than the page's, and of another headline."""
    stated, headline = node.get("url"), node.get("headline")
    if not (
        types(node) & ARTICLE_TYPES
        and own
        and titles
        and isinstance(stated, str)
        and isinstance(headline, str)
    ):
        return False
    here, there = urls.absolute(own, ""), urls.absolute(stated, "")
    if here is None or there is None or urls.url_key(here).casefold() == urls.url_key(there).casefold():
        return False
    words = fold(line(headline))
    return not any(words in title or title in words for title in titles)


def metadata(tree: Element) -> Metadata:
    """Give what a tree's head and JSON-LD say; broken JSON is a warning, never an error."""
    meta: dict[str, list[str]] = {}
    title = canonical = None
    for element in _HEAD(tree):
        if element.tag == "meta":
            names = element.get("property") or element.get("name") or element.get("itemprop") or ""
            for name in names.lower().split():
                meta.setdefault(name, []).append(element.get("content", ""))
        elif element.tag == "title":
            title = title or line(inner_text(element)) or None
        elif "canonical" in element.get("rel", "").lower().split():
            canonical = canonical or element.get("href", "").strip() or None
    things, warnings = _things(tree)
    own = canonical or next(iter(meta.get("og:url", ())), None)
    titles = [fold(line(one)) for one in (title, *meta.get("og:title", ())) if one]
    things = tuple(node for node in things if not _is_another(node, own, titles))
    articles = [node for node in things if types(node) & ARTICLE_TYPES]
    articles.sort(key=lambda node: "headline" not in node)  # a mere reference to the article comes last
    return Metadata(
        title=title,
        canonical=canonical,
        language=(tree.get("lang") or "").strip() or None,
        meta={name: tuple(values) for name, values in meta.items()},
        things=things,
        articles=tuple(articles),
        warnings=warnings,
    )


def texts(value: Any) -> list[str]:
    """Give the texts a JSON-LD value stands for: strings, names of things, members of lists."""
    found: list[str] = []
    waiting = [value]
    while waiting and len(found) < _MOST_NODES:
        one = waiting.pop()
        if isinstance(one, str):
            text = line(html.unescape(one) if _ENTITY.search(one) else one)
            found += [text] if text else []
        elif isinstance(one, Mapping):
            waiting.append(one.get("name") or one.get("@value"))
        elif isinstance(one, list):
            waiting.extend(reversed(one))
    return found


def text(value: Any) -> str | None:
    """Give the first text of a JSON-LD value, or None."""
    return next(iter(texts(value)), None)


def text_lines(value: Any) -> str:
    """Give a JSON-LD text with its line ends, entities undone; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return html.unescape(value) if _ENTITY.search(value) else value


def address(value: Any) -> str | None:
    """Give the address of a JSON-LD image or page: a string, or a thing's url or @id."""
    while isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
        return address(value) if isinstance(value, list) else value if isinstance(value, str) else None
    return value if isinstance(value, str) else None


def _things(tree: Element) -> tuple[tuple[Mapping[str, Any], ...], tuple[str, ...]]:
    found: list[Mapping[str, Any]] = []
    warnings: list[str] = []
    for script in _JSON_LD(tree):
        source = inner_text(script)
        if not source.strip():
            continue
        data = _loaded(source)
        if data is None:
            warnings.append("a JSON-LD part of the page is broken and was left aside")
            continue
        found += _nodes(data)
    return tuple(found), tuple(dict.fromkeys(warnings))


def _loaded(source: str) -> Any:
    if len(source) > _LARGEST_JSON:
        return None
    plain = _WRAPPING.sub("", _WRAPPING.sub("", source))
    for candidate in (source, plain, _LOOSE_COMMA.sub(r"\1", plain)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(data: Any) -> Iterator[Mapping[str, Any]]:
    """Give the things at the top of a JSON-LD document, in its ``@graph`` and as main entity."""
    waiting, seen = [data], 0
    while waiting and seen < _MOST_NODES:
        seen += 1
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, Mapping):
            yield one
            waiting += [one[key] for key in ("mainEntity", "@graph") if key in one]


def _is_reference(one: Any) -> bool:
    return isinstance(one, Mapping) and set(one) <= {"@id", "@type"} and "@id" in one


def types(node: Mapping[str, Any]) -> set[str]:
    """Give the names of a JSON-LD thing's types, without their vocabulary."""
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return {kind.rsplit("/", 1)[-1] for kind in kinds if isinstance(kind, str)}
