"""What the parts of a comment are for, as their class names, itemprops and tags say."""

import re
from enum import IntEnum
from functools import lru_cache

from crawlers.article.elements import Element


class Role(IntEnum):
    """What an element of a comment holds."""

    PLAIN = 0
    BODY = 1
    HEAD = 2  # a line of who and when, not told apart
    CONTROL = 3  # Reply, votes, share links, avatars, hidden hints
    DATE = 4
    CITED = 5  # a name by its tag alone
    AUTHOR = 6
    NAME = 7  # a name and nothing else


# WordPress, block themes, wpDiscuz, Drupal, Blogger, SPIP, microformats and schema.org name them so.
_AUTHOR = re.compile(
    r"(?:\S*[-_])?(?:author|authors|user|username|commenter|commentor|commentauthor|commentername|nick"
    r"|nickname|poster|byline|by|autor|auteur|nom|writer|who"
    r"|display-?name|screen-?name|fullname|profile-?name|person|name)(?:[-_]{1,2}(?:name|link|wrapper"
    r"|label|title|text|display|vcard))?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:\S*[-_])?(?:date|time|datetime|timestamp|timeago|time-?ago|ago|published|pubdate|posted|postedon"
    r"|posted-on|when|datum|zeit|uhrzeit|fecha|heure|created|commentdate|commenttime|dateline)"
    r"(?:[-_]{1,2}(?:link|time|text|wrapper|posted|ago))?",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:\S*[-_])?(?:content|contents|text|texte|message|msg|copy|body|markdown-body|commenttext"
    r"|commentbody|commentcontent|contenttext|comment-?entry|entry)"
    r"(?:[-_]{1,2}(?:inner|wrap|wrapper|text|content|body))?",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"(?:\S*[-_])?(?:meta|metadata|header|head|info|details?|submitted|attribution|vcard|heading"
    r"|headline)(?:[-_]{1,2}(?:data|wrap|wrapper|info))?",
    re.IGNORECASE,
)
_CONTROL = re.compile(
    r"(?:\S*[-_])?(?:reply|replylink|reply-link|replies-toggle|respond|report|flag|abuse|share|sharing"
    r"|sharedaddy|votes?|voting|vote-?up|vote-?down|thumbs?|likes?|like-count|karma|rating|ratings|score"
    r"|edit|edit-link"
    r"|actions?|tools?|toolbar|controls?|buttons?|btn|menu|permalink|says|said|avatar|gravatar|badge"
    r"|awaiting-moderation|moderation|screen-reader-text|visually-hidden|visuallyhidden|sr-only|clip"
    r"|offscreen|element-invisible|tooltip|dropdown|popup|in-?reply-?to|parent-?link)"
    r"(?:[-_]{1,2}(?:link|links|button|buttons|count|wrap|wrapper|container|label|text|area|bar|title"
    r"|left|right|toolbar))?",
    re.IGNORECASE,
)
_NAMES = frozenset(
    {"fn", "comment-author-name", "comment__author-name", "wp-block-comment-author-name", "author-name"}
)
_SMALL_PRINT = frozenset({"secondary-text"})  # Blogger calls controls and times so
_PROPS = {
    "text": Role.BODY, "commenttext": Role.BODY, "description": Role.BODY, "articlebody": Role.BODY,
    "reviewbody": Role.BODY,
    "author": Role.AUTHOR, "creator": Role.AUTHOR, "name": Role.AUTHOR,
    "datepublished": Role.DATE, "datecreated": Role.DATE, "commenttime": Role.DATE,
    "datemodified": Role.CONTROL,
}  # fmt: skip
_TAGS = {
    "time": Role.DATE,
    "cite": Role.CITED,
    "form": Role.CONTROL,
    "nav": Role.CONTROL,
    "header": Role.HEAD,
}
# These say whose comment it is or where it stands, not what the element holds.
_OF_UNITS = re.compile(
    r"comment-author-\S+|by(?:user|postauthor)|odd|even|(?:thread-)?(?:odd|even|alt)|depth-\d+|wpd-\S*guest"
)
_ORDER = (Role.NAME, Role.DATE, Role.AUTHOR, Role.BODY, Role.CONTROL, Role.HEAD)


def role(element: Element) -> Role:
    """Give what an element of a comment is for, PLAIN where nothing says it."""
    get = element.get
    return _role(element.tag, get("class") or "", get("itemprop") or "", get("rel") or "")


@lru_cache(maxsize=4096)
def _role(tag: str, classes: str, prop: str, rel: str) -> Role:
    found = _TAGS.get(tag, Role.PLAIN)
    if found in (Role.DATE, Role.CONTROL):
        return found
    if prop:
        for word in prop.lower().split():
            if word in _PROPS:
                return _PROPS[word]
    roles = {kind for token in classes.lower().split()[:20] if (kind := _token(token))}
    if rel and "author" in rel.split():
        roles.add(Role.AUTHOR)
    for kind in _ORDER:
        if kind in roles:
            return kind
    return found


@lru_cache(maxsize=4096)
def _token(token: str) -> Role:
    """Give what one class name says; of a name of several words the last one counts."""
    if len(token) > 60 or _OF_UNITS.fullmatch(token):  # noqa: PLR2004 - no name of a part is longer
        return Role.PLAIN
    if token in _SMALL_PRINT:
        return Role.PLAIN
    if token in _NAMES:
        return Role.NAME
    for form, kind in (
        (_CONTROL, Role.CONTROL),
        (_DATE, Role.DATE),
        (_AUTHOR, Role.AUTHOR),
        (_BODY, Role.BODY),
        (_HEAD, Role.HEAD),
    ):
        if form.fullmatch(token):
            return kind
    return Role.PLAIN
