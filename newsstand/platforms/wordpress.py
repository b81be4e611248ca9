"""A trade title on WordPress: two themes, feeds, sitemaps, the interface, every kind of discussion."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from urllib.parse import parse_qs, urlsplit

from newsstand.answer import Answer, redirect
from newsstand.platforms import parts, wordpress_days, wordpress_interface
from newsstand.platforms.parts import filled
from newsstand.platforms.site import Platform
from newsstand.platforms.stories import STORIES, Story
from newsstand.platforms.wordpress_themes import BLOCK, CLASSIC, Place, Theme, discussion_pages
from newsstand.server import Request

NAME = "The Dispensary"
IN_FEED = 10


class WordPressSite(Platform):
    """The Dispensary: every third story in a block theme, the others in a classic one.

    Discussions: most inline and nested; one over pages (``/comment-page-N/``); of two the page counts
    the comments and shows none, the interface lists them; with ``forum`` one is kept at Disqus. With
    ``interface`` False the interface is closed; with ``counted`` False its answers do not say how many
    pages there are. On day 2 an article is edited, and comments come, go and are edited.
    """

    def __init__(
        self,
        stories: tuple[Story, ...] = STORIES,
        *,
        interface: bool = True,
        counted: bool = True,
        forum: str | None = None,
    ) -> None:
        self._interface = interface
        self._counted = counted
        self._forum = forum
        self._begun = stories
        super().__init__(stories)

    def set_day(self, day: int) -> None:
        """Turn the clock to day 1 or 2."""
        self.stories = self._begun if day == 1 else wordpress_days.second(self._begun)
        self.at(self.origin)

    def answer(self, request: Request) -> Answer:
        """Give the answer to a request: the interface's, a short address's, or a document."""
        parts_ = urlsplit(request.target)
        asked = {name: values[-1] for name, values in parse_qs(parts_.query).items()}
        if parts_.path.startswith("/wp-json/wp/"):
            if not self._interface:
                return wordpress_interface.refused(401, "rest_not_logged_in")
            answer = wordpress_interface.answer(self.origin, self.stories, parts_.path, asked)
            return answer if self._counted else wordpress_interface.uncounted(answer)
        if parts_.path == "/" and asked.get("p", "").isdecimal():
            number = int(asked["p"])
            story = next((one for one in self.stories if one.number == number), None)
            return redirect(self.origin + address(story)) if story else self.missing()
        return super().answer(request)

    def documents(self) -> Mapping[str, Answer]:
        """Give robots.txt, sitemaps, feeds, listings by page, and every article."""
        found = {
            "/robots.txt": parts.robots("/wp-admin/", sitemap=f"{self.origin}/wp-sitemap.xml"),
            "/feed/": self._feed(),
            "/comments/feed/": parts.rss(f"Comments for {NAME}", self.origin, ""),
            "/about/": self._page(CLASSIC, "About", "<h1>About us</h1><p>Who we are.</p>", "page page-id-2"),
            "/wp-json/": wordpress_interface.root(self.origin, NAME),
            **self._sitemaps(),
        }
        for path, stories in self._listings().items():
            pages = parts.by_page(stories)
            for number, shown in enumerate(pages, start=1):
                where = path if number == 1 else f"{path}page/{number}/"
                found[where] = self._listing(path, number, shown, len(pages))
        for story in self.stories:
            found |= self._articles(story)
        return found

    def missing(self) -> Answer:
        """Give WordPress's page for an address that is none."""
        body = '<h1 class="page-title">Oops! That page can&rsquo;t be found.</h1>'
        return self._page(CLASSIC, "Page not found", body, "error404", status=404)

    def _listings(self) -> dict[str, Sequence[Story]]:
        found: dict[str, Sequence[Story]] = {"/": self.stories}
        for story in self.stories:
            path = f"/category/{story.section.slug}/"
            found.setdefault(path, [one for one in self.stories if one.section == story.section])
        return found

    def _sitemaps(self) -> dict[str, Answer]:
        posts = parts.sitemap(
            (self.origin + address(story), changed(story).isoformat()) for story in self.stories
        )
        kinds = "".join(
            f"<sitemap><loc>{self.origin}/{name}</loc></sitemap>\n"
            for name in ("wp-sitemap-posts-post-1.xml", "wp-sitemap-posts-page-1.xml")
        )
        root = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n{kinds}</sitemapindex>\n'
        index = parts.document(text, kind=parts.XML)
        about = parts.sitemap([(f"{self.origin}/about/", self.stories[-1].stamp.isoformat())])
        return {
            "/wp-sitemap.xml": index,
            "/sitemap_index.xml": index,
            "/wp-sitemap-posts-post-1.xml": posts,
            "/wp-sitemap-posts-page-1.xml": about,
        }

    def _feed(self) -> Answer:
        items = "".join(
            f"<item>\n<title>{escape(story.title)}</title>\n<link>{self.origin}{address(story)}</link>\n"
            f"<dc:creator><![CDATA[{story.author}]]></dc:creator>\n"
            f"<pubDate>{format_datetime(story.stamp.astimezone(UTC))}</pubDate>\n"
            f"<category><![CDATA[{story.section.name}]]></category>\n"
            f'<guid isPermaLink="false">{self.origin}/?p={story.number}</guid>\n'
            f"<description><![CDATA[{story.standfirst}]]></description>\n"
            f"<content:encoded><![CDATA[{parts.texts(story.paragraphs)}]]></content:encoded>\n"
            f"<wfw:commentRss>{self.origin}{address(story)}feed/</wfw:commentRss>\n"
            f"<slash:comments>{len(story.remarks)}</slash:comments>\n</item>\n"
            for story in self.stories[:IN_FEED]
        )
        spaces = (
            ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
            ' xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
            ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
        )
        return parts.rss(NAME, self.origin, items, spaces=spaces)

    def _listing(self, path: str, number: int, shown: Sequence[Story], count: int) -> Answer:
        rows = "".join(
            filled(
                "wordpress/teaser",
                origin=self.origin,
                number=story.number,
                path=address(story),
                title=escape(story.title),
                standfirst=escape(story.standfirst),
            )
            for story in shown
        )
        older = f'<a class="next page-numbers" href="{self.origin}{path}page/{number + 1}/">Older posts</a>'
        pager = f'<nav class="navigation pagination"><div class="nav-links">{older}</div></nav>'
        kind = "home blog hfeed" if path == "/" else "archive category"
        name = "Latest" if path == "/" else f"Category: {shown[0].section.name}"
        heading = f'<h1 class="page-title">{name}</h1>'
        return self._page(CLASSIC, name, heading + rows + (pager if number < count else ""), kind)

    def _articles(self, story: Story) -> dict[str, Answer]:
        """Give an article's page, and those its discussion goes on."""
        theme, here = (CLASSIC if story.number % 3 else BLOCK), address(story)
        place = Place(origin=self.origin, here=here, forum=self._forum)
        pages = discussion_pages(theme, story, place)
        found = {}
        for number, discussion in pages.items():
            where = here if number is None else f"{here}comment-page-{number}/"
            found[where] = self._article(theme, story, here, discussion)
        return found

    def _article(self, theme: Theme, story: Story, here: str, discussion: str) -> Answer:
        previous = parts.others(story, self.stories, 1)[0]
        author_slug = story.author.lower().replace(" ", "-")
        tags = ", ".join(
            f'<a href="{self.origin}/tag/{tag.slug}/" rel="tag">{tag.name}</a>' for tag in story.tags
        )
        values = {
            "origin": self.origin,
            "site": NAME,
            "here": here,
            "number": story.number,
            "title": escape(story.title),
            "standfirst": escape(story.standfirst),
            "instant": story.stamp.isoformat(),
            "changed": changed(story).isoformat(),
            "shown": f"{story.stamp.day} {story.stamp:%B %Y}",
            "shown_changed": f"{changed(story).day} {changed(story):%B %Y}",
            "month": f"{story.stamp:%Y/%m}",
            "author": escape(story.author),
            "author_slug": author_slug,
            "caption": escape(story.caption),
            "text": parts.texts(story.paragraphs),
            "section": story.section.name,
            "section_slug": story.section.slug,
            "tags": tags,
            "previous": address(previous),
            "previous_title": escape(previous.title),
            "discussion": discussion,
            "graph": wordpress_interface.graph(self.origin, NAME, story, changed(story), here),
        }
        head = filled(f"wordpress/head_{theme.name}", **values)
        main = filled(f"wordpress/article_{theme.name}", **values)
        kind = f"post-template-default single single-post postid-{story.number} single-format-standard"
        beside = "".join(
            f'<li><a href="{self.origin}{address(other)}">{escape(other.title)}</a></li>'
            for other in parts.others(story, self.stories)
        )
        return self._page(theme, story.title, main, kind, head=head, beside=beside)

    def _page(  # noqa: PLR0913, PLR0917 - the slots of one page
        self,
        theme: Theme,
        name: str,
        main: str,
        kind: str,
        head: str = "",
        beside: str = "",
        status: int = 200,
    ) -> Answer:
        sections = "".join(
            f'<li><a href="{self.origin}/category/{slug}/">{label}</a></li>'
            for slug, label in sorted({(one.section.slug, one.section.name) for one in self.stories})
        )
        frame = filled(
            f"wordpress/frame_{theme.name}",
            origin=self.origin,
            site=NAME,
            sections=sections,
            main=main,
            beside=beside,
        )
        html = filled(
            "wordpress/page",
            name=escape(name),
            site=NAME,
            origin=self.origin,
            theme=theme.folder,
            head=head,
            kind=kind,
            body=frame,
        )
        return replace(parts.document(html, status=status), last_modified=None)


def address(story: Story) -> str:
    """Give an article's path: its year and month, then its slug."""
    return f"/{story.stamp:%Y/%m}/{story.slug}/"


def changed(story: Story) -> datetime:
    """Give when a story was last changed, as its pages say."""
    since = timedelta(days=3) if wordpress_days.is_edited(story) else timedelta(minutes=5)
    return story.stamp + since
