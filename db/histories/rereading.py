"""Kept captures read again: what is believed of them changes, what the outlet did does not."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from core.kept_records import Reread
from core.records import ArticleRecord, FetchAttempt, Outcome
from db import addresses, identity, rows
from db.discussions import comment_lists
from db.histories import readings, rebuilding
from db.histories.rebuilding import Rebuilt
from db.identity import Visit
from db.models import Capture, Extraction, table
from db.words import Reading, Retraction
from db.work import Fetched, Work

CAPTURE, EXTRACTION = table(Capture), table(Extraction)
_KEY = ("capture_id", "extractor_id")
_FIRST = ("run_id", "outcome", "extracted_at", "article_id")
"""What a reading that is repeated keeps of the first time."""


def record(work: Work, read: Sequence[tuple[int, ArticleRecord]], url_ids: Mapping[str, int]) -> list[Reread]:
    """Store what captures, by their ids, read to now; give what it came to for each article.

    A capture that was read before stays its article's, whatever identity it has by today's reading;
    one that nobody could read before is recognised as in a crawl.
    """
    captures = _captures(work, [capture_id for capture_id, _ in read])
    visits = [_visit(capture_id, record, captures[capture_id]) for capture_id, record in read]
    known = _known(work, captures)
    recovered = [visit for visit in visits if visit.capture_id not in known]
    for turn in identity.turns(recovered):
        found = identity.resolve(work, turn, url_ids)
        known |= {visit.capture_id: article_id for visit, article_id in zip(turn, found, strict=True)}
        addresses.record(work, turn, found, url_ids, late=found)
    _keep(work, visits, known)
    rebuilt = rebuilding.rebuild(work, set(known.values()), reason=Retraction.ARTEFACT)
    new = {known[visit.capture_id] for visit in recovered}
    told = {known[visit.capture_id]: visit.record.url for visit in visits}
    return [
        _reread(article_id, told[article_id], one, recovered=article_id in new)
        for article_id, one in rebuilt.items()
        if article_id in told
    ]


def _reread(article_id: int, url: str, rebuilt: Rebuilt, *, recovered: bool) -> Reread:
    versions = rebuilt.versions
    return Reread(
        article_id=article_id,
        url=url,
        text_changed=versions.text_changed,
        versions_retracted=versions.vanished,
        versions_returned=0 if recovered else versions.appeared,
        comments_changed=int(rebuilt.comments_changed),
        recovered=recovered,
    )


def _captures(work: Work, capture_ids: Sequence[int]) -> dict[int, Any]:
    query = select(CAPTURE.c.id, CAPTURE.c.url_id, CAPTURE.c.captured_at)
    return {row.id: row for row in rows.among(work.connection, query, CAPTURE.c.id, capture_ids)}


def _visit(capture_id: int, record: ArticleRecord, capture: Any) -> Visit:
    attempt = FetchAttempt(
        key=record.fetch_key, url=record.url, fetched_at=capture.captured_at, outcome=Outcome.OK
    )
    fetched = Fetched(attempt=attempt, url_id=capture.url_id, capture_id=capture_id, fresh=False)
    return Visit(record=record, fetched=fetched, capture_id=capture_id)


def _known(work: Work, capture_ids: Mapping[int, Any]) -> dict[int, int]:
    """Give the article of each capture that was read before."""
    query = select(EXTRACTION.c.capture_id, EXTRACTION.c.article_id).order_by(EXTRACTION.c.extracted_at)
    found = rows.among(work.connection, query, EXTRACTION.c.capture_id, capture_ids)
    return {row.capture_id: row.article_id for row in found}


def _keep(work: Work, visits: Sequence[Visit], article_ids: Mapping[int, int]) -> None:
    """Keep the readings; one by an extractor that had read the capture before takes that one's place."""
    extractors = readings.extractor_ids(
        work, {(visit.record.layout, visit.record.layout_version) for visit in visits}
    )
    documents = readings.document_ids(work, [visit.record.document for visit in visits])
    lists = comment_lists.keep(work.connection, [visit.record.comments for visit in visits])
    entries = [
        {
            "capture_id": visit.capture_id,
            "extractor_id": extractors[visit.record.layout, visit.record.layout_version],
            "run_id": work.run_id,
            "article_id": article_ids[visit.capture_id],
            "document_id": documents[visit.record.document.sha256],
            "comment_list_id": list_id,
            "outcome": Reading.REREAD.value,
            "extracted_at": work.now,
            **readings.told(visit),
        }
        for visit, list_id in zip(visits, lists, strict=True)
    ]
    if not entries:
        return
    make = postgresql.insert if work.connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(EXTRACTION)
    taken = {name: statement.excluded[name] for name in entries[0] if name not in {*_KEY, *_FIRST}} | {
        "reread_at": statement.excluded.extracted_at
    }
    work.connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=taken), entries)
