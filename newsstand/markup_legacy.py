"""The legacy pages, in six markups: the real one is unknown, so no class or tag is to be leant on.

All markup here is invented. What all six share is what is known: the order of the text
(OUTLETS.md section 1, "Page text, top to bottom").
"""

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.entities import codepoint2name

from newsstand.articles import Address, Article, Block, Comment, Kind
from newsstand.frame import Frame, alternates, footer, sidebar, view_state

NBSP = "\u00a0"


@dataclass(frozen=True, kw_only=True, slots=True)
class Markup:
    """One way to write a legacy page; every field is a template.

    ``window`` is the ``<title>``, ``header`` a comment's header line, ``page`` what holds all.
    """

    window: str
    line: str
    headline: str
    text: str
    heading: str
    items: tuple[str, str, str]
    picture: str
    more: str
    header: str
    remark: str
    joint: str
    page: str
    named_entities: bool = False


_LIST = ("<ul>", "<li>{0}</li>", "</ul>")

PARAGRAPHS = Markup(
    window="{headline} | {name}",
    line="<p>{0}</p>",
    headline="<h1>{0}</h1>",
    text="<p>{0}</p>",
    heading="<h3>{0}</h3>",
    items=_LIST,
    picture='<p><img src="{src}" alt="" /><br /><em>{caption}</em></p>',
    more='<p><strong>READ MORE: <a href="{href}">{0}</a></strong></p>',
    header="<p><strong>{author}</strong>&nbsp;&nbsp; {posted}</p>",
    remark="<p>{0}</p>",
    joint="\n",
    page='<div id="wrap"><div>{menu}</div>\n<div>\n{main}\n</div>\n<div>{sidebar}</div>\n{footer}</div>',
)

BREAKS = Markup(
    window="{headline}",
    line="{0}<br />",
    headline="<b>{0}</b><br /><br />",
    text="{0}",
    heading="<strong>{0}</strong>",
    items=_LIST,
    picture='<span><img src="{src}" alt="{caption}" /><br />{caption}</span>',
    more='READ MORE: <a href="{href}">{0}</a>',
    header="<b>{author}</b>&nbsp;&nbsp; {posted}",
    remark="{0}",
    joint="<br /><br />\n",
    page="<div>{menu}</div><div>\n{main}\n</div><div>{sidebar}</div>{footer}",
)

BOXES = Markup(
    window="{name} - {headline}",
    line="<div>{0}</div>",
    headline="<div><span>{0}</span></div>",
    text="<div>{0}</div>",
    heading="<div><b>{0}</b></div>",
    items=("<div>", "<div>{0}</div>", "</div>"),
    picture='<div><div><img src="{src}" alt="{caption}" /></div><div>{caption}</div></div>',
    more='<div><b>READ MORE:</b> <a href="{href}">{0}</a></div>',
    header="<div><span>{author}</span><span>&nbsp;&nbsp; </span><span>{posted}</span></div>",
    remark="<div>{0}</div>",
    joint="\n",
    page="<div>{menu}</div>\n<div><div>\n{main}\n</div>\n<div>{sidebar}</div></div>\n<div>{footer}</div>",
)

CELLS = Markup(
    window="{headline} - {name}",
    line="<tr><td colspan='2'>{0}</td></tr>",
    headline="<tr><td colspan='2'><h2>{0}</h2></td></tr>",
    text="<tr><td colspan='2'>{0}</td></tr>",
    heading="<tr><td colspan='2'><b>{0}</b></td></tr>",
    items=("<tr><td colspan='2'><ul>", "<li>{0}</li>", "</ul></td></tr>"),
    picture='<tr><td colspan="2"><img src="{src}" alt="{caption}" /><br />{caption}</td></tr>',
    more="<tr><td colspan='2'>READ MORE: <a href=\"{href}\">{0}</a></td></tr>",
    header="<tr><td>{author}&nbsp;&nbsp; </td><td>{posted}</td></tr>",
    remark="<tr><td colspan='2'>{0}</td></tr>",
    joint="\n",
    page=(
        "<table><tr><td colspan='2'>{menu}</td></tr><tr><td valign='top'><table>\n{main}\n</table></td>"
        "<td valign='top'>{sidebar}</td></tr></table>{footer}"
    ),
    named_entities=True,
)

FONTS = Markup(
    window="{name}",
    line="<P><FONT SIZE=1>{0}</FONT>",
    headline="<H2><FONT COLOR=#003366>{0}</FONT></H2>",
    text="<P><FONT FACE=Arial>{0}</FONT>",
    heading="<P><FONT FACE=Arial><B>{0}</B></FONT>",
    items=("<UL>", "<LI>{0}", "</UL>"),
    picture='<P><IMG SRC="{src}" ALT="{caption}"><BR><FONT SIZE=1>{caption}</FONT>',
    more='<P><FONT FACE=Arial>READ MORE: <A HREF="{href}">{0}</A></FONT>',
    header="<P><B><FONT FACE=Arial>{author}</FONT></B><FONT SIZE=1>&nbsp;&nbsp; {posted}</FONT>",
    remark="<P><FONT FACE=Arial>{0}</FONT>",
    joint="\n",
    page="<CENTER>{menu}</CENTER>\n{main}\n<HR>{sidebar}<HR>{footer}",
    named_entities=True,
)

SPLIT = Markup(
    window="{headline} :: {name}",
    line="<div><small>{0}</small></div>",
    headline="<h1><a href='#top'>{0}</a></h1>",
    text="<section><p>{0}</p></section>",
    heading="<section><h2>{0}</h2></section>",
    items=("<section><ol>", "<li><p>{0}</p></li>", "</ol></section>"),
    picture='<table><tr><td><img src="{src}" alt="{caption}" /></td></tr><tr><td>{caption}</td></tr></table>',
    more='<section><p>READ MORE: <a href="{href}"><i>{0}</i></a></p></section>',
    header="<div><div>{author}&nbsp;&nbsp; </div><div>{posted}</div></div>",
    remark="<div><p>{0}</p></div>",
    joint="\n",
    page="<nav>{menu}</nav><main>\n{main}\n</main><div>{sidebar}</div><footer>{footer}</footer>",
)

MARKUPS = {
    "paragraphs": PARAGRAPHS,
    "breaks": BREAKS,
    "boxes": BOXES,
    "cells": CELLS,
    "fonts": FONTS,
    "split": SPLIT,
}
"""The legacy markups by name."""

_ENTITIES = {code: f"&{name};" for code, name in codepoint2name.items() if code > 127}  # noqa: PLR2004 - beyond ASCII
_CHARSETS = {"utf-8": ("utf-8", "utf-8"), "cp1252": ("cp1252", "windows-1252")}


def render(article: Article, address: Address, frame: Frame) -> tuple[bytes, str]:
    """Give a legacy page and its Content-Type.

    ``cp1252`` pages say so in both places, ``cp1252-meta`` ones in their meta element only.
    """
    markup = MARKUPS[article.markup]
    window = markup.window.format(headline=escape(article.headline), name=escape(frame.title.name))
    encoding, name = _CHARSETS[article.charset.removesuffix("-meta")]
    main = markup.joint.join(_top(article, address, frame, markup) + _body(article, frame, markup))
    main += "\n" + "\n".join(_discussion(article, markup))
    if markup.named_entities:
        main = main.translate(_ENTITIES)
    page = markup.page.replace("{main}", "\0").format(**_surroundings(frame)).replace("\0", main)
    html = f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "xhtml1-transitional.dtd">
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={name}" />
<title>{window}</title>
{alternates(frame)}
</head>
<body>
<form method="post" action="{escape(address.path)}">
{page}
</form>
</body>
</html>
"""
    kind = "text/html" if article.charset.endswith("-meta") else f"text/html; charset={name}"
    return html.encode(encoding, "xmlcharrefreplace"), kind


@lru_cache(maxsize=8)
def _surroundings(frame: Frame) -> dict[str, str]:
    links = " | ".join(f'<a href="{path}">{escape(name)}</a>' for path, name in frame.menu())
    menu = f"{view_state(frame)}<div>{escape(frame.title.name)}</div><div>{escape(frame.title.strap)}</div><div>{links}</div>"
    return {"menu": menu, "sidebar": sidebar(frame), "footer": footer(frame)}


def _top(article: Article, address: Address, frame: Frame, markup: Markup) -> list[str]:
    """Banner and date stand above the headline on section pages, and nowhere else."""
    lines: list[str] = []
    if address.dated:
        banner = frame.title.section(article.section).banner
        lines += [banner] if banner else []
        lines += [article.shown_date] if article.shown_date else []
    top = [markup.line.format(escape(text)) for text in lines]
    top.append(markup.headline.format(escape(article.headline)))
    if article.source:
        top.append(markup.text.format(escape(f"Source: {article.source}")))
    return top


def _body(article: Article, frame: Frame, markup: Markup) -> list[str]:
    parts: list[str] = []
    items: list[str] = []
    for block in (*article.blocks, Block(kind=Kind.TEXT)):
        if block.kind is Kind.ITEM:
            items.append(markup.items[1].format(escape(block.text, quote=False)))
            continue
        if items:
            parts.append("\n".join((markup.items[0], *items, markup.items[2])))
            items = []
        if block.text or block.kind is Kind.CALL_OUT:
            parts.append(_block(block, article, frame, markup))
    return parts


def _block(block: Block, article: Article, frame: Frame, markup: Markup) -> str:
    text = escape(block.text, quote=False)
    if block.kind is Kind.CALL_OUT:
        return markup.text.format(call_out(frame))
    if block.kind is Kind.MORE:
        return markup.more.format(text, href=escape(target(block, frame)))
    if block.kind is Kind.CAPTION:
        src = f"/write/MediaUploads/{article.image or article.slug + '.jpg'}"
        return markup.picture.format(src=src, caption=escape(block.text))
    return (markup.heading if block.kind is Kind.HEADING else markup.text).format(text)


def call_out(frame: Frame) -> str:
    """Give the standing invitation that ends many legacy pages (OUTLETS.md section 1, point 6)."""
    stop = "." if frame.title.key != "townclerk" else ""
    return (
        "Have you got a story to tell? Would you like to become "
        f"{frame.title.article} {frame.title.initials} columnist? If so,{NBSP}"
        f'<a href="mailto:desk@{frame.title.host}">click here</a>{stop}'
    )


def target(block: Block, frame: Frame) -> str:
    """Give the address a READ MORE leads to: an article's key, or a path as it stands."""
    wanted = block.target or "/"
    if wanted.startswith("/"):
        return wanted
    article = frame.shelf.by_key(wanted)
    return article.path if article else "/"


def _discussion(article: Article, markup: Markup) -> list[str]:
    if not article.comment_section:
        return []
    parts = [_comment(comment, markup) for comment in article.comments]
    if not parts:
        parts = [markup.text.format("There are no comments. Why not be the first?")]
    opening = ["<br /><br />"] if markup is BREAKS else []
    button = markup.text.format("Add your comment")
    return [*opening, markup.joint.join([*parts, button])]


def _comment(comment: Comment, markup: Markup) -> str:
    author = comment.author_html or escape(comment.author)
    header = markup.header.format(author=author, posted=comment.posted)
    return markup.joint.join([header, *(markup.remark.format(escape(p)) for p in comment.paragraphs)])
