"""The pages of a site that lead to articles: its home page and its sections."""

from crawlers.sources import listing
from crawlers.survey import links
from crawlers.survey.documents import Document
from crawlers.survey.leads import Leads
from crawlers.survey.shapes import addresses
from crawlers.survey.site import Site, Waiting
from crawlers.survey.survey import Source

_SECTIONS = 5
_ENOUGH = 3  # article links that make a page a listing


class Sections:
    """Looks at the pages the menu leads to; what they link to goes to ``leads``."""

    def __init__(self, site: Site, leads: Leads) -> None:
        self._site = site
        self._leads = leads
        self._pages: list[Document] = []

    def follow(self, front: Document) -> Waiting:
        """Ask for the page that was named, and for what the links of the front call sections."""
        self._pages.append(front)
        found = links.links(front.page, self._site.reach)
        self._leads.take_links(found, front=True)
        announced = self._leads.announced
        articles = frozenset((*announced, *(address.path for address in addresses(announced))))
        named = self._site.wish.page
        for address in [*([named] if named else []), *links.sections(found, articles)][:_SECTIONS]:
            document = yield from self._site.ask(address, "a section")
            if document and document.is_html and document not in self._pages:
                self._pages.append(document)
                self._leads.take_links(links.links(document.page, self._site.reach))

    def sources(self, home: Document | None) -> list[Source]:
        """Give the pages that list articles; ``home`` is the home page, which a crawl asks anyway."""
        found = []
        for document in self._pages:
            told = listing.read(document.page.tree, document.url, self._site.reach)
            if len(told.entries) >= _ENOUGH:
                found.append(
                    Source(
                        kind="home" if document is home else "listing",
                        address=self._site.written(document.url),
                        entries=len(told.entries),
                        articles=len(told.entries),
                        pager=bool(told.more),
                    )
                )
        return found
