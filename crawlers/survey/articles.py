"""The articles of a site: the forms of their addresses, and the samples that are read of them."""

from collections.abc import Generator, Iterable
from dataclasses import replace

from crawlers.addresses import with_parameters
from crawlers.page import Page
from crawlers.survey import conclusions, patterns, queries, reading
from crawlers.survey.documents import Ask, Document
from crawlers.survey.leads import Leads
from crawlers.survey.shapes import Address, Part, address, addresses
from crawlers.survey.site import Site, Waiting
from crawlers.survey.survey import Sample

SAMPLES = 5
_UNSURE = 3  # groups of addresses of which one page is looked at
_ENOUGH = 3  # addresses that make a group


class Articles:
    """Tells articles from other pages by the leads, and reads some; ``front`` is a page of the site."""

    def __init__(self, site: Site, leads: Leads, front: Page) -> None:
        self._site = site
        self._leads = leads
        self._front = front
        self.parameters: tuple[str, ...] = ()
        self.forms: tuple[patterns.Derived, ...] = ()
        self.samples: list[Sample] = []

    def find(self) -> Waiting:
        """Derive the forms, look at pages of which they are not sure, then read samples."""
        self._tell_apart()
        self._derive()
        yield from self._look_at_unsure()
        if self.forms:
            yield from self._read_samples()

    def _tell_apart(self) -> None:
        """Learn which parameters tell articles apart, where their paths do not."""
        self.parameters = queries.parameters(self._leads.announced, self._leads.listed)
        if self.parameters:
            self._site.outlet = replace(self._site.outlet, path=with_parameters(*self.parameters))

    def _addresses(self, urls: Iterable[str]) -> tuple[Address, ...]:
        return addresses(urls, self._site.outlet.path)

    def _derive(self, more: Iterable[str] = ()) -> None:
        """Derive the forms from what feeds and lists of posts told of, else from what looks like articles."""
        certain = self._addresses([*self._leads.announced, *more])
        others = self._addresses(self._leads.others)
        unique = bool(self._site.platform and self._site.platform.name == "wordpress")
        if len(certain) < _ENOUGH:
            menu = {address.path for address in others}
            certain = tuple(one for one in self._candidates() if one.path not in menu)
        by_path = [one for one in certain if not one.shape.query]
        self.forms = (
            *queries.derived([one for one in certain if one.shape.query]),
            *patterns.derived(by_path, others, unique_slugs=unique),
        )
        self._site.take_forms(self.forms)

    def _candidates(self) -> tuple[Address, ...]:
        """Give what looks like articles; where a number in the query makes it so, a page is read first."""
        listed = self._addresses(self._leads.listed)
        return tuple(one for one in listed if one.looks_like_an_article and not one.shape.query)

    def _look_at_unsure(self) -> Waiting:
        """Read a page of each group of addresses that no form takes but that look like articles."""
        more: list[str] = []
        for group in self._unsure():
            read = yield from self._sample(group[0])
            if read and self._reads_like_one(read, group[0]):
                more += group
                self.samples.append(read)
        if more:
            self._derive([*more, *self._matched()])

    def _unsure(self) -> list[list[str]]:
        """Give the largest groups of addresses of one shape, in one section, that no form takes."""
        groups: dict[tuple[object, str], list[str]] = {}
        for url in self._leads.listed:
            if not self._site.is_article(url) and (known := address(url, self._site.outlet.path)):
                first = known.segments[0].lower() if len(known.segments) > 1 else ""
                if known.looks_like_an_article:
                    groups.setdefault((known.shape, first), []).append(url)
        ranked = sorted(groups.values(), key=lambda group: -len(set(group)))
        return [group for group in ranked if len(set(group)) >= _ENOUGH][:_UNSURE]

    def _matched(self) -> list[str]:
        """Give the listed addresses the forms take, newest first as their source has them."""
        return [url for url in self._leads.listed if self._site.is_article(url)]

    def _read_samples(self) -> Waiting:
        """Read newest articles and older ones; one that was read before counts among them."""
        key = self._site.outlet.article_key
        seen = {key(read.url) for read in self.samples}
        for url in self._newest_and_older():
            if len(self.samples) >= SAMPLES or self._site.is_enough:
                break
            if key(url) not in seen:
                seen.add(key(url))
                if read := (yield from self._sample(url)):
                    self.samples.append(read)

    def _newest_and_older(self) -> list[str]:
        fresh = [url for url in self._leads.announced if self._site.is_article(url)]
        listed = [
            url for url in self._matched() if any(a.looks_like_an_article for a in self._addresses([url]))
        ]
        older = [url for url in reversed(listed) if url not in fresh]
        newest = fresh or listed
        return [*newest[:2], *older[:1], *newest[2:3], *older[1:2], *newest[3:], *older[2:]]

    def _sample(self, url: str) -> Generator[Ask, Document, Sample | None]:
        site = self._site
        document = yield from site.ask(url, "an article")
        if document is None or not document.is_html:
            return None
        site.recognise(self._front, document.page)  # an article may show what the home page does not
        return reading.sample(document.page, conclusions.readable(site.outlet, site.zone, site.recognised))

    def _reads_like_one(self, read: Sample, url: str) -> bool:
        """Say whether a page is an article: some paragraphs with a date, or at an address with a number.

        A number in a query may be that of anything.
        """
        known, article = address(url, self._site.outlet.path), read.article
        numbered = known is not None and Part.NUMBER in known.shape.parts and not known.shape.query
        return article is not None and "\n\n" in article.body and (numbered or article.published is not None)
