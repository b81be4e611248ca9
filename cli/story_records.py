"""Stories as the archive tells them: who printed one first, and what the others kept of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from core.errors import CuttingsError

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, Connection

_MEMBERS = """\
SELECT s.story_id, s.article_id, s.outlet, s.url, s.title, s.published_at, s.published_on, s.word_count,
       s.state, s.is_first, s.relation, s.share_kept, s.shared_words, s.hours_after_first, s.appeared_at,
       s.appeared_by, s.decided_by, p.jaccard, p.document_id, p.other_document_id, p.article_id AS lower_id
FROM stories s
LEFT JOIN similar_pair p
     ON p.article_id = CASE WHEN s.article_id < s.first_article_id
                       THEN s.article_id ELSE s.first_article_id END
     AND p.other_id = CASE WHEN s.article_id < s.first_article_id
                      THEN s.first_article_id ELSE s.article_id END
WHERE s.story_id IN :stories
ORDER BY s.story_id, s.is_first DESC, s.appeared_at, s.outlet, s.url"""
_DECISIONS = """\
SELECT d.article_id, d.other_id, d.decision, d.decided_at, d.superseded_at
FROM pair_decision d
WHERE d.article_id IN :articles OR d.other_id IN :articles
ORDER BY d.decided_at, d.id"""
_LIST = """\
SELECT f.story_id
FROM stories f
WHERE f.is_first{}
ORDER BY f.appeared_at DESC, f.story_id DESC{}"""
_OF_OUTLET = " AND EXISTS (SELECT 1 FROM stories m WHERE m.story_id = f.story_id AND m.outlet = :outlet)"
_DAY = " AND datetime(f.appeared_at) {} :{}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """An article of a story; named as in the view ``stories``, with the evidence of its tie to the first.

    ``jaccard`` is the share of runs of five words that both texts have, ``document_ids`` are the texts of
    the first and of this one that were compared; both are None for the first.
    """

    article_id: int
    outlet: str
    url: str
    title: str
    published_at: datetime | None
    published_on: date | None
    word_count: int
    state: str
    is_first: bool
    relation: str | None
    share_kept: float | None
    shared_words: int | None
    hours_after_first: float
    appeared_at: datetime
    appeared_by: str
    decided_by: str
    jaccard: float | None
    document_ids: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What a person said of two articles; ``superseded_at`` is when the contrary was said."""

    article_id: int
    other_id: int
    decision: str
    decided_at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A story: its articles, the first one first, and what people said of them."""

    story_id: int
    members: tuple[Member, ...]
    decisions: tuple[Decision, ...] = ()

    @property
    def first(self) -> Member:
        """The article that appeared first."""
        return self.members[0]


def listed(
    connection: "Connection",
    *,
    outlet: str | None,
    since: date | None,
    until: date | None,
    most: int | None,
) -> tuple[Story, ...]:
    """Give stories, the newest first: those an outlet has a part in, that began on these days (UTC)."""
    values: dict[str, Any] = {}
    conditions = ""
    if outlet is not None:
        values["outlet"] = outlet
        conditions += _OF_OUTLET
    if since is not None:
        values["since"] = since.isoformat()
        conditions += _DAY.format(">=", "since")
    if until is not None:
        values["until"] = f"{until.isoformat()} 23:59:59"
        conditions += _DAY.format("<=", "until")
    if most is not None:
        values["most"] = most
    query = _LIST.format(conditions, "" if most is None else " LIMIT :most")
    found = [row["story_id"] for row in _ask(connection, query, values)]
    known = {story.story_id: story for story in _stories(connection, found)}
    return tuple(known[story_id] for story_id in found)


def shown(connection: "Connection", story_id: int) -> Story:
    """Give one story with what people said; CuttingsError where there is none of that number, or no more."""
    for story in _stories(connection, [story_id]):
        articles = [member.article_id for member in story.members]
        said = _ask(connection, _DECISIONS, {"articles": articles})
        decisions = tuple(Decision(**row) for row in said)
        return Story(story_id=story_id, members=story.members, decisions=decisions)
    found = _ask(connection, "SELECT dissolved_at FROM story WHERE id = :story", {"story": story_id})
    if found:
        raise CuttingsError(
            f"story {story_id} has no articles any more: its texts changed, or a person split it; the table "
            "story_member has what was believed before"
        )
    raise CuttingsError(f"the archive has no story {story_id}; `cuttings stories list` lists them")


def text_of(connection: "Connection", document_id: int) -> str:
    """Give the text of a document: standfirst and body."""
    query = "SELECT standfirst, body FROM document WHERE id = :document"
    (row,) = _ask(connection, query, {"document": document_id})
    return "\n\n".join(part for part in (row["standfirst"], row["body"]) if part)


def _stories(connection: "Connection", story_ids: Sequence[int]) -> list[Story]:
    found: dict[int, list[Member]] = {}
    for row in _ask(connection, _MEMBERS, {"stories": list(story_ids)}):
        found.setdefault(row["story_id"], []).append(_member(row))
    return [Story(story_id=key, members=tuple(members)) for key, members in found.items()]


def _member(row: dict[str, Any]) -> Member:
    compared = None
    if row["lower_id"] is not None:  # the first's text comes first, whichever number is lower
        compared = row["document_id"], row["other_document_id"]
        if row["lower_id"] == row["article_id"]:
            compared = compared[::-1]
    facts = {name: row[name] for name in Member.__slots__ if name in row and name != "document_ids"}
    return Member(**facts | {"is_first": bool(row["is_first"])}, document_ids=compared)


def _ask(connection: "Connection", query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Ask in SQL; instants come back aware, days as dates, from either database."""
    from sqlalchemy import Date, bindparam, text

    from db.types import UtcDateTime

    instants = ("published_at", "appeared_at", "decided_at", "superseded_at", "dissolved_at")
    kinds: dict[str, Any] = {**{name: UtcDateTime() for name in instants}, "published_on": Date()}
    kinds = {name: kind for name, kind in kinds.items() if f".{name}" in query or f" {name}" in query}
    asked = text(query)
    lists: list[BindParameter[Any]] = [
        bindparam(name, expanding=True) for name, value in values.items() if isinstance(value, list)
    ]
    asked = asked.bindparams(*lists)
    return [dict(row) for row in connection.execute(asked.columns(**kinds), values).mappings()]
