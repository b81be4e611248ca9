"""What surrounds the text on every page of a title: menu, daily sidebar, footer."""

import base64
import random
from dataclasses import dataclass
from datetime import date
from html import escape

from newsstand import days
from newsstand.articles import Article
from newsstand.shelf import Shelf
from newsstand.titles import Title

_SKIES = ("bright spells", "drizzle", "a stiff westerly", "fog on the estuary", "showers", "hard frost")


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A title on one day, as far as its pages' surroundings need it."""

    title: Title
    shelf: Shelf
    day: int
    origin: str

    @property
    def date(self) -> date:
        """The day's date."""
        return days.date_of(self.day)

    def menu(self) -> list[tuple[str, str]]:
        """Give the menu's entries as (path, name)."""
        return [("/", "Home")] + [(f"/{s.segment}", s.name) for s in self.title.sections]

    def chance(self, *seed: object) -> random.Random:
        """Give a source of chance that is the same for the same title, day and seed."""
        return random.Random(repr((self.title.key, self.day, *seed)))  # noqa: S311 - variety, not secrecy


# Pages of a generated shelf are as heavy and as dense as real ones: the median of 77 news pages of
# 20 to 70 KB has 94 text blocks in 40 KB, the rest being scripts, styles and hidden fields.
_TEASERS = {True: 20, False: 5}
_ASIDES = {True: 40, False: 4}
_HIDDEN_BYTES = {True: 15_000, False: 240}


def teasers(frame: Frame, count: int) -> list[Article]:
    """Give the articles the sidebar teases today: another choice every day."""
    numbers = list(frame.shelf.numbers())
    picked = frame.chance("teasers").sample(numbers, min(count, len(numbers)))
    return [frame.shelf.article(number) for number in picked]


def cut(article: Article, length: int = 110) -> str:
    """Give the start of an article's body, cut at a word end."""
    text = article.paragraphs()[0]
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0]


def sidebar(frame: Frame) -> str:
    """Give the sidebar of a legacy page, in the order of OUTLETS.md section 1, point 9."""
    title, picked = frame.title, teasers(frame, _TEASERS[frame.shelf.padded])
    featured = "\n".join(_teaser(frame, article, n) for n, article in enumerate(picked))
    last, clip = picked[-1], frame.chance("clip").randrange(1000, 9999)
    return f"""
<div>{escape(title.name.lower())} tv</div>
<div><a href="/tv?clip={clip}">Watch: {escape(picked[0].headline)}</a></div>
<div><a href="/tv">more videos &gt;</a></div>
<div>featured articles</div>
{featured}
<div><a href="/{title.front.segment}">View all News</a></div>
<div>last word</div>
<div>{escape(cut(last, 60))}... <a href="{last.path}">&nbsp;more &gt;</a></div>
<div>{escape(title.focus)}</div>
<div>{picked[-1].stamp:%d/%m/%Y}{escape(last.headline)}</div>
<div>{escape(title.blog)} daily blog</div>
<div>{frame.date:%d/%m/%Y} {escape(_outlook(frame))}</div>
<div><a href="/blog">read more blog posts from '{escape(title.blog.removesuffix("'s"))}' &gt;</a></div>
"""


def _teaser(frame: Frame, article: Article, position: int) -> str:
    paths = [address.path for address in article.addresses()]
    path = escape(paths[(position + frame.day) % len(paths)])
    return (
        f'<div><a href="{path}">{article.stamp:%d/%m/%Y}{escape(article.headline)}</a></div>\n'
        f'<div><a href="{path}">{escape(article.headline)}</a></div>\n'
        f"<div>{escape(cut(article))}... &nbsp;more &gt;</div>"
    )


def aside(frame: Frame) -> str:
    """Give the sidebar of a current page."""
    picked = teasers(frame, _ASIDES[frame.shelf.padded])
    items = "\n".join(f'<li><a href="{escape(a.path)}">{escape(a.headline)}</a></li>' for a in picked)
    return f"""<aside class="region region-sidebar">
<h2>More articles</h2>
<ul>
{items}
</ul>
<p>{frame.date:%A} {frame.date.day} {frame.date:%B %Y}: {escape(_outlook(frame))}</p>
</aside>"""


def _outlook(frame: Frame) -> str:
    chance = frame.chance("outlook")
    sky, degrees, readers = chance.choice(_SKIES), chance.randrange(2, 19), chance.randrange(100, 999)
    return f"{sky}, {degrees} degrees; {readers} readers today"


def alternates(frame: Frame) -> str:
    """Give the feed autodiscovery links of a page's head."""
    title = frame.title
    found = [
        ("rss", f"{title.initials} | {feed.name}", f"/CoreCode/rss/rssdisplay.aspx?pageid={feed.page}")
        for feed in title.asp_feeds
    ]
    found += [("rss", title.name, title.drupal_feed)] if title.drupal_feed else []
    found += [("atom", title.name, title.atom_feed)] if title.atom_feed else []
    return "\n".join(
        f'<link rel="alternate" type="application/{form}+xml" title="{escape(name)}" href="{path}" />'
        for form, name, path in found
    )


def view_state(frame: Frame) -> str:
    """Give the hidden field the legacy system hauls along; the real one weighs many kilobytes."""
    size = _HIDDEN_BYTES[frame.shelf.padded]
    value = base64.b64encode(frame.chance("view state").randbytes(size)).decode()
    return f'<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{value}" />'


def footer(frame: Frame) -> str:
    """Give the footer."""
    name = escape(frame.title.name)
    return (
        f"<div>&copy; {name} {frame.date.year}. An invented title: every name and place is made up.</div>\n"
        f'<div><a href="/about">About {name}</a> | <a href="/search?q=wards">Search</a> | '
        f'<a href="/private/proofs">Proofs</a></div>'
    )
