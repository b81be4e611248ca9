"""The changes of articles as rows: measured once, and anew where they lie between other texts."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from db import rows
from db.histories.changes import Text, measure
from db.histories.history import History, Shown
from db.models import ArticleChange, Document, table
from db.words import Edit
from db.work import Work

CHANGE, DOCUMENT = table(ArticleChange), table(Document)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An article's history with the ids of its versions, and the first place that is not as it was."""

    article_id: int
    history: History
    version_ids: tuple[int, ...]
    stirred: int
    is_new: bool

    @property
    def may_have_changes(self) -> bool:
        """Whether there are changes to be written, or to be taken back."""
        several = len(self.history.spells) > 1 and self.stirred < len(self.history.spells)
        return several or bool(self.history.looks) or (not self.is_new and self.stirred <= 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pair:
    """Two texts, and where their difference belongs; a ``settled`` pair was measured as it is."""

    place: Mapping[str, Any]
    before: Shown
    after: Shown
    earlier: frozenset[str] = frozenset()
    settled: bool = True

    @property
    def within(self) -> bool:
        """Whether it lies within one version: then it can only be of looks."""
        return bool(self.place["version_id"] == self.place["previous_version_id"])

    def is_told_by(self, row: Any) -> bool:
        """Say whether a row tells of the same texts at the same place."""
        return all(getattr(row, name) == value for name, value in self.place.items())


def record(work: Work, told: Sequence[Told]) -> None:
    """Make the believed changes of these articles those between the texts of their histories."""
    concerned = [one for one in told if one.may_have_changes]
    if not concerned:
        return
    known: dict[int, dict[datetime, Any]] = defaultdict(dict)
    query = CHANGE.select().where(CHANGE.c.superseded_at.is_(None))
    wanted = [one.article_id for one in concerned if not one.is_new]
    for row in rows.among(work.connection, query, CHANGE.c.article_id, wanted):
        known[row.article_id][row.changed_by] = row
    open_pairs: list[_Pair] = []
    for one in concerned:
        for pair in (*_edits(one), *_looks(one)):
            kept = known[one.article_id].get(pair.place["changed_by"])
            if kept is not None and pair.settled and pair.is_told_by(kept):
                del known[one.article_id][kept.changed_by]
            else:
                open_pairs.append(pair)
    _write(work, open_pairs, known)


def _write(work: Work, pairs: Sequence[_Pair], left: Mapping[int, dict[datetime, Any]]) -> None:
    """Measure the pairs; keep the rows that say the same, supersede the others."""
    texts = _texts(work, {shown.document_id for pair in pairs for shown in (pair.before, pair.after)})
    fresh = []
    for pair in pairs:
        entry = _entry(pair, texts)
        if entry is None:
            continue
        old = left.get(entry["article_id"], {})
        row = old.get(entry["changed_by"])
        if row is not None and all(getattr(row, name) == value for name, value in entry.items()):
            del old[entry["changed_by"]]
        else:
            fresh.append(entry | {"recorded_at": work.now})
    if dropped := [{"of": row.id} for old in left.values() for row in old.values()]:
        taken_back = update(CHANGE).where(CHANGE.c.id == bindparam("of")).values(superseded_at=work.now)
        work.connection.execute(taken_back, dropped)
    rows.put(work.connection, CHANGE, fresh)


def _entry(pair: _Pair, texts: Mapping[int, Text]) -> dict[str, Any] | None:
    """Give the row of a pair; None where two readings within a version do not even differ in looks."""
    before, after = texts[pair.before.document_id], texts[pair.after.document_id]
    if pair.within and before.shown() == after.shown():
        return None
    difference = measure(before, after, pair.earlier)
    if pair.within and difference.kind is not Edit.COSMETIC:
        return None
    # Between two versions it is not the looks that count: the article was away.
    kind = Edit.REAPPEARED if difference.kind is Edit.COSMETIC and not pair.within else difference.kind
    return {**asdict(difference), "kind": kind.value, **pair.place}


def _edits(told: Told) -> Iterator[_Pair]:
    """Give each spell's text with the one before, as one extractor reads both where one did."""
    spells, ids = told.history.spells, told.version_ids
    for place in range(1, len(spells)):
        last, now = spells[place - 1], spells[place]
        before, after = last.text, now.text
        if before.extractor_id != after.extractor_id and now.before and now.after:
            before, after = now.before, now.after
        older = {s.under.get(after.extractor_id, s.text).fingerprint for s in spells[: place - 1]}
        yield _Pair(
            place={
                "article_id": told.article_id,
                "version_id": ids[place],
                "previous_version_id": ids[place - 1],
                "before_document_id": before.document_id,
                "after_document_id": after.document_id,
                "changed_after": now.changed_after or last.last_seen_at,
                "changed_by": now.valid_from,
            },
            before=before,
            after=after,
            earlier=frozenset(older - {before.fingerprint}),
            settled=place < told.stirred,
        )


def _looks(told: Told) -> Iterator[_Pair]:
    for looks in told.history.looks:
        version_id = told.version_ids[looks.spell]
        yield _Pair(
            place={
                "article_id": told.article_id,
                "version_id": version_id,
                "previous_version_id": version_id,
                "before_document_id": looks.before.document_id,
                "after_document_id": looks.after.document_id,
                "changed_after": looks.changed_after,
                "changed_by": looks.changed_by,
            },
            before=looks.before,
            after=looks.after,
        )


def _texts(work: Work, document_ids: Collection[int]) -> dict[int, Text]:
    names = tuple(name for name in Text.__dataclass_fields__ if name != "tags")
    query = select(DOCUMENT.c.id, DOCUMENT.c.tags, *(DOCUMENT.c[name] for name in names))
    return {
        row.id: Text(tags=tuple(row.tags), **{name: getattr(row, name) for name in names})
        for row in rows.among(work.connection, query, DOCUMENT.c.id, document_ids)
    }
