"""A trade title on Drupal: nodes with fields, threaded comments with a pager, lists by ``?page=N``."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from newsstand.answer import Answer
from newsstand.platforms import parts
from newsstand.platforms.parts import filled
from newsstand.platforms.site import Platform
from newsstand.platforms.stories import Remark, Story

NAME = "The Estates Bulletin"
REMARKS_PER_PAGE = 10


class DrupalSite(Platform):
    """The Estates Bulletin: articles at ``/news/DDMMYYYY/<slug>``, as some trade titles have them.

    A story that takes comments asks readers to register; one that takes none has no comment section
    unless there are comments. The longest thread goes on at ``?page=1`` of its article.
    """

    def documents(self) -> dict[str, Answer]:
        """Give robots.txt, the sitemap, the feed, home page and listing by page, and every article."""
        found = {
            "/robots.txt": parts.robots("/user/", "/search/", sitemap=f"{self.origin}/sitemap.xml"),
            "/sitemap.xml": parts.sitemap(
                (self.origin + address(story), story.stamp.isoformat()) for story in self.stories
            ),
            "/rss.xml": self._feed(),
            "/about": self._page("About us", "<p>Who we are.</p>"),
        }
        pages = parts.by_page(self.stories)
        for number, shown in enumerate(pages):
            rows = "".join(_teaser(story) for story in shown)
            body = f'<div class="view-content">{rows}</div>\n{_pager(number, len(pages))}'
            found[_listing("/news", number)] = self._page("News", body)
        found["/news?page=0"] = found["/news"]
        found["/"] = self._page("Front page", "".join(_teaser(story) for story in pages[0]))
        for story in self.stories:
            threads = parts.by_page(story.remarks, REMARKS_PER_PAGE)
            for number, remarks in enumerate(threads):
                thread = _discussion(story, remarks, _pager(number, len(threads)))
                found[_listing(address(story), number)] = self._article(story, thread)
            found[f"{address(story)}?page=0"] = found[address(story)]
        return found

    def missing(self) -> Answer:
        """Give Drupal's page for an address that is none."""
        return self._page("Page not found", "<p>The requested page could not be found.</p>", status=404)

    def _article(self, story: Story, discussion: str) -> Answer:
        body = filled(
            "drupal/article",
            number=story.number,
            author=story.author,
            created=_shown(story.stamp),
            month=f"{story.stamp:%Y-%m}",
            caption=escape(story.caption),
            text=parts.texts(story.paragraphs),
            section=story.section.name,
            section_slug=story.section.slug,
            tags="".join(f'<li><a href="/tags/{tag.slug}">{tag.name}</a></li>' for tag in story.tags),
            discussion=discussion,
        )
        head = filled(
            "drupal/head",
            origin=self.origin,
            here=address(story),
            number=story.number,
            standfirst=escape(story.standfirst),
        )
        links = "".join(
            f'<li><a href="{address(other)}">{escape(other.title)}</a></li>'
            for other in parts.others(story, self.stories)
        )
        beside = f"<h2>Latest news</h2>\n<ul>{links}</ul>"
        return self._page(story.title, body, head=head, beside=beside)

    def _page(self, name: str, body: str, *, head: str = "", beside: str = "", status: int = 200) -> Answer:
        kind = "page-node-type-article" if head else ""
        html = filled(
            "drupal/page",
            site=NAME,
            origin=self.origin,
            name=escape(name),
            body=body,
            head=head,
            beside=beside,
            kind=kind,
        )
        return parts.document(html, status=status)

    def _feed(self) -> Answer:
        items = "".join(
            f"<item>\n<title>{escape(story.title)}</title>\n<link>{self.origin}{address(story)}</link>\n"
            f"<description>{escape(parts.texts(story.paragraphs[:1]))}</description>\n"
            f"<pubDate>{format_datetime(story.stamp)}</pubDate>\n<dc:creator>{story.author}</dc:creator>\n"
            f'<guid isPermaLink="false">{story.number} at {self.origin}</guid>\n</item>\n'
            for story in self.stories[:10]
        )
        return parts.rss(NAME, self.origin, items, spaces=' xmlns:dc="http://purl.org/dc/elements/1.1/"')


def address(story: Story) -> str:
    """Give an article's path: its day, then its slug."""
    return f"/news/{story.stamp:%d%m%Y}/{story.slug}"


def _listing(path: str, number: int) -> str:
    return f"{path}?page={number}" if number else path


def _shown(stamp: datetime) -> str:
    return f"{stamp:%a, %d/%m/%Y - %H:%M}"


def _teaser(story: Story) -> str:
    return filled(
        "drupal/teaser",
        path=address(story),
        title=escape(story.title),
        standfirst=escape(story.standfirst),
    )


def _pager(number: int, pages: int) -> str:
    """Give Drupal's pager; nothing for a single page."""
    if pages == 1:
        return ""
    items = [
        f'<li class="pager__item"><a href="?page={n}" title="Go to page {n + 1}">{n + 1}</a></li>'
        for n in range(pages)
    ]
    if number + 1 < pages:
        link = f'<a href="?page={number + 1}" title="Go to next page" rel="next">Next page</a>'
        items.append(f'<li class="pager__item pager__item--next">{link}</li>')
    return f'<nav class="pager"><ul class="pager__items js-pager__items">{"".join(items)}</ul></nav>'


def _discussion(story: Story, remarks: Sequence[Remark], pager: str) -> str:
    """Give the comment section; a story that takes no comments and has none shows none."""
    if not (story.open or remarks):
        return ""
    return filled(
        "drupal/discussion",
        heading='<h2 class="title">Comments</h2>' if remarks else "",
        thread=_thread(remarks, None),
        pager=pager,
        invitation=filled("drupal/invitation", here=address(story)) if story.open else "",
    )


def _thread(remarks: Sequence[Remark], parent: int | None) -> str:
    """Give the answers to a remark, each with its own answers indented beneath it."""
    numbers = {remark.number for remark in remarks}
    found = ""
    for remark in remarks:
        if (remark.parent if remark.parent in numbers else None) == parent:
            answers = _thread(remarks, remark.number)
            found += _remark(remark, remarks)
            found += f'<div class="indented">\n{answers}</div>\n' if answers else ""
    return found


def _remark(remark: Remark, remarks: Sequence[Remark]) -> str:
    answered = next((one for one in remarks if one.number == remark.parent), None)
    return filled(
        "drupal/remark",
        number=remark.number,
        node=remark.number // 100,
        author=escape(remark.author),
        posted=_shown(remark.posted),
        text=parts.texts(remark.paragraphs),
        answered=filled("drupal/answered", parent=answered.number, author=escape(answered.author))
        if answered
        else "",
    )
