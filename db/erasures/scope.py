"""What belongs to a thing that is to be erased: its comments, names, texts, addresses, lists."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from core.errors import CuttingsError
from core.text import fold
from db import rows
from db.discussions import comment_lists
from db.erasures import tellers
from db.matched.merged import whole
from db.models import (
    Article,
    ArticleMatch,
    ArticleUrl,
    Comment,
    Commenter,
    CommentVersion,
    Document,
    Extraction,
    FetchAttempt,
    Outlet,
    Run,
    Sighting,
    Url,
    table,
)
from db.suppressing import prefix_key
from db.words import ArticleState, CommentPresence, Erased

ARTICLE, ARTICLE_URL, URL = table(Article), table(ArticleUrl), table(Url)
COMMENT, COMMENTER, VERSION = table(Comment), table(Commenter), table(CommentVersion)
EXTRACTION, MATCH, OUTLET = table(Extraction), table(ArticleMatch), table(Outlet)
DOCUMENT, ATTEMPT = table(Document), table(FetchAttempt)
RUN, SIGHTING = table(Run), table(Sighting)

LISTS = 500  # lists of comments looked through at a time


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is to be erased: by ``number`` a comment or article, by ``name`` a commenter or address prefix."""

    what: Erased
    number: int = 0
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A comment in one wording, under one name, as it was stored."""

    comment_id: int
    article_id: int
    commenter_id: int | None
    author: str
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """All that a wish concerns; ids are those of rows.

    ``articles`` are those that go as a whole, ``shown_by`` those whose pages showed the comments (the
    same where articles go); ``names`` are folded and go wherever they stand under a comment; ``lists``
    says of each list of comments which places go; ``urls`` are addresses that go; ``texts`` are those of
    the articles that go, ``titles`` their headlines, as shown and as announced.
    """

    wish: Wish
    outlets: Mapping[int, str]
    articles: frozenset[int] = frozenset()
    shown_by: frozenset[int] = frozenset()
    urls: frozenset[int] = frozenset()
    comments: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    said: tuple[Said, ...] = ()
    outlet_comment_ids: frozenset[str] = frozenset()
    lists: Mapping[int, frozenset[int]]
    texts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    @property
    def is_of_articles(self) -> bool:
        """Say whether articles and addresses go, not comments alone."""
        return self.wish.what in {Erased.ARTICLE, Erased.URL}


def find(connection: Connection, wish: Wish) -> Scope:
    """Give what a wish concerns; CuttingsError where nothing is known of it, or it is erased already."""
    if wish.what is Erased.COMMENT:
        return _of_comment(connection, wish)
    if wish.what is Erased.COMMENTER:
        return _of_commenter(connection, wish)
    if wish.what is Erased.ARTICLE:
        known = connection.execute(select(ARTICLE).where(ARTICLE.c.id == wish.number)).one_or_none()
        if known is None or known.state == ArticleState.ERASED.value:
            raise CuttingsError(f"the archive has no article {wish.number}, or it was erased already")
        return _of_articles(connection, wish, {wish.number}, set())
    key = prefix_key(wish.name)
    begins = func.substr(URL.c.address_key, 1, len(key)) == key
    found = set(connection.execute(select(URL.c.id).where(begins)).scalars())
    if not found and not tellers.of_beginning(connection, key):
        raise CuttingsError(f"the archive knows no address that begins with {wish.name}")
    query = select(ARTICLE.c.id).where(ARTICLE.c.state != ArticleState.ERASED.value)
    articles = {row[0] for row in rows.among(connection, query, ARTICLE.c.canonical_url_id, found)}
    return _of_articles(connection, wish, articles, found)


def addresses(connection: Connection, scope: Scope) -> set[str]:
    """Give the addresses that go, as they stand and as the keys under which their spellings meet."""
    query = select(URL.c.url, URL.c.address_key)
    found = {text for row in rows.among(connection, query, URL.c.id, scope.urls) for text in row}
    return found | ({prefix_key(scope.wish.name)} if scope.wish.what is Erased.URL else set())


def said_of(connection: Connection, comment_ids: Collection[int]) -> tuple[Said, ...]:
    """Give all wordings of comments, believed or not."""
    query = (
        select(
            VERSION.c.comment_id,
            COMMENT.c.article_id,
            VERSION.c.commenter_id,
            func.coalesce(COMMENTER.c.display_name, "").label("author"),
            VERSION.c.body,
        )
        .join_from(VERSION, COMMENT, COMMENT.c.id == VERSION.c.comment_id)
        .outerjoin(COMMENTER, COMMENTER.c.id == VERSION.c.commenter_id)
    )
    found = rows.among(connection, query, VERSION.c.comment_id, comment_ids)
    return tuple(Said(**row._asdict()) for row in found)


def _of_comment(connection: Connection, wish: Wish) -> Scope:
    asked = connection.execute(select(COMMENT).where(COMMENT.c.id == wish.number)).one_or_none()
    if asked is None or asked.state == CommentPresence.ERASED.value:
        raise CuttingsError(f"the archive has no comment {wish.number}, or it was erased already")
    query = select(COMMENT.c.id).where(
        COMMENT.c.article_id == asked.article_id, COMMENT.c.state != CommentPresence.ERASED.value
    )
    beside = said_of(connection, set(connection.execute(query).scalars()))
    own = {_wording(one) for one in beside if one.comment_id == asked.id}
    # The same words under the same name posted twice: one could not go and the other stay.
    comments = {one.comment_id for one in beside if _wording(one) in own} | {asked.id}
    return _of_comments(connection, wish, comments, frozenset())


def _of_commenter(connection: Connection, wish: Wish) -> Scope:
    query = select(COMMENTER.c.id, COMMENTER.c.name_key, COMMENTER.c.outlet_id)
    asked = connection.execute(query.where(COMMENTER.c.pseudonym == wish.name)).one_or_none()
    if asked is None:
        raise CuttingsError(
            f"the archive has no commenter {wish.name}; the view `comments` shows them (reader-…)"
        )
    by = select(VERSION.c.comment_id).where(VERSION.c.commenter_id == asked.id).distinct()
    comments = set(connection.execute(by).scalars())
    return _of_comments(connection, wish, comments, frozenset({asked.name_key}), outlet_id=asked.outlet_id)


def _of_comments(
    connection: Connection,
    wish: Wish,
    comments: Collection[int],
    names: frozenset[str],
    outlet_id: int | None = None,
) -> Scope:
    said = said_of(connection, comments)
    query = select(COMMENT.c.article_id, COMMENT.c.outlet_comment_id)
    found = rows.among(connection, query, COMMENT.c.id, comments)
    shown_by = whole(connection, {row.article_id for row in found})
    ids = frozenset(row.outlet_comment_id for row in found if row.outlet_comment_id)
    outlets = _outlets(connection, shown_by, outlet_id)
    wordings = {_wording(one) for one in said}
    lists = {}
    for list_id, shown in _lists(connection, shown_by, outlet_id):
        places = frozenset(
            place
            for place, one in enumerate(shown)
            if (fold(one.author or ""), fold(one.body)) in wordings
            or fold(one.author or "") in names
            or one.outlet_id in ids
        )
        if places:
            lists[list_id] = places
    return Scope(
        wish=wish,
        outlets=outlets,
        shown_by=frozenset(shown_by),
        comments=frozenset(comments),
        names=names,
        said=said,
        outlet_comment_ids=ids,
        lists=lists,
    )


def _of_articles(connection: Connection, wish: Wish, asked: set[int], also: set[int]) -> Scope:
    articles = whole(connection, asked)
    query = select(ARTICLE_URL.c.url_id).where(ARTICLE_URL.c.valid_to.is_(None))
    urls = {row[0] for row in rows.among(connection, query, ARTICLE_URL.c.article_id, articles)} | also
    own = select(ARTICLE.c.canonical_url_id)
    urls |= {row[0] for row in rows.among(connection, own, ARTICLE.c.id, articles)}
    urls |= _spellings(connection, urls, articles)
    query = select(COMMENT.c.id)
    comments = {row[0] for row in rows.among(connection, query, COMMENT.c.article_id, articles)}
    lists = {key: frozenset(range(len(shown))) for key, shown in _lists(connection, articles, None) if shown}
    outlets = _outlets(connection, articles, None) or _outlets_of_addresses(connection, wish, urls)
    return Scope(
        wish=wish,
        outlets=outlets,
        articles=frozenset(articles),
        shown_by=frozenset(articles),
        urls=frozenset(urls),
        comments=frozenset(comments),
        said=said_of(connection, comments),
        lists=lists,
        texts=_texts(connection, articles),
        titles=_titles(connection, articles, urls),
    )


def _spellings(connection: Connection, urls: Collection[int], articles: Collection[int]) -> set[int]:
    """Give the addresses that say the same as these but for scheme, www or tracking parameters.

    A source announces one, with title and summary, that nobody ever asked for: the article was known. Not
    those that lead to other articles.
    """
    found = rows.among(connection, select(URL.c.url_key), URL.c.id, urls)
    alike = rows.among(connection, select(URL.c.id), URL.c.url_key, {row.url_key for row in found})
    query = select(ARTICLE_URL.c.url_id, ARTICLE_URL.c.article_id).where(ARTICLE_URL.c.valid_to.is_(None))
    led = rows.among(connection, query, ARTICLE_URL.c.url_id, {row.id for row in alike})
    own = select(ARTICLE.c.canonical_url_id, ARTICLE.c.id)
    led += rows.among(connection, own, ARTICLE.c.canonical_url_id, {row.id for row in alike})
    others = {url_id for url_id, article_id in led if article_id not in articles}
    return {row.id for row in alike} - others


def _texts(connection: Connection, articles: Collection[int]) -> tuple[str, ...]:
    query = select(DOCUMENT.c.body, DOCUMENT.c.standfirst).join_from(
        DOCUMENT, EXTRACTION, EXTRACTION.c.document_id == DOCUMENT.c.id
    )
    found = rows.among(connection, query.distinct(), EXTRACTION.c.article_id, articles)
    return tuple({text for row in found for text in row if text})


def _titles(connection: Connection, articles: Collection[int], urls: Collection[int]) -> tuple[str, ...]:
    shown = select(DOCUMENT.c.title).join_from(
        DOCUMENT, EXTRACTION, EXTRACTION.c.document_id == DOCUMENT.c.id
    )
    found = rows.among(connection, shown.distinct(), EXTRACTION.c.article_id, articles)
    found += rows.among(connection, select(SIGHTING.c.title), SIGHTING.c.url_id, urls)
    return tuple(sorted({row.title for row in found if row.title}))


def _wording(said: Said) -> tuple[str, str]:
    return fold(said.author), fold(said.body)


def _outlets(connection: Connection, articles: Collection[int], also: int | None) -> dict[int, str]:
    query = select(ARTICLE.c.outlet_id).distinct()
    wanted = {row[0] for row in rows.among(connection, query, ARTICLE.c.id, articles)}
    wanted |= {also} if also is not None else set()
    named = rows.among(connection, select(OUTLET.c.id, OUTLET.c.key), OUTLET.c.id, wanted)
    return {row[0]: row[1] for row in named}


def _outlets_of_addresses(connection: Connection, wish: Wish, urls: Collection[int]) -> dict[int, str]:
    """Give the outlets that asked for addresses or announced them, else those whose rows tell of them."""
    asked = select(RUN.c.outlet_id).join_from(ATTEMPT, RUN, RUN.c.id == ATTEMPT.c.run_id).distinct()
    found = {row[0] for row in rows.among(connection, asked, ATTEMPT.c.url_id, urls)}
    announced = select(SIGHTING.c.outlet_id).distinct()
    found |= {row[0] for row in rows.among(connection, announced, SIGHTING.c.url_id, urls)}
    found = found or tellers.of_beginning(connection, prefix_key(wish.name))
    named = rows.among(connection, select(OUTLET.c.id, OUTLET.c.key), OUTLET.c.id, found)
    return {row[0]: row[1] for row in named}


def _lists(
    connection: Connection, articles: Collection[int], outlet_id: int | None
) -> Iterator[tuple[int, Any]]:
    """Give the lists of comments that readings of the articles have, or with an outlet all of its."""
    query = select(EXTRACTION.c.comment_list_id).where(EXTRACTION.c.comment_list_id.is_not(None)).distinct()
    wanted = {row[0] for row in rows.among(connection, query, EXTRACTION.c.article_id, articles)}
    if outlet_id is not None:
        of_outlet = query.join(ARTICLE, ARTICLE.c.id == EXTRACTION.c.article_id)
        wanted |= set(connection.execute(of_outlet.where(ARTICLE.c.outlet_id == outlet_id)).scalars())
    ordered = sorted(wanted)
    for start in range(0, len(ordered), LISTS):
        yield from comment_lists.load(connection, ordered[start : start + LISTS]).items()
