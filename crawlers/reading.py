"""From a page to an article: the first layout that fits, else the generic one."""

from typing import TYPE_CHECKING

from core.records import ScrapedArticle
from crawlers.families.generic import GenericLayout
from crawlers.page import Page

if TYPE_CHECKING:
    from crawlers.layout import Layout
    from crawlers.outlet import Outlet


def read(page: Page, outlet: "Outlet | None") -> ScrapedArticle:
    """Give the article on a page by the outlet's first layout that fits, else by ``generic``.

    Raises :class:`core.errors.PageError` with a reason from :class:`core.records.Reason`.
    """
    layout = next(layout for layout in layouts(outlet) if layout.fits(page))
    return layout.read(page, outlet.key if outlet else None)


def layouts(outlet: "Outlet | None") -> "tuple[Layout, ...]":
    """Give the layouts that read an outlet's pages, in the order they are asked; the last fits every page."""
    if outlet is None:
        return (GenericLayout(),)
    last = GenericLayout(
        timezone=outlet.timezone, names=(outlet.title,), path=outlet.path, chrome=outlet.chrome
    )
    return (*outlet.layouts, last)
