"""Stories: in step with the pairs they stand on, joined and split by people; what was before stays."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from core.errors import CuttingsError
from db import rows
from db.copies import pairs, story_texts
from db.copies.overlap import turned
from db.copies.stars import Appeared, Pair, Star, pair, stars
from db.copies.story_texts import Source
from db.models import Article, Outlet, PairDecision, Story, StoryMember, table
from db.words import DecidedBy, Relation, StoryDecision

ARTICLE, OUTLET = table(Article), table(Outlet)
STORY, MEMBER, DECISION = table(Story), table(StoryMember), table(PairDecision)

_CURRENT = MEMBER.c.superseded_at.is_(None)
_HOLDS = DECISION.c.superseded_at.is_(None)
_JOIN, _SPLIT = StoryDecision.JOIN.value, StoryDecision.SPLIT.value
_WHAT_TIES = (
    "story_id",
    "first_id",
    "relation",
    "share_kept",
    "shared_words",
    "hours_after",
    "decided_by",
    "appeared_at",
    "appeared_by",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ground:
    """What the stories of some articles stand on: the articles that touch each other, and what ties them."""

    articles: Mapping[int, Appeared]
    sources: Mapping[int, Source]
    alike: Mapping[Pair, Any]
    joined: frozenset[Pair]
    apart: frozenset[Pair]
    rows: Mapping[int, Any]  # what is believed of each article's story now


def rebuild(connection: Connection, article_ids: Collection[int], now: datetime) -> set[int]:
    """Make the stories of these articles anew from the pairs and people's word; give those that changed.

    A pure function of what is kept: whatever order articles came in, the stories are the same. A story
    keeps its number while its first article, or else most of its members, stay together.
    """
    ground = _ground(connection, article_ids)
    strengths = {key: _strength(row) for key, row in ground.alike.items()}
    found = stars(list(ground.articles.values()), strengths, ground.joined, ground.apart)
    unmeasured = [pair(star.first, other) for star in found for other, _ in star.others]
    evidence = dict(pairs.among(connection, unmeasured))
    if missing := [key for key in unmeasured if key not in evidence]:  # a person joined what no rule compares
        pairs.put(connection, pairs.compare(connection, missing), now, unlike=True)
        evidence |= pairs.among(connection, missing)
    numbers = _numbers(connection, found, ground.rows, now)
    wanted: dict[int, rows.Values] = {}
    for star, story_id in zip(found, numbers, strict=True):
        wanted |= _members(star, story_id, ground.sources, evidence)
    return _put(connection, wanted, ground.rows, now)


def join(connection: Connection, one: int, other: int, now: datetime) -> int:
    """Say that two articles are one story, because a person says so; give the story's number.

    What is like either is of the story too. What was said to the contrary of either and the other's
    story no longer holds. Raises CuttingsError for an article without a text, or one and the same.
    """
    if one == other:
        raise CuttingsError(f"article {one} is one article: name two")
    _require_texts(connection, (one, other), now)
    companions = {one: _companions(connection, other), other: _companions(connection, one)}
    against = {pair(article_id, key) for article_id, several in companions.items() for key in several}
    _supersede(connection, {pair(one, other)}, (_JOIN, _SPLIT), now)
    _supersede(connection, against, (_SPLIT,), now)
    _decide(connection, [pair(one, other)], _JOIN, now)
    rebuild(connection, (one, other), now)
    return _story_of(connection, one)


def split(connection: Connection, story_id: int, article_id: int, now: datetime) -> None:
    """Say that an article is not of a story; no rule puts it with any of the story's articles again.

    Raises CuttingsError where the story has no such article.
    """
    members = _members_of(connection, story_id)
    if article_id not in members:
        raise CuttingsError(
            f"story {story_id} has no article {article_id}: `cuttings stories show {story_id}` lists them"
        )
    against = {pair(article_id, other) for other in members if other != article_id}
    _supersede(connection, against, (_JOIN, _SPLIT), now)
    _decide(connection, sorted(against), _SPLIT, now)
    rebuild(connection, members, now)


def _ground(connection: Connection, article_ids: Collection[int]) -> _Ground:
    """Give all articles that pairs, people's word or a story of today tie to these, however far."""
    known: set[int] = set()
    fresh = set(article_ids)
    alike: dict[Pair, Any] = {}
    said: dict[Pair, str] = {}
    believed: dict[int, Any] = {}
    while fresh:
        known |= fresh
        alike |= pairs.alike(connection, fresh)
        said |= _said(connection, fresh)
        believed |= {row.article_id: row for row in _of_same_stories(connection, fresh)}
        tied = {key for both in alike for key in both}
        tied |= {key for both, decision in said.items() if decision == _JOIN for key in both}
        fresh = (tied | believed.keys()) - known
    sources = story_texts.kept(connection, known)
    return _Ground(
        articles=_appeared(connection, sources),
        sources=sources,
        alike={both: row for both, row in alike.items() if sources.keys() >= set(both)},
        joined=frozenset(both for both, decision in said.items() if decision == _JOIN),
        apart=frozenset(both for both, decision in said.items() if decision == _SPLIT),
        rows=believed,
    )


def _appeared(connection: Connection, sources: Mapping[int, Source]) -> dict[int, Appeared]:
    query = select(ARTICLE.c.id, ARTICLE.c.identity, OUTLET.c.key).join_from(
        ARTICLE, OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id
    )
    return {
        row.id: Appeared(
            at=sources[row.id].appeared_at, outlet=row.key, identity=row.identity, article_id=row.id
        )
        for row in rows.among(connection, query, ARTICLE.c.id, sources.keys())
    }


def _strength(row: Any) -> tuple[float, ...]:
    """Give how close two articles are: by what they share of either, then by how much that is."""
    contained = max(row.shared_words / row.words, row.other_shared_words / row.other_words)
    return row.jaccard, contained, row.shared_words + row.other_shared_words


def _members(
    star: Star, story_id: int, sources: Mapping[int, Source], evidence: Mapping[Pair, Any]
) -> dict[int, rows.Values]:
    """Give what is believed of each article of a story."""
    began = sources[star.first].appeared_at
    found: dict[int, rows.Values] = {}
    for article_id, by_person in ((star.first, False), *star.others):
        source = sources[article_id]
        relation, share, shared = _kept(star.first, article_id, evidence)
        found[article_id] = {
            "story_id": story_id,
            "first_id": star.first,
            "relation": relation,
            "share_kept": share,
            "shared_words": shared,
            "hours_after": (source.appeared_at - began) / timedelta(hours=1),
            "decided_by": (DecidedBy.PERSON if by_person else DecidedBy.RULE).value,
            "appeared_at": source.appeared_at,
            "appeared_by": source.appeared_by.value,
        }
    return found


def _kept(
    first: int, article_id: int, evidence: Mapping[Pair, Any]
) -> tuple[str | None, float | None, int | None]:
    """Give how an article stands to the first, the share of the first's words it has, and how many."""
    if article_id == first:
        return None, 1.0, None
    row = evidence.get(pair(first, article_id))
    if row is None:
        return None, None, None
    relation = Relation(row.relation) if row.relation else None
    words, shared = row.words, row.shared_words
    if row.article_id != first:
        relation = turned(relation)
        words, shared = row.other_words, row.other_shared_words
    return relation, shared / words if words else 0.0, shared


def _numbers(
    connection: Connection, found: Sequence[Star], believed: Mapping[int, Any], now: datetime
) -> list[int]:
    """Give each story its number: that of its first article, or else of most of its members, or a new one."""
    free = {row.story_id for row in believed.values()}
    numbers: list[int | None] = []
    for star in found:
        now_in = [believed[key].story_id for key in star.members if key in believed]
        counted = Counter(now_in)
        liked = sorted(counted, key=lambda key: (-counted[key], key))
        if star.first in believed:
            liked.insert(0, believed[star.first].story_id)
        number = next((key for key in liked if key in free), None)
        free.discard(number or 0)
        numbers.append(number)
    fresh = iter(rows.put_numbered(connection, STORY, [{"made_at": now} for key in numbers if key is None]))
    return [next(fresh) if key is None else key for key in numbers]


def _put(
    connection: Connection, wanted: Mapping[int, rows.Values], believed: Mapping[int, Any], now: datetime
) -> set[int]:
    """Write down what is believed now of articles' stories; what was before stays, superseded."""
    same = {
        key
        for key, values in wanted.items()
        if key in believed and all(getattr(believed[key], name) == values[name] for name in _WHAT_TIES)
    }
    ended = [row for key, row in believed.items() if key not in same]
    begun = [{"article_id": key, **values} for key, values in wanted.items() if key not in same]
    rows.alter(connection, MEMBER, [{"of": row.id, "superseded_at": now} for row in ended])
    rows.put(connection, MEMBER, [{**values, "recorded_at": now} for values in begun])
    alive = {values["story_id"] for values in wanted.values()}
    lost = {row.story_id for row in ended} - alive
    rows.alter(connection, STORY, [{"of": key, "dissolved_at": now} for key in sorted(lost)])
    return lost | {row.story_id for row in ended} | {int(values["story_id"]) for values in begun}


def _of_same_stories(connection: Connection, article_ids: Collection[int]) -> list[Any]:
    """Give the members of the stories that these articles are of now."""
    own = rows.among(connection, MEMBER.select().where(_CURRENT), MEMBER.c.article_id, article_ids)
    stories = {row.story_id for row in own}
    return rows.among(connection, MEMBER.select().where(_CURRENT), MEMBER.c.story_id, stories)


def _members_of(connection: Connection, story_id: int) -> set[int]:
    query = select(MEMBER.c.article_id).where(_CURRENT, MEMBER.c.story_id == story_id)
    return set(connection.execute(query).scalars())


def _companions(connection: Connection, article_id: int) -> set[int]:
    """Give the articles of an article's story, itself alone where it is of none."""
    return {article_id, *(row.article_id for row in _of_same_stories(connection, [article_id]))}


def _story_of(connection: Connection, article_id: int) -> int:
    query = select(MEMBER.c.story_id).where(_CURRENT, MEMBER.c.article_id == article_id)
    return int(connection.execute(query).scalar_one())


def _said(connection: Connection, article_ids: Collection[int]) -> dict[Pair, str]:
    """Give what people say of pairs that have one of these articles."""
    query = DECISION.select().where(_HOLDS)
    return {
        (row.article_id, row.other_id): row.decision
        for column in (DECISION.c.article_id, DECISION.c.other_id)
        for row in rows.among(connection, query, column, article_ids)
    }


def _supersede(
    connection: Connection, against: Iterable[Pair], decisions: Collection[str], now: datetime
) -> None:
    for one, other in sorted(against):
        held = _HOLDS & (DECISION.c.article_id == one) & (DECISION.c.other_id == other)
        over = update(DECISION).where(held, DECISION.c.decision.in_(decisions)).values(superseded_at=now)
        connection.execute(over)


def _decide(connection: Connection, about: Sequence[Pair], decision: str, now: datetime) -> None:
    entries = [
        {"article_id": one, "other_id": other, "decision": decision, "decided_at": now}
        for one, other in about
    ]
    rows.put(connection, DECISION, entries)


def _require_texts(connection: Connection, article_ids: Collection[int], now: datetime) -> None:
    """Keep the texts of articles that no run has looked at yet; CuttingsError where there are none."""
    missing = set(article_ids) - story_texts.kept(connection, article_ids).keys()
    sources = story_texts.believed(connection, missing)
    for article_id in sorted(missing - sources.keys()):
        raise CuttingsError(
            f"the archive has no text of an article {article_id}; the view `articles` lists those it has"
        )
    found = story_texts.texts(connection, {key for one in sources.values() for key in one.document_ids})
    story_texts.keep(connection, missing, sources, found, now)
