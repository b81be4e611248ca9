"""A trade title on a system of its own in .NET: titles in addresses, numbers for ids, no metadata."""

from html import escape

from newsstand.answer import Answer
from newsstand.platforms import parts
from newsstand.platforms.parts import filled
from newsstand.platforms.site import Platform
from newsstand.platforms.stories import Story

NAME = "The Parish Pump"
FIRST_ID = 58_000
_ATOM = ' xmlns:a10="http://www.w3.org/2005/Atom"'


class DotnetSite(Platform):
    """The Parish Pump: articles at ``/<Title-With-Caps>/<id>``, a feed at ``/rss``, no sitemap.

    Pages state no metadata, only a day, and take no comments; the feed's items have a number for a guid,
    ``a10:updated`` and no pubDate; its listing shows teasers without titles.
    """

    def documents(self) -> dict[str, Answer]:
        """Give robots.txt, the feed, home page and listing by page, and every article."""
        found = {
            "/robots.txt": parts.robots("/login", "/WebResource.axd"),
            "/rss": self._feed(),
            "/Contact-Us": self._page("Contact us", "<h1>Contact us</h1><p>An invented title.</p>"),
        }
        pages = parts.by_page(self.stories)
        for number, shown in enumerate(pages, start=1):
            rows = "\n".join(self._teaser(story) for story in shown)
            body = filled("dotnet/list", name="Latest news", rows=rows, pager=_pager(number, len(pages)))
            found[f"/News?page={number}"] = self._page("Latest news", body)
        found["/News"] = found["/News?page=1"]
        front = "\n".join(self._teaser(story) for story in pages[0])
        found["/"] = self._page("Home", filled("dotnet/list", name="Top stories", rows=front, pager=""))
        return found | {self.address(story): self._article(story) for story in self.stories}

    def missing(self) -> Answer:
        """Give the system's page for an address that is none."""
        return self._page("Not found", "<h1>Page not found</h1><p>We could not find that page.</p>", 404)

    def _article(self, story: Story) -> Answer:
        body = filled(
            "dotnet/article",
            title=escape(story.title),
            author=story.author,
            day=_day(story),
            number=story.number,
            caption=escape(story.caption),
            text=parts.texts(story.paragraphs),
            tags=", ".join(f'<a href="/Tag/{tag.slug}">{tag.name}</a>' for tag in story.tags),
        )
        return self._page(story.title, body, beside=story)

    def _page(self, name: str, body: str, status: int = 200, beside: Story | None = None) -> Answer:
        links = "".join(
            f'<div><a href="{self.address(other)}">{escape(other.title)}</a></div>'
            for other in parts.others(beside or self.stories[-1], self.stories)
        )
        html = filled("dotnet/page", site=NAME, name=escape(name), body=body, beside=links)
        return parts.document(html, status=status)

    def address(self, story: Story) -> str:
        """Give an article's path on this site."""
        return address(story)

    def _teaser(self, story: Story) -> str:
        return filled(
            "dotnet/teaser",
            path=escape(self.address(story)),
            number=story.number,
            day=_day(story),
            standfirst=escape(story.standfirst),
        )

    def _feed(self) -> Answer:
        items = "".join(
            f'<item><guid isPermaLink="false">{FIRST_ID + story.number}</guid>'
            f"<link>{self.origin}{escape(self.address(story))}</link><title>{escape(story.title)}</title>"
            f"<description>{escape(story.standfirst)}</description>"
            f"<a10:updated>{story.stamp.isoformat()}</a10:updated></item>\n"
            for story in self.stories[:12]
        )
        return parts.rss(NAME, self.origin, items, spaces=_ATOM)


def address(story: Story) -> str:
    """Give an article's path: its title's words with their capitals, then its number."""
    return f"/{story.capitals}/{FIRST_ID + story.number}"


def _day(story: Story) -> str:
    return f"{story.stamp:%d %B %Y}"


def _pager(number: int, pages: int) -> str:
    links = [f'<a href="/News?page={n}">{n}</a>' for n in range(1, pages + 1) if n != number]
    return f'<div class="paging">{" ".join(links)}</div>'
