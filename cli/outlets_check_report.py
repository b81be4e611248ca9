"""The report card of an outlet, for people and for machines."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cli.talk import out

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cli.outlets_check import Card
    from crawlers.checkup.card import ArticleFacts, Examined, RobotsFacts, SourceFacts

_COLOURS = {"good": "green", "usable with gaps": "yellow", "broken": "red", "gap": "yellow", "note": "dim"}
SHARED = ("title", "body", "published", "byline", "standfirst", "section", "tags", "image_url", "language")
"""The fields whose shares are told."""


def as_object(card: "Card") -> dict[str, Any]:
    """Give the card as one JSON object."""
    checked, examined = card.checked, card.checked.examined
    return {
        "outlet": checked.outlet.key,
        "verdict": card.grade.value,
        "live": card.base_url is None,
        "base_url": card.base_url,
        "unverified": checked.outlet.unverified,
        "verified_at": card.verified_at,
        "said": card.said,
        "findings": [{"weight": one.weight.value, "sentence": one.sentence} for one in card.findings],
        "robots": {
            "answer": checked.robots.answer.value,
            "allowed": checked.robots.allowed,
            "crawl_delay": checked.robots.crawl_delay,
            "sitemaps": list(checked.robots.sitemaps),
        },
        "sources": [_source(source) for source in examined.sources],
        "articles_told_of": examined.told_of,
        "shares": shares(examined),
        "articles": [_article(article) for article in examined.articles],
    }


def shares(examined: "Examined") -> dict[str, float]:
    """Give how many of the articles read have each field, from 0 to 1; nothing where none was read."""
    read = examined.read
    if not read:
        return {}
    return {name: round(sum(name in one.fields for one in read) / len(read), 2) for name in SHARED}


def _source(source: "SourceFacts") -> dict[str, Any]:
    return {name: getattr(source, name) for name in ("kind", "url", "named_by", "problem")} | {
        "items": source.items,
        "articles": source.articles,
        "newest": source.newest,
    }


def _article(article: "ArticleFacts") -> dict[str, Any]:
    return {
        "url": article.url,
        "source": article.source,
        "problem": article.problem,
        "reason": article.reason,
        "layout": article.layout,
        "layout_version": article.layout_version,
        "title": article.title,
        "words": article.words,
        "byline": article.byline,
        "published_at": article.published.stated() if article.published else None,
        "source_says": article.told.stated() if article.told else None,
        "fields": list(article.fields),
        "read_by": dict(article.read_by),
        "comment_state": article.comment_state if article.problem is None else None,
        "comments": article.comments,
        "comments_claimed": article.comments_claimed,
        "warnings": list(article.warnings),
    }


def show(card: "Card") -> None:
    """Print the card: robots.txt, sources, articles, shares, then what is wrong."""
    from rich.text import Text

    console, checked = out(), card.checked
    console.print(Text(f"{checked.outlet.title} ({checked.outlet.key})", style="bold"))
    console.print(Text(f"robots.txt: {', '.join(_robots(checked.robots))}"))
    console.print(_sources(checked.examined))
    if checked.examined.articles:
        console.print(_articles(checked.examined))
    if told := shares(checked.examined):
        console.print(Text("read: " + ", ".join(f"{name} {share:.0%}" for name, share in told.items())))
    for finding in card.findings:
        mark = Text(f"{finding.weight.value}: ", style=_COLOURS[finding.weight.value])
        console.print(mark + Text(finding.sentence), soft_wrap=True)
    console.print(Text(card.grade.value, style=f"bold {_COLOURS[card.grade.value]}") + Text(f"; {card.said}"))
    console.print()


def _robots(robots: "RobotsFacts") -> Iterator[str]:
    yield {"read": "there", "none": "there is none", "unreachable": "cannot be had"}[robots.answer.value]
    yield "allows the home page" if robots.allowed else "nothing may be asked"
    if robots.crawl_delay:
        yield f"{robots.crawl_delay:g} s between requests"
    yield f"names {len(robots.sitemaps)} sitemaps" if len(robots.sitemaps) != 1 else "names 1 sitemap"


def _sources(examined: "Examined") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("source", "address", "named by", "items", "articles", "newest", "problem"):
        table.add_column(
            heading, overflow="fold", justify="right" if heading in {"items", "articles"} else "left"
        )
    for one in examined.sources:
        newest = str(one.newest) if one.newest else "-"
        cells = (
            one.kind,
            one.url,
            one.named_by,
            str(one.items),
            str(one.articles),
            newest,
            one.problem or "",
        )
        table.add_row(*map(Text, cells))
    return table


def _articles(examined: "Examined") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in (
        "article",
        "layout",
        "date",
        "source says",
        "words",
        "comments",
        "fields and how they were read",
    ):
        table.add_column(heading, overflow="fold")
    for one in examined.articles:
        if one.problem is not None:
            why = f"{one.reason}: {one.problem}" if one.reason else one.problem
            table.add_row(Text(one.url), "-", "-", "-", "-", "-", Text(why, style="red"))
            continue
        ways = (f"{name} ({one.read_by[name]})" if name in one.read_by else name for name in one.fields)
        cells = (
            one.url,
            f"{one.layout} {one.layout_version}",
            (one.published.stated() if one.published else None) or "-",
            (one.told.stated() if one.told else None) or "-",
            str(one.words),
            f"{one.comment_state}, {one.comments}" if one.comments else str(one.comment_state),
            ", ".join(ways),
        )
        table.add_row(*map(Text, cells))
    return table
