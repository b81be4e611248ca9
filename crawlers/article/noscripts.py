"""Parts for readers without scripts, which no browser of today shows."""

import re

_PART = re.compile(
    r"(<noscript\b[^>]{0,200}>)((?:(?!</?noscript|</script)[^\x00]){0,5000}?)(</noscript\s*>)", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*?(/?)>", re.IGNORECASE)
# HTML, section 13.1.2
_VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr",
    }
)  # fmt: skip


def without_torn(source: str) -> str:
    """Give a page's source without the content of those that leave an element open.

    To a browser it is text that ends at ``</noscript>`` (HTML, section 13.2.6.4.7); libxml2 would put
    all that follows into the element, and with it the page out of sight.
    """
    if "<noscript" not in source and "<NOSCRIPT" not in source:
        return source
    return _PART.sub(lambda part: part[1] + part[3] if _is_torn(part[2]) else part[0], source)


def _is_torn(content: str) -> bool:
    left = 0
    for tag in _TAG.finditer(content):
        if tag[2].lower() not in _VOID and not tag[3]:
            left += -1 if tag[1] else 1
    return left > 0
