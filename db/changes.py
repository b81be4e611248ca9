"""How two texts of one article differ, and what kind of edit that is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from core.diff import BREAK, Mark, word_diff
from core.text import fold, words
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How a text differs from the one before; ``similarity`` is the share of words kept, 0 to 1."""

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


def measure(before: Text, after: Text, earlier: Collection[str] = ()) -> Difference:
    """Give the difference between two texts; ``earlier`` are fingerprints of texts before ``before``.

    The kind is the first that holds: *reappeared* (texts and dates are equal: the article was away),
    *reverted* (to an earlier text), *details_only* (headline, standfirst and body are as before),
    *headline_only*, *typo* (at most 3 words went and 3 came, headline as before), *minor* (at least
    0.95 of the words kept), *major* (at least 0.5), else *rewrite*. Fields are compared folded
    (:func:`core.text.fold`): other quotes or dashes are no change.
    """
    added, removed, same = _count(before.wording(), after.wording())
    total = 2 * same + added + removed
    similarity = 2 * same / total if total else 1.0
    changed = {
        "title": _differ(before.title, after.title),
        "standfirst": _differ(before.standfirst, after.standfirst),
        "body": _differ(before.body, after.body),
    }
    return Difference(
        kind=_kind(before, after, earlier, changed, (added, removed, similarity)),
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
    )


def _kind(
    before: Text,
    after: Text,
    earlier: Collection[str],
    changed: dict[str, bool],
    counted: tuple[int, int, float],
) -> Edit:
    if before.fingerprint == after.fingerprint:
        return Edit.REAPPEARED if _same_date(before, after) else Edit.DETAILS_ONLY
    if after.fingerprint in earlier:
        return Edit.REVERTED
    if not any(changed.values()):
        return Edit.DETAILS_ONLY
    return _extent(changed, *counted)


def _same_date(before: Text, after: Text) -> bool:
    return (before.published_at, before.published_on) == (after.published_at, after.published_on)


def _extent(changed: dict[str, bool], added: int, removed: int, similarity: float) -> Edit:
    if changed["title"] and not changed["body"] and not changed["standfirst"]:
        return Edit.HEADLINE_ONLY
    if max(added, removed) <= TYPO_WORDS and not changed["title"]:
        return Edit.TYPO
    if similarity >= MINOR_SIMILARITY:
        return Edit.MINOR
    return Edit.MAJOR if similarity >= MAJOR_SIMILARITY else Edit.REWRITE


def _differ(before: str | None, after: str | None) -> bool:
    return fold(before or "") != fold(after or "")


def _count(before: str, after: str) -> tuple[int, int, int]:
    """Give how many words came, went and stayed; looks and punctuation aside."""
    counts = dict.fromkeys(Mark, 0)
    for piece in word_diff(_bare(before), _bare(after)):
        counts[piece.mark] += len(piece.text.split())
    return counts[Mark.ADDED], counts[Mark.REMOVED], counts[Mark.SAME]


def _bare(text: str) -> str:
    return BREAK.join(" ".join(words(fold(paragraph))) for paragraph in text.split(BREAK))
