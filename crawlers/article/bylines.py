"""Who wrote an article: names of people, from what a page states and from what it shows."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from core.text import fold, line
from crawlers.article import dates
from crawlers.article.blocks import Block
from crawlers.article.class_names import Asides, named
from crawlers.article.elements import Element, inner_text, search
from crawlers.article.metadata import Metadata, text, texts, types
from crawlers.page import Page

JSON_LD, META, SHOWN = "json-ld", "meta", "text"
MICRODATA, LINK = "microdata", "link"
_METAS = (
    "article:author", "dc.creator", "dcterms.creator", "dc:creator", "dc.contributor", "author",
    "authors", "parsely-author", "sailthru.author", "byl", "article.author", "citation_author",
    "og:article:author", "og:author", "book:author", "cxenseparse:author",
    "shareaholic:article_author_name", "rbauthors", "creator",
)  # fmt: skip
_LABEL = re.compile(
    r"^(?:(?:article |story |post |text |words |photos? |report |written |posted |authored |published "
    r"|reported |reviewed |contributed |edited |created |geschrieben |\u00e9crit |publi\u00e9 |verfasst "
    r"|ein beitrag )*"
    r"(?:by|von|vom|par|por|door|av|af)\b:?"
    r"|(?:author|authors|autor|autorin|auteur|autore|text|words|writer|written by|redaktion|from)\s*:)\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:[|\u2022\u00b7/\u2013\u2014]|\s-\s|\(|\u00a9|,?\s(?:on|am|at|updated?|published|posted|last|le|um|in|vom)\b).*$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*;\s*|\s*,?\s+(?:and|und|et|&|with)\s+|\s*,\s*|\s+&\s+")
_WORD = re.compile(r"[^\W\d_][\w.'\u2019\u02bc-]*", re.UNICODE)
_PARTICLES = frozenset(
    {
        "von", "van", "de", "der", "den", "di", "da", "del", "della", "dos", "du", "la", "le", "el",
        "al", "bin", "ibn", "ben", "y", "e", "v.", "zu", "zur", "af", "ter", "ten", "vom", "st.", "op",
        "'t",
    }
)  # fmt: skip
_NOBODY = frozenset(
    {
        "admin", "administrator", "wordpressadmin", "wp admin", "wpadmin", "webmaster", "editor",
        "editors", "the editor", "redaktion", "die redaktion", "staff", "guest", "guest author",
        "author", "unknown", "anonymous", "n/a", "none", "news desk", "newsdesk", "web desk",
        "newsroom", "online desk", "super user", "root", "user", "default", "press release", "null",
        "undefined", "editorial", "editorial team", "editorial staff", "team", "the team",
        "staff writer", "staff reporter", "site admin", "siteadmin", "sysadmin", "redactie",
        "r\u00e9daction", "blog", "la r\u00e9daction", "redacci\u00f3n", "redazione", "contributor",
        "contributors", "various", "news", "web",
    }
)  # fmt: skip
_NO_NAME_WORDS = frozenset(
    {
        "about", "author", "authors", "posts", "post", "read", "more", "follow", "article", "articles",
        "view", "all", "profile", "comment", "comments", "share", "subscribe", "home", "contact", "by",
        "written", "published", "updated", "minutes", "min", "reading", "time", "login", "register",
        "search", "menu", "category", "tags", "mehr", "alle", "artikel", "beitr\u00e4ge", "\u00fcber",
        "kommentare", "kommentar", "autor", "this", "that", "is", "was", "the", "our", "your", "you",
        "we", "and", "with", "for", "to", "on", "news", "topics", "email", "twitter", "facebook",
        "linkedin", "instagram", "website", "bio", "reviewed", "edited", "editor", "photo", "image",
        "in", "newsletter", "related", "previous", "next", "last", "first", "here", "from", "after",
        "before", "how", "why",
    }
)  # fmt: skip
_NAMED = search(
    "//*[@itemprop='author' or @itemprop='creator' or contains(concat(' ', @rel, ' '), ' author ')"
    " or contains(@class, 'author') or contains(@class, 'Author') or contains(@class, 'byline')"
    " or contains(@class, 'Byline') or contains(@class, 'autor') or contains(@class, 'Autor')"
    " or contains(@class, 'writer') or contains(@class, 'contributor') or contains(@class, 'creator')"
    " or contains(@id, 'author') or contains(@data-testid, 'uthor') or contains(@data-testid, 'yline')]"
    " | //address"
)
_NAMES_IN = search(".//*[@itemprop='name'] | .//a[contains(concat(' ', @rel, ' '), ' author ')]")
_NOT_NAMES = re.compile(
    r"(?<![a-z])(?:bio|biography|desc\w*|about|avatar|image|img|social|comment\w*|share|role|title|job|position|follow|count)(?![a-z])",
    re.IGNORECASE,
)
_LONGEST = 100  # characters of a line of names
_MOST_WORDS = 6
_MOST_ELEMENTS = 80
_BENEATH, _ABOVE = 10, 5  # blocks around the title among which a byline stands
_ALONE = re.compile(
    r"(?:written |posted |words |text )?by:?|authors?:?|von:?|autor(?:in)?:?|par:?", re.IGNORECASE
)


def byline(
    page: Page, blocks: Sequence[Block], top: int | None, site: frozenset[str], asides: Asides
) -> tuple[str, str] | None:
    """Give the writers' names ("A, B and C") and the way they were read; None where nobody is named.

    ``site`` are the folded names of the site: it writes nothing itself. ``top`` is the index of the
    title among the blocks. A full name is preferred to a single word, wherever the two stand.
    """
    spare: tuple[str, str] | None = None
    ways = (
        _stated(page.metadata, site),
        _shown(page, blocks, top, site, asides),
        _other(page.metadata, site),
    )
    for way in ways:
        for names, read_by in way:
            if _is_full(names):
                return joined(names), read_by
            spare = spare or (joined(names), read_by)
    return spare


def joined(names: Sequence[str]) -> str:
    """Give names as a byline words them."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _is_full(names: Sequence[str]) -> bool:
    return any(" " in name or not name.islower() for name in names)


def clean(said: str, site: frozenset[str]) -> tuple[str, ...]:
    """Give the names of people in a wording that is nothing but a byline; none for any other wording."""
    found: list[str] = []
    for piece in _JOINED.split(_bare(said)):
        name = _bare(piece)
        if name and _is_somebody(name, site) and fold(name) not in map(fold, found):
            found.append(name)
    return tuple(found)


def _bare(said: str) -> str:
    """Give a name without label, date and what follows them."""
    name = line(said)
    for before, _ in dates.within(name, None, dates.DAY_FIRST):
        name = before
        break
    for _ in range(2):
        name = _LABEL.sub("", name, count=1)
    return _TAIL.sub("", name).strip(' ,|:;\u2013\u2014-\u2022\u00b7*<>"\u201c\u201d')


def _is_somebody(name: str, site: frozenset[str]) -> bool:
    folded = fold(name)
    return (
        folded not in _NOBODY
        and folded not in site
        and folded.removeprefix("the ") not in site
        and "@" not in name
        and "//" not in name
        and ".com" not in folded
        and "www." not in folded
        and len(name) <= _LONGEST
        and any(character.isalpha() for character in name)
    )


def _looks_like_names(names: Sequence[str]) -> bool:
    return bool(names) and all(map(_looks_like_name, names))


def _looks_like_name(name: str) -> bool:
    """Say whether a wording found in running markup can be a person's name."""
    words = name.split()
    if not 1 <= len(words) <= _MOST_WORDS or len(name) > _LONGEST // 2:
        return False
    if any(word.casefold().strip(".") in _NO_NAME_WORDS for word in words):
        return False
    if not all(_WORD.fullmatch(word) for word in words):
        return False
    return len(words) == 1 or all(word[0].isupper() or word in _PARTICLES for word in words)


def _stated(said: Metadata, site: frozenset[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give what the article's JSON-LD says, then the meta elements."""
    for article in said.articles:
        if names := _of_thing(said, article, site):
            yield names, JSON_LD
    for meta in _METAS:
        if names := _all_clean(said.meta.get(meta, ()), site):
            yield (
                names,
                "open-graph" if meta.startswith("article:") else "dublin-core" if meta[:2] == "dc" else META,
            )
    labels, values = said.meta.get("twitter:label1", ()), said.meta.get("twitter:data1", ())
    if labels and values and _written(labels[0]) and (names := _all_clean(values[:1], site)):
        yield names, META


def _written(label: str) -> bool:
    return fold(label) in {
        "written by",
        "verfasst von",
        "\u00e9crit par",
        "geschreven door",
        "escrito por",
        "scritto da",
    }


def _all_clean(values: Iterable[str], site: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for value in values for name in clean(value, site)))


def _of_thing(said: Metadata, thing: Mapping[str, Any], site: frozenset[str]) -> tuple[str, ...]:
    """Give the people a JSON-LD thing names as its authors; organisations where it names no people."""
    people: list[str] = []
    others: list[str] = []
    for author in said.resolved(thing.get("author") or thing.get("creator")):
        kinds = types(author) if isinstance(author, Mapping) else set()
        found = texts(author)
        (others if kinds & {"Organization", "NewsMediaOrganization", "Corporation"} else people).extend(found)
    return _all_clean(people, site) or _all_clean(others, site)


def _other(said: Metadata, site: frozenset[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the authors of other JSON-LD things, and the only person among them."""
    for thing in said.things:
        if types(thing) & {"Comment", "Review", "ImageObject", "Organization"}:
            continue
        if names := _of_thing(said, thing, site):
            yield names, JSON_LD
    people = [
        name for thing in said.things if types(thing) == {"Person"} and (name := text(thing.get("name")))
    ]
    if len(people) == 1 and (names := clean(people[0], site)):
        yield names, JSON_LD


def _shown(
    page: Page, blocks: Sequence[Block], top: int | None, site: frozenset[str], asides: Asides
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the names of the byline next to the title, then those in elements that say they hold one."""
    if top is not None:
        yield from _near(blocks, top, site, asides)
    for element in _NAMED(page.tree)[:_MOST_ELEMENTS]:
        if _NOT_NAMES.search(named(element)) or asides.holds(element):
            continue
        inner = _NAMES_IN(element)
        whole = [inner_text(one) for one in inner] or [element.get("content") or _text(element)]
        names = _all_clean([one for one in whole if len(one) <= 2 * _LONGEST], site)
        if _looks_like_names(names):
            yield names, _way(element)


def _text(element: Element) -> str:
    """Give an element's text with its parts parted."""
    return " ".join(str(piece) for piece in element.itertext())


def _way(element: Element) -> str:
    if element.get("itemprop"):
        return MICRODATA
    return LINK if "author" in (element.get("rel") or "").split() else SHOWN


def _near(
    blocks: Sequence[Block], top: int, site: frozenset[str], asides: Asides
) -> Iterator[tuple[tuple[str, ...], str]]:
    beneath = range(top + 1, min(top + 1 + _BENEATH, len(blocks)))
    for index in (*beneath, *range(top - 1, max(-1, top - 1 - _ABOVE), -1)):
        said = blocks[index].text
        labelled = _LABEL.match(said)
        alone = index > 0 and _ALONE.fullmatch(blocks[index - 1].text)
        if not (labelled or alone) or len(said) > _LONGEST or said.endswith((".", "!", "?", ":")):
            continue
        if not asides.holds(blocks[index].element) and _looks_like_names(names := clean(said, site)):
            yield names, SHOWN
