"""Article records become rows: documents, readings, then what they add to their articles' histories."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.records import COMPLETE, Change, CommentState, Document, Moment, StoredArticle
from db import addresses, identity, rows
from db.discussions import comment_lists, comments
from db.discussions.threads import Counts, LastPage, ThreadPage
from db.histories import rebuilding, spells, versions
from db.histories.history import Seen, Shown, tell
from db.histories.spells import Current, Observation
from db.identity import Visit
from db.models import Document as DocumentRow
from db.models import Extraction, Extractor, table
from db.running import attention
from db.words import Reading, Retraction
from db.work import Work

EXTRACTOR, EXTRACTION, DOCUMENT = table(Extractor), table(Extraction), table(DocumentRow)
RECENT = timedelta(hours=1)  # a page may wait that long for the database, not longer
_CHANGES = {
    Reading.NEW: Change.NEW,
    Reading.CHANGED: Change.CHANGED,
    Reading.REAPPEARED: Change.CHANGED,
    Reading.COSMETIC: Change.COSMETIC,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """One visit as it is about to be stored."""

    visit: Visit
    seen: Observation
    list_id: int
    current: Current | None
    reading: Reading

    @property
    def article_id(self) -> int:
        return self.seen.article_id

    @property
    def reaches_back(self) -> bool:
        """Whether it tells of the past: a late page, or bytes met before that nobody had read."""
        last = self.current.last_capture_id if self.current else None
        met_before = not self.visit.fetched.fresh and self.seen.capture_id != last
        return self.reading is Reading.LATE or met_before


def record(
    work: Work, visits: Sequence[Visit], url_ids: Mapping[str, int], extractors: Mapping[tuple[str, int], int]
) -> list[StoredArticle]:
    """Store the records of these visits, oldest first; give what became of each.

    No two may be of one article yet to be made.
    """
    article_ids = identity.resolve(work, visits, url_ids)
    stored: dict[int, StoredArticle] = {}
    for places in _apart(article_ids):
        own, their = [visits[place] for place in places], [article_ids[place] for place in places]
        stored |= dict(zip(places, _record(work, own, their, url_ids, extractors), strict=True))
    return [stored[place] for place in range(len(visits))]


def _apart(article_ids: Sequence[int]) -> list[list[int]]:
    """Give the places in groups within which no article comes twice: merged ones come under two names."""
    found: list[list[int]] = []
    times: Counter[int] = Counter()
    for place, article_id in enumerate(article_ids):
        if times[article_id] == len(found):
            found.append([])
        found[times[article_id]].append(place)
        times[article_id] += 1
    return found


def _record(
    work: Work,
    visits: Sequence[Visit],
    article_ids: Sequence[int],
    url_ids: Mapping[str, int],
    extractors: Mapping[tuple[str, int], int],
) -> list[StoredArticle]:
    """Store the records of these visits of these articles, none of which comes twice."""
    read = _read(work, visits, article_ids, extractors)
    rows.put_missing(work.connection, EXTRACTION, [_extraction(work, one) for one in read])
    late = {one.article_id for one in read if one.reading is Reading.LATE}
    addresses.record(work, visits, article_ids, url_ids, late)
    back = {one.article_id for one in read if one.reaches_back}
    rest = [one for one in read if not one.reaches_back]
    lasting = [one for one in rest if one.current and spells.lasts(one.current, one.seen)]
    spells.extend(
        work,
        [one.seen for one in lasting],
        {one.article_id: one.current for one in lasting if one.current is not None},
    )
    rebuilt = rebuilding.rebuild(work, back) if back else {}
    numbers = {article_id: one.versions for article_id, one in rebuilt.items()}
    numbers |= _begin(work, [one for one in rest if one.reading is Reading.NEW and _is_recent(work, one)])
    settled = {*numbers, *(one.article_id for one in lasting)}
    numbers |= rebuilding.rebuild_versions(work, {one.article_id for one in rest} - settled)
    counts = _comments(work, rest)
    return [_stored(one, numbers.get(one.article_id), counts.get(one.article_id, Counts())) for one in read]


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


def _read(
    work: Work,
    visits: Sequence[Visit],
    article_ids: Sequence[int],
    extractors: Mapping[tuple[str, int], int],
) -> list[_Read]:
    documents = document_ids(work, [visit.record.document for visit in visits])
    lists = comment_lists.keep(work.connection, [visit.record.comments for visit in visits])
    current = spells.load(work, article_ids)
    read = []
    for visit, article_id, list_id in zip(visits, article_ids, lists, strict=True):
        record = visit.record
        extractor_id = extractors[record.layout, record.layout_version]
        seen = Observation(
            article_id=article_id,
            at=visit.fetched.attempt.fetched_at,
            capture_id=visit.capture_id,
            shown=_shown(work, record.document, documents[record.document.sha256], extractor_id),
        )
        before = current.get(article_id)
        reading = spells.judge(before, seen)
        read.append(_Read(visit=visit, seen=seen, list_id=list_id, current=before, reading=reading))
    return read


def document_ids(work: Work, documents: Sequence[Document]) -> dict[str, int]:
    """Give the ids of documents by their SHA-256; those not kept yet are."""
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


def _shown(work: Work, document: Document, document_id: int, extractor_id: int) -> Shown:
    published = document.published
    return Shown(
        extractor_id=extractor_id,
        document_id=document_id,
        sha256=document.sha256,
        fingerprint=document.fingerprint,
        published_at=published.at if published else None,
        published_on=published.on if published else None,
        recorded_at=work.now,
        believed_at=work.now,
    )


def _extraction(work: Work, read: _Read) -> dict[str, Any]:
    seen = read.seen
    return {
        "capture_id": seen.capture_id,
        "extractor_id": seen.shown.extractor_id,
        "run_id": work.run_id,
        "article_id": seen.article_id,
        "document_id": seen.shown.document_id,
        "comment_list_id": read.list_id,
        "outcome": read.reading.value,
        "extracted_at": work.now,
        **told(read.visit),
    }


def told(visit: Visit) -> dict[str, Any]:
    """Give what a reading tells of its page besides text and comments, as its row has it."""
    record = visit.record
    modified = record.modified or Moment(raw="")
    return {
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


def _is_recent(work: Work, read: _Read) -> bool:
    """Say whether a page is so new that nothing later can be known of its address."""
    return work.now - read.seen.at < RECENT


def _begin(work: Work, read: Sequence[_Read]) -> dict[int, versions.Altered]:
    """Begin the histories of articles never seen before: there is nothing else to be told of them."""
    histories = {
        one.article_id: tell(
            [
                Seen(
                    at=one.seen.at,
                    run_id=work.run_id,
                    capture_id=one.seen.capture_id,
                    readings={one.seen.shown.extractor_id: one.seen.shown},
                )
            ]
        )
        for one in read
    }
    begun = versions.write(work, histories, Retraction.REBUILT) if histories else {}
    attention.write(work, histories)
    return begun


def _comments(work: Work, read: Sequence[_Read]) -> dict[int, Counts]:
    """Bring the comments of these articles up to date; give what the visits brought of them."""
    shown = [
        comments.Shown(
            one.article_id,
            ThreadPage(
                at=one.seen.at,
                run_id=work.run_id,
                capture_id=one.seen.capture_id,
                extractor_id=one.seen.shown.extractor_id,
                state=one.visit.record.comment_state,
                comments=one.visit.record.comments,
                list_id=one.list_id,
            ),
            _last_page(one.current),
        )
        for one in read
    ]
    counts, saved = comments.record(work, shown)
    moved = {key: thread.commented_at for key, thread in saved.items() if thread.otherwise}
    attention.write(work, {}, moved)
    return dict(zip((one.article_id for one in read), counts, strict=True))


def _last_page(current: Current | None) -> LastPage | None:
    if current is None:
        return None
    state = CommentState(current.comment_state) if current.comment_state else CommentState.UNKNOWN
    return LastPage(
        at=current.version_seen_at,
        extractor_id=current.extractor_id,
        complete=state in COMPLETE,
        list_id=current.comment_list_id,
        closed=state is CommentState.CLOSED,
    )


def _stored(read: _Read, altered: versions.Altered | None, counts: Counts) -> StoredArticle:
    change = _CHANGES.get(read.reading, Change.UNCHANGED)
    if read.reading is Reading.LATE and altered is not None and altered.appeared > altered.vanished:
        change = Change.CHANGED
    number = altered.version if altered is not None else read.current.seq if read.current else 0
    record = read.visit.record
    return StoredArticle(
        article_id=read.article_id,
        url=record.url,
        title=record.document.title,
        source=record.source,
        change=change,
        version=number,
        comments_new=counts.new,
        comments_changed=counts.changed,
        comments_removed=counts.removed,
    )
