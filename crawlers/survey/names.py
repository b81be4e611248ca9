"""The names a site goes by, who publishes it, and the key of its outlet."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from keyword import iskeyword

from core import urls
from core.text import fold, line
from crawlers.article import metadata
from crawlers.page import Page

_PART = re.compile(r"\s+[-|\u2013\u2014:\u00bb\u00b7]\s+|\s*[|\u00bb]\s*")
_NO_NAMES = frozenset({"home", "home page", "homepage", "front page", "news", "latest", "latest news", "rss"})
_LONGEST = 60  # characters of a name; longer ones are slogans
_OWNER = re.compile(
    r"(?i:\u00a9|\(c\)|copyright)\s*(?i:copyright\s*)?(?:\d{4}(?:\s*[-\u2013]\s*\d{2,4})?)?[\s,]*(?:by\s+)?"
    r"(?P<name>[A-Z][^.|\n\u00a9]{2,58}\b(?:Ltd|Limited|plc|PLC|Group|Publishing|Media|Press|LLP|Inc)\b)"
)
_SECOND_LEVEL = frozenset({"co", "com", "org", "ac", "gov", "net", "ltd", "plc", "me", "nhs"})
_COUNTRY = 2  # letters of a country's ending


def names(home: Page, samples: Sequence[Page], stated: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the site's names, the likeliest first: as it calls itself, and as its titles end.

    ``stated`` are names that sources give (a feed's title, wp-json's). Empty where nothing tells.
    """
    votes: Counter[str] = Counter()
    shown: dict[str, str] = {}

    def vote(name: str | None, weight: int) -> None:
        name = line(name or "")
        if name and len(name) <= _LONGEST:
            shown.setdefault(fold(name), name)
            votes[fold(name)] += weight

    for page in (home, *samples):
        vote((page.metadata.first("og:site_name", "application-name") or (None,))[0], 2)
    endings = Counter(parts[-1] for page in samples if len(parts := _parts(page)) > 1)
    for ending, count in endings.items():
        if count > 1:  # one title's last words may be its own
            vote(ending, 2 * count)
    for name in stated:  # a feed's title may be the site's with its section's
        for part in [part for part in _PART.split(name) if fold(part) not in _NO_NAMES][:1]:
            vote(part, 2)
    parts = [part for part in _parts(home) if fold(part) not in _NO_NAMES]
    for part in [part for part in parts if fold(part) in votes] or parts[:1]:
        vote(part, 3)
    return tuple(shown[name] for name, _ in votes.most_common() if votes[name] > 1)


def publisher(home: Page, samples: Sequence[Page], site: Iterable[str]) -> str:
    """Give who publishes the site: as JSON-LD states, else the owner its foot names; "" where none does."""
    own = {fold(name) for name in site}
    for page in (*samples, home):
        for name in metadata.texts(page.metadata.article.get("publisher")):
            if fold(name) not in own:
                return line(name)
    for page in (home, *samples[:1]):
        for block in reversed(page.blocks):
            if match := _OWNER.search(block.text):
                return line(match["name"])
    return ""


def key(home: str) -> str:
    """Give the key for a site: its registered name in lower case, as a module can be called."""
    labels = urls.host(home).split(".")
    kept = labels[:-1] or labels
    if len(kept) > 1 and len(labels[-1]) == _COUNTRY and kept[-1] in _SECOND_LEVEL:
        kept = kept[:-1]
    word = re.sub(r"[^a-z0-9]", "", kept[-1].lower())
    return word if word[:1].isalpha() and not iskeyword(word) else f"the{word}"


def _parts(page: Page) -> list[str]:
    return [part for part in _PART.split(page.metadata.title or "") if part]
