"""Six ways to write a legacy page, as templates: the real one is unknown, and none of these is it.

All markup here is invented. No class or tag is to be leant on: what the six share is the order of
the text (OUTLETS.md section 1, "Page text, top to bottom").
"""

from dataclasses import dataclass


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
