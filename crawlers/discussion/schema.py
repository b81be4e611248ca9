"""Reader comments a page's JSON-LD holds: schema.org Comment."""

from collections.abc import Mapping
from typing import Any

from core.records import Moment, ScrapedComment
from core.text import paragraphs
from crawlers.article import dates, metadata

MOST = 5000
"""Comments taken of one page; no page shows as many."""


def comments(article: Mapping[str, Any], zone: str | None) -> tuple[ScrapedComment, ...]:
    """Give the schema.org comments of a JSON-LD article in its order, replies after what they answer."""
    found: list[ScrapedComment] = []
    waiting: list[tuple[Any, int | None]] = [(article.get("comment"), None)]
    seen = 0
    while waiting and len(found) < MOST and seen < 4 * MOST:
        node, parent = waiting.pop()
        seen += 1
        if isinstance(node, list):
            waiting.extend((one, parent) for one in reversed(node[:MOST]))
        elif isinstance(node, Mapping):
            comment = _comment(node, len(found) + 1, parent, zone)
            if comment:
                found.append(comment)
            waiting.append((node.get("comment"), comment.position if comment else parent))
    return tuple(found)


def claimed(article: Mapping[str, Any]) -> int | None:
    """Give the number of comments a JSON-LD article states, None where it states none."""
    count = article.get("commentCount")
    if isinstance(count, int | str) and not isinstance(count, bool) and str(count).isdecimal():
        return int(count)
    return None


def _comment(
    node: Mapping[str, Any], position: int, parent: int | None, zone: str | None
) -> ScrapedComment | None:
    raw = node.get("text") or node.get("description")
    if not isinstance(raw, str) or not (body := paragraphs(raw)):
        return None
    when = metadata.text(node.get("datePublished") or node.get("dateCreated"))
    return ScrapedComment(
        position=position,
        author=metadata.text(node.get("author") or node.get("creator")),
        posted=(dates.moment(when, zone) or Moment(raw=when)) if when else None,
        body=body,
        raw=raw,
        parent=parent,
        outlet_id=metadata.text(node.get("@id") or node.get("identifier")),
    )
