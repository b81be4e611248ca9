"""Reading the discussion on a page."""

from core.records import CommentState
from crawlers.discussion import schema
from crawlers.discussion.discussion import Discussion
from crawlers.page import Page


def read(page: Page, zone: str | None) -> Discussion:
    """Give what a page tells of its reader comments.

    ``zone`` is the zone of times that name none, None where it is unknown. Nothing is guessed: a
    page on which no comment section is recognised has the state ``unknown``.
    """
    found = schema.comments(page.metadata.article, zone)
    if not found:
        return Discussion()
    return Discussion(state=CommentState.LISTED, comments=found, sure=1.0)
