"""Article records become rows: documents, extractions, spells, addresses and comments."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.records import Change, Document, Moment, StoredArticle
from db import addresses, identity, rows, spells, threads
from db.identity import Visit
from db.models import Document as DocumentRow
from db.models import Extraction, Extractor, table
from db.spells import Current, Observation
from db.threads import SEEN_TOGETHER, Counts, Thread
from db.words import Reading
from db.work import Work

EXTRACTOR, EXTRACTION, DOCUMENT = table(Extractor), table(Extraction), table(DocumentRow)
_CHANGES = {
    Reading.NEW: Change.NEW,
    Reading.CHANGED: Change.CHANGED,
    Reading.REAPPEARED: Change.CHANGED,
    Reading.COSMETIC: Change.COSMETIC,
}


def record(
    work: Work, visits: Sequence[Visit], url_ids: Mapping[str, int], extractors: Mapping[tuple[str, int], int]
) -> list[StoredArticle]:
    """Store the records of these visits, no article twice; give what became of each."""
    article_ids = identity.resolve(work, visits, url_ids)
    documents = _documents(work, [visit.record.document for visit in visits])
    seen = [
        _observe(visit, article_id, documents, extractors)
        for visit, article_id in zip(visits, article_ids, strict=True)
    ]
    current = spells.load(work, article_ids)
    results = spells.apply(work, seen, current)
    _keep_readings(work, visits, seen, [reading for reading, _ in results])
    addresses.record(work, visits, article_ids, url_ids)
    counts = _comments(work, visits, seen, current, [reading for reading, _ in results])
    return [
        StoredArticle(
            article_id=observation.article_id,
            url=visit.record.url,
            title=visit.record.document.title,
            source=visit.record.source,
            change=_CHANGES.get(reading, Change.UNCHANGED),
            version=version,
            comments_new=counted.new,
            comments_changed=counted.changed,
            comments_removed=counted.removed,
        )
        for visit, observation, (reading, version), counted in zip(visits, seen, results, counts, strict=True)
    ]


def extractor_ids(work: Work, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Give the ids of layouts at their versions, those not used before made."""
    entries = [
        {"layout": layout, "version": version, "first_used_at": work.now}
        for layout, version in sorted(wanted)
    ]
    query = EXTRACTOR.select()
    names = {layout for layout, _ in wanted}
    found = {
        (row.layout, row.version): row.id
        for row in rows.among(work.connection, query, EXTRACTOR.c.layout, names)
    }
    if wanted <= found.keys():
        return found
    rows.put_missing(
        work.connection, EXTRACTOR, [e for e in entries if (e["layout"], e["version"]) not in found]
    )
    return {
        (row.layout, row.version): row.id
        for row in rows.among(work.connection, query, EXTRACTOR.c.layout, names)
    }


def _documents(work: Work, documents: Sequence[Document]) -> dict[str, int]:
    wanted = {document.sha256: document for document in documents}
    return rows.numbered(work.connection, DOCUMENT, "sha256", wanted, lambda key: _document(wanted[key]))


def _document(document: Document) -> dict[str, Any]:
    published = document.published
    return {
        "sha256": document.sha256,
        "fingerprint": document.fingerprint,
        "title": document.title,
        "standfirst": document.standfirst,
        "byline": document.byline,
        "section": document.section,
        "published_at": published.at if published else None,
        "published_on": published.on if published else None,
        "published_raw": published.raw if published else None,
        "published_note": published.note if published else None,
        "body": document.body,
        "word_count": document.word_count,
        "language": document.language,
        "tags": list(document.tags),
        "image_url": document.image_url,
    }


def _observe(
    visit: Visit,
    article_id: int,
    documents: Mapping[str, int],
    extractors: Mapping[tuple[str, int], int],
) -> Observation:
    record, published = visit.record, visit.record.document.published
    return Observation(
        article_id=article_id,
        at=visit.fetched.attempt.fetched_at,
        capture_id=visit.capture_id,
        extractor_id=extractors[record.layout, record.layout_version],
        document_id=documents[record.document.sha256],
        sha256=record.document.sha256,
        fingerprint=record.document.fingerprint,
        published_at=published.at if published else None,
        published_on=published.on if published else None,
    )


def _keep_readings(
    work: Work, visits: Sequence[Visit], seen: Sequence[Observation], readings: Sequence[Reading]
) -> None:
    """Keep what was read from each capture; the same bytes read again the same way add nothing."""
    entries = [
        _extraction(work, visit, observation, reading)
        for visit, observation, reading in zip(visits, seen, readings, strict=True)
    ]
    rows.put_missing(work.connection, EXTRACTION, entries)


def _extraction(work: Work, visit: Visit, seen: Observation, reading: Reading) -> dict[str, Any]:
    record = visit.record
    modified = record.modified or Moment(raw="")
    return {
        "capture_id": seen.capture_id,
        "extractor_id": seen.extractor_id,
        "run_id": work.run_id,
        "article_id": seen.article_id,
        "document_id": seen.document_id,
        "outcome": reading.value,
        "extracted_at": work.now,
        "source": record.source,
        "modified_at": modified.at,
        "modified_on": modified.on,
        "modified_raw": modified.raw or None,
        "comment_state": record.comment_state.value,
        "comments_claimed": record.comments_claimed,
        "read_by": dict(record.read_by),
        "related": [{"title": link.title, "url": link.url} for link in record.related],
        "warnings": list(record.warnings),
    }


def _comments(
    work: Work,
    visits: Sequence[Visit],
    seen: Sequence[Observation],
    current: Mapping[int, Current],
    readings: Sequence[Reading],
) -> list[Counts]:
    """Give what became of the comments of each visit; late readings tell nothing of today's."""
    timely = [index for index, reading in enumerate(readings) if reading is not Reading.LATE]
    pages = [_thread(visits[i], seen[i], current.get(seen[i].article_id)) for i in timely]
    counted = dict(zip(timely, threads.record(work, pages), strict=True))
    return [counted.get(index, Counts()) for index in range(len(visits))]


def _thread(visit: Visit, seen: Observation, before: Current | None) -> Thread:
    return Thread(
        article_id=seen.article_id,
        at=seen.at,
        capture_id=seen.capture_id,
        extractor_id=seen.extractor_id,
        comments=visit.record.comments,
        state=visit.record.comment_state,
        page_seen_at=before.last_seen_at if before else None,
        was_complete=before is not None and before.comment_state in SEEN_TOGETHER,
        same_reader=before is None or before.extractor_id == seen.extractor_id,
    )
