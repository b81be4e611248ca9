"""Articles that met at two addresses: pairs with their evidence, merged by rule or listed for a decision."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from core.errors import CuttingsError
from db import rows
from db.histories import rebuilding
from db.matched import candidates, merged, merging
from db.matched.candidates import Pair
from db.matched.likeness import Likeness, compare
from db.models import Article, ArticleMatch, ArticleUrl, Extraction, FetchAttempt, table
from db.store import Store
from db.words import ArticleState, MatchDecision
from db.work import Work

ARTICLE, ARTICLE_URL, MATCH = table(Article), table(ArticleUrl), table(ArticleMatch)
ATTEMPT, EXTRACTION = table(FetchAttempt), table(Extraction)

AT_ONCE = 20  # pairs compared or merged in one transaction: others may write in between
_IS_MERGED = MATCH.c.decision == MatchDecision.MERGED.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A pair of articles that may be one, as it stands now.

    ``evidence`` has ``title`` ("same", "alike", "other"), ``date`` ("same", "other", "lacking"),
    ``words`` of either, ``common`` ones in order, ``redirected`` and ``agrees``
    (:class:`db.matched.likeness.Likeness`); ``share`` is of the longer text, 0 to 1.
    """

    id: int
    article_id: int
    other_id: int
    share: float
    evidence: Mapping[str, Any]
    decision: MatchDecision | None
    by_person: bool


def match_run(store: Store, run_id: int, *, thorough: bool = True) -> list[Match]:
    """Look for the likes of the articles a run touched; give the pairs found or decided on now.

    Two articles of different forms of addresses are merged where title, date of publication and at
    least 90 % of the text agree, nobody said that they are two, and neither agrees so with a third:
    then all of them wait for a person, one merged by this rule before included. Each step is a
    transaction of its own: interrupted, the rest is found by the next run that touches one of them.
    The caller holds the outlet's lock. A run that brought nothing new costs a few questions. Without
    ``thorough`` articles with dates are compared with those of about their day only: what a crawl meets
    hourly; of a backfill all titles are.
    """
    with store.maintaining() as work:
        _take_in_strays(work)
        _settle(work, run_id)
        touched = candidates.touched(work, run_id)
        found = candidates.find(work, run_id, touched, thorough=thorough) if touched else []
        pairs = candidates.expand(work, found)
    concerned: set[int] = set()
    for start in range(0, len(pairs), AT_ONCE):
        with store.maintaining() as work:
            concerned |= _note(work, pairs[start : start + AT_ONCE])
    waiting = sorted(concerned)
    for start in range(0, len(waiting), AT_ONCE):
        with store.maintaining() as work:
            _decide(work, waiting[start : start + AT_ONCE])
    with store.maintaining() as work:
        return [_match(row) for row in rows.among(work.connection, MATCH.select(), MATCH.c.id, concerned)]


def merge(store: Store, article_id: int, other_id: int) -> Match:
    """Merge two articles because a person says so, in one transaction; the lower number stays.

    Raises CuttingsError where one of them is merged already, or not of the store's outlet.
    """
    with store.maintaining() as work:
        pair = Pair(min(article_id, other_id), max(article_id, other_id))
        _require_two(work, pair)
        found = _row_of(work, pair)
        if found is None:
            _put(work, [(pair, _compared(work, [pair])[pair])], {})
            found = _row_of(work, pair)
        merging.merge(work, found.id, by_person=True)
        return _match(_row_of(work, pair))


def split(store: Store, article_id: int, other_id: int) -> Match:
    """Make two merged articles two again because a person says so; they are never merged by rule again.

    Two that are not merged, but listed as likely, are marked as two. Raises CuttingsError for others.
    """
    with store.maintaining() as work:
        pair = Pair(min(article_id, other_id), max(article_id, other_id))
        found = _row_of(work, pair)
        if found is None:
            raise CuttingsError(
                f"articles {pair.article_id} and {pair.other_id} are neither merged nor proposed as one: "
                "`cuttings articles proposals` lists those that are"
            )
        if found.decision == MatchDecision.MERGED.value:
            merging.split(work, found.id, MatchDecision.APART, by_person=True)
        else:
            decided = {"decision": MatchDecision.APART.value, "decided_at": work.now, "by_person": True}
            work.connection.execute(MATCH.update().where(MATCH.c.id == found.id).values(decided))
        return _match(_row_of(work, pair))


def _take_in_strays(work: Work) -> None:
    """Give what came in for merged articles while they were being merged to the ones that stay."""
    query = select(MATCH.c.other_id).where(
        MATCH.c.outlet_id == work.outlet_id,
        _IS_MERGED,
        select(EXTRACTION.c.capture_id).where(EXTRACTION.c.article_id == MATCH.c.other_id).exists(),
    )
    strays = list(work.connection.execute(query).scalars())
    for stray, stays in merged.roots(work, strays).items():
        merging.take_in(work, stray, stays)


def _settle(work: Work, run_id: int) -> None:
    """Bring merged articles that a run saw in step with all that was seen of them."""
    query = (
        select(EXTRACTION.c.article_id)
        .join_from(ATTEMPT, EXTRACTION, EXTRACTION.c.capture_id == ATTEMPT.c.capture_id)
        .where(ATTEMPT.c.run_id == run_id)
        .distinct()
    )
    stay = select(MATCH.c.article_id).where(MATCH.c.outlet_id == work.outlet_id, _IS_MERGED)
    seen = list(work.connection.execute(query.where(EXTRACTION.c.article_id.in_(stay))).scalars())
    if seen:
        merging.settle(work, seen)
        rebuilding.rebuild(work, seen)


def _note(work: Work, pairs: Sequence[tuple[Pair, Pair]]) -> set[int]:
    """Keep the evidence of pairs, each with the articles that stay for them; give the rows' ids."""
    likenesses = _compared(work, [stay for stay, _ in pairs])
    known = _known(work, [pair for _, pair in pairs])
    blocked = _said_to_be_two(work, pairs)
    fresh: dict[Pair, tuple[Pair, Likeness]] = {}
    dropped: list[int] = []
    for stay, pair in pairs:
        row, likeness = known.get((pair.article_id, pair.other_id)), likenesses.get(stay)
        if likeness is None or (stay, pair) in blocked or (row is not None and row.decision is not None):
            continue
        redirected = pair.redirected or bool(row and row.evidence["redirected"])
        # Of two addresses of one form one can only be the article's if the rule erred before.
        is_moot = (stay.article_id, stay.other_id) != (pair.article_id, pair.other_id)
        agrees = likeness.agrees and pair.certain
        if agrees or (not is_moot and (likeness.is_likely or redirected)):
            key = Pair(pair.article_id, pair.other_id)
            fresh[key] = (replace(key, redirected=redirected), replace(likeness, agrees=agrees))
        elif row is not None:
            dropped.append(row.id)
    if dropped:
        work.connection.execute(delete(MATCH).where(MATCH.c.id.in_(dropped)))
    _put(work, list(fresh.values()), known)
    kept = _known(work, list(fresh))
    return {row.id for row in kept.values()}


def _decide(work: Work, match_ids: Collection[int]) -> None:
    """Merge what agrees without a doubt; take apart again what the rule merged and is in doubt now."""
    wanted = rows.among(work.connection, MATCH.select(), MATCH.c.id, match_ids)
    for row in sorted(wanted, key=lambda row: row.id):
        if not row.evidence["agrees"]:
            continue
        rivals = [one for one in _agreeing(work, (row.article_id, row.other_id)) if one.id != row.id]
        if not rivals:
            if row.decision is None and _are_free(work, row):
                merging.merge(work, row.id, by_person=False)
            continue
        for one in (row, *rivals):
            if _still(work, one.id).decision == MatchDecision.MERGED.value and not one.by_person:
                merging.split(work, one.id, None, by_person=False)


def _are_free(work: Work, row: Any) -> bool:
    query = select(ARTICLE.c.state).where(ARTICLE.c.id.in_([row.article_id, row.other_id]))
    ended = {ArticleState.MERGED.value, ArticleState.ERASED.value}
    no_lists = select(EXTRACTION.c.capture_id).where(
        EXTRACTION.c.article_id.in_([row.article_id, row.other_id]), EXTRACTION.c.comment_list_id.is_(None)
    )
    if work.connection.execute(no_lists.limit(1)).first() is not None:
        return False  # its comments could not be told apart again: a person is told how to help that
    return not ended & set(work.connection.execute(query).scalars())


def _agreeing(work: Work, article_ids: Collection[int]) -> list[Any]:
    """Give the rows of these articles that agree and that no person took apart."""
    found = work.connection.execute(MATCH.select().where(_of_any(article_ids))).all()
    apart = MatchDecision.APART.value
    return [row for row in found if row.evidence["agrees"] and row.decision != apart]


def _of_any(article_ids: Collection[int]) -> ColumnElement[bool]:
    return or_(MATCH.c.article_id.in_(article_ids), MATCH.c.other_id.in_(article_ids))


def _said_to_be_two(work: Work, pairs: Sequence[tuple[Pair, Pair]]) -> set[tuple[Pair, Pair]]:
    """Give the pairs that may not be one: a person said so of two of them, or merged one of them."""
    stay = {key for pair, _ in pairs for key in (pair.article_id, pair.other_id)}
    members = merged.members(work, stay)
    groups = {key: {key, *members.get(key, ())} for key in stay}
    everyone = {key for several in groups.values() for key in several}
    persons = MATCH.select().where(MATCH.c.by_person)
    apart: set[frozenset[int]] = set()
    joined: set[int] = set()
    for column in (MATCH.c.article_id, MATCH.c.other_id):
        for row in rows.among(work.connection, persons, column, everyone):
            if row.decision == MatchDecision.APART.value:
                apart.add(frozenset((row.article_id, row.other_id)))
            elif row.decision == MatchDecision.MERGED.value:
                joined |= {row.article_id, row.other_id}
    found = set()
    for pair, compared in pairs:
        own, its = groups[pair.article_id], groups[pair.other_id]
        said = any(frozenset((one, other)) in apart for one in own for other in its)
        indirect = (pair.article_id, pair.other_id) != (compared.article_id, compared.other_id)
        if said or (indirect and joined & (own | its)):
            found.add((pair, compared))
    return found


def _require_two(work: Work, pair: Pair) -> None:
    if pair.article_id == pair.other_id:
        raise CuttingsError(f"article {pair.article_id} is one already: name two")
    query = select(ARTICLE.c.id, ARTICLE.c.state).where(ARTICLE.c.outlet_id == work.outlet_id)
    found = {
        row.id: row.state
        for row in rows.among(work.connection, query, ARTICLE.c.id, (pair.article_id, pair.other_id))
    }
    for article_id in (pair.article_id, pair.other_id):
        if article_id not in found:
            raise CuttingsError(f"article {article_id} is not one of {work.outlet}: only one outlet's merge")
        if found[article_id] == ArticleState.MERGED.value:
            stays = merged.roots(work, [article_id])[article_id]
            raise CuttingsError(f"article {article_id} is merged into article {stays} already")


def _compared(work: Work, pairs: Iterable[Pair]) -> dict[Pair, Likeness]:
    wanted = set(pairs)
    texts = candidates.texts(work, {key for pair in wanted for key in (pair.article_id, pair.other_id)})
    return {
        pair: compare(texts[pair.article_id], texts[pair.other_id])
        for pair in wanted
        if pair.article_id in texts and pair.other_id in texts
    }


def _put(work: Work, found: Sequence[tuple[Pair, Likeness]], known: Mapping[tuple[int, int], Any]) -> None:
    entries = []
    for pair, likeness in found:
        facts = {name: value for name, value in asdict(likeness).items() if name != "share"}
        values = {
            "share": likeness.share,
            "evidence": {**facts, "words": list(likeness.words), "redirected": pair.redirected},
        }
        row = known.get((pair.article_id, pair.other_id))
        if row is not None:
            work.connection.execute(MATCH.update().where(MATCH.c.id == row.id).values(values))
            continue
        entries.append(
            {
                "outlet_id": work.outlet_id,
                "article_id": pair.article_id,
                "other_id": pair.other_id,
                **values,
                "found_at": work.now,
                "by_person": False,
                "url_ids": [],
            }
        )
    rows.put_missing(work.connection, MATCH, entries)


def _known(work: Work, pairs: Iterable[Pair]) -> dict[tuple[int, int], Any]:
    wanted: dict[int, set[int]] = defaultdict(set)
    for pair in pairs:
        wanted[pair.article_id].add(pair.other_id)
    found = rows.among(work.connection, MATCH.select(), MATCH.c.article_id, wanted)
    return {(row.article_id, row.other_id): row for row in found if row.other_id in wanted[row.article_id]}


def _row_of(work: Work, pair: Pair) -> Any:
    return _known(work, [pair]).get((pair.article_id, pair.other_id))


def _still(work: Work, match_id: int) -> Any:
    return work.connection.execute(MATCH.select().where(MATCH.c.id == match_id)).one()


def _match(row: Any) -> Match:
    return Match(
        id=row.id,
        article_id=row.article_id,
        other_id=row.other_id,
        share=row.share,
        evidence=row.evidence,
        decision=MatchDecision(row.decision) if row.decision else None,
        by_person=row.by_person,
    )
