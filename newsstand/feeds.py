"""The feeds: RSS.NET as the legacy system wrote it, Drupal's RSS 2.0, and Atom."""

from dataclasses import dataclass
from datetime import datetime, time
from email.utils import format_datetime
from html import escape
from html.entities import codepoint2name

from newsstand.articles import LONDON, Article, Kind
from newsstand.frame import Frame, cut
from newsstand.titles import AspFeed

LONGEST = 350  # characters of a description, the dots included (OUTLETS.md section 1, Feeds)
NEWEST = 25
ASP_TYPE = "text/xml; charset=iso-8859-1"
RSS_TYPE = "application/rss+xml; charset=utf-8"
ATOM_TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One item of a feed; ``path`` is None where link and guid are the bare home page."""

    headline: str
    path: str | None
    stamp: datetime
    paragraphs: tuple[str, ...]

    @property
    def published(self) -> str:
        """The pubDate of the legacy feed: UK local time, labelled GMT all the same."""
        return f"{self.stamp:%a, %d %b %Y %H:%M:00} GMT"


_UNREACHABLE = (
    ("Diary: the week ahead", "What the committees meet about this week."),
    ("Diary: the week ahead", "What the committees meet about next week."),
    ("Vacancies: ten new posts", "Ten posts were added to the board this month."),
)


def entries(frame: Frame, feed: AspFeed) -> tuple[Entry, ...]:
    """Give the items of a legacy feed, in feed order: not only new ones, some without an address."""
    articles = [frame.shelf.article(number) for number in _numbers(frame, feed.sections)]
    found = [
        Entry(
            headline=article.headline,
            path=article.path,
            stamp=article.stamp,
            paragraphs=tuple(b.text for b in article.blocks if b.kind is not Kind.CALL_OUT),
        )
        for article in articles
    ]
    homeless = [
        Entry(headline=headline, path=None, stamp=datetime(2020, 8, 3 + n, 9, 30), paragraphs=(text,))  # noqa: DTZ001 - the title's local time
        for n, (headline, text) in enumerate(_UNREACHABLE)
    ]
    return tuple(found[-1:] + found[:-1] + (homeless if feed is frame.title.asp_feeds[0] else []))


def _numbers(frame: Frame, sections: tuple[str, ...]) -> list[int]:
    wanted = {
        number for segment in sections if segment != "News" for number in frame.shelf.in_section(segment)
    }
    return sorted(wanted)[:NEWEST]


def asp(frame: Frame, feed: AspFeed) -> bytes:
    """Give a feed as RSS.NET wrote it: iso-8859-1, CRLF, entities escaped twice, ``:80`` in guids."""
    built = datetime.combine(frame.date, time(6, 19, 19))
    items = "".join(_asp_item(frame, feed, entry) for entry in entries(frame, feed))
    xml = f"""<?xml version="1.0" encoding="iso-8859-1"?>
<rss version="2.0">
  <channel>
    <title>{frame.title.initials} | {feed.name} </title>
    <description>Visit {frame.origin} for more rss feeds.</description>
    <link>{frame.origin}/CoreCode/rss/rssdisplay.aspx</link>
    <language>en-gb</language>
    <copyright>Copyright {frame.origin}, {frame.date.year}</copyright>
    <lastBuildDate>{built:%a, %d %b %Y %H:%M:%S} GMT</lastBuildDate>
    <docs>http://backend.userland.com/rss</docs>
    <generator>RSS.NET: http://www.rssdotnet.com/</generator>
    <ttl>15</ttl>
{items}  </channel>
</rss>"""
    return xml.replace("\n", "\r\n").encode("iso-8859-1", "xmlcharrefreplace")


def _asp_item(frame: Frame, feed: AspFeed, entry: Entry) -> str:
    host = frame.origin.removeprefix("http://").partition(":")[0]
    return f"""    <item>
      <title>{escape(entry.headline, quote=False)}</title>
      <description>
{escape(_double(description(entry)), quote=False)}</description>
      <link>{frame.origin}{entry.path or ""}</link>
      <category>{feed.categories}</category>
      <guid>http://{host}:80{entry.path or ""}</guid>
      <pubDate>{entry.published}</pubDate>
    </item>
"""


def description(entry: Entry) -> str:
    """Give a feed description before escaping: the body's start, cut at a word end plus dots."""
    text = "\n\n\n".join(entry.paragraphs)
    return text if len(text) <= LONGEST else text[: LONGEST - 3].rsplit(" ", 1)[0].rstrip() + "..."


def _double(text: str) -> str:
    escaped = escape(text, quote=False)
    return "".join(
        f"&{codepoint2name[ord(c)]};" if c > "\x7f" and ord(c) in codepoint2name else c for c in escaped
    )


def _current(frame: Frame) -> list[Article]:
    numbers = frame.shelf.in_section("articles") or frame.shelf.numbers()
    return [frame.shelf.article(number) for number in numbers[:NEWEST]]


def rss(frame: Frame) -> bytes:
    """Give the current system's feed: RSS 2.0 in utf-8, teasers as escaped markup."""
    items = "".join(
        f"""<item>
  <title>{escape(article.headline)}</title>
  <link>{frame.origin}{article.path}</link>
  <description>&lt;p&gt;{escape(escape(cut(article, 200)))}&lt;/p&gt;</description>
  <pubDate>{format_datetime(article.stamp.replace(tzinfo=LONDON))}</pubDate>
  <dc:creator>{escape(article.source or "newsdesk")}</dc:creator>
  <guid isPermaLink="false">{n + 4000} at {frame.origin}</guid>
</item>
"""
        for n, article in enumerate(_current(frame))
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xml:base="{frame.origin}/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{escape(frame.title.name)}</title>
<link>{frame.origin}/</link>
<description>{frame.title.strap}, {frame.date}</description>
<language>en</language>
{items}</channel>
</rss>
""".encode()


def atom(frame: Frame) -> bytes:
    """Give the Atom feed."""
    items = "".join(
        f"""<entry>
  <title>{escape(article.headline)}</title>
  <link rel="alternate" href="{frame.origin}{article.path}"/>
  <id>tag:{frame.title.host},{article.stamp:%Y}:{article.key}</id>
  <published>{article.stamp.replace(tzinfo=LONDON).isoformat()}</published>
  <updated>{(article.modified or article.stamp).replace(tzinfo=LONDON).isoformat()}</updated>
  <summary>{escape(cut(article, 200))}</summary>
</entry>
"""
        for article in _current(frame)
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>{escape(frame.title.name)}</title>
<id>{frame.origin}/</id>
<link rel="self" href="{frame.origin}{frame.title.atom_feed}"/>
<updated>{frame.date}T05:00:00Z</updated>
{items}</feed>
""".encode()
