"""An invented outlet whose layout got better, in a module that the reading processes import quickly."""

import os
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import PageError
from core.records import CommentState, Reason, ScrapedArticle
from crawlers.layout import Layout
from crawlers.outlet import Outlet
from crawlers.page import Page

HOME = "https://www.example.org"
LONG_AGO, TODAY = 1, 2  # versions of the layout


@dataclass(frozen=True, kw_only=True)
class PlainLayout(Layout):
    """Reads a headline and paragraphs; its first version took the sidebar for a part of the text."""

    version: int
    name: str = "plain"

    def fits(self, page: Page) -> bool:
        return page.tree.find(".//h1") is not None

    def read(self, page: Page, outlet: str | None) -> ScrapedArticle:
        wanted = {"p", "aside"} if self.version == LONG_AGO else {"p"}
        marks = {element.tag: element.text for element in page.tree.iter()}
        if "code" in marks and self.version != LONG_AGO:
            os._exit(3) if marks["code"] == "crash" else _refuse()
        if "mark" in marks and self.version == LONG_AGO:
            _refuse()
        return ScrapedArticle(
            url=page.url,
            outlet=outlet,
            layout=self.name,
            layout_version=self.version,
            title=marks["h1"],
            body="\n\n".join(element.text for element in page.tree.iter() if element.tag in wanted),
            comment_state=CommentState.NONE,
            read_by=MappingProxyType({"title": "h1"}),
        )


def _refuse() -> None:
    raise PageError(Reason.NO_BODY, "this generation of the layout sees no text here")


def outlet(version: int) -> Outlet:
    """Give the outlet as it was, or as it is, read."""
    return Outlet(
        key="gazette",
        title="The Gazette",
        home=f"{HOME}/",
        hosts=("example.org",),
        publisher="Nobody",
        forms=(),
        layouts=(PlainLayout(version=version),),
        listings=("/news",),
        example=True,
    )
