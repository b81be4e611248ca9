"""What a page tells of its reader comments as a whole."""

from dataclasses import dataclass

from core.records import CommentState, ScrapedComment
from crawlers.article.elements import Element


@dataclass(frozen=True, kw_only=True, slots=True)
class Discussion:
    """The comments of one page, and what it says of those it does not show.

    ``claimed`` is the count the page states; ``more`` are absolute addresses of further pages of
    comments, in their order; ``system`` names what keeps the comments ("wordpress", "disqus",
    "facebook"), ``thread`` is that system's own id or address for this page's thread, as far as the
    page tells it. ``sure`` (0 to 1) is how certain the reading is. ``elements`` are the outermost
    containers of the section, also where it is only a form or an embed: no part of an article's body.
    """

    state: CommentState = CommentState.UNKNOWN
    comments: tuple[ScrapedComment, ...] = ()
    claimed: int | None = None
    more: tuple[str, ...] = ()
    system: str | None = None
    thread: str | None = None
    sure: float = 0.0
    elements: tuple[Element, ...] = ()
    warnings: tuple[str, ...] = ()
