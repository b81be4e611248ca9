"""What a fetched capture comes to: the rows of its attempt, its reading, and of its likes."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.kept_records import KeptPage
from core.records import ArticleRecord, FetchAttempt, Outcome, Reason, Unread
from db.mementos import Listed, Settled
from db.words import MementoState
from pipelines.backfill.fetcher import Kept, Lacked, observed
from pipelines.backfill.report import Tally
from pipelines.backfill.units import Unit
from pipelines.readers import Answer, Damaged, Refused

if TYPE_CHECKING:
    from db.store import Written

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """A kept capture and what was read from it."""

    kept: Kept
    answer: Answer


def page_of(kept: Kept, outlet: str) -> KeptPage | None:
    """Give the page a reader is to read, None where the answer was no page of the outlet's."""
    if kept.attempt.outcome is not Outcome.OK:
        return None
    return KeptPage(
        capture_id=0,
        url=kept.attempt.url,
        captured_at=kept.attempt.fetched_at,
        outlet=outlet,
        source=kept.archived.source,
        warc_file=kept.page.warc_file,
        offset=kept.page.offset,
        length=kept.page.length,
        sha256=kept.page.sha256,
        content_type=kept.page.content_type,
    )


def lacking(lacked: Lacked) -> Unit:
    """Give what is stored of a capture that cannot be had."""
    listed, error = lacked.listed, lacked.error
    at = f"{listed.memento.archived_at:%Y-%m-%d %H:%M:%S}"
    logger.info("%s of %s cannot be had (%s): %s", listed.memento.url, at, error.lack, error.detail)

    def count(tally: Tally) -> None:
        tally.lacking[error.lack.value] += 1

    settled = Settled(memento_id=listed.id, state=MementoState.LACKING, detail=error.lack.value)
    return Unit(url=listed.memento.url, memento_id=listed.id, records=(settled,), count=count)


def unit_of(one: Kept | Read, alike: Mapping[int, Sequence[Listed]], run_id: int) -> Unit:
    """Give what is stored of a capture: its attempt, what was read, and its likes as observations."""
    kept = one.kept if isinstance(one, Read) else one
    listed, attempt, sha256 = kept.listed, kept.attempt, kept.page.sha256
    item = _item(one, attempt) if isinstance(one, Read) else None
    likes = alike.get(listed.id, ())
    records: list[Written] = [attempt, *([item] if item is not None else [])]
    records += [observed(like, attempt, sha256, run_id) for like in likes]
    records.append(Settled(memento_id=listed.id, state=MementoState.FETCHED, sha256=sha256))
    records += [Settled(memento_id=like.id, state=MementoState.OBSERVED, sha256=sha256) for like in likes]

    def count(tally: Tally) -> None:
        tally.fetched += 1
        tally.bytes += kept.page.size
        tally.same_bytes += len(likes)
        tally.other_bytes += kept.archived.verified is False
        if isinstance(item, Unread):
            tally.unread[item.reason.value] += 1

    return Unit(url=attempt.url, memento_id=listed.id, records=tuple(records), count=count)


def _item(read: Read, attempt: FetchAttempt) -> ArticleRecord | Unread:
    answer = read.answer
    if isinstance(answer, ArticleRecord):
        return replace(answer, fetch_key=attempt.key)
    if isinstance(answer, Refused):
        reason, detail = answer.reason, answer.detail
    elif isinstance(answer, Damaged):  # what we wrote a moment ago: the disk lies, or somebody else wrote
        reason, detail = Reason.UNREADABLE, f"{answer.warc_file}: {answer.detail}"
    return Unread(
        fetch_key=attempt.key, url=attempt.url, source=read.kept.archived.source, reason=reason, detail=detail
    )
