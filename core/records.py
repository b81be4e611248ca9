"""What crosses from layer to layer: frozen records of pages, articles, comments and visits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType


class CommentState(StrEnum):
    """What a page tells of its comments as a whole (DESIGN.md, Data)."""

    NONE = "none"  # the page says there are none
    LISTED = "listed"  # all of them are on the page
    PARTIAL = "partial"  # more pages, or a stated count we do not hold
    CLOSED = "closed"  # listed, and no more are taken
    UNSUPPORTED = "unsupported"  # a comment system we cannot read
    UNKNOWN = "unknown"  # no comment section recognised


COMPLETE = frozenset({CommentState.NONE, CommentState.LISTED, CommentState.CLOSED})
"""The states under which a comment that is not on the page is a removed comment."""


class Outcome(StrEnum):
    """How one attempt to fetch an address ended."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    REDIRECT = "redirect"
    NOT_FOUND = "not_found"
    GONE = "gone"
    SOFT_404 = "soft_404"
    FORBIDDEN = "forbidden"
    ROBOTS_DENIED = "robots_denied"
    RATE_LIMITED = "rate_limited"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    NETWORK_ERROR = "network_error"
    TOO_LARGE = "too_large"
    BLOCKED_ADDRESS = "blocked_address"


class Via(StrEnum):
    """Where bytes came from."""

    LIVE = "live"
    WAYBACK = "wayback"
    COMMONCRAWL = "commoncrawl"
    WARC = "warc"
    FILE = "file"


class Reason(StrEnum):
    """Why a page that was fetched gave no stored article."""

    EMPTY_PAGE = "empty_page"  # no bytes, or no text
    NOT_HTML = "not_html"  # neither a page nor a feed nor a sitemap
    NO_TITLE = "no_title"
    NO_BODY = "no_body"
    NOT_AN_ARTICLE = "not_an_article"  # a listing, a home page, a server's error with status 200
    SOFT_404 = "soft_404"  # status 200, and the page says that it is not there
    WALLED = "walled"  # a paywall, a sign-in or a consent page stands where the article would
    OUT_OF_DATES = "out_of_dates"  # outside --since and --until
    UNREADABLE = "unreadable"  # the reader failed on it; the detail says how
    BAD_FEED = "bad_feed"
    BAD_SITEMAP = "bad_sitemap"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """When something happened, as far as the page says it.

    ``at`` is an aware UTC instant, only when a time of day is stated; ``on`` is the day in the
    outlet's own zone; ``raw`` is the page's wording; ``note`` says what was odd (``ambiguous``:
    the local time occurred twice, the first was taken; ``nonexistent``: it was skipped by the
    clock change, read with the offset before it; ``impossible``: no such date, so ``at`` and
    ``on`` are None).
    """

    raw: str
    at: datetime | None = None
    on: date | None = None
    note: str | None = None

    def stated(self) -> str | None:
        """Give ISO 8601 of the instant, or of the day when only the day is stated, or None."""
        if self.at is not None:
            return self.at.isoformat()
        return self.on.isoformat() if self.on else None


@dataclass(frozen=True, kw_only=True, slots=True)
class RelatedLink:
    """A ``READ MORE:`` paragraph or its like: kept out of the body, kept as a link."""

    title: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ScrapedComment:
    """One reader comment as a page shows it; ``position`` counts from 1 in page order.

    ``parent`` is the position of the comment it answers; ``raw`` is the text before cleaning
    (header line and body), ``outlet_id`` the outlet's own id where the page gives one.
    """

    position: int
    author: str | None
    posted: Moment | None
    body: str
    raw: str
    parent: int | None = None
    outlet_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldComment:
    """A comment that an article's pages showed so far, and that is not known to be gone."""

    body: str
    outlet_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ScrapedArticle:
    """One article as one layout read it from one page: what the page says, nothing else.

    ``body`` has its paragraphs parted by a blank line; ``read_by`` says which way each field was
    read (``json-ld``, ``open-graph``, ``dublin-core``, ``meta``, ``time``, ``h1``, ``anchor``,
    ``content-analysis``, ``selector``; ``article`` is a container the page itself names,
    ``density`` the one with most prose, ``text`` a line next to the title, ``title`` and
    ``heading`` those elements, ``address`` the page's own address; of ``comments``, which kind of
    pages they go on, as :func:`crawlers.threads.addresses.kind` names it). ``thread_pages`` are absolute
    addresses of the first other pages the comments go on, in their order, without any key.
    """

    url: str
    outlet: str | None
    layout: str
    layout_version: int
    title: str | None
    body: str
    canonical_url: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    section: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    language: str | None = None
    related: tuple[RelatedLink, ...] = ()
    comment_state: CommentState = CommentState.UNKNOWN
    comments_claimed: int | None = None
    comments: tuple[ScrapedComment, ...] = ()
    thread_pages: tuple[str, ...] = ()
    read_by: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadFetch:
    """Another page that an article's comments were read from; ``positions`` are those it brought."""

    url: str
    fetch_key: str
    positions: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class PageVisit:
    """The item a spider yields for an article page it read: the article and how it was reached.

    ``fetch_key`` names the :class:`FetchAttempt` that brought the bytes. ``requested`` are the
    addresses that led here by redirects, first one first, without the final one.
    ``article_key`` is the outlet's own certain identity of an article address
    (``legacy/<slug>``), None where it has none for this address. ``thread`` are the other pages its
    comments were read from.
    """

    fetch_key: str
    source: str
    article: ScrapedArticle
    article_key: str | None
    requested: tuple[str, ...] = ()
    thread: tuple[ThreadFetch, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """The item a spider yields for a page that gave no article, with the reason kept."""

    fetch_key: str | None
    url: str
    source: str
    reason: Reason
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """The item a spider yields for an entry of a source: what it announced, reachable or not.

    ``url`` is None where the entry cannot be followed (a bare home page, no link).
    """

    outlet: str
    source: str
    title: str | None
    url: str | None
    published: Moment | None = None
    guid: str | None = None
    summary: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """The content-addressed text of one version of an article.

    ``sha256`` is over all fields an outlet can change; ``fingerprint`` over the plain form
    (:func:`core.text.plain`) of title, standfirst, byline and body: two documents with one
    fingerprint are one version. Date, section, tags and image stand on some of an article's
    pages and not on others (OUTLETS.md section 1), so they alone make no version.
    """

    sha256: str
    fingerprint: str
    title: str
    body: str
    word_count: int
    standfirst: str | None = None
    byline: str | None = None
    section: str | None = None
    published: Moment | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleRecord:
    """A cleaned article, ready to be stored.

    ``identity`` is certain within the outlet (the outlet's article key, else the canonical
    address, else the address itself with all its parameters); ``url_key`` only suggests.
    """

    fetch_key: str
    outlet: str
    source: str
    url: str
    url_key: str
    identity: str
    canonical_url: str | None
    aliases: tuple[str, ...]
    layout: str
    layout_version: int
    document: Document
    modified: Moment | None
    related: tuple[RelatedLink, ...]
    comment_state: CommentState
    comments_claimed: int | None
    comments: tuple[ScrapedComment, ...]
    read_by: Mapping[str, str]
    warnings: tuple[str, ...]
    thread: tuple[ThreadFetch, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPage:
    """Where the bytes of a capture lie: WARC file (relative to the home), offset, length.

    ``sha256`` and ``sha1_base32`` (the digest web archives use) are over the payload as served,
    content encoding included; ``size`` is its length in bytes.
    """

    warc_file: str
    offset: int
    length: int
    sha256: str
    sha1_base32: str
    size: int
    content_type: str | None
    revisit: bool = False
    truncated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """What a page states of its use: ``name`` in lower case, ``stated_in`` "header" or "meta"."""

    stated_in: str
    name: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchAttempt:
    """One attempt to fetch an address, whatever came of it; ``fetched_at`` is aware UTC.

    ``key`` ties it to the items read from it; ``page`` is where its bytes lie, None for a 304
    and for a failure that brought no bytes. Of a web archive ``fetched_at`` is when the archive asked
    the outlet; where its index alone says that the bytes were those of another capture of the address,
    ``same_as`` is their SHA-256. ``apart``: its bytes are a capture of their own even where they are the
    last ones again, since what is read of them tells of other pages too, as they were then.
    """

    key: str
    url: str
    fetched_at: datetime
    outcome: Outcome
    status: int | None = None
    error: str | None = None
    redirect_to: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    elapsed_ms: int | None = None
    page: StoredPage | None = None
    via: Via = Via.LIVE
    same_as: str | None = None
    signals: tuple[Signal, ...] = ()
    apart: bool = False


class Change(StrEnum):
    """What storing an article record came to."""

    NEW = "new"
    CHANGED = "changed"
    COSMETIC = "cosmetic"  # other quotes, dashes or spaces only: kept as evidence, no version
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredArticle:
    """What became of an article record; it is durable when this is given."""

    article_id: int
    url: str
    title: str
    source: str
    change: Change
    version: int
    comments_new: int = 0
    comments_changed: int = 0
    comments_removed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the archive remembers of an address: validators and digest of its last capture.

    ``read_by`` is ``(layout, layout_version)`` of the current reading, None if never read;
    ``captured_at`` is when the capture of ``sha256`` was made; ``settled`` is False while only crawls
    have met the article that did not walk all of their sources: what lies behind it may be unknown.
    ``thread`` is the kind of other pages its comments go on (``read_by``), None where they do not.
    """

    url: str
    article_id: int | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    read_by: tuple[str, int] | None
    last_checked_at: datetime | None
    captured_at: datetime | None = None
    settled: bool = True
    thread: str | None = None
