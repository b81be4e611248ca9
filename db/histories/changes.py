"""How two texts of one article differ, and what kind of edit that is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from core.corrections import new_note
from core.diff import BREAK, Mark, word_diff
from core.text import fold, plain, words
from db.words import Edit

TYPO_WORDS = 3  # at most so many words gone and so many come, the headline untouched
MINOR_SIMILARITY = 0.95
MAJOR_SIMILARITY = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """The fields of a document that can be edited."""

    fingerprint: str
    title: str
    standfirst: str | None
    byline: str | None
    section: str | None
    published_at: datetime | None
    published_on: date | None
    tags: tuple[str, ...]
    body: str

    def wording(self) -> str:
        """Give what word counts are over: headline, standfirst and body."""
        return BREAK.join(part for part in (self.title, self.standfirst, self.body) if part)

    def shown(self) -> tuple[str, ...]:
        """Give the wording a fingerprint is over, as it stands; an empty field is a missing one."""
        return tuple(part or "" for part in (self.title, self.standfirst, self.byline, self.body))


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How a text differs from the one before; ``similarity`` is the share of words kept, 0 to 1.

    ``correction_note`` is the note of correction the page states now and did not state before
    (:func:`core.corrections.new_note`), its paragraphs parted by a blank line.
    """

    kind: Edit
    title_changed: bool
    standfirst_changed: bool
    byline_changed: bool
    section_changed: bool
    date_changed: bool
    tags_changed: bool
    body_changed: bool
    words_added: int
    words_removed: int
    similarity: float
    correction_note: str | None = None


def measure(before: Text, after: Text, earlier: Collection[str] = ()) -> Difference:
    """Give the difference between two texts; ``earlier`` are fingerprints of texts before ``before``.

    The kind is the first that holds. Where the fingerprints are equal: *details_only* (another
    date), *cosmetic* (the wording differs in quotes, dashes and white space alone), *reappeared*
    (nothing differs: the article was away). Otherwise: *reverted* (to an earlier text),
    *correction_note* (the page states one it did not state before, however much else it edits),
    *details_only* (headline, standfirst and body are as before), *headline_only*, *typo* (at most 3
    words went and 3 came, or letter case alone is other, headline as before), *minor* (at least 0.95
    of the words kept), *major* (at least 0.5), else *rewrite*.

    Fields and words are compared plain (:func:`core.text.plain`): other quotes or dashes are no
    change, other letter case is one. The cost is bounded whatever the texts (``core.diff``).
    """
    added, removed, same = _count(before.wording(), after.wording())
    total = 2 * same + added + removed
    similarity = 2 * same / total if total else 1.0
    changed = {
        "title": _differ(before.title, after.title),
        "standfirst": _differ(before.standfirst, after.standfirst),
        "body": _differ(before.body, after.body),
    }
    note = new_note(before.body, after.body) if changed["body"] else None
    kind = _alike(before, after, earlier)
    if kind is None and note:
        kind = Edit.CORRECTION_NOTE
    if kind is None and any(changed.values()) and not changed["title"] and _same_letters(before, after):
        kind = Edit.TYPO
    return Difference(
        kind=kind or _extent(changed, added, removed, similarity),
        title_changed=changed["title"],
        standfirst_changed=changed["standfirst"],
        body_changed=changed["body"],
        byline_changed=_differ(before.byline, after.byline),
        section_changed=_differ(before.section, after.section),
        date_changed=not _same_date(before, after),
        tags_changed=before.tags != after.tags,
        words_added=added,
        words_removed=removed,
        similarity=round(similarity, 4),
        correction_note=note,
    )


def _alike(before: Text, after: Text, earlier: Collection[str]) -> Edit | None:
    """Give the kind of a text known before: the same one, or one from before that; None for a new one."""
    if before.fingerprint != after.fingerprint:
        return Edit.REVERTED if after.fingerprint in earlier else None
    if not _same_date(before, after):
        return Edit.DETAILS_ONLY
    return Edit.REAPPEARED if before.shown() == after.shown() else Edit.COSMETIC


def _same_date(before: Text, after: Text) -> bool:
    return (before.published_at, before.published_on) == (after.published_at, after.published_on)


def _same_letters(before: Text, after: Text) -> bool:
    return fold(before.wording()) == fold(after.wording())


def _extent(changed: dict[str, bool], added: int, removed: int, similarity: float) -> Edit:
    if not any(changed.values()):
        return Edit.DETAILS_ONLY
    if changed["title"] and not changed["body"] and not changed["standfirst"]:
        return Edit.HEADLINE_ONLY
    if max(added, removed) <= TYPO_WORDS and not changed["title"]:
        return Edit.TYPO
    if similarity >= MINOR_SIMILARITY:
        return Edit.MINOR
    return Edit.MAJOR if similarity >= MAJOR_SIMILARITY else Edit.REWRITE


def _differ(before: str | None, after: str | None) -> bool:
    return plain(before or "") != plain(after or "")


def _count(before: str, after: str) -> tuple[int, int, int]:
    """Give how many words came, went and stayed; looks, paragraphs and punctuation aside."""
    if plain(before) == plain(after):
        return 0, 0, len(words(plain(after)))
    counts = dict.fromkeys(Mark, 0)
    for piece in word_diff(_bare(before), _bare(after)):
        counts[piece.mark] += len(piece.text.split())
    return counts[Mark.ADDED], counts[Mark.REMOVED], counts[Mark.SAME]


def _bare(text: str) -> str:
    return BREAK.join(" ".join(words(plain(paragraph))) for paragraph in text.split(BREAK))
