"""Legacy pages in markups of our own: the order of the text is known, the HTML is not."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

NBSP = "\u00a0"
SITE = "National Health Executive"
BANNER = "latest health care news"

_NAV = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in ("Home", "News", "Comment", "Last-Word"))
CHROME = (
    f'<div><a href="/"><img src="/logo.gif" alt="{SITE}"></a></div><ul>{_NAV}</ul>'
    '<div><label>Search</label><input type="text"><input type="submit" value="Go"></div>'
    "<div>This site uses cookies. By continuing to browse you agree to our use of cookies on this site.</div>"
    '<div><a href="/">Home</a> &gt; <a href="/News">News</a></div>'
)
TEASERS = "".join(
    f'<div><a href="/News/t{n}">12/03/2018{headline}</a></div><div><a href="/News/t{n}">{headline}</a></div>'
    "<div>Porters at the infirmary have been told to leave their whistles at the door ... more &gt;</div>"
    for n, headline in enumerate(("Porters lose whistles", "Laundry van runs on time", "Clock put right"))
)
SIDEBAR = (
    f'<div>{SITE} tv</div><div><a href="/tv">more videos &gt;</a></div><div>featured articles</div>{TEASERS}'
    '<div><a href="/News">View all News</a></div><div>last word</div><div>health service focus</div>'
)
SHARE = '<div><a href="/s/1">Tweet</a> | <a href="/s/2">Print this page</a> | <a href="/s/3">Email</a></div>'


@dataclass(frozen=True, kw_only=True)
class Comment:
    """One reader comment; ``when`` is ``DD/MM/YYYY at HH:MM``."""

    author: str
    when: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    """What a legacy page says, top to bottom; ``comments`` None leaves the section out."""

    title: str
    paragraphs: tuple[str, ...]
    banner: str | None = None
    date: str | None = None
    source: str | None = None
    call_out: bool = False
    comments: tuple[Comment, ...] | None = ()


@dataclass(frozen=True, kw_only=True)
class Look:
    """How it is marked up: a key of ``BODIES``, ``TITLES``, ``HEADERS``, ``WINDOWS`` and ``SIDES``."""

    body: str = "paragraphs"
    title: str = "h1"
    header: str = "line"
    window: str = "title first"
    side: str = "after"


BODIES = {  # opening, one text, what parts two, closing
    "paragraphs": ("<div>", "<p>{}</p>", "\n", "</div>"),
    "attributes": ('<div id="c2">', '<p class="x" style="margin:0">\n  {}\n</p>', "", "</div>"),
    "breaks": ("<div>", "{}", "<br /><br />\n", "</div>"),
    "spaced breaks": ("<td>", "{}", "<br>&nbsp;<br>", "</td>"),
    "boxes": ("<div>", "<div><div>{}</div></div>", "", "</div>"),
    "cells": ("<table>", "<tr><td>{}</td></tr>", "\n", "</table>"),
    "fonts": ("<div>", '<p><font size="2"><span>{}</span></font></p>', "<p>&nbsp;</p>", "</div>"),
    "unclosed": ("<div>", "<p>{}", "\n", "</div>"),
}
TITLES = {
    "h1": "<h1>{}</h1>",
    "h2": "<h2><span>{}</span></h2>",
    "div": "<div>{}</div>",
    "bold": "<div><b>{}</b></div>",
    "cell": "<table><tr><td>{}</td></tr></table>",
    "linked": '<h1><a href="/News/this">{}</a></h1>',
}
HEADERS = {
    "line": f"{{author}}{NBSP}{NBSP} {{when}}",
    "entities": "<b>{author}</b>&nbsp;&nbsp; {when}",
    "plain": "{author}   {when}",
    "spans": "<span>{author}</span><span>&nbsp;&nbsp;</span> <span>{day}</span> at <em>{clock}</em>",
    "break": "{author}<br />{when}",
    "boxes": "<div>{author}</div><div>{when}</div>",
    "cells": "<table><tr><td><b>{author}</b></td><td>{day}</td><td>at {clock}</td></tr></table>",
}
MIXED = "mixed"  # every comment of a page with another header
WINDOWS = {
    "title first": f"{{title}} - {SITE}",
    "title last": f"{SITE} | News | {{title}}",
    "title alone": "{title}",
    "site alone": SITE,
}
SIDES = ("after", "before", "none")


def render(story: Story, look: Look, site: str = SITE) -> str:
    """Give the page's HTML; ``site`` is the outlet's name as the page shows it."""
    opening, text, joint, closing = BODIES[look.body]

    def put(texts: list[str]) -> str:
        return opening + joint.join(text.format(part) for part in texts) + closing

    top = [f"<div>{escape(part)}</div>" for part in (story.banner, story.date) if part]
    top.append(TITLES[look.title].format(escape(story.title, quote=False)))
    lines = [f"Source: {escape(story.source)}"] if story.source else []
    lines += [escape(paragraph, quote=False) for paragraph in story.paragraphs]
    if story.call_out:
        lines.append(
            "Have you got a story to tell? Would you like to become an NHE columnist? "
            f'If so,{NBSP}<a href="/write">click here</a>.'
        )
    main = "".join(top) + SHARE + put(lines) + _discussion(story, look, put)
    parts = {"after": main + SIDEBAR, "before": SIDEBAR + main, "none": main}
    window = WINDOWS[look.window].format(title=escape(story.title))
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x.dtd">\n<html><head>'
        f'<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{window}</title>'
        f"<script>var x = '<p>no</p>';</script></head><body><form>{CHROME}{parts[look.side]}"
        f"<div>&copy; {SITE}</div></form></body></html>"
    ).replace(SITE, site)


def _discussion(story: Story, look: Look, put: Callable[[list[str]], str]) -> str:
    if story.comments is None:
        return ""
    if not story.comments:
        return put(["There are no comments. Why not be the first?", '<a href="#add">Add your comment</a>'])
    parts: list[str] = []
    for number, comment in enumerate(story.comments):
        header = sorted(HEADERS)[number % len(HEADERS)] if look.header == MIXED else look.header
        day, clock = comment.when.split(" at ")
        author = escape(comment.author, quote=False)
        parts.append(HEADERS[header].format(author=author, when=comment.when, day=day, clock=clock))
        parts += [escape(paragraph, quote=False) for paragraph in comment.paragraphs]
    return put([*parts, "Add your comment"])
