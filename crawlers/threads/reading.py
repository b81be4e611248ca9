"""Reading another page of a discussion: a page of comments, WordPress's listing, or Disqus'."""

import json
from typing import Any

from core.errors import PageError
from core.records import Reason
from crawlers.discussion import reading as discussion
from crawlers.page import Page
from crawlers.threads import addresses, disqus, wordpress
from crawlers.threads.part import Part


def read(page: Page, asked: str, zone: str | None, pages: int | None = None) -> Part:
    """Give the part of a discussion that a page holds, which was asked for at ``asked``.

    ``zone`` is the zone of times that name none; ``pages`` is how many pages a listing says it has.
    Raises :class:`PageError` where it is no such page.
    """
    kind = addresses.kind(asked)
    if kind == addresses.PAGES:
        found = discussion.read(page, zone)
        if not found.comments and not found.more:  # an outlet's word that it has trouble, or wants consent
            raise PageError(Reason.UNREADABLE, "a page of comments without a comment, or a way to others")
        return Part(comments=found.comments, more=found.more, served=page.url, claimed=found.claimed)
    listing = _json(page)
    try:
        if kind == addresses.DISQUS:
            return disqus.read(listing, asked, zone)
        return wordpress.read(listing, asked, zone, pages)
    except (ValueError, TypeError, AttributeError) as error:
        raise PageError(Reason.UNREADABLE, f"no listing of comments: {error}") from error


def _json(page: Page) -> Any:
    try:
        return json.loads(page.text)
    except ValueError as error:
        raise PageError(Reason.UNREADABLE, f"not JSON: {error}") from error
