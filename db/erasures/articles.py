"""Blanks articles: their texts, addresses, announcements, and what ties them to others."""

from typing import Any

from sqlalchemy import func, or_, select, update

from core import urls
from db import rows
from db.copies import pairs, stories
from db.erasures.scope import ARTICLE, EXTRACTION, MATCH, URL
from db.erasures.transaction import Blanking
from db.models import (
    ArticleChange,
    ArticleText,
    ArticleVersion,
    Document,
    FetchAttempt,
    Memento,
    Rejection,
    Run,
    Shingle,
    Sighting,
    SimilarPair,
    StoryText,
    table,
)
from db.words import ERASED, ArticleState, Erased
from db.work import key_of

CHANGE, TEXT, VERSION = table(ArticleChange), table(ArticleText), table(ArticleVersion)
DOCUMENT, ATTEMPT, MEMENTO = table(Document), table(FetchAttempt), table(Memento)
REJECTION, RUN, SIGHTING = table(Rejection), table(Run), table(Sighting)
SHINGLE, PAIR, STORY_TEXT = table(Shingle), table(SimilarPair), table(StoryText)

_BLANK: dict[str, Any] = {
    "title": "",
    "standfirst": None,
    "byline": None,
    "section": None,
    "published_raw": None,
    "published_note": None,
    "body": "",
    "language": None,
    "tags": [],
    "image_url": None,
}


def blank(work: Blanking) -> None:
    """Blank the articles and the addresses of a scope; comments and their lists are done elsewhere."""
    _stories(work)
    _texts(work)
    _readings(work)
    _identities(work)
    _links(work)
    _addresses(work)


def _stories(work: Blanking) -> None:
    """Drop what their texts were compared by, and let the others of their stories be stories without them."""
    articles = work.scope.articles
    alike = {key for both in pairs.alike(work.connection, articles) for key in both}
    work.drop(STORY_TEXT, articles, "article_id")
    work.drop(PAIR, articles, "article_id")
    work.drop(PAIR, articles, "other_id")
    stories.rebuild(work.connection, {*articles, *alike}, work.at)


def _texts(work: Blanking) -> None:
    """Blank the articles' documents; those that other articles have as well stay theirs alone."""
    connection, articles = work.connection, work.scope.articles
    of_versions = select(TEXT.c.document_id).join(VERSION, VERSION.c.id == TEXT.c.version_id)
    sources = (
        (select(EXTRACTION.c.document_id), EXTRACTION.c.article_id),
        (of_versions, VERSION.c.article_id),
        (select(CHANGE.c.before_document_id), CHANGE.c.article_id),
        (select(CHANGE.c.after_document_id), CHANGE.c.article_id),
    )
    own = {row[0] for query, of in sources for row in rows.among(connection, query, of, articles)}
    others = select(EXTRACTION.c.document_id, EXTRACTION.c.article_id).distinct()
    shared = {
        row.document_id
        for row in rows.among(connection, others, EXTRACTION.c.document_id, own)
        if row.article_id not in articles
    }
    query = select(DOCUMENT).order_by(DOCUMENT.c.id)
    documents = rows.among(connection, query, DOCUMENT.c.id, own)
    # Texts that differed in looks only still do: the articles' versions stay the versions they were.
    tokens: dict[str, str] = {}
    for row in sorted(documents, key=lambda row: row.id):
        token = tokens.setdefault(row.fingerprint, f"{ERASED}{row.id}")
        if row.id in shared:
            _part(work, row, token)
        else:
            work.blank(DOCUMENT, [row.id], {**_BLANK, "sha256": f"{ERASED}{row.id}", "fingerprint": token})
            work.drop(SHINGLE, [row.id], "document_id")
    for chunk in rows.chunks(articles):
        notes = update(CHANGE).where(CHANGE.c.article_id.in_(chunk), CHANGE.c.correction_note.is_not(None))
        work.did(CHANGE, connection.execute(notes.values(correction_note=None)).rowcount)


def _part(work: Blanking, row: Any, token: str) -> None:
    """Give the articles a blank document of their own in place of one that others have too."""
    connection, articles = work.connection, list(work.scope.articles)
    values = {**row._asdict(), **_BLANK, "sha256": f"{ERASED}{row.id}-{min(articles)}", "fingerprint": token}
    del values["id"]
    (twin,) = rows.put_numbered(connection, DOCUMENT, [values])
    own_versions = select(VERSION.c.id).where(VERSION.c.article_id.in_(articles))
    moves = (
        (EXTRACTION, "document_id", EXTRACTION.c.article_id.in_(articles)),
        (TEXT, "document_id", TEXT.c.version_id.in_(own_versions)),
        (CHANGE, "before_document_id", CHANGE.c.article_id.in_(articles)),
        (CHANGE, "after_document_id", CHANGE.c.article_id.in_(articles)),
    )
    for of, column, where in moves:
        connection.execute(update(of).where(where, of.c[column] == row.id).values({column: twin}))


def _readings(work: Blanking) -> None:
    values: dict[str, Any] = {"modified_raw": None, "read_by": {}, "related": [], "warnings": []}
    work.blank(EXTRACTION, work.scope.articles, values, "article_id")


def _identities(work: Blanking) -> None:
    for article_id in sorted(work.scope.articles):
        values = {
            "identity": f"{ERASED}{article_id}",
            "state": ArticleState.ERASED.value,
            "state_since": work.at,
            "next_check_at": None,
        }
        work.blank(ARTICLE, [article_id], values)
    either = or_(MATCH.c.article_id.in_(work.scope.articles), MATCH.c.other_id.in_(work.scope.articles))
    work.did(MATCH, work.connection.execute(update(MATCH).where(either).values(evidence={})).rowcount)


def _links(work: Blanking) -> None:
    """Take the links to what goes out of the readings of other articles, and out of what runs were asked."""
    keys = _keys(work)
    linked = select(EXTRACTION.c.capture_id, EXTRACTION.c.extractor_id, EXTRACTION.c.related).join(
        ARTICLE, ARTICLE.c.id == EXTRACTION.c.article_id
    )
    for row in work.connection.execute(linked.where(ARTICLE.c.outlet_id.in_(work.scope.outlets))).all():
        left = [link for link in row.related if _keys_of(link.get("url")).isdisjoint(keys)]
        if len(left) < len(row.related):
            own = (EXTRACTION.c.capture_id == row.capture_id) & (
                EXTRACTION.c.extractor_id == row.extractor_id
            )
            work.connection.execute(update(EXTRACTION).where(own).values(related=left))
            work.counts["extraction"] += 1
    asked = select(RUN.c.id, RUN.c.order_json).where(RUN.c.outlet_id.in_(work.scope.outlets))
    for run in work.connection.execute(asked).all():
        wanted = (run.order_json or {}).get("urls")
        if wanted and not all(_keys_of(url).isdisjoint(keys) for url in wanted):
            left = [url if _keys_of(url).isdisjoint(keys) else f"{ERASED}{work.erasure_id}" for url in wanted]
            work.blank(RUN, [run.id], {"order_json": {**run.order_json, "urls": left}})


def _keys(work: Blanking) -> set[str]:
    """Give the keys of the addresses that go, those without tracking parameters too."""
    query = select(URL.c.address_key, URL.c.url_key)
    return {key for row in rows.among(work.connection, query, URL.c.id, work.scope.urls) for key in row}


def _keys_of(url: str | None) -> set[str]:
    return {key_of(make, url) for make in (urls.address_key, urls.url_key)} if url else set()


def _listed(work: Blanking) -> set[int]:
    """Give what archives list of the addresses that go, with whatever tracking parameters."""
    keys = _keys(work)
    exact = rows.among(work.connection, select(MEMENTO.c.id), MEMENTO.c.address_key, keys)
    query = select(MEMENTO.c.id, MEMENTO.c.url).where(
        MEMENTO.c.outlet_id.in_(work.scope.outlets), MEMENTO.c.address_key.contains("?")
    )
    found = work.connection.execute(query)
    return {row.id for row in exact} | {row.id for row in found if not _keys_of(row.url).isdisjoint(keys)}


def _addresses(work: Blanking) -> None:
    connection, own = work.connection, work.scope.urls
    listed = _listed(work)
    if work.scope.wish.what is Erased.URL:
        from db.suppressing import prefix_key

        key = prefix_key(work.scope.wish.name)
        begins = func.substr(MEMENTO.c.address_key, 1, len(key)) == key
        listed |= set(connection.execute(select(MEMENTO.c.id).where(begins)).scalars())
    work.drop(MEMENTO, listed)
    for url_id in sorted(own):
        token = f"{ERASED}{url_id}"
        work.blank(URL, [url_id], {"url": token, "address_key": token, "url_key": token})
    work.blank(ATTEMPT, own, {"error": None, "etag": None, "last_modified": None}, "url_id")
    work.blank(REJECTION, own, {"detail": ""}, "url_id")
    announced = rows.among(connection, select(SIGHTING.c.id), SIGHTING.c.url_id, own)
    for (sighting_id,) in announced:
        values = {
            "title": None,
            "summary": None,
            "guid": None,
            "published_raw": None,
            "entry_key": f"{ERASED}{sighting_id}",
        }
        work.blank(SIGHTING, [sighting_id], values)
