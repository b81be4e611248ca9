"""Elements that class names and ids name after comments: single ones, and what holds all of them."""

import re
from functools import lru_cache
from typing import NamedTuple

from crawlers.article.elements import Element, search

MOST = 20_000
"""Elements taken of one page; the rest of a trap is left out."""
_SINGLE_HINT = re.compile(r"omment|OMMENT|omentario|reactie|forum-|cmt|commnt")
_WHOLE_HINT = re.compile(
    r"omment|respond|isqus|iscussion|omentario|alkback|coral|spotim|giscus|utterances|hyvor|reacties"
    r"|isso-thread|remark42|ivefyre|viafoura|cusdis|muut|mc-container|OMMENT"
)
_STATED = search(
    "//body//*[@itemtype or @itemprop='comment' or @data-comment-id or @data-commentid"
    " or @data-spotim-module] | //vf-conversations | //vf-comments | //hyvor-talk-comments"
    " | //*[name()='fb:comments']"  # elements of their own that some systems bring
)
_BEFORE = r"(?:wp-block-|js-|article-|post-|node-|page-|entry-|story-|reader-|user-|c-|o-|m-)?"
_PARTS = (
    r"area|section|list|wrap|wrapper|container|module|widget|thread|stream|holder|form|respond|embed|panel"
    r"|template|query-loop|nav|navigation|pagination|compat\S*|closed|loader|placeholder|zone|region|feed"
)
# One comment has a content, a box, a title; all of them have an area, a list, a form.
_ONE = rf"(?:comment|kommentar)(?:[-_]{{0,2}}(?:{_PARTS}))+"
_ALL = (
    r"(?:comments|kommentare|commentaires|comentarios|reacties|discussion|talkback)"
    rf"(?:[-_]{{0,2}}(?:{_PARTS}|block|box|inner|outer|content|main|title|heading|header|items))*"
)
_OTHERS = (
    r"commentlist|commentform|comment_form|respond|leave-?(?:a-)?comment|post-?comment(?:-form)?"
    r"|disqus(?:_thread|-thread|-container|-comments|_comments)?|fb-comments|fb_comments|livefyre\S*"
    r"|coral[-_]\S+|coral"
    r"|spotim\S*|hyvor\S*|commento|giscus|utterances|isso-thread|remark42|cusdis_thread|wpdiscuz\S*|wpdcom"
    r"|wpcomm|idcomments\S*|graphcomment|vuukle-comments|discourse-comments|no-?comments|reply-title"
    r"|comment-reply-title"
)
_WHOLE = re.compile(rf"{_BEFORE}(?:{_ALL}|{_ONE})|{_OTHERS}", re.IGNORECASE)
_NOT_WHOLE = frozenset(
    {
        "a", "body", "button", "em", "html", "i", "input", "label", "link", "main", "option", "p", "script",
        "span", "strong", "style", "svg", "textarea", "time",
    }
)  # fmt: skip
_TOPIC = re.compile(r"(?:category|cat|tag|term|topic|section)-")  # of a post: "Comment" is a section, too
_H1 = search(".//h1")
_MOST_TOKENS = 20


class Named(NamedTuple):
    """``single`` may each be one comment; ``whole`` hold a section, a form or an embed; in page order."""

    single: tuple[Element, ...]
    whole: tuple[Element, ...]


def named(tree: Element) -> Named:
    """Give the elements of a tree that are named after comments; one pass, most answers from a cache."""
    body = tree.find("body")
    if body is None:
        return Named((), ())
    single: dict[Element, None] = {}
    whole: dict[Element, None] = {}
    for element in body.iter("*"):
        classes, identity = element.get("class"), element.get("id")
        if not classes and not identity:
            continue
        one, every = _names(classes, identity)
        if one:
            single[element] = None
        if every and element.tag not in _NOT_WHOLE:
            whole[element] = None
        if len(single) >= MOST:
            break
    for element in _STATED(tree)[:MOST]:
        if element.get("data-spotim-module") or element.tag.startswith(("vf-", "hyvor-", "fb:")):
            whole.setdefault(element)
        elif "Comment" in element.get("itemtype", "Comment"):
            single.setdefault(element)
    return Named(tuple(single), tuple(element for element in whole if not _H1(element)))


def _names(classes: str | None, identity: str | None) -> tuple[bool, bool]:
    """Say whether an element may be one comment by its names, and whether it holds all of them."""
    one = every = False
    if classes:
        one, every = _classes(classes)
    if identity and _WHOLE_HINT.search(identity):
        one, every = True, every or _WHOLE.fullmatch(identity.strip()) is not None
    return one, every


@lru_cache(maxsize=8192)
def _classes(classes: str) -> tuple[bool, bool]:
    """Say whether class names may name one comment, and whether all of them."""
    tokens = [token for token in classes.split()[:_MOST_TOKENS] if not _TOPIC.match(token)]
    whole = any(_WHOLE_HINT.search(token) and _WHOLE.fullmatch(token) for token in tokens)
    return any(_SINGLE_HINT.search(token) for token in tokens), whole
