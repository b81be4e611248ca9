"""The current pages, in five markups that differ in what their metadata tell.

All markup here is invented; only the order of the text (the banner image's alt text before the
headline) and the shape of addresses and image paths are known (OUTLETS.md section 2).
"""

import json
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import Any

from newsstand.articles import LONDON, Article, Kind
from newsstand.frame import Frame, alternates, aside, footer, view_state
from newsstand.markup_legacy import target


def render(article: Article, frame: Frame) -> tuple[bytes, str]:
    """Give a current page and its Content-Type."""
    head = "\n".join(
        [f'<link rel="canonical" href="{frame.origin}{article.path}" />', _metadata(article, frame)]
    )
    links, script, around = _surroundings(frame)
    html = f"""<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8" />
<title>{escape(article.headline)} | {escape(frame.title.name)}</title>
{head}
{script}
</head>
<body>
<header><a href="/">{escape(frame.title.name)}</a><p>{escape(frame.title.strap)}</p>
<nav><ul>{links}</ul></nav></header>
{_PAGES[article.markup](article, frame)}
{around}
</body>
</html>
"""
    return html.encode(), "text/html; charset=UTF-8"


@lru_cache(maxsize=8)
def _surroundings(frame: Frame) -> tuple[str, str, str]:
    links = "".join(f'<li><a href="{path}">{escape(name)}</a></li>' for path, name in frame.menu())
    state = f"<script>var state = {json.dumps(view_state(frame))};</script>" if frame.shelf.padded else ""
    around = f"{aside(frame)}\n<footer>\n{footer(frame)}\n</footer>"
    return links, f"{alternates(frame)}\n{state}", around


def _metadata(article: Article, frame: Frame) -> str:
    makers: Mapping[str, Callable[[Article, Frame], str]] = {
        "jsonld": _json_ld,
        "graph": _json_ld,
        "opengraph": _open_graph,
        "dublin": _dublin_core,
        "time": _description,
        "bare": lambda *_: "",
    }
    return makers[article.markup](article, frame)


def instant(article: Article) -> str:
    """Give the time of publication as metadata write it: ISO 8601 with the London offset."""
    return article.stamp.replace(tzinfo=LONDON).isoformat()


def _modified(article: Article) -> str:
    return (article.modified or article.stamp).replace(tzinfo=LONDON).isoformat()


def image(article: Article, frame: Frame) -> str:
    """Give the path of the banner image, in the form known from real pages."""
    name = article.image or f"{article.slug[:24].rstrip('-')}.jpg"
    token = f"{zlib.crc32(name.encode()):08x}"
    folder = f"/sites/{frame.title.key}/files/styles/banner/public/{article.stamp:%Y-%m}"
    return f"{folder}/{name}?itok={token}"


def _json_ld(article: Article, frame: Frame) -> str:
    news: dict[str, Any] = {
        "@type": "NewsArticle",
        "headline": article.headline,
        "datePublished": instant(article),
        "dateModified": _modified(article),
        "image": [frame.origin + image(article, frame)],
        "publisher": {"@type": "Organization", "name": frame.title.name},
        "mainEntityOfPage": frame.origin + article.path,
    }
    news |= {"author": {"@type": "Person", "name": article.source}} if article.source else {}
    news |= {"description": article.standfirst} if article.standfirst else {}
    news |= {"keywords": list(article.tags)} if article.tags else {}
    site = {"@type": "WebSite", "name": frame.title.name, "url": frame.origin}
    data: dict[str, Any] = {"@context": "https://schema.org"}
    data |= {"@graph": [site, news]} if article.markup == "graph" else news
    text = json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def _open_graph(article: Article, frame: Frame) -> str:
    pairs = [
        ("og:site_name", frame.title.name),
        ("og:type", "article"),
        ("og:title", article.headline),
        ("og:url", frame.origin + article.path),
        ("og:image", frame.origin + image(article, frame)),
        ("article:published_time", instant(article)),
        ("article:modified_time", _modified(article)),
    ]
    pairs += [("og:description", article.standfirst)] if article.standfirst else []
    pairs += [("article:author", article.source)] if article.source else []
    pairs += [("article:tag", tag) for tag in article.tags]
    return "\n".join(f'<meta property="{name}" content="{escape(value)}" />' for name, value in pairs)


def _dublin_core(article: Article, _frame: Frame) -> str:
    pairs = [("DC.title", article.headline), ("DC.date", f"{article.stamp:%Y-%m-%d}")]
    pairs += [("DC.creator", article.source)] if article.source else []
    pairs += [("DC.description", article.standfirst)] if article.standfirst else []
    return "\n".join(f'<meta name="{name}" content="{escape(value)}" />' for name, value in pairs)


def _description(article: Article, _frame: Frame) -> str:
    return f'<meta name="description" content="{escape(article.standfirst)}" />' if article.standfirst else ""


def _body(article: Article, frame: Frame) -> str:
    parts: list[str] = []
    listing = False
    for block in article.blocks:
        text = escape(block.text, quote=False)
        if listing and block.kind is not Kind.ITEM:
            parts.append("</ul>")
        elif block.kind is Kind.ITEM and not listing:
            parts.append("<ul>")
        listing = block.kind is Kind.ITEM
        if block.kind is Kind.MORE:
            link = escape(target(block, frame))
            parts.append(f'<p><strong>READ MORE: <a href="{link}">{text}</a></strong></p>')
        elif block.kind is Kind.CAPTION:
            src = f"/sites/{frame.title.key}/files/{article.slug[:12]}.jpg"
            parts.append(f'<figure><img src="{src}" alt="" /><figcaption>{text}</figcaption></figure>')
        else:
            tag = {Kind.HEADING: "h2", Kind.ITEM: "li"}.get(block.kind, "p")
            parts.append(f"<{tag}>{text}</{tag}>")
    return "\n".join([*parts, "</ul>"] if listing else parts)


def _banner(article: Article, frame: Frame) -> str:
    if article.alt is None:
        return ""
    return (
        f'<img src="{escape(image(article, frame))}" alt="{escape(article.alt)}" width="1200" height="400" />'
    )


def _as_article(article: Article, frame: Frame) -> str:
    return f"""<main role="main">
<article class="node node--type-article">
<div class="field field--banner">{_banner(article, frame)}</div>
<h1><span>{escape(article.headline)}</span></h1>
<div class="field field--body">
{_body(article, frame)}
</div>
</article>
</main>"""


def _as_timed(article: Article, frame: Frame) -> str:
    return f"""<main>
<article>
{_banner(article, frame)}
<h1>{escape(article.headline)}</h1>
<p><time datetime="{instant(article)}">{article.stamp.day} {article.stamp:%B %Y}</time></p>
<div class="text-long">
{_body(article, frame)}
</div>
</article>
</main>"""


def _as_boxes(article: Article, frame: Frame) -> str:
    return f"""<div class="layout-content">
<div>{_banner(article, frame)}</div>
<div class="block"><h1>{escape(article.headline)}</h1></div>
<div class="block"><div class="clearfix">
{_body(article, frame)}
</div></div>
</div>"""


_PAGES: Mapping[str, Callable[[Article, Frame], str]] = MappingProxyType(
    {
        "jsonld": _as_article,
        "graph": _as_article,
        "opengraph": _as_boxes,
        "dublin": _as_article,
        "time": _as_timed,
        "bare": _as_boxes,
    }
)
