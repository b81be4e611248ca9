"""Titles whose articles are told apart by their query alone."""

from html import escape
from urllib.parse import parse_qs, urlsplit

from newsstand import Request
from newsstand.answer import Answer
from newsstand.platforms import parts
from newsstand.platforms.dotnet import FIRST_ID, DotnetSite
from newsstand.platforms.parts import filled
from newsstand.platforms.site import Platform
from newsstand.platforms.stories import Story

NAME = "The Weighbridge"
_TRACKED = "&utm_source=rss"  # behind every address of the feed


class StoryPageSite(DotnetSite):
    """The Parish Pump where one page shows every article: ``/news/story.aspx?id=58007&section=2``.

    The section, the order of the parameters and their letter case vary; the id tells the article.
    """

    def answer(self, request: Request) -> Answer:
        """Give the article whose id is asked for, else the document of the target."""
        asked = urlsplit(request.target)
        if asked.path.lower() != "/news/story.aspx":
            return super().answer(request)
        wanted = {name.lower(): values[0] for name, values in parse_qs(asked.query).items()}.get("id")
        for story in self.stories:
            if str(FIRST_ID + story.number) == wanted:
                return super().answer(Request(method="GET", target=self.address(story), headers={}))
        return self.missing()

    def address(self, story: Story) -> str:
        """Give an article's address."""
        return f"/news/story.aspx?id={FIRST_ID + story.number}&section={story.number % 3}"

    def _teaser(self, story: Story) -> str:
        elsewhere = f"/news/story.aspx?Section={story.number % 2}&ID={FIRST_ID + story.number}"
        return super()._teaser(story).replace(escape(self.address(story)), escape(elsewhere), 1)


class QuerySite(Platform):
    """The Weighbridge: a program of its own, articles at ``page`` (``/article.php?id=``) and a number.

    Every article states the address of the program without its query as canonical, as careless templates
    do. Its lists are ``/list.php?cat=1`` and so on; ``feed``: whether there is one.
    """

    def __init__(self, page: str = "/article.php?id=", *, feed: bool = True) -> None:
        self._page = page
        self._feed = feed
        super().__init__()

    def documents(self) -> dict[str, Answer]:
        """Give robots.txt, the feed, home page and lists, and every article."""
        found = {
            "/robots.txt": parts.robots("/admin.php"),
            "/": self._listed("Latest news", self.stories[:9]),
            "/contact.php?id=1": self._shown("Contact us", "<h1>Contact us</h1><p>An invented title.</p>"),
        }
        for number in (1, 2, 3):
            stories = [story for story in self.stories if story.number % 3 + 1 == number]
            found[f"/list.php?cat={number}"] = self._listed(f"News {number}", stories)
        if self._feed:
            found["/rss.xml"] = parts.rss(NAME, self.origin, "".join(map(self._item, self.stories[:12])))
        return found | {self.address(story): self._article(story) for story in self.stories}

    def answer(self, request: Request) -> Answer:
        """Give the document of the target, whoever led there."""
        return self.fetch(request.target) if _TRACKED in request.target else super().answer(request)

    def fetch(self, target: str) -> Answer:
        """Give the answer to a plain GET, whoever led there."""
        return super().fetch(target.removesuffix(_TRACKED))

    def address(self, story: Story) -> str:
        """Give an article's address."""
        return f"{self._page}{story.number + 100}"

    def missing(self) -> Answer:
        """Give the program's page for an address that is none."""
        return self._shown("Not found", "<h1>Not found</h1><p>There is no such page.</p>", status=404)

    def _article(self, story: Story) -> Answer:
        body = filled(
            "queries/article",
            title=escape(story.title),
            day=f"{story.stamp:%d %B %Y}",
            author=story.author,
            text=parts.texts(story.paragraphs),
        )
        return self._shown(story.title, body, canonical=self._page.partition("?")[0])

    def _listed(self, name: str, stories: "list[Story] | tuple[Story, ...]") -> Answer:
        rows = "".join(
            f'<li><a href="{escape(self.address(story))}">{escape(story.title)}</a></li>\n'
            for story in stories
        )
        return self._shown(name, f"<h1>{name}</h1>\n<ul>{rows}</ul>")

    def _shown(self, name: str, body: str, *, canonical: str = "/", status: int = 200) -> Answer:
        html = filled("queries/page", site=NAME, name=escape(name), body=body, canonical=canonical)
        return parts.document(html, status=status)

    def _item(self, story: Story) -> str:
        link, stamp = (
            escape(f"{self.origin}{self.address(story)}{_TRACKED}"),
            f"{story.stamp:%d %b %Y %H:%M:%S %z}",
        )
        told = f"<title>{escape(story.title)}</title><link>{link}</link><pubDate>{stamp}</pubDate>"
        return f"<item>{told}</item>\n"
