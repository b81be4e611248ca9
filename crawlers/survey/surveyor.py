"""The order in which a site is looked at: pure steps that ask for documents and end in a survey."""

from collections.abc import Generator
from typing import TypeAlias

from crawlers.page import Page
from crawlers.survey import conclusions, links, reading, zones
from crawlers.survey.announcements import Announcements
from crawlers.survey.articles import Articles
from crawlers.survey.documents import Ask, Document
from crawlers.survey.leads import Leads
from crawlers.survey.sections import Sections
from crawlers.survey.site import Answered, Site, Waiting
from crawlers.survey.survey import Source, Survey
from crawlers.survey.wish import Wish

Steps: TypeAlias = Generator[Ask, Document, Survey]


class Surveyor:
    """Looks at one site as a person would: home page, feeds, sitemaps, sections, then articles."""

    def __init__(self, wish: Wish) -> None:
        self._site = Site(wish)
        self._leads = Leads()

    def steps(self) -> Steps:
        """Ask for one document after the other and be sent each; the survey is what it returns."""
        home = yield from self._site.ask(self._site.outlet.home, "the home page")
        front = yield from self._front(home)
        if front is None:
            return self._unfinished(f"the home page: {_told(home)}")
        self._site.settle(front)
        self._site.recognise(front.page)
        interface = links.announced_interface(front.page)
        yield from self._learn_zone(front.page, interface)
        if self._site.zone is None:
            return self._unfinished("the time zone: nothing tells it, name it with --timezone")
        announcements = Announcements(self._site, self._leads)
        yield from announcements.follow_feeds(front.page)
        yield from announcements.follow_posts(interface)
        yield from announcements.follow_sitemaps(front.sitemaps)
        sections = Sections(self._site, self._leads)
        yield from sections.follow(front)
        articles = Articles(self._site, self._leads, front.page)
        yield from articles.find()
        return self._survey(front.page, articles, [*announcements.sources(), *sections.sources(home)])

    def _front(self, home: Document | None) -> Answered:
        """Give the home page, else the page that was named in its stead."""
        if home is not None and home.is_html:
            return home
        if self._site.wish.page is None:
            return None
        page = yield from self._site.ask(self._site.wish.page, "the page you named")
        if page is None or not page.is_html:
            return None
        self._site.caveats.append(f"The home page is not to be had: {_told(home)}.")
        return page

    def _learn_zone(self, front: Page, interface: str | None) -> Waiting:
        """Take the zone from what was told, the address, the language, else from a WordPress site itself."""
        site = self._site
        if site.zone is None:
            languages = (front.metadata.language, (front.metadata.first("og:locale") or (None,))[0])
            site.zone = zones.of_site(site.outlet.home, tuple(filter(None, languages)))
        if site.zone is None and interface:
            root = yield from site.ask(interface, "what the site says of itself (wp-json)")
            name, zone = reading.of_interface(root) if root and root.had else (None, None)
            site.names += [name] if name else []
            if zone and (stated := zones.stated(zone)):
                site.zone = stated, "the site's wp-json states it"

    def _survey(self, front: Page, articles: Articles, sources: list[Source]) -> Survey:
        site = self._site
        return conclusions.survey(
            conclusions.Seen(
                outlet=site.outlet,
                home=front,
                zone=site.zone or ("", ""),
                recognised=site.recognised,
                parameters=articles.parameters,
                forms=articles.forms,
                sources=tuple(sources),
                samples=tuple(articles.samples),
                days=tuple(day for day in self._leads.announced.values() if day),
                names=tuple(site.names),
                caveats=tuple(site.caveats),
                asked=site.asked,
            )
        )

    def _unfinished(self, why: str) -> Survey:
        site = self._site
        return Survey(
            key=site.outlet.key,
            home=site.outlet.home,
            host=site.outlet.hosts[0],
            title=site.outlet.title,
            zone=site.zone[0] if site.zone else None,
            zone_by=site.zone[1] if site.zone else "",
            recognised=site.recognised,
            missing=(why,),
            asked=site.asked,
        )


def _told(home: Document | None) -> str:
    return home.told if home else "it may not be asked"
