"""The guard against drift: where too many articles change alike in one run, the pages' make-up did."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, insert, select, update

from core.records import COMPLETE, CommentState, Outcome
from db import rows
from db.discussions import comment_lists
from db.histories import rebuilding
from db.models import (
    ArticleChange,
    ArticleVersion,
    Capture,
    Comment,
    CommentVersion,
    Document,
    Extraction,
    Extractor,
    FetchAttempt,
    Hold,
    table,
)
from db.words import CommentEnding, Decision, Retraction
from db.work import Work

# ARCHIVE-FACTS.md section 1.2, rule 6.
SHARE = 0.2  # of the articles rechecked with one layout
LEAST = 10  # of them
BATCH = 200  # articles worked out anew at a time

CAPTURE, COMMENT = table(Capture), table(Comment)
CHANGE, COMMENT_VERSION, DOCUMENT = table(ArticleChange), table(CommentVersion), table(Document)
EXTRACTION, EXTRACTOR, ATTEMPT = table(Extraction), table(Extractor), table(FetchAttempt)
HOLD, VERSION = table(Hold), table(ArticleVersion)

_LISTED = frozenset({state.value for state in COMPLETE} | {CommentState.PARTIAL.value})
_FIELDS = ("title", "standfirst", "byline", "date", "body")


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What is held of one run's readings with one layout, and why."""

    run_id: int
    layout: str
    rechecked: int
    affected: int
    sign: str

    def sentence(self) -> str:
        """Say for a person what is held and what to do."""
        return (
            f"{self.affected} of {self.rechecked} rechecked {self.layout} articles are held: so many changed "
            f"alike ({self.sign}) that the page's make-up may have; look with `cuttings versions show "
            f"{self.run_id}`, then `cuttings versions release {self.run_id}` or `discard {self.run_id}`"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Visited:
    """A known article a run met: the layout that read it before, and what the run found otherwise."""

    article_id: int
    layout: str
    signs: frozenset[str]


def hold(work: Work, run_id: int) -> list[Held]:
    """Hold the readings of a run where at least a fifth, and ten, of a layout's articles changed alike.

    Alike are those with the same sign: the same fields lost, gained or otherwise, the comment
    section lost, comments removed or worded otherwise, read by another layout. While an earlier
    hold on the layout is undecided, any change it reads joins. Gives what is held; a run that
    was looked through before gives nothing new.
    """
    visited = _visited(work, run_id)
    undecided = _undecided(work)
    held = []
    for layout in sorted({one.layout for one in visited}):
        of_layout = [one for one in visited if one.layout == layout]
        counts = Counter(sign for one in of_layout for sign in one.signs)
        sign, most = max(counts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        enough = most >= max(LEAST, SHARE * len(of_layout))
        if most and (enough or layout in undecided):
            affected = [one.article_id for one in of_layout if one.signs]
            told = Held(
                run_id=run_id,
                layout=layout,
                rechecked=len(of_layout),
                affected=len(affected),
                sign=sign,
            )
            _hold(work, told, affected)
            held.append(told)
    return held


def decide(work: Work, run_id: int, decision: Decision) -> int:
    """Believe what a run's holds keep back, or never; give how many articles that concerns."""
    open_holds = (HOLD.c.run_id == run_id) & HOLD.c.decision.is_(None)
    ids = list(work.connection.execute(select(HOLD.c.id).where(open_holds)).scalars())
    values = {"decision": decision.value, "decided_at": work.now}
    work.connection.execute(update(HOLD).where(HOLD.c.id.in_(ids)).values(values))
    query = select(EXTRACTION.c.article_id).where(EXTRACTION.c.hold_id.in_(ids)).distinct()
    article_ids = list(work.connection.execute(query).scalars())
    reason = Retraction.REBUILT if decision is Decision.RELEASED else Retraction.DRIFT
    _rebuild(work, article_ids, reason)
    return len(article_ids)


def _hold(work: Work, held: Held, article_ids: Sequence[int]) -> None:
    values = {
        "run_id": held.run_id,
        "outlet_id": work.outlet_id,
        "layout": held.layout,
        "rechecked": held.rechecked,
        "affected": held.affected,
        "sign": held.sign,
        "held_at": work.now,
    }
    hold_id = work.connection.execute(insert(HOLD).values(values).returning(HOLD.c.id)).scalar_one()
    for chunk in rows.chunks(article_ids):
        of_run = (EXTRACTION.c.run_id == held.run_id) & EXTRACTION.c.article_id.in_(chunk)
        work.connection.execute(update(EXTRACTION).where(of_run).values(hold_id=hold_id))
    _rebuild(work, article_ids, Retraction.DRIFT)


def _rebuild(work: Work, article_ids: Sequence[int], reason: Retraction) -> None:
    for start in range(0, len(article_ids), BATCH):
        rebuilding.rebuild(work, article_ids[start : start + BATCH], reason=reason)


def _undecided(work: Work) -> set[str]:
    """Give the layouts of the outlet on which a hold is undecided."""
    query = select(HOLD.c.layout).where(HOLD.c.outlet_id == work.outlet_id, HOLD.c.decision.is_(None))
    return set(work.connection.execute(query).scalars())


def _visited(work: Work, run_id: int) -> list[_Visited]:
    """Give the articles known before that a run met, with what it found otherwise."""
    already = exists().where(HOLD.c.run_id == run_id)
    if work.connection.execute(select(already)).scalar_one():
        return []
    met = {row.capture_id: row for row in work.connection.execute(_met(run_id))}
    before = _before(work, run_id, {row.url_id for row in met.values()})
    signs: dict[int, set[str]] = defaultdict(set)
    for article_id, sign in (*_edits(work, run_id), *_comments(work, run_id)):
        signs[article_id].add(sign)
    layouts: dict[int, str] = {}
    empty = comment_lists.find(work.connection, ())
    for row in met.values():
        earlier = before.get(row.url_id)
        if earlier is None:
            continue
        layouts[row.article_id] = earlier.layout
        if earlier.layout != row.layout:
            signs[row.article_id].add(f"read by {row.layout} instead of {earlier.layout}")
        if _shows_comments(earlier, empty) and not _shows_comments(row, empty):
            signs[row.article_id].add("the comment section is lost")
    return [
        _Visited(article_id=article_id, layout=layout, signs=frozenset(signs[article_id]))
        for article_id, layout in layouts.items()
    ]


def _shows_comments(page: Any, empty: int | None) -> bool:
    """Say whether a page tells of its comments; ``empty`` is the list of those with none.

    One that says no more than that comments are closed tells of none it may have had.
    """
    closed, shows_none = page.comment_state == CommentState.CLOSED.value, page.comment_list_id == empty
    return page.comment_state in _LISTED and not (closed and shows_none and empty is not None)


def _met(run_id: int) -> rows.Query:
    """Ask for the pages of articles that a run met, with the newest reading of each."""
    newer = EXTRACTION.alias()
    newest = (
        select(newer.c.extractor_id)
        .where(newer.c.capture_id == ATTEMPT.c.capture_id)
        .order_by(newer.c.extracted_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            ATTEMPT.c.capture_id,
            CAPTURE.c.url_id,
            EXTRACTION.c.article_id,
            EXTRACTION.c.comment_state,
            EXTRACTION.c.comment_list_id,
            EXTRACTOR.c.layout,
        )
        .join_from(ATTEMPT, CAPTURE, CAPTURE.c.id == ATTEMPT.c.capture_id)
        .join(
            EXTRACTION,
            and_(EXTRACTION.c.capture_id == CAPTURE.c.id, EXTRACTION.c.extractor_id == newest),
        )
        .join(EXTRACTOR, EXTRACTOR.c.id == EXTRACTION.c.extractor_id)
        .where(
            ATTEMPT.c.run_id == run_id,
            ATTEMPT.c.outcome.in_([Outcome.OK.value, Outcome.NOT_MODIFIED.value]),
        )
        .distinct()
    )


def _before(work: Work, run_id: int, url_ids: Collection[int]) -> dict[int, Any]:
    """Give how each address's page read before the run, by readings that are not held."""
    query = (
        select(
            CAPTURE.c.url_id,
            EXTRACTION.c.comment_state,
            EXTRACTION.c.comment_list_id,
            EXTRACTOR.c.layout,
        )
        .join_from(CAPTURE, EXTRACTION, EXTRACTION.c.capture_id == CAPTURE.c.id)
        .join(EXTRACTOR, EXTRACTOR.c.id == EXTRACTION.c.extractor_id)
        .outerjoin(HOLD, HOLD.c.id == EXTRACTION.c.hold_id)
        .where(
            EXTRACTION.c.run_id != run_id,
            EXTRACTION.c.hold_id.is_(None) | (HOLD.c.decision == Decision.RELEASED.value),
        )
        .order_by(CAPTURE.c.captured_at, EXTRACTION.c.extracted_at)
    )
    return {row.url_id: row for row in rows.among(work.connection, query, CAPTURE.c.url_id, url_ids)}


def _edits(work: Work, run_id: int) -> Iterator[tuple[int, str]]:
    """Give the articles whose versions a run began by a change, with its sign."""
    old, new = DOCUMENT.alias(), DOCUMENT.alias()
    flags = [CHANGE.c[f"{name}_changed"] for name in _FIELDS]
    query = (
        select(
            CHANGE.c.article_id,
            CHANGE.c.words_added,
            CHANGE.c.words_removed,
            *flags,
            *(
                _presence(document, name, when)
                for document, when in ((old, "old"), (new, "new"))
                for name in ("standfirst", "byline")
            ),
        )
        .join_from(CHANGE, VERSION, VERSION.c.id == CHANGE.c.version_id)
        .join(old, old.c.id == CHANGE.c.before_document_id)
        .join(new, new.c.id == CHANGE.c.after_document_id)
        .where(
            VERSION.c.run_id == run_id,
            VERSION.c.retracted_at.is_(None),
            CHANGE.c.superseded_at.is_(None),
            CHANGE.c.previous_version_id != CHANGE.c.version_id,
        )
    )
    for row in work.connection.execute(query):
        if sign := ", ".join(_parts(row)):
            yield row.article_id, sign


def _presence(document: Any, name: str, when: str) -> ColumnElement[bool]:
    labelled: ColumnElement[bool] = document.c[name].is_not(None).label(f"{when}_{name}")
    return labelled


def _parts(row: Any) -> Iterator[str]:
    """Give what a change did to each field it touched."""
    for name in _FIELDS:
        if not getattr(row, f"{name}_changed"):
            continue
        was, now = getattr(row, f"old_{name}", True), getattr(row, f"new_{name}", True)
        if was and not now:
            yield f"the {name} is lost"
        elif now and not was:
            yield f"a {name} appears"
        elif name == "body" and not row.words_removed:
            yield "the body grows"
        elif name == "body" and not row.words_added:
            yield "the body shrinks"
        else:
            yield f"the {name} is another"


def _comments(work: Work, run_id: int) -> Iterator[tuple[int, str]]:
    """Give the articles some of whose comments a run found ended, with the sign of it."""
    told = {
        CommentEnding.REMOVED.value: "comments are removed",
        CommentEnding.EDITED.value: "comments are worded otherwise",
    }
    query = (
        select(COMMENT.c.article_id, COMMENT_VERSION.c.ended_by)
        .join_from(COMMENT, COMMENT_VERSION, COMMENT_VERSION.c.comment_id == COMMENT.c.id)
        .where(COMMENT_VERSION.c.ended_run_id == run_id, COMMENT_VERSION.c.superseded_at.is_(None))
        .distinct()
    )
    for article_id, ended_by in work.connection.execute(query):
        yield article_id, told[ended_by]
