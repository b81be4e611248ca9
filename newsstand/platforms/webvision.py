"""A trade title on Webvision: ``.article`` addresses, dates glued to bylines, a wall before some pages."""

from email.utils import format_datetime
from html import escape

from newsstand.answer import Answer
from newsstand.platforms import parts
from newsstand.platforms.parts import filled
from newsstand.platforms.site import Platform
from newsstand.platforms.stories import Remark, Story, slug

NAME = "Corridor and Ward"
FEED = "/XmlServers/navsectionRSS.aspx?navsectioncode=2"
_FIRST_ID = 7_030_000
_WALLED = 7  # every seventh story is for subscribers
_SECTION = "news"


class WebvisionSite(Platform):
    """Corridor and Ward: articles at ``/news/<slug>/<id>.article``; comments in one flat list.

    A walled story shows its first paragraph and an invitation to subscribe.
    """

    def documents(self) -> dict[str, Answer]:
        """Give robots.txt, the sitemap, the feed, home page and section by page, and every article."""
        found = {
            "/robots.txt": parts.robots("/sign-in", sitemap=f"{self.origin}/sitemap.xml"),
            "/sitemap.xml": parts.sitemap(
                (self.origin + address(story), f"{story.stamp:%Y-%m-%d}") for story in self.stories
            ),
            FEED: self._feed(),
        }
        pages = parts.by_page(self.stories)
        for number, shown in enumerate(pages, start=1):
            rows = "\n".join(_teaser(story) for story in shown)
            found[_listing(number)] = self._page(
                "News", filled("webvision/list", name="News", rows=rows, pager=_pager(number, len(pages)))
            )
        front = "\n".join(_teaser(story) for story in pages[0])
        found["/"] = self._page("Home", filled("webvision/list", name=NAME, rows=front, pager=""))
        return found | {address(story): self._article(story) for story in self.stories}

    def missing(self) -> Answer:
        """Give the platform's page for an address that is none."""
        return self._page("Page not found", "<h1>Page not found</h1><p>Try our home page.</p>", status=404)

    def _article(self, story: Story) -> Answer:
        walled = is_walled(story)
        body = filled(
            "webvision/article",
            title=escape(story.title),
            author=story.author,
            author_slug=slug(story.author),
            author_id=len(story.author),
            stamp=f"{story.stamp:%Y-%m-%dT%H:%M:%S}",
            count="No comments" if not story.remarks else f"{len(story.remarks)} comments",
            number=story.number,
            caption=escape(story.caption),
            text=parts.texts(story.paragraphs[:1] if walled else story.paragraphs),
            wall=filled("webvision/wall") if walled else "",
            tags="".join(f'<li><a href="/{tag.slug}">{tag.name}</a></li>' for tag in story.tags),
            discussion="" if walled else _discussion(story),
        )
        head = filled(
            "webvision/head",
            origin=self.origin,
            here=address(story),
            title=escape(story.title),
            standfirst=escape(story.standfirst),
            number=story.number,
        )
        return self._page(story.title, body, head=head, beside=story)

    def _page(
        self, name: str, body: str, *, head: str = "", beside: Story | None = None, status: int = 200
    ) -> Answer:
        links = "".join(
            f'<li><a href="{address(other)}">{escape(other.title)}</a></li>'
            for other in parts.others(beside or self.stories[-1], self.stories)
        )
        kind = "story" if head else "navsection"
        html = filled(
            "webvision/page", site=NAME, name=escape(name), head=head, kind=kind, body=body, beside=links
        )
        return parts.document(html, status=status)

    def _feed(self) -> Answer:
        items = "".join(
            f"<item><title>{escape(story.title)}</title><link>{self.origin}{address(story)}</link>"
            f"<description>{escape(story.standfirst)}</description>"
            f"<pubDate>{format_datetime(story.stamp)}</pubDate>"
            f"<guid>{self.origin}{address(story)}</guid></item>\n"
            for story in self.stories[:15]
        )
        return parts.rss(NAME, self.origin, items)


def address(story: Story) -> str:
    """Give an article's path: section, slug, number."""
    return f"/{_SECTION}/{story.slug}/{_FIRST_ID + story.number}.article"


def is_walled(story: Story) -> bool:
    """Say whether a story is for subscribers alone."""
    return story.number % _WALLED == 0


def _listing(number: int) -> str:
    return f"/{_SECTION}?page={number}" if number > 1 else f"/{_SECTION}"


def _teaser(story: Story) -> str:
    return filled(
        "webvision/teaser",
        path=address(story),
        title=escape(story.title),
        stamp=f"{story.stamp:%Y-%m-%dT%H:%M:%S}",
        standfirst=escape(story.standfirst),
    )


def _pager(number: int, pages: int) -> str:
    links = [f'<a href="{_listing(n)}">{n}</a>' for n in range(1, pages + 1) if n != number]
    if number < pages:
        links.append(f'<a href="{_listing(number + 1)}" rel="next">Next</a>')
    return " ".join(links)


def _discussion(story: Story) -> str:
    """Give the comments in one list: the platform has no answers beneath comments."""
    if not story.remarks:
        return ""
    heading = f"Readers' comments ({len(story.remarks)})"
    thread = "\n".join(_remark(remark) for remark in story.remarks)
    return filled("webvision/discussion", heading=heading, thread=thread)


def _remark(remark: Remark) -> str:
    return filled(
        "webvision/remark",
        number=remark.number,
        author=escape(remark.author),
        posted=f"{remark.posted.day} {remark.posted:%b %Y %I:%M%p}",
        text=parts.texts(remark.paragraphs),
    )
