"""The invented articles every platform site shows, so that sites differ by markup, not by content."""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsstand.platforms import words

LONDON = ZoneInfo("Europe/London")
COUNT = 24
PARAGRAPHS = 5, 8
_MANY = 6  # the story whose thread needs a pager
_MANY_REMARKS = 14
_TALKED_OF = 4  # every fourth story has a few comments
_CLOSED = 5  # every fifth takes none
_SUMMER = datetime(2023, 6, 5, 9, 12, tzinfo=LONDON)
_WINTER = datetime(2024, 2, 5, 7, 41, tzinfo=LONDON)


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """A section or a tag: the words shown, and the word in addresses."""

    name: str
    slug: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """One reader's comment; ``parent`` is the number of the remark it answers, above it in the story."""

    number: int
    author: str
    posted: datetime
    paragraphs: tuple[str, ...]
    parent: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One article; ``stamp`` is in the zone of London, to the minute. ``open``: comments are taken.

    ``remarks`` are in the order of the thread: a reply stands beneath what it answers.
    """

    number: int
    title: str
    standfirst: str
    paragraphs: tuple[str, ...]
    author: str
    stamp: datetime
    section: Topic
    tags: tuple[Topic, ...]
    caption: str
    open: bool = True
    remarks: tuple[Remark, ...] = ()

    @property
    def slug(self) -> str:
        """The title in lower case, as most platforms write it into addresses."""
        return slug(self.title)

    @property
    def capitals(self) -> str:
        """The title's words as they are, joined by hyphens, as trade systems on .NET have it."""
        return "-".join(re.findall(r"[A-Za-z0-9]+", self.title.replace("\u2019", "")))


def slug(text: str) -> str:
    """Give a text as it stands in an address: lower case, apostrophes dropped, hyphens for the rest."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("\u2019", "").replace("\u00a3", "")).strip("-")


def _topic(name: str) -> Topic:
    return Topic(name=name, slug=slug(name))


def _paragraph(chance: random.Random, templates: list[str]) -> str:
    """Give two or three sentences none of which stood in this story before."""
    return " ".join(_filled(chance, templates.pop()) for _ in range(chance.choice((2, 2, 3))))


def _filled(chance: random.Random, template: str) -> str:
    filled = template.format(
        body=chance.choice(words.BODIES),
        person=chance.choice(words.PEOPLE),
        role=chance.choice(words.ROLES),
        thing=chance.choice(words.THINGS),
        place=chance.choice(words.PLACES),
        when=chance.choice(words.WHENS),
        sum=f"\u00a3{chance.randrange(11, 990) / 10}m",
        count=f"{chance.randrange(1_021, 48_977):,}",
        share=chance.randrange(7, 93),
        year=chance.randrange(2011, 2023),
    )
    return filled[0].upper() + filled[1:]


def _story(number: int) -> Story:
    chance = random.Random(f"story {number}")  # noqa: S311 - variety, not secrecy
    templates = list(words.SENTENCES)
    chance.shuffle(templates)
    half, place = divmod(number - 1, COUNT // 2)
    begun = (_SUMMER, _WINTER)[half] + timedelta(days=2 * place, minutes=chance.randrange(0, 420))
    return Story(
        number=number,
        title=words.TITLES[number - 1],
        standfirst=_filled(chance, chance.choice(words.STANDFIRSTS)),
        paragraphs=tuple(_paragraph(chance, templates) for _ in range(chance.randint(*PARAGRAPHS))),
        author=chance.choice(words.WRITERS),
        stamp=begun,
        section=_topic(words.SECTIONS[number % len(words.SECTIONS)]),
        tags=tuple(_topic(name) for name in chance.sample(words.TAGS, 2)),
        caption=f"The square at {chance.choice(words.PLACES)}",
        open=bool(number % _CLOSED),
        remarks=_remarks(number, begun, chance) if number % _TALKED_OF == 0 or number == _MANY else (),
    )


def _remarks(number: int, begun: datetime, chance: random.Random) -> tuple[Remark, ...]:
    """Give the thread of a story: on most a question, two answers and another voice; on one many."""
    texts = chance.sample(words.REMARKS, _MANY_REMARKS)
    size = _MANY_REMARKS if number == _MANY else chance.randint(3, 5)
    parents = {2: 1, 3: 2, 5: 4}  # answers, by their place in the thread
    first = number * 100
    return tuple(
        Remark(
            number=first + place,
            author=chance.choice(words.READERS),
            posted=begun + timedelta(hours=3 * place, minutes=chance.randrange(60)),
            paragraphs=tuple(_filled(chance, text) for text in texts[place - 1].split("\n\n")),
            parent=first + parents[place] if place in parents else None,
        )
        for place in range(1, size + 1)
    )


STORIES: tuple[Story, ...] = tuple(_story(number) for number in range(COUNT, 0, -1))
"""Every article, newest first."""
