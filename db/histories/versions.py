"""The rows of articles' histories: brought to what their evidence adds up to, nothing silently rewritten."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from db import rows
from db.histories import edits
from db.histories.edits import Told
from db.histories.history import History, Shown, Spell
from db.models import ArticleText, ArticleVersion, table
from db.words import Retraction
from db.work import Work

TEXT, VERSION = table(ArticleText), table(ArticleVersion)


@dataclass(frozen=True, kw_only=True, slots=True)
class Altered:
    """What the writing of a history came to: ``version`` is the number of the last one.

    ``vanished`` are versions no longer believed in whose place none begins, ``appeared`` those that
    begin where none did.
    """

    version: int
    text_changed: bool = False
    vanished: int = 0
    appeared: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """A believed version as it is stored, with its text."""

    id: int
    article_id: int
    seq: int
    valid_from: datetime
    valid_to: datetime | None
    ended_by: str | None
    changed_after: datetime | None
    last_seen_at: datetime
    last_capture_id: int
    text_id: int
    extractor_id: int
    document_id: int

    def may_become(self, spell: Spell) -> bool:
        """Say whether the row can tell of the spell: only its end may still be added to it."""
        return (self.valid_from, self.changed_after) == (spell.valid_from, spell.changed_after) and (
            self.valid_to is None or self.valid_to == spell.valid_to
        )


@dataclass(slots=True)
class _Plan:
    """What is to be written for all articles of a batch; ``reason`` is why versions vanish."""

    now: datetime
    reason: Retraction
    retracted: list[dict[str, Any]] = field(default_factory=list)
    renumbered: list[dict[str, Any]] = field(default_factory=list)
    ended: list[dict[str, Any]] = field(default_factory=list)
    renamed: list[dict[str, Any]] = field(default_factory=list)
    extended: list[dict[str, Any]] = field(default_factory=list)
    superseded: list[dict[str, Any]] = field(default_factory=list)
    opened: list[tuple[int, int, Spell]] = field(default_factory=list)  # article, place, spell
    texts: list[dict[str, Any]] = field(default_factory=list)
    ids: dict[int, list[int]] = field(default_factory=dict)  # article -> its versions' ids, by place
    stirred: dict[int, int] = field(default_factory=dict)  # article -> first place that is otherwise
    altered: dict[int, Altered] = field(default_factory=dict)


def write(work: Work, histories: Mapping[int, History], reason: Retraction) -> dict[int, Altered]:
    """Make the believed versions, texts and changes of these articles those of their histories.

    What is stored and still true stays; an end that has come is added; anything else is retracted
    (for ``reason`` where nothing takes its place) and recorded anew, so that what was believed
    at any time can still be told. The articles' own rows are left to the caller.
    """
    known: dict[int, list[_Row]] = defaultdict(list)
    for row in rows.among(work.connection, _believed(), VERSION.c.article_id, histories):
        known[row.article_id].append(_Row(**row._asdict()))
    plan = _Plan(now=work.now, reason=reason)
    for article_id, history in histories.items():
        _compare(article_id, known[article_id], history, plan)
    _write(work, plan)
    edits.record(
        work,
        [
            Told(
                article_id=article_id,
                history=history,
                version_ids=tuple(plan.ids[article_id]),
                stirred=plan.stirred.get(article_id, len(history.spells)),
                is_new=not known[article_id],
            )
            for article_id, history in histories.items()
        ],
    )
    return plan.altered


def _believed() -> rows.Query:
    names = (name for name in _Row.__dataclass_fields__ if name in VERSION.c)
    return (
        select(
            *(VERSION.c[name] for name in names),
            TEXT.c.id.label("text_id"),
            TEXT.c.extractor_id,
            TEXT.c.document_id,
        )
        .join_from(VERSION, TEXT, (TEXT.c.version_id == VERSION.c.id) & TEXT.c.superseded_at.is_(None))
        .where(VERSION.c.retracted_at.is_(None))
        .order_by(VERSION.c.seq)
    )


def _compare(article_id: int, known: Sequence[_Row], history: History, plan: _Plan) -> None:
    beginnings = {spell.valid_from for spell in history.spells}
    left = {row.valid_from: row for row in known}
    ids: list[int] = []
    text_changed, appeared = False, 0
    for place, spell in enumerate(history.spells):
        row = left.get(spell.valid_from)
        if row is None or not row.may_become(spell):
            appeared += row is None
            text_changed |= row is not None and row.document_id != spell.text.document_id
            ids.append(0)
            plan.opened.append((article_id, place, spell))
            _stir(plan, article_id, place)
            continue
        del left[spell.valid_from]
        ids.append(row.id)
        text_changed |= _keep(row, place, spell, plan)
    for row in left.values():
        replaced = row.valid_from in beginnings
        why = Retraction.REBUILT if replaced else plan.reason
        plan.retracted.append({"of": row.id, "why": why.value})
        _stir(plan, article_id, row.seq - 1)
    plan.ids[article_id] = ids
    plan.altered[article_id] = Altered(
        version=len(history.spells),
        text_changed=text_changed,
        vanished=sum(row.valid_from not in beginnings for row in left.values()),
        appeared=appeared,
    )


def _keep(row: _Row, place: int, spell: Spell, plan: _Plan) -> bool:
    """Plan for a version that stays; say whether its text is believed to be another one."""
    if row.seq != place + 1:
        plan.renumbered.append({"of": row.id, "number": place + 1})
        _stir(plan, row.article_id, place)
    if spell.valid_to is not None and row.valid_to is None:
        end = {"to": spell.valid_to, "by": spell.ended_by, "ended_run": spell.ended_run_id}
        plan.ended.append({"of": row.id, **end})
    elif row.ended_by != spell.ended_by:  # missing before, and now the outlet says that it is gone
        plan.renamed.append({"of": row.id, "by": spell.ended_by})
    if (row.last_seen_at, row.last_capture_id) != (spell.last_seen_at, spell.last_capture_id):
        seen = {"seen": spell.last_seen_at, "capture": spell.last_capture_id}
        plan.extended.append({"of": row.id, **seen})
    if (row.extractor_id, row.document_id) == (spell.text.extractor_id, spell.text.document_id):
        return False
    plan.superseded.append({"of": row.text_id})
    plan.texts.append(_text(plan, row.id, spell.text))
    _stir(plan, row.article_id, place)
    return row.document_id != spell.text.document_id


def _stir(plan: _Plan, article_id: int, place: int) -> None:
    plan.stirred[article_id] = min(place, plan.stirred.get(article_id, place))


def _write(work: Work, plan: _Plan) -> None:
    def alter(target: Any, entries: Sequence[Mapping[str, Any]], **values: Any) -> None:
        if entries:
            statement = update(target).where(target.c.id == bindparam("of")).values(values)
            work.connection.execute(statement, list(entries))

    alter(VERSION, plan.retracted, retracted_at=work.now, retract_reason=bindparam("why"))
    # Out of the way first: no two believed versions of an article may have one number even for a moment.
    alter(VERSION, [{"of": entry["of"]} for entry in plan.renumbered], seq=-VERSION.c.id)
    alter(VERSION, plan.renumbered, seq=bindparam("number"))
    alter(
        VERSION,
        plan.ended,
        valid_to=bindparam("to"),
        ended_by=bindparam("by"),
        ended_run_id=bindparam("ended_run"),
        end_recorded_at=work.now,
    )
    alter(VERSION, plan.renamed, ended_by=bindparam("by"))
    alter(VERSION, plan.extended, last_seen_at=bindparam("seen"), last_capture_id=bindparam("capture"))
    entries = [_version(plan, article_id, place, spell) for article_id, place, spell in plan.opened]
    numbers = rows.put_numbered(work.connection, VERSION, entries)
    for number, (article_id, place, spell) in zip(numbers, plan.opened, strict=True):
        plan.ids[article_id][place] = number
        plan.texts.append(_text(plan, number, spell.text))
    alter(TEXT, plan.superseded, superseded_at=work.now)
    rows.put(work.connection, TEXT, plan.texts)


def _version(plan: _Plan, article_id: int, place: int, spell: Spell) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "seq": place + 1,
        "run_id": spell.run_id,
        "first_capture_id": spell.first_capture_id,
        "last_capture_id": spell.last_capture_id,
        "valid_from": spell.valid_from,
        "valid_to": spell.valid_to,
        "ended_by": spell.ended_by.value if spell.ended_by else None,
        "ended_run_id": spell.ended_run_id,
        "end_recorded_at": plan.now if spell.valid_to else None,
        "changed_after": spell.changed_after,
        "last_seen_at": spell.last_seen_at,
        "recorded_at": plan.now,
    }


def _text(plan: _Plan, version_id: int, shown: Shown) -> dict[str, Any]:
    return {
        "version_id": version_id,
        "extractor_id": shown.extractor_id,
        "document_id": shown.document_id,
        "recorded_at": plan.now,
    }
