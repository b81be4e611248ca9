"""`cuttings extract`: what would be read from one page; stores nothing."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.talk import examples, out, print_json
from core.errors import CuttingsError, PageError, SetupError, WeatherError

if TYPE_CHECKING:
    from core.records import ScrapedArticle
    from crawlers.outlet import Outlet
    from crawlers.page import Page

NO_URL = "about:blank"  # stands for the address of a saved page that does not say its own


@click.command(
    epilog=examples(
        "cuttings extract saved.html --url https://www.nationalhealthexecutive.com/articles/x --json",
        "cuttings extract https://www.publicsectorexecutive.com/articles/x",
        "cuttings extract - --outlet nhe < saved.html",
    )
)
@click.argument("page", metavar="FILE|URL|-")
@click.option("--url", help="The address a saved page came from; without it the page's own words are used.")
@click.option("--outlet", metavar="KEY", help="Read it as this outlet's page; else the address decides.")
@click.option("--base-url", help="Ask this origin instead of the live page's own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; an error is one too.")
@click.pass_context
def extract(context: click.Context, /, page: str, *, as_json: bool, **wishes: str | None) -> None:
    """Read one saved or live page as a crawl would, and show what it says. Nothing is stored.

    A live page is fetched under the same rules as in a crawl (robots.txt, private addresses, size).
    """
    try:
        article = _read(page, wishes)
    except CuttingsError as error:
        if not as_json:
            raise
        reason = _reason(error)
        print_json({"error": {"page": page, "url": wishes["url"], "reason": reason, "message": str(error)}})
        context.exit(1)
    if as_json:
        print_json(as_object(article))
    else:
        _show(article)


def as_object(article: "ScrapedArticle") -> dict[str, Any]:
    """Give the article as the JSON object that DESIGN.md promises."""
    return {
        "url": article.url if article.url != NO_URL else None,
        "canonical_url": article.canonical_url,
        "outlet": article.outlet,
        "layout": article.layout,
        "title": article.title,
        "standfirst": article.standfirst,
        "byline": article.byline,
        "section": article.section,
        "published_at": article.published.stated() if article.published else None,
        "published_raw": article.published.raw if article.published else None,
        "modified_at": article.modified.stated() if article.modified else None,
        "tags": list(article.tags),
        "image_url": article.image_url,
        "language": article.language,
        "body": article.body,
        "related": [{"title": link.title, "url": link.url} for link in article.related],
        "comment_state": article.comment_state,
        "comments_claimed": article.comments_claimed,
        "comments": [
            {
                "author": comment.author,
                "posted_at": comment.posted.stated() if comment.posted else None,
                "posted_raw": comment.posted.raw if comment.posted else None,
                "body": comment.body,
                "parent": comment.parent,
                "position": comment.position,
            }
            for comment in article.comments
        ],
        "read_by": dict(article.read_by),
        "warnings": list(article.warnings),
    }


def _reason(error: CuttingsError) -> str:
    """Give the word for what failed: the page's own reason, ``setup``, ``fetch`` or ``file``."""
    if isinstance(error, PageError):
        return str(error.reason)
    kinds = ((SetupError, "setup"), (WeatherError, "fetch"))
    return next((word for kind, word in kinds if isinstance(error, kind)), "file")


def _read(source: str, wishes: Mapping[str, str | None]) -> "ScrapedArticle":
    from core.records import Reason
    from crawlers import reading, registry
    from crawlers.page import Page

    outlet = _known(registry.find(wishes["outlet"])) if wishes["outlet"] else None
    if source.lower().startswith(("http://", "https://")):
        outlet = outlet or _outlet(source)
        page = _fetched(source, outlet, wishes["base_url"])
    else:
        body = _bytes(source)
        page = Page.from_bytes(body, wishes["url"] or NO_URL)
        if wishes["url"] is None and (stated := _stated_url(page)):
            page = Page.from_bytes(body, stated)
        outlet = outlet or _outlet(page.url)
    try:
        return reading.read(page, outlet)
    except PageError:
        raise
    except Exception as error:  # as in a crawl: whatever goes wrong with one page is that page's error
        raise PageError(Reason.UNREADABLE, f"the reader failed: {type(error).__name__}: {error}") from error


def _known(outlet: "Outlet") -> "Outlet":
    """Give the outlet as a crawl reads with it: with what the archive knows its pages to share."""
    from core.settings import load_settings
    from pipelines.chrome_learning import knowing_if_kept

    return knowing_if_kept(load_settings(), outlet)


def _fetched(url: str, outlet: "Outlet | None", base_url: str | None) -> "Page":
    from cli.fetch import fetch
    from core import logs
    from core.settings import load_settings

    settings = load_settings().model_copy(update={"log_level": "ERROR"})
    logs.set_up(settings)
    return fetch(url, settings, outlet, base_url)


def _outlet(url: str) -> "Outlet | None":
    from crawlers import registry

    return None if url == NO_URL else registry.outlet_for(url)


def _bytes(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        msg = f"the file {source} cannot be read: {error.strerror or error}"
        raise CuttingsError(msg) from error


def _stated_url(page: "Page") -> str | None:
    """Give the address a saved page states for itself: rel=canonical, else og:url."""
    from core import urls

    try:
        links = [link.get("href") for link in page.tree.iter("link") if link.get("rel") == "canonical"]
        metas = [meta.get("content") for meta in page.tree.iter("meta") if meta.get("property") == "og:url"]
    except (PageError, ValueError):  # no tree; the reading will say why
        return None
    stated = (urls.absolute("", value) for value in (*links, *metas) if value)
    return next((url for url in stated if url), None)


def _show(article: "ScrapedArticle") -> None:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    facts = as_object(article)
    console = out()
    console.print(Text(article.title or "(no title)", style="bold"))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(style="dim", overflow="fold")
    skipped = {"title", "body", "comments", "related", "read_by", "warnings"}
    for name, value in facts.items():
        if name not in skipped and value not in (None, [], ""):
            shown = ", ".join(value) if isinstance(value, list) else str(value)
            way = article.read_by.get(name.removesuffix("_at").removesuffix("_raw"), "")
            table.add_row(name, Text(shown), Text(f"by {way}" if way else ""))
    console.print(table)
    console.print()
    for paragraph in article.body.split("\n\n"):
        console.print(Padding(Text(paragraph), (0, 0, 1, 0)))
    for link in article.related:
        console.print(Text(f"related: {link.title} {link.url or ''}", style="dim"))
    for comment in article.comments:
        posted = comment.posted.raw if comment.posted else "no date"
        console.print(Text(f"comment {comment.position}: {comment.author or '(no name)'}, {posted}", "bold"))
        console.print(Padding(Text(comment.body), (0, 0, 1, 2)))
    for warning in article.warnings:
        console.print(Text(f"warning: {warning}", style="yellow"))
