"""What must not come back: known by keyed hashes alone, asked before anything is fetched or stored."""

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, func, select

from core import urls
from core.records import ScrapedComment
from core.text import fold, words
from db import rows
from db.discussions.comments import PSEUDONYM, pseudonym
from db.models import Commenter, Suppression, table
from db.words import Suppressed
from db.work import kept_address, key_of

COMMENTER, SUPPRESSION = table(Commenter), table(Suppression)
OWN_WORDING = 8
"""Words from which on a text is one person's own: shorter ones are known within their article only."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a thing that must not come back; ``length`` only of an address prefix."""

    kind: Suppressed
    key_hash: str
    length: int | None = None


class Marks:
    """Makes marks; the key is derived from that of the pseudonyms, which lies outside the database."""

    def __init__(self, pseudonym_key: bytes) -> None:
        """Derive the key: whoever has the pseudonyms' hashes cannot compare them with these."""
        self._pseudonym_key = pseudonym_key
        self._key = hmac.digest(pseudonym_key, b"cuttings suppression", "sha256")

    def comment(self, outlet: str, identity: str, author: str | None, body: str) -> Iterator[Mark]:
        """Give the marks of a comment under an article: its wording there, and anywhere if it is long."""
        parts = (fold(author or ""), fold(body))
        yield self._mark(Suppressed.COMMENT, outlet, identity, *parts)
        if len(words(body)) >= OWN_WORDING:
            yield self._mark(Suppressed.WORDING, outlet, *parts)

    def comment_id(self, outlet: str, outlet_id: str) -> Mark:
        """Give the mark of the outlet's own number of a comment."""
        return self._mark(Suppressed.COMMENT_ID, outlet, outlet_id)

    def commenter(self, outlet: str, name: str) -> Mark:
        """Give the mark of a name under comments, or of the pseudonym that stands for it already."""
        folded = fold(name)
        own = folded if PSEUDONYM.fullmatch(folded) else pseudonym(self._pseudonym_key, outlet, folded)
        return self._mark(Suppressed.COMMENTER, outlet, own)

    def address(self, url: str) -> Iterator[Mark]:
        """Give the marks of an address, the same for all its spellings: as it is, and without tracking."""
        for key in dict.fromkeys((_key_of(url), key_of(urls.url_key, kept_address(url)))):
            yield self._mark(Suppressed.ADDRESS, key)

    def prefix(self, url: str) -> Mark:
        """Give the mark of all addresses that begin so."""
        return self.beginning(prefix_key(url))

    def beginning(self, key: str) -> Mark:
        """Give the mark of the beginning of an address's key."""
        made = self._mark(Suppressed.PREFIX, key)
        return Mark(made.kind, made.key_hash, len(key))

    def headline(self, title: str) -> Mark:
        """Give the mark of a headline, whatever outlet names it: links and announcements bear it."""
        return self._mark(Suppressed.WORDING, "headline", fold(title))

    def identity(self, outlet: str, identity: str) -> Mark:
        """Give the mark of an article's identity."""
        return self._mark(Suppressed.IDENTITY, outlet, identity)

    def _mark(self, kind: Suppressed, *parts: str) -> Mark:
        told = "\0".join((kind.value, *parts)).encode(errors="replace")
        return Mark(kind, hmac.digest(self._key, told, "sha256").hex())


class Suppressions:
    """What must not come back, as of when it was loaded; a newer erasure has a higher number."""

    def __init__(
        self,
        marks: Marks,
        kept: dict[Suppressed, dict[str, int]],
        lengths: tuple[int, ...],
        unnamed: frozenset[str] = frozenset(),
        newest: int = 0,
    ) -> None:
        """Keep the hashes by kind, each with its erasure, the lengths of prefixes, and who has no name."""
        self.unnamed = unnamed
        self._newest = newest
        self._marks = marks
        self._kept = kept
        self._lengths = lengths

    @classmethod
    def load(cls, connection: Connection, pseudonym_key: bytes) -> Self:
        """Read them all: a few for each erasure."""
        kept: dict[Suppressed, dict[str, int]] = defaultdict(dict)
        lengths, newest = set(), 0
        for row in connection.execute(select(SUPPRESSION)):
            kept[Suppressed(row.kind)][row.key_hash] = row.erasure_id
            newest = max(newest, row.id)
            if row.length is not None:
                lengths.add(row.length)
        nameless = select(COMMENTER.c.pseudonym).where(COMMENTER.c.display_name == COMMENTER.c.pseudonym)
        unnamed = frozenset(connection.execute(nameless).scalars())
        return cls(Marks(pseudonym_key), dict(kept), tuple(sorted(lengths)), unnamed, newest)

    @classmethod
    def of(cls, marks: Marks, made: Collection[Mark], erasure_id: int) -> Self:
        """Give what one erasure keeps out: by the same rules it is found where it stands already."""
        kept: dict[Suppressed, dict[str, int]] = defaultdict(dict)
        for mark in made:
            kept[mark.kind][mark.key_hash] = erasure_id
        lengths = {mark.length for mark in made if mark.length is not None}
        return cls(marks, dict(kept), tuple(sorted(lengths)))

    def is_current(self, connection: Connection) -> bool:
        """Say whether nothing was erased since: of another outlet's it may be, while this one is crawled."""
        newest = connection.execute(select(func.max(SUPPRESSION.c.id))).scalar()
        return (newest or 0) == self._newest

    @property
    def any(self) -> bool:
        """Whether there is anything to be kept out."""
        return bool(self._kept)

    def of_address(self, url: str) -> int | None:
        """Give the erasure that keeps an address out, None where none does."""
        if Suppressed.ADDRESS in self._kept:
            found = next(filter(None, map(self._of, self._marks.address(url))), None)
            if found:
                return found
        if not self._lengths:
            return None
        key = _key_of(url)
        beginnings = (key[:length] for length in self._lengths if length <= len(key))
        return next(filter(None, (self._of(self._marks.beginning(one)) for one in beginnings)), None)

    def of_link(self, title: str | None, url: str | None) -> int | None:
        """Give the erasure that keeps a link out: its address's, or its title's.

        That of a short headline only where the link leads nowhere: else it may be another article's.
        """
        found = self.of_address(url) if url else None
        if found or not title or (url and len(words(title)) < OWN_WORDING):
            return found
        return self.of_headline(title)

    def of_announcement(self, title: str | None, url: str | None, guid: str | None) -> int | None:
        """Give the erasure that keeps out what a source announces: an address's, or of none its title's."""
        if guid and (found := self.of_address(guid)):
            return found
        return self.of_address(url) if url else self.of_link(title, None)

    def of_headline(self, text: str) -> int | None:
        """Give the erasure that keeps a text out because it is the headline of an erased article."""
        if Suppressed.WORDING not in self._kept:
            return None
        return self._of(self._marks.headline(text))

    def of_identity(self, outlet: str, identity: str) -> int | None:
        """Give the erasure that keeps an article out by its identity."""
        if Suppressed.IDENTITY not in self._kept:
            return None
        return self._of(self._marks.identity(outlet, identity))

    def of_comment(self, outlet: str, identity: str, comment: ScrapedComment) -> int | None:
        """Give the erasure that keeps a comment out: its wording's, its number's or its name's."""
        if not self.of_comments:
            return None
        marks = list(self._marks.comment(outlet, identity, comment.author, comment.body))
        if comment.author:
            marks.append(self._marks.commenter(outlet, comment.author))
        if comment.outlet_id:
            marks.append(self._marks.comment_id(outlet, comment.outlet_id))
        return next(filter(None, map(self._of, marks)), None)

    @property
    def of_comments(self) -> bool:
        """Whether any comment or commenter is to be kept out."""
        kinds = (Suppressed.COMMENT, Suppressed.COMMENTER, Suppressed.COMMENT_ID, Suppressed.WORDING)
        return any(kind in self._kept for kind in kinds)

    def _of(self, mark: Mark) -> int | None:
        return self._kept.get(mark.kind, {}).get(mark.key_hash)


def keep(connection: Connection, erasure_id: int, marks: set[Mark]) -> int:
    """Have the things of these marks kept out from now on; give how many were not yet."""
    entries = [
        {
            "kind": mark.kind.value,
            "key_hash": mark.key_hash,
            "length": mark.length,
            "erasure_id": erasure_id,
        }
        for mark in sorted(marks, key=lambda mark: (mark.kind.value, mark.key_hash))
    ]
    return rows.put_new(connection, SUPPRESSION, entries)


def prefix_key(url: str) -> str:
    """Give what the keys of all addresses begin with that begin so; a slash at the end stays one."""
    key = _key_of(url)
    return f"{key}/" if url.endswith("/") else key


def _key_of(url: str) -> str:
    return key_of(urls.address_key, kept_address(url))
