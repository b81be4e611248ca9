"""From a page to an article: the first layout that fits, else the generic one."""

from typing import TYPE_CHECKING

from core.records import ScrapedArticle
from crawlers.families.generic import GenericLayout
from crawlers.page import Page

if TYPE_CHECKING:
    from crawlers.outlet import Outlet


def read(page: Page, outlet: "Outlet | None") -> ScrapedArticle:
    """Give the article on a page by the outlet's first layout that fits, else by ``generic``.

    Raises :class:`core.errors.PageError` with a reason from :class:`core.records.Reason`.
    """
    zone = outlet.timezone if outlet else None
    names = (outlet.title,) if outlet else ()
    layouts = (*(outlet.layouts if outlet else ()), GenericLayout(timezone=zone, names=names))
    layout = next(layout for layout in layouts if layout.fits(page))
    return layout.read(page, outlet.key if outlet else None)
