"""Our generic reading: what `cuttings extract` gives of a page of an unknown outlet."""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from core.errors import PageError
from core.records import Moment, ScrapedComment
from crawlers.page import Page
from crawlers.reading import read as read_page


def read(html: str, url: str) -> dict[str, Any]:
    """Give the article; a page refused for a reason is no error, it reads as nothing."""
    try:
        article = read_page(Page.from_bytes(html.encode(), url, "text/html; charset=utf-8"), None)
    except PageError as refused:
        return {"refused": str(refused.reason)}
    return {
        "title": article.title,
        "authors": [article.byline] if article.byline else [],
        # the truth is a page's one date: where it shows that of an update alone, that is it
        "date": _day(article.published) or _day(article.modified),
        "body": article.body,
        "comments": [_comment(comment) for comment in article.comments],
    }


def _comment(comment: ScrapedComment) -> dict[str, Any]:
    parent = None if comment.parent is None else comment.parent - 1
    return {
        "author": comment.author,
        "date": _day(comment.posted),
        "text": comment.body,
        "parent": parent,
    }


def _day(moment: Moment | None) -> str | None:
    """Give the day the page states, in its own zone."""
    if moment is None:
        return None
    return moment.on.isoformat() if moment.on else moment.stated()
