"""The legacy pages: the order of the text as it is known, in one of six invented markups."""

import re
from functools import lru_cache
from html import escape
from html.entities import codepoint2name

from newsstand.articles import Address, Article, Block, Comment, Kind
from newsstand.frame import Frame, alternates, footer, sidebar, view_state
from newsstand.markups import BREAKS, MARKUPS, Markup

NBSP = "\u00a0"

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
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
        main = _BEYOND_ASCII.sub(_entity, main)
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
    top = f"<div>{escape(frame.title.name)}</div><div>{escape(frame.title.strap)}</div>"
    menu = f"{view_state(frame)}{top}<div>{links}</div>"
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
        f'<a href="mailto:desk@{frame.title.host.removeprefix("www.")}">click here</a>{stop}'
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


def _entity(match: re.Match[str]) -> str:
    name = codepoint2name.get(ord(match[0]))
    return f"&{name};" if name else match[0]
