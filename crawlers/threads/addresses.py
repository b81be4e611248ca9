"""Where a page's discussion goes on: the addresses of its other pages, and of what kind they are."""

from typing import TYPE_CHECKING

from crawlers.discussion.discussion import Discussion
from crawlers.page import Page
from crawlers.threads import disqus, wordpress

if TYPE_CHECKING:
    from crawlers.outlet import Outlet

PAGES = "comment-pages"
WORDPRESS = "wp-json"
DISQUS = "disqus"


def elsewhere(page: Page, thread: Discussion, claimed: int | None) -> tuple[str, ...]:
    """Give the other pages on which a page's discussion goes on, as far as the page names them.

    Those it links; else the listing of the system that keeps them, where a page shows none of
    those it has: Disqus' (to be asked with a key), or WordPress's own where the page counts comments
    (``claimed``).
    """
    if thread.more:
        return thread.more
    if thread.system == DISQUS:
        found = disqus.address(page)
    elif claimed and not thread.comments:
        found = wordpress.address(page)
    else:
        return ()
    return (found,) if found else ()


def kind(url: str) -> str:
    """Give of what kind another page of a discussion is, by its address."""
    if disqus.is_listing(url):
        return DISQUS
    return WORDPRESS if wordpress.is_listing(url) else PAGES


def are_followed(outlet: "Outlet") -> bool:
    """Say whether an outlet's discussions are looked for on other pages than their articles.

    They are where one of its layouts says so; where it has none, the generic layout reads.
    """
    return not outlet.layouts or any(layout.threads_elsewhere for layout in outlet.layouts)
