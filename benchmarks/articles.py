"""Invented articles of some 4.7 kB, and visits of them, put into the store without a crawl."""

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

from core import text, urls
from core.records import (
    ArticleRecord,
    CommentState,
    Document,
    FetchAttempt,
    Moment,
    Outcome,
    ScrapedComment,
    StoredPage,
)

HOME = "https://www.example.org"
COMMENTED, COMMENTS = 5, 5  # every fifth article has five comments
NEWEST = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS = 690  # of a body: about 4.7 kB


class Gazette:
    """The facts of an invented outlet, in the shape the store wants."""

    key = "gazette"
    title = "The Gazette"
    home = HOME
    publisher = "Nobody"
    timezone = "Europe/London"
    example = True


def visit(number: int, at: datetime, *, served: bool = True) -> FetchAttempt:
    """Give a visit of an article: with the bytes it always has, or with a 304 (``served`` False)."""
    url = address(number)
    return FetchAttempt(
        key=f"{url} {at.isoformat()}",
        url=url,
        fetched_at=at,
        outcome=Outcome.OK if served else Outcome.NOT_MODIFIED,
        status=200 if served else 304,
        etag=f'"{number:x}"',
        last_modified="Mon, 02 Mar 2026 09:00:00 GMT",
        elapsed_ms=120,
        page=_page(number) if served else None,
    )


def address(number: int) -> str:
    """Give the address of an article."""
    return f"{HOME}/news/{number // 100}/an-invented-headline-of-some-length-{number}"


def record(seen: FetchAttempt, number: int) -> ArticleRecord:
    """Give what a visit of an article reads to."""
    commented = number % COMMENTED == 0
    return ArticleRecord(
        fetch_key=seen.key,
        outlet=Gazette.key,
        source=f"{HOME}/feed",
        url=seen.url,
        url_key=urls.url_key(seen.url),
        identity=urls.address_key(seen.url),
        canonical_url=seen.url,
        aliases=(),
        layout="plain",
        layout_version=1,
        document=_document(number),
        modified=None,
        related=(),
        comment_state=CommentState.LISTED if commented else CommentState.NONE,
        comments_claimed=COMMENTS if commented else 0,
        comments=tuple(_comment(number, place + 1) for place in range(COMMENTS if commented else 0)),
        read_by={"title": "h1", "body": "selector", "published": "time"},
        warnings=(),
    )


def _document(number: int) -> Document:
    chance = random.Random(number)
    words = chance.choices(_words(), k=WORDS)
    body = "\n\n".join(" ".join(words[start : start + 70]) for start in range(0, WORDS, 70))
    title = f"An invented headline of some length {number}"
    published = NEWEST - timedelta(hours=4 * number)
    return Document(
        sha256=_digest(title, body),
        fingerprint=_digest(text.plain(title), text.plain(body)),
        title=title,
        body=body,
        word_count=WORDS,
        byline=f"Reporter {number % 40}",
        section="News",
        published=Moment(raw=published.isoformat(), at=published, on=published.date()),
        tags=("one", "another"),
    )


def _comment(number: int, place: int) -> ScrapedComment:
    posted = (NEWEST - timedelta(hours=4 * number) + timedelta(hours=place)).strftime("%d/%m/%Y at %H:%M")
    body = " ".join(random.Random(number * COMMENTS + place).choices(_words(), k=40))
    author = f"Reader {number * COMMENTS + place % 3000}"
    return ScrapedComment(
        position=place, author=author, posted=Moment(raw=posted), body=body, raw=f"{author} {posted}\n{body}"
    )


def _page(number: int) -> StoredPage:
    digest = _digest("page", str(number))
    return StoredPage(
        warc_file=f"captures/{number // 5000}.warc.gz",
        offset=number * 12_000,
        length=11_000,
        sha256=digest,
        sha1_base32=digest[:32].upper(),
        size=38_000,
        content_type="text/html; charset=utf-8",
    )


@cache
def _words() -> tuple[str, ...]:
    """Give invented words, six letters long on average."""
    chance = random.Random(0)
    return tuple("".join(chance.choices("aeiounrstlmdk", k=chance.randint(2, 10))) for _ in range(3000))


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()
