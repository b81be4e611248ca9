"""What comes in is looked through for what was erased: it is left out, and its bytes have to go."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import update

from core.records import ArticleRecord, FetchAttempt, ScrapedComment, Sighting, Unread
from core.text import fold
from db import rows
from db.discussions.comments import pseudonym
from db.models import Capture, Erasure, Redaction, table
from db.retention import nameless
from db.suppressing import Suppressions
from db.words import LISTINGS
from db.work import Work

CAPTURE, REDACTION = table(Capture), table(Redaction)
ERASURE = table(Erasure)
T = TypeVar("T")


class Screen:
    """Looks through what one batch brings; ``tainted`` are erasures by attempts whose bytes have to go."""

    def __init__(self, suppressions: Suppressions, outlet: str, pseudonym_key: bytes) -> None:
        """Look with what must not come back to an outlet."""
        self._suppressions = suppressions
        self._outlet = outlet
        self._key = pseudonym_key
        self.tainted: dict[str, int] = {}

    def item(self, item: T) -> T | None:
        """Give an item without what must not come back; None where nothing of it may."""
        if isinstance(item, ArticleRecord):
            return self.record(item)  # type: ignore[return-value] # it is T's own kind
        if isinstance(item, Sighting):
            return None if self._suppressions.of_announcement(item.title, item.url, item.guid) else item
        if isinstance(item, Unread):
            erasure = self._suppressions.of_address(item.url)
            if erasure and item.fetch_key:
                self.tainted[item.fetch_key] = erasure
            return None if erasure else item
        if isinstance(item, FetchAttempt) and item.redirect_to is not None:
            led = self._suppressions.of_address(item.redirect_to)
            return replace(item, redirect_to=None) if led else item
        return item

    def record(self, record: ArticleRecord) -> ArticleRecord | None:
        """Give an article record without erased comments and links; None for an erased article."""
        found = self._of_article(record)
        if found:
            keys = (record.fetch_key, *(page.fetch_key for page in record.thread))
            self.tainted |= dict.fromkeys(keys, found)
            return None
        related = tuple(
            link for link in record.related if not self._suppressions.of_link(link.title, link.url)
        )
        if len(related) < len(record.related):
            record = replace(record, related=related)
        return self._without_comments(record)

    def _without_comments(self, record: ArticleRecord) -> ArticleRecord:
        record = self._without_names(record)
        if not self._suppressions.of_comments:
            return record
        gone: set[int] = set()
        for place, comment in enumerate(record.comments):
            erasure = self._suppressions.of_comment(self._outlet, record.identity, comment)
            if erasure:
                gone.add(place)
                for key in _shown_by(record, comment):
                    self.tainted[key] = erasure
        return replace(record, comments=without(record.comments, gone)) if gone else record

    def _without_names(self, record: ArticleRecord) -> ArticleRecord:
        """Put pseudonyms in place of names that are kept no longer (:mod:`db.retention`)."""
        if not self._suppressions.unnamed:
            return record
        folded = {fold(one.author) for one in record.comments if one.author}
        names = {name: pseudonym(self._key, self._outlet, name) for name in folded}
        known = {name: own for name, own in names.items() if own in self._suppressions.unnamed}
        return replace(record, comments=nameless(record.comments, known)) if known else record

    def _of_article(self, record: ArticleRecord) -> int | None:
        addresses = (record.url, *((record.canonical_url,) if record.canonical_url else ()))
        found = self._suppressions.of_identity(self._outlet, record.identity)
        return found or next(filter(None, map(self._suppressions.of_address, addresses)), None)


def _shown_by(record: ArticleRecord, comment: ScrapedComment) -> list[str]:
    """Give the attempts whose pages showed a comment: its article's, or those its discussion goes on."""
    others = [page.fetch_key for page in record.thread if comment.position in page.positions]
    is_apart = others and record.read_by.get("comments") in LISTINGS
    return others if is_apart else [record.fetch_key, *others]


def without(comments: Sequence[ScrapedComment], places: set[int]) -> tuple[ScrapedComment, ...]:
    """Give the comments but for those at these places; answers to them answer nobody."""
    gone = {comments[place].position for place in places}
    return tuple(
        replace(comment, parent=None) if comment.parent in gone else comment
        for place, comment in enumerate(comments)
        if place not in places
    )


def redact(work: Work, tainted: dict[int, int]) -> None:
    """Note that the bytes of captures, by their ids, have to go, each for its erasure."""
    if not tainted:
        return
    query = CAPTURE.select().with_only_columns(CAPTURE.c.id, CAPTURE.c.payload_id)
    found = rows.among(work.connection, query, CAPTURE.c.id, tainted)
    entries = [
        {"payload_id": row.payload_id, "erasure_id": tainted[row.id], "asked_at": work.now} for row in found
    ]
    rows.put_missing(work.connection, REDACTION, entries)
    for chunk in rows.chunks(set(tainted.values())):  # what was over is not any more
        undone = update(ERASURE).where(ERASURE.c.id.in_(chunk))
        work.connection.execute(undone.values(files_done_at=None))
