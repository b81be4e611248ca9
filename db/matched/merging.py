"""Two articles made one, and one made two again: in one transaction, nothing of the evidence lost."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from core.errors import CuttingsError
from core.records import Outcome
from db import rows
from db.discussions import comments
from db.histories import rebuilding, versions
from db.histories.history import History
from db.histories.timeline import Timeline
from db.matched import merged
from db.models import Article, ArticleMatch, ArticleUrl, Capture, Extraction, FetchAttempt, table
from db.words import AddressRole, ArticleState, MatchDecision, Retraction
from db.work import Work

ARTICLE, ARTICLE_URL, MATCH = table(Article), table(ArticleUrl), table(ArticleMatch)
ATTEMPT, CAPTURE, EXTRACTION = table(FetchAttempt), table(Capture), table(Extraction)

OVERTAKEN = timedelta(days=30)  # db.recheck.LONGEST: an address that lives is seen that often
_STAYED_AT = "stayed_at"  # in the evidence: the own address of the article that stays, before


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """The addresses one of the merged articles brought, its own one, and when they served a page."""

    own: int
    url_ids: frozenset[int]
    first: datetime
    last: datetime


def merge(work: Work, match_id: int, *, by_person: bool) -> None:
    """Make the two articles of a match one: addresses and readings of the other become the one's.

    The other keeps its row, in state *merged*, and nothing is told of it any more; what it told
    before is retracted, so that views as of what was believed then still tell it. Raises
    CuttingsError where one of them is merged or erased already, or where a page was read before
    comments were kept as lists (then they could not be told apart again).
    """
    match = _match(work, match_id)
    stays, other = _locked(work, match)
    for row in (stays, other):
        if row.state in {ArticleState.MERGED.value, ArticleState.ERASED.value}:
            raise CuttingsError(f"article {row.id} is {row.state}: it cannot be merged")
    _require_lists(work, (stays.id, other.id))
    brought = _addresses_of(work, other.id)
    _move(work, brought=None, source=other.id, target=stays.id)
    _alter(
        work,
        MATCH,
        match.id,
        decision=MatchDecision.MERGED.value,
        decided_at=work.now,
        by_person=by_person,
        url_ids=sorted(brought),
        evidence={**match.evidence, _STAYED_AT: stays.canonical_url_id},
    )
    _tell_nothing(work, other.id)
    _call_own(work, stays.id, stays.canonical_url_id)
    settle(work, [stays.id])
    rebuilding.rebuild(work, [stays.id])


def take_in(work: Work, stray_id: int, article_id: int) -> None:
    """Give what came in for an article after it was merged to the one that stays."""
    merged.bring(work, {stray_id: _addresses_of(work, stray_id)})
    _move(work, brought=None, source=stray_id, target=article_id)
    _tell_nothing(work, stray_id)
    settle(work, [article_id])
    rebuilding.rebuild(work, [article_id])


def split(work: Work, match_id: int, decision: MatchDecision | None, *, by_person: bool) -> None:
    """Make the two articles of a match two again: what its addresses brought goes back to the other.

    That is all that came in at them, before and since. ``decision`` is what is to be said of the
    pair from now on. Raises CuttingsError where they are not merged, or the one that stayed was
    merged into a third since.
    """
    match = _match(work, match_id)
    if match.decision != MatchDecision.MERGED.value:
        raise CuttingsError(f"articles {match.article_id} and {match.other_id} are not merged")
    stays, other = _locked(work, match)
    if stays.state == ArticleState.MERGED.value:
        raise CuttingsError(f"article {stays.id} was itself merged into another one: split those two first")
    brought = frozenset(match.url_ids)
    back = stays.canonical_url_id if stays.canonical_url_id in brought else other.canonical_url_id
    kept = match.evidence[_STAYED_AT] if stays.canonical_url_id in brought else stays.canonical_url_id
    evidence = {name: value for name, value in match.evidence.items() if name != _STAYED_AT}
    _alter(
        work,
        MATCH,
        match.id,
        decision=decision.value if decision else None,
        decided_at=work.now if decision else None,
        by_person=by_person,
        url_ids=[],
        evidence=evidence,
    )
    _move(work, brought=brought, source=stays.id, target=other.id)
    _alter(work, ARTICLE, other.id, state=ArticleState.UNKNOWN.value, state_since=work.now)
    _call_own(work, other.id, back)
    _call_own(work, stays.id, kept)
    _forget_address(work, stays.id, brought, kept)
    settle(work, [stays.id])
    rebuilding.rebuild(work, [stays.id, other.id])


def settle(work: Work, article_ids: Collection[int]) -> set[int]:
    """Give merged articles as their own address the one they moved to; give those whose is another now.

    Of the addresses of its parts it is those of the part that began to be served last, unless they
    ceased to be more than 30 days before the others: so it follows from what was seen alone, in
    whatever order that came. Only the own address tells of absences: one that no longer serves the
    article while another does says nothing.
    """
    merges: dict[int, list[Any]] = defaultdict(list)
    query = MATCH.select().where(MATCH.c.decision == MatchDecision.MERGED.value).order_by(MATCH.c.id)
    for row in rows.among(work.connection, query, MATCH.c.article_id, article_ids):
        merges[row.article_id].append(row)
    if not merges:
        return set()
    own = _own_addresses(work, {*merges, *(row.other_id for found in merges.values() for row in found)})
    served = _served(work, merges)
    moved = set()
    for article_id, found in merges.items():
        chosen = _chosen(own[article_id], found, own, served[article_id])
        if chosen != own[article_id]:
            _call_own(work, article_id, chosen)
            moved.add(article_id)
    return moved


def _tell_nothing(work: Work, article_id: int) -> None:
    _alter(work, ARTICLE, article_id, state=ArticleState.MERGED.value, state_since=work.now)
    versions.write(work, {article_id: History()}, Retraction.REBUILT)
    comments.rebuild(work, {article_id: Timeline(observations=(), pages=())})


def _chosen(
    now: int, merges: list[Any], own: Mapping[int, int], served: Mapping[int, tuple[datetime, datetime]]
) -> int:
    """Give the own address of an article with these merges, ``served`` when from which address."""
    brought = {url_id for row in merges for url_id in row.url_ids}
    stayed = [row.evidence[_STAYED_AT] for row in merges if row.evidence[_STAYED_AT] not in brought]
    parts = [(own[row.other_id], frozenset(row.url_ids)) for row in merges]
    parts += [(address, frozenset(served.keys() - brought) | {address}) for address in stayed[:1]]
    sides = [
        _Side(own=address, url_ids=ids, first=min(s for s, _ in seen), last=max(e for _, e in seen))
        for address, ids in parts
        if (seen := [served[url_id] for url_id in ids if url_id in served])
    ]
    if not sides:
        return now
    newest = max(side.last for side in sides)
    living = [side for side in sides if side.last >= newest - OVERTAKEN]
    best = max(living, key=lambda side: (side.first, side.last))
    return now if now in best.url_ids else best.own


def _served(work: Work, article_ids: Collection[int]) -> dict[int, dict[int, tuple[datetime, datetime]]]:
    """Give when each address of these articles first and last served it."""
    query = (
        select(
            EXTRACTION.c.article_id,
            CAPTURE.c.url_id,
            func.min(ATTEMPT.c.fetched_at).label("first"),
            func.max(ATTEMPT.c.fetched_at).label("last"),
        )
        .join_from(EXTRACTION, CAPTURE, CAPTURE.c.id == EXTRACTION.c.capture_id)
        .join(ATTEMPT, ATTEMPT.c.capture_id == CAPTURE.c.id)
        .where(ATTEMPT.c.outcome.in_([Outcome.OK.value, Outcome.NOT_MODIFIED.value]))
        .group_by(EXTRACTION.c.article_id, CAPTURE.c.url_id)
    )
    found: dict[int, dict[int, tuple[datetime, datetime]]] = defaultdict(dict)
    for row in rows.among(work.connection, query, EXTRACTION.c.article_id, article_ids):
        found[row.article_id][row.url_id] = (row.first, row.last)
    return found


def _match(work: Work, match_id: int) -> Any:
    return work.connection.execute(MATCH.select().where(MATCH.c.id == match_id)).one()


def _locked(work: Work, match: Any) -> tuple[Any, Any]:
    """Give the rows of both articles, the one that stays first, locked against other writers."""
    query = (
        ARTICLE.select()
        .where(ARTICLE.c.id.in_([match.article_id, match.other_id]), ARTICLE.c.outlet_id == work.outlet_id)
        .order_by(ARTICLE.c.id)
        .with_for_update()
    )
    found = {row.id: row for row in work.connection.execute(query)}
    return found[match.article_id], found[match.other_id]


def _require_lists(work: Work, article_ids: Collection[int]) -> None:
    query = select(EXTRACTION.c.article_id).where(EXTRACTION.c.comment_list_id.is_(None))
    if found := rows.among(work.connection, query, EXTRACTION.c.article_id, article_ids):
        raise CuttingsError(
            f"article {found[0].article_id} has pages whose comments were not kept as lists yet: "
            f"run `cuttings reextract --outlet {work.outlet}` first"
        )


def _addresses_of(work: Work, article_id: int) -> set[int]:
    held = select(ARTICLE_URL.c.url_id).where(ARTICLE_URL.c.article_id == article_id)
    read = (
        select(CAPTURE.c.url_id)
        .join_from(EXTRACTION, CAPTURE, CAPTURE.c.id == EXTRACTION.c.capture_id)
        .where(EXTRACTION.c.article_id == article_id)
    )
    own = select(ARTICLE.c.canonical_url_id).where(ARTICLE.c.id == article_id)
    return set(work.connection.execute(held.union(read, own)).scalars())


def _move(work: Work, *, brought: frozenset[int] | None, source: int, target: int) -> None:
    """Give addresses and readings of one article to another: all, or those of some addresses."""
    address = update(ARTICLE_URL).where(ARTICLE_URL.c.article_id == source)
    reading = update(EXTRACTION).where(EXTRACTION.c.article_id == source)
    if brought is not None:
        address = address.where(ARTICLE_URL.c.url_id.in_(brought))
        captures = select(CAPTURE.c.id).where(CAPTURE.c.url_id.in_(brought))
        reading = reading.where(EXTRACTION.c.capture_id.in_(captures))
    work.connection.execute(address.values(article_id=target))
    work.connection.execute(reading.values(article_id=target))


def _own_addresses(work: Work, article_ids: Collection[int]) -> dict[int, int]:
    query = select(ARTICLE.c.id, ARTICLE.c.canonical_url_id)
    return {row[0]: row[1] for row in rows.among(work.connection, query, ARTICLE.c.id, article_ids)}


def _forget_address(work: Work, article_id: int, brought: Collection[int], kept: int) -> None:
    """Let an article's other merges not remember an address that has gone back to its article."""
    query = MATCH.select().where(
        MATCH.c.article_id == article_id, MATCH.c.decision == MatchDecision.MERGED.value
    )
    for row in work.connection.execute(query).all():
        if row.evidence[_STAYED_AT] in brought:
            _alter(work, MATCH, row.id, evidence={**row.evidence, _STAYED_AT: kept})


def _call_own(work: Work, article_id: int, url_id: int) -> None:
    """Make an address an article's own one; what was its own before leads to it still."""
    _alter(work, ARTICLE, article_id, canonical_url_id=url_id)
    current = update(ARTICLE_URL).where(
        ARTICLE_URL.c.article_id == article_id, ARTICLE_URL.c.valid_to.is_(None)
    )
    is_own = ARTICLE_URL.c.url_id == url_id
    was_own = ARTICLE_URL.c.role == AddressRole.CANONICAL.value
    work.connection.execute(current.where(was_own, ~is_own).values(role=AddressRole.ALIAS.value))
    work.connection.execute(current.where(is_own).values(role=AddressRole.CANONICAL.value))


def _alter(work: Work, target: Any, row_id: int, **values: Any) -> None:
    work.connection.execute(update(target).where(target.c.id == row_id).values(values))
