"""Comments that come as scraps of markup within other documents."""

from crawlers.article.paragraphs import paragraphs
from crawlers.page import Page


def prose(markup: str) -> str:
    """Give the text of a scrap of markup, its paragraphs parted by a blank line."""
    if not markup.strip():
        return ""
    page = Page.from_bytes(f"<html><body>{markup}</body></html>".encode(), "", "text/html; charset=utf-8")
    return "\n\n".join(paragraphs(page.blocks))
