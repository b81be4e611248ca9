"""What an invented page says: blocks, comments, articles and the addresses they stand at."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Kind(StrEnum):
    """What one block of a page is."""

    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"
    CAPTION = "caption"  # shown, not body
    MORE = "more"  # a READ MORE paragraph: shown, not body
    CALL_OUT = "call-out"  # shown, not body


BODY = frozenset({Kind.TEXT, Kind.HEADING, Kind.ITEM})
"""The kinds that are the article's own text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One block of a page; ``target`` is where a READ MORE leads (an article's key or a path)."""

    kind: Kind
    text: str = ""
    target: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """One reader comment; ``posted`` is the local wording ``DD/MM/YYYY at HH:MM``.

    ``author_html`` is the markup of the name where it is more than its text.
    """

    key: str
    author: str
    posted: str
    paragraphs: tuple[str, ...]
    author_html: str | None = None

    def local(self) -> datetime:
        """Give the stated time in the outlet's zone; the first where it occurred twice."""
        return datetime.strptime(self.posted, "%d/%m/%Y at %H:%M").replace(tzinfo=LONDON)

    def instant(self) -> datetime:
        """Give the stated time in UTC; a skipped one is read with the offset before the change."""
        return self.local().astimezone(UTC)

    def note(self) -> str | None:
        """Say ``ambiguous`` or ``nonexistent`` of a time in a clock-change night, else None."""
        first, second = self.local(), self.local().replace(fold=1)
        if first.utcoffset() == second.utcoffset():
            return None
        back = first.astimezone(UTC).astimezone(LONDON)
        return "ambiguous" if back.replace(tzinfo=None) == first.replace(tzinfo=None) else "nonexistent"


class Role(StrEnum):
    """What an address of an article is."""

    CANONICAL = "canonical"
    ALIAS = "alias"  # serves the same article
    FORMER = "former"  # answers 301 to the canonical one


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One path an article stands at; ``dated`` says whether the page there shows banner and date."""

    path: str
    role: Role
    dated: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One invented article as it stands on one day.

    ``stamp`` is its local time of publication, which feeds and order follow; ``shown_date`` is
    the wording on a legacy page (None where it shows none); ``numbered`` ones stand at
    ``/<section>/<slug>/<number>``. On a current page ``stated`` says
    what its metadata tell: ``instant``, ``day`` or ``none``.
    """

    key: str
    generation: str
    markup: str
    section: str
    slug: str
    headline: str
    stamp: datetime
    blocks: tuple[Block, ...]
    number: int | None = None
    shown_date: str | None = None
    stated: str = "none"
    source: str | None = None
    standfirst: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    alt: str | None = None
    comments: tuple[Comment, ...] = ()
    comment_section: bool = True
    charset: str = "utf-8"
    also: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    modified: datetime | None = None
    status: int = 200
    numbered: bool = False

    @property
    def path(self) -> str:
        """The canonical path."""
        if self.generation == "current":
            return f"/articles/{self.slug}"
        if self.numbered:
            return f"/{self.section}/{self.slug}/{self.number}"
        return f"/{self.section}/{self.slug}"

    def addresses(self) -> tuple[Address, ...]:
        """Give every address that is linked or announced somewhere, the canonical one first."""
        dated = self.generation == "legacy" and not self.numbered and self.section != "News"
        found = [Address(path=self.path, role=Role.CANONICAL, dated=dated)]
        paths = {
            "news": f"/News/{self.slug}",
            "news-id": f"/News/{self.slug}/{self.number}",
            "lower": self.path.lower(),
            "campaign": f"{self.path}?utm_source=newsletter&utm_medium=email",
        }
        found += [
            Address(path=paths[word], role=Role.ALIAS, dated=dated and not word.startswith("news"))
            for word in self.also
            if word in paths
        ]
        found += [Address(path=path, role=Role.FORMER, dated=False) for path in self.former]
        return tuple(found)

    def paragraphs(self) -> tuple[str, ...]:
        """Give the body as a reader should: text, sub-headings and list items, NBSP as a space."""
        return tuple(" ".join(block.text.split()) for block in self.blocks if block.kind in BODY)

    def related(self) -> tuple[str, ...]:
        """Give the headlines of its READ MORE paragraphs."""
        return tuple(" ".join(block.text.split()) for block in self.blocks if block.kind is Kind.MORE)

    def published_on(self) -> date | None:
        """Give the day the page tells, in the outlet's zone; None where it tells none or no such day."""
        if self.generation == "current":
            return None if self.stated == "none" else self.stamp.date()
        if self.shown_date is None:
            return None
        try:
            return datetime.strptime(self.shown_date, "%d.%m.%y").replace(tzinfo=LONDON).date()
        except ValueError:
            return None

    def published_at(self) -> datetime | None:
        """Give the instant the page's metadata tell, in UTC; None where only a day or nothing is told."""
        if self.stated != "instant":
            return None
        return self.stamp.replace(tzinfo=LONDON).astimezone(UTC)

    def modified_at(self) -> datetime | None:
        """Give the instant of the last edit the page's metadata tell, in UTC."""
        if self.markup not in {"jsonld", "graph", "opengraph"}:
            return None
        return (self.modified or self.stamp).replace(tzinfo=LONDON).astimezone(UTC)
