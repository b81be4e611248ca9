"""Histories worked out anew from the evidence, and written in the transaction that brought it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from db import rows
from db.discussions import comments
from db.histories import timeline, versions
from db.histories.history import tell
from db.histories.versions import Altered
from db.models import Article, table
from db.running import attention
from db.words import Retraction
from db.work import Work

ARTICLE = table(Article)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What working an article's history out anew came to."""

    versions: Altered
    comments_changed: bool


def rebuild(
    work: Work, article_ids: Collection[int], *, reason: Retraction = Retraction.REBUILT
) -> dict[int, Rebuilt]:
    """Work the versions and comments of these articles out anew; ``reason`` is why versions vanish."""
    timelines = _load(work, article_ids)
    histories = {article_id: tell(told.observations) for article_id, told in timelines.items()}
    histories = {article_id: history for article_id, history in histories.items() if history.spells}
    altered = versions.write(work, histories, reason)
    threads = comments.rebuild(work, {key: timelines[key] for key in histories})
    attention.write(work, histories, {key: thread.commented_at for key, thread in threads.items()})
    return {
        article_id: Rebuilt(one, article_id in threads and threads[article_id].otherwise)
        for article_id, one in altered.items()
    }


def rebuild_versions(work: Work, article_ids: Collection[int]) -> dict[int, Altered]:
    """Work the versions of these articles out anew; their comments are the caller's."""
    timelines = _load(work, article_ids)
    histories = {article_id: tell(told.observations) for article_id, told in timelines.items()}
    histories = {article_id: history for article_id, history in histories.items() if history.spells}
    altered = versions.write(work, histories, Retraction.REBUILT)
    attention.write(work, histories)
    return altered


def _load(work: Work, article_ids: Collection[int]) -> dict[int, timeline.Timeline]:
    """Give the timelines, the articles' rows locked against other writers."""
    query = select(ARTICLE.c.id).order_by(ARTICLE.c.id).with_for_update()
    rows.among(work.connection, query, ARTICLE.c.id, article_ids)
    return timeline.load(work.connection, set(article_ids))
