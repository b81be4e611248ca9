"""Any number of generated pages of one title, for benchmarks: made on demand, always the same."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from newsstand.articles import Address, Article, Block, Comment, Kind, Role
from newsstand.phrases import BODIES, HANDLES, PEOPLE, ROLES, TAILS, THINGS, VERBS, WHENS
from newsstand.plan import ExpectedArticle, read
from newsstand.shelf import Place

CURRENT_EVERY = 5  # one page in five is of the current form
EDITED_EVERY = 97  # from day 2 on, one article in so many has a correction for each day past
_LEGACY = ("paragraphs", "breaks", "boxes", "cells", "split", "fonts")
_CURRENT = ("jsonld", "opengraph", "time", "graph")
_NEWEST = datetime(2024, 3, 3, 18, 0)  # noqa: DTZ001 - the title's local time, as everywhere in the texts


def _pick(chance: random.Random, words: tuple[str, ...]) -> str:
    """Give one of the words; three times as fast as ``choice``, and pages are made of thousands."""
    return words[int(chance.random() * len(words))]


def headline(number: int) -> str:
    """Give the headline of a page, cheaply: listings and slugs are made of it."""
    chance = random.Random(number)  # noqa: S311 - variety, not secrecy
    body, verb, thing = _pick(chance, BODIES), _pick(chance, VERBS), _pick(chance, THINGS)
    return f"{body[0].upper()}{body[1:]} {verb} {thing} {_pick(chance, WHENS)}"


@lru_cache(maxsize=1024)
def article(number: int, total: int, day: int) -> Article:
    """Give page ``number`` (1 is the oldest) of ``total``, as it reads on a day."""
    chance = random.Random(number * 7919)  # noqa: S311 - variety, not secrecy
    current = number % CURRENT_EVERY == 0
    stamp = _NEWEST - timedelta(hours=4 * (total - number))
    blocks = [Block(kind=Kind.TEXT, text=_paragraph(chance)) for _ in range(chance.randrange(7, 15))]
    blocks.insert(4, Block(kind=Kind.HEADING, text=_pick(chance, THINGS).capitalize()))
    if not current and chance.random() < 0.5:  # noqa: PLR2004 - half of the legacy pages
        blocks.append(Block(kind=Kind.CALL_OUT))
    blocks += _corrections(number, day)
    markups = _CURRENT if current else _LEGACY
    page = Article(
        key=f"page-{number}",
        generation="current" if current else "legacy",
        markup=markups[number // CURRENT_EVERY % len(markups)],
        section="articles" if current else "Health-Care-News",
        slug=_slug(number),
        headline=headline(number),
        stamp=stamp,
        blocks=tuple(blocks),
        number=200_000 + number,
        shown_date=None if current else f"{stamp:%d.%m.%y}",
        stated="instant" if current else "none",
        alt="A corridor" if current else None,
        charset="cp1252" if not current and number % 3 == 0 else "utf-8",
    )
    return page if current else replace(page, comments=_comments(chance, stamp))


def _corrections(number: int, day: int) -> list[Block]:
    edits = [n for n in range(2, day + 1) if number % EDITED_EVERY == n]
    return [
        Block(kind=Kind.TEXT, text=f"Correction {n}: an earlier version gave the wrong ward.") for n in edits
    ]


def _paragraph(chance: random.Random) -> str:
    return " ".join(_sentence(chance) for _ in range(chance.randrange(2, 5)))


def _sentence(chance: random.Random) -> str:
    body, verb, thing = _pick(chance, BODIES), _pick(chance, VERBS), _pick(chance, THINGS)
    if chance.random() < 0.3:  # noqa: PLR2004 - every third sentence or so quotes somebody
        role, person = _pick(chance, ROLES), _pick(chance, PEOPLE)
        return f"\u201cEverybody knows it {verb} {thing},\u201d said {person}, {role} at {body}."
    return f"{body[0].upper()}{body[1:]} {verb} {thing} {_pick(chance, WHENS)} {_pick(chance, TAILS)}."


def _comments(chance: random.Random, stamp: datetime) -> tuple[Comment, ...]:
    posted = [
        stamp + timedelta(hours=n * 3 + 13, minutes=chance.randrange(60)) for n in range(chance.randrange(6))
    ]
    return tuple(
        Comment(
            key=f"c{n}",
            author=_pick(chance, HANDLES),
            posted=f"{time:%d/%m/%Y} at {time:%H:%M}",
            paragraphs=tuple(_sentence(chance) for _ in range(chance.randrange(1, 4))),
        )
        for n, time in enumerate(posted, 1)
    )


def _slug(number: int) -> str:
    kept = "".join(
        char if char.isalnum() else "-" for char in headline(number).lower() if char not in "\u2019\u00a3"
    )
    return f"{'-'.join(kept.split('-'))}-{number}"


def _path(number: int) -> str:
    return (
        f"/articles/{_slug(number)}" if number % CURRENT_EVERY == 0 else f"/Health-Care-News/{_slug(number)}"
    )


class GeneratedShelf:
    """``total`` generated pages: their paths are kept, their texts are made when asked for."""

    padded = True
    page_size = 50

    def __init__(self, total: int, day: int) -> None:
        self._total, self._day = total, day
        self._numbers = {_path(number).lower(): number for number in range(1, total + 1)}

    def _number(self, index: int) -> int:
        return self._total - index

    def article(self, number: int) -> Article:
        """Give the article at a place, 0 the newest."""
        return article(self._number(number), self._total, self._day)

    def numbers(self) -> Sequence[int]:
        """Give every place, newest first."""
        return range(self._total)

    def in_section(self, segment: str) -> Sequence[int]:
        """Give the places a section lists: ``News`` lists all, ``Comment`` none."""
        if segment == "News":
            return range(self._total)
        current = segment == "articles"
        if not current and segment != "Health-Care-News":
            return ()
        return [n for n in range(self._total) if (self._number(n) % CURRENT_EVERY == 0) is current]

    def path(self, number: int) -> str:
        """Give the path at a place."""
        return _path(self._number(number))

    def find(self, target: str) -> Place | None:
        """Give what stands at a path."""
        number = self._numbers.get(target.partition("?")[0].lower().rstrip("/"))
        if number is None:
            return None
        found = article(number, self._total, self._day)
        dated = found.generation == "legacy"
        return Place(article=found, address=Address(path=found.path, role=Role.CANONICAL, dated=dated))

    def by_key(self, key: str) -> Article | None:
        """Give the article of a key."""
        return article(int(key.removeprefix("page-")), self._total, self._day)

    def lingering(self) -> Sequence[Article]:
        """Give nothing: no generated page is ever removed."""
        return ()


def generated(total: int, day: int) -> GeneratedShelf:
    """Give a shelf of ``total`` generated pages on a day."""
    return GeneratedShelf(total, day)


def paths(total: int) -> tuple[str, ...]:
    """Give the canonical paths of a generated stand, newest first."""
    return tuple(_path(number) for number in range(total, 0, -1))


def expected(total: int, day: int, path: str) -> ExpectedArticle:
    """Give what a reader should make of a generated page; raises KeyError where none stands."""
    number = path.rpartition("-")[2]
    if not number.isdecimal() or not 1 <= int(number) <= total or _path(int(number)) != path:
        raise KeyError(path)
    return read(article(int(number), total, day))
