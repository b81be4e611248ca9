"""Elements that may each hold one comment, grouped by what names them alike."""

import re
from collections.abc import Iterable, Iterator

from crawlers.article.elements import Element

_WORD = re.compile(
    r"(?:^|[-_\d]|(?<=[a-z])(?=C)|wpd|wc|g|js|user|reader)(?:comments?|kommentare?n?|commentaires?"
    r"|comentarios?|reacties?)(?![a-z])|^cmt|^commnt|[Cc]omment"
)
_FORUM = re.compile(r"forum-(?:fil|post|item|message|entry|reply)")
_UNIT_ID = re.compile(
    r"(?P<stem>[A-Za-z_-]*?(?:comment|cmnt|kommentar|commentaire|comentario|reactie|reply|cid|post|forum"
    r"|c)[A-Za-z_-]*)[-_]?(?P<id>\d{1,20})(?:[-_]\d{1,20})?"
)
# No single comment: what holds all of them, or a part of one.
_NO_UNIT = re.compile(
    r"comments|.*(?:comments?|response)[-_]?(?:list|lists|area|areas|section|wrap|wrapper|wrappers"
    r"|container|form|count|counts|number|link|links|meta|metadata|author|content|text|avatar|date|time"
    r"|footer|header|title|reply|actions?|respond|children|navigation|pagination|policy|icon|button"
    r"|toggle|open|closed|template|area)(?:[-_].*)?"
    r"|comment(?:s-open|s-closed|-open|-closed|-respond|-form.*|-reply.*)|.*commentlist.*|byuser"
    r"|bypostauthor|comment-author-.*|no-comments?|.*-comments",
    re.IGNORECASE,
)
_TYPE = re.compile(r"schema\.org/(?:User)?Comments?\b", re.IGNORECASE)
_LONGEST_TOKEN = 60  # characters; longer class names are generated
_DIGITS = re.compile(r"\d+")
_VARIES = re.compile(
    r"^(?:odd|even|alt|first|last|parent|active|selected|new|unread|byuser|bypostauthor|thread-(?:odd|even|alt)"
    r"|highlander-comment)$|^comment-author-"
)
_NO_PLACE = frozenset(
    {
        "html",
        "body",
        "main",
        "form",
        "script",
        "style",
        "link",
        "a",
        "input",
        "textarea",
        "button",
        "label",
        "svg",
        "img",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "time",
        "p",
        "ol",
        "ul",
        "noscript",
        "dt",
        "iframe",
        "template",
        "i",
        "b",
        "em",
        "strong",
        "cite",
    }
)


def kinds(elements: Iterable[Element]) -> dict[str, list[Element]]:
    """Give elements that comment vocabulary names, by the name they share, surest kinds first."""
    found: dict[str, list[Element]] = {}
    for element in elements:
        if element.tag in _NO_PLACE:
            continue
        for kind in _kinds(element):
            found.setdefault(kind, []).append(element)
    return dict(sorted(found.items(), key=lambda entry: (_rank(entry[0]), -len(entry[1]))))


def outlet_id(element: Element) -> str | None:
    """Give the outlet's own id of a comment, from the element's attributes."""
    for name in ("data-comment-id", "data-commentid", "data-id", "data-cid"):
        if value := (element.get(name) or "").strip():
            return value[:100]
    if match := _UNIT_ID.fullmatch((element.get("id") or "").strip()):
        return match["id"]
    return None


def alike(elements: Iterable[Element]) -> dict[str, list[Element]]:
    """Give elements by their shape, and by that and their parent's."""
    found: dict[str, list[Element]] = {}
    for element in elements:
        if element.tag in _NO_PLACE:
            continue
        own, parent = shape(element), element.getparent()
        found.setdefault(own, []).append(element)
        if parent is not None:
            found.setdefault(f"{shape(parent)} > {own}", []).append(element)
    return found


def shape(element: Element) -> str:
    """Give an element's tag and its class names without those that vary from comment to comment."""
    tokens = (element.get("class") or "").split()[:12]
    stable = {_DIGITS.sub("#", token) for token in tokens if not _VARIES.search(token)}
    return f"{element.tag}.{'.'.join(sorted(stable))}"


def _kinds(element: Element) -> Iterator[str]:
    get = element.get
    if _TYPE.search(get("itemtype") or ""):
        yield "type"
    if get("data-comment-id") or get("data-commentid"):
        yield f"data:{element.tag}"
    identity = (get("id") or "").strip()
    if (match := _UNIT_ID.fullmatch(identity)) and "omment" in identity.lower():
        yield f"id:{element.tag}:{_DIGITS.sub('#', match['stem'])}"
    for token in (get("class") or "").split()[:20]:
        if (
            len(token) <= _LONGEST_TOKEN
            and not _NO_UNIT.fullmatch(token)
            and not _VARIES.search(token)
            and not _DIGITS.search(token)
            and _is_word(token)
        ):
            yield f"class:{element.tag}:{token}"
    if get("itemprop") == "comment":
        yield "prop"


def _is_word(token: str) -> bool:
    return _WORD.search(token) is not None or _FORUM.fullmatch(token) is not None


def _rank(kind: str) -> int:
    """Give the order in which kinds are tried: those that name one comment first."""
    where, _, name = kind.partition(":")
    name = name.partition(":")[2]
    if where == "type":
        return 0
    if where == "class":
        return 1 if name == "comment" else 4
    return 2 if where in ("id", "data") else 3
