"""readability-lxml: title and body; it knows no authors, dates or comments."""

import re
from typing import Any

from lxml import etree
from lxml import html as markup
from readability import Document

_BREAKS = (
    "article", "blockquote", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre",
    "section", "table", "tr", "ul",
)  # fmt: skip
_LINE_END = re.compile(r"[ \t]*\n\s*")


def read(html: str, url: str) -> dict[str, Any]:  # noqa: ARG001 - it asks for no address
    """Give title and body; its markup becomes text with a line per block."""
    document = Document(html)
    return {"title": document.short_title(), "body": _text(document.summary(html_partial=True))}


def _text(summary: str) -> str:
    try:
        tree = markup.fromstring(summary)
    except etree.LxmlError:
        return ""
    for element in tree.iter(*_BREAKS):
        element.tail = "\n" + (element.tail or "")
    return _LINE_END.sub("\n", str(tree.xpath("string()"))).strip()
