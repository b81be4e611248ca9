"""The articles' own rows: their state, and when to ask for them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from db import recheck, rows
from db.histories.history import History
from db.models import Article, FetchAttempt, table
from db.recheck import Checked
from db.words import ArticleState
from db.work import Work

ARTICLE, ATTEMPT = table(Article), table(FetchAttempt)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    state: str
    state_since: datetime
    last_seen_at: datetime
    last_checked_at: datetime
    last_changed_at: datetime | None
    last_commented_at: datetime | None

    def checked(self, **told: Any) -> Checked:
        """Give what the next check is worked out from."""
        return Checked(
            article_id=self.id,
            checked_at=self.last_checked_at,
            changed_at=self.last_changed_at or self.state_since,
            state=ArticleState(self.state),
            state_since=self.state_since,
            commented_at=self.last_commented_at,
            **told,
        )


def write(
    work: Work, histories: Mapping[int, History], commented: Mapping[int, datetime | None] | None = None
) -> None:
    """Bring the articles' own rows in step with their histories; ``commented``: when they last were."""
    rows.alter(work.connection, ARTICLE, [_entry(*told) for told in histories.items()])
    entries = [{"of": article_id, "last_commented_at": at} for article_id, at in (commented or {}).items()]
    rows.alter(work.connection, ARTICLE, entries)
    concerned = {*histories, *(commented or ())}
    _ask_again(work, {article_id: _absences(histories.get(article_id)) for article_id in concerned})


def _absences(history: History | None) -> dict[str, Any]:
    absences = history.absences if history else []
    return {"absences": len(absences), "absent_since": absences[0].at} if absences else {}


def checked(work: Work, asked: Mapping[int, datetime]) -> None:
    """Take note that these articles were asked for, at these instants, and that nothing was told of them.

    They are asked for again the later, the more often that has happened since they were last seen.
    """
    if not asked:
        return
    later = update(ARTICLE).where(
        ARTICLE.c.id == bindparam("of"), ARTICLE.c.last_checked_at < bindparam("at")
    )
    work.connection.execute(
        later.values(last_checked_at=bindparam("at")), [{"of": key, "at": at} for key, at in asked.items()]
    )
    query = (
        select(ARTICLE.c.id, func.count())
        .join_from(ARTICLE, ATTEMPT, ATTEMPT.c.url_id == ARTICLE.c.canonical_url_id)
        .where(ATTEMPT.c.fetched_at > ARTICLE.c.last_seen_at)
        .group_by(ARTICLE.c.id)
    )
    failures = {row[0]: row[1] for row in rows.among(work.connection, query, ARTICLE.c.id, asked)}
    _ask_again(work, {article_id: {"failures": failures.get(article_id, 1)} for article_id in asked})


def _entry(article_id: int, history: History) -> dict[str, Any]:
    last = history.spells[-1]
    text = last.text
    changed_at = last.valid_from
    if len(history.spells) == 1:
        changed_at = recheck.known_by(last.valid_from, text.published_at or text.published_on)
    return {
        "of": article_id,
        "state": history.state.value,
        "state_since": history.state_since,
        "first_seen_at": history.first_seen_at,
        "last_seen_at": history.last_seen_at,
        "last_changed_at": changed_at,
    }


def _ask_again(work: Work, told: Mapping[int, Mapping[str, Any]]) -> None:
    names = tuple(name for name in _Row.__dataclass_fields__)
    query = select(*(ARTICLE.c[name] for name in names))
    found = [_Row(*row) for row in rows.among(work.connection, query, ARTICLE.c.id, told)]
    entries = [
        {
            "of": row.id,
            "last_checked_at": max(row.last_checked_at, row.last_seen_at),
            "next_check_at": recheck.next_check(row.checked(**told[row.id])),
        }
        for row in found
    ]
    rows.alter(work.connection, ARTICLE, entries)
