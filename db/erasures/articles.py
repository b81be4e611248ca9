"""Blanks articles: their texts, readings, addresses, and what ties them to others."""

from typing import Any

from sqlalchemy import or_, select, update

from db import rows
from db.copies import pairs, stories
from db.erasures import traces
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
from db.words import ERASED, ArticleState

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
    traces.blank(work)  # while the addresses' keys are known
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


def _addresses(work: Blanking) -> None:
    own = work.scope.urls
    for url_id in sorted(own):
        token = f"{ERASED}{url_id}"
        work.blank(URL, [url_id], {"url": token, "address_key": token, "url_key": token})
    work.blank(ATTEMPT, own, {"error": None, "etag": None, "last_modified": None}, "url_id")
    work.blank(REJECTION, own, {"detail": ""}, "url_id")
