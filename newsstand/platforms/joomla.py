"""A trade title on Joomla: ``com_content`` articles, lists by ``?start=N``, feeds by ``?format=feed``."""

from email.utils import format_datetime
from html import escape

from newsstand.answer import Answer
from newsstand.platforms import parts
from newsstand.platforms.parts import filled
from newsstand.platforms.site import Platform
from newsstand.platforms.stories import Story

NAME = "Harbour and Quay"
SECTION = "news"
PER_PAGE = 5


class JoomlaSite(Platform):
    """Harbour and Quay: articles at ``/news/<id>-<slug>``, the same under ``/index.php/``; no sitemap."""

    def documents(self) -> dict[str, Answer]:
        """Give robots.txt, the feeds, home page and category by page, and every article."""
        found = {
            "/robots.txt": parts.robots("/administrator/", "/components/", "/modules/"),
            "/?format=feed&type=rss": self._feed(),
            f"/{SECTION}?format=feed&type=rss": self._feed(),
        }
        pages = parts.by_page(self.stories, PER_PAGE)
        for number, shown in enumerate(pages):
            rows = "\n".join(_teaser(story) for story in shown)
            body = filled("joomla/list", name="News", rows=rows, pager=_pager(number, len(pages)))
            found[_listing(number)] = self._page("News", body, _listing(number))
        front = "\n".join(_teaser(story) for story in pages[0])
        found["/"] = self._page("Home", filled("joomla/list", name=NAME, rows=front, pager=""), "/")
        for story in self.stories:
            found[address(story)] = self._article(story)
            found[f"/index.php{address(story)}"] = found[address(story)]
        return found

    def missing(self) -> Answer:
        """Give Joomla's page for an address that is none."""
        body = "<h1>The requested page can't be found.</h1><p>404 Article not found</p>"
        return self._page("Error: 404", body, "/", status=404)

    def _article(self, story: Story) -> Answer:
        after, before = parts.others(story, self.stories)[0], parts.others(story, self.stories)[-1]
        body = filled(
            "joomla/article",
            title=escape(story.title),
            author=story.author,
            section=SECTION,
            category=story.section.name,
            stamp=story.stamp.isoformat(),
            day=f"{story.stamp:%d %B %Y}",
            hits=story.number * 97,
            tags="".join(
                f'<li class="list-inline-item" itemprop="keywords">'
                f'<a href="/component/tags/tag/{tag.slug}" class="btn btn-sm btn-info">{tag.name}</a></li>'
                for tag in story.tags
            ),
            number=story.number,
            caption=escape(story.caption),
            text=parts.texts(story.paragraphs),
            previous=address(before),
            next=address(after),
        )
        return self._page(story.title, body, address(story), story=story)

    def _page(
        self, name: str, body: str, path: str, *, story: Story | None = None, status: int = 200
    ) -> Answer:
        head = (
            filled("joomla/head", author=story.author, standfirst=escape(story.standfirst)) if story else ""
        )
        links = "".join(
            f'<li itemscope itemtype="https://schema.org/Article"><a href="{address(other)}" itemprop="url">'
            f'<span itemprop="name">{escape(other.title)}</span></a></li>'
            for other in parts.others(story or self.stories[-1], self.stories)
        )
        html = filled(
            "joomla/page",
            site=NAME,
            name=escape(name),
            base=self.origin + path,
            section=SECTION,
            view="article" if story else "category",
            head=head,
            body=body,
            beside=links,
        )
        return parts.document(html, status=status)

    def _feed(self) -> Answer:
        items = "".join(
            f"<item><title>{escape(story.title)}</title><link>{self.origin}{address(story)}</link>"
            f'<guid isPermaLink="true">{self.origin}{address(story)}</guid>'
            f"<description>{escape(parts.texts(story.paragraphs[:1]))}</description>"
            f"<author>desk@harbour.example ({story.author})</author><category>{story.section.name}</category>"
            f"<pubDate>{format_datetime(story.stamp)}</pubDate></item>\n"
            for story in self.stories[:10]
        )
        return parts.rss(NAME, self.origin, items)


def address(story: Story) -> str:
    """Give an article's path: its category, then its number and slug."""
    return f"/{SECTION}/{100 + story.number}-{story.slug}"


def _listing(number: int) -> str:
    return f"/{SECTION}?start={number * PER_PAGE}" if number else f"/{SECTION}"


def _teaser(story: Story) -> str:
    return filled(
        "joomla/teaser", path=address(story), title=escape(story.title), standfirst=escape(story.standfirst)
    )


def _pager(number: int, pages: int) -> str:
    """Give Joomla's pager, which marks no link as the next one but by its words."""
    items = [
        f'<li class="page-item"><a class="page-link" href="{_listing(n)}" aria-label="Go to page {n + 1}">'
        f"{n + 1}</a></li>"
        for n in range(pages)
        if n != number
    ]
    if number + 1 < pages:
        link = f'<a class="page-link" href="{_listing(number + 1)}" aria-label="Go to next page">&gt;</a>'
        items.append(f'<li class="page-item">{link}</li>')
    return f'<nav class="pagination__wrapper"><ul class="pagination">{"".join(items)}</ul></nav>'
