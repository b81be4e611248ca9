"""Everything the archive's views tell of one article, as records; named as in the views."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One row of the view ``articles``: the article as it was last seen."""

    article_id: int
    outlet: str
    url: str
    title: str
    standfirst: str | None
    byline: str | None
    section: str | None
    published_at: datetime | None
    published_on: date | None
    published_raw: str | None
    body: str
    word_count: int
    tags: tuple[str, ...]
    comment_state: str | None
    comments: int
    versions: int
    state: str
    state_since: datetime
    first_seen_at: datetime
    last_seen_at: datetime
    last_checked_at: datetime
    last_changed_at: datetime
    next_check_at: datetime | None
    layout: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One row of the view ``addresses``: an address that leads, or led, to the article."""

    url: str
    role: str
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One row of the view ``article_versions``."""

    version: int
    title: str
    standfirst: str | None
    byline: str | None
    section: str | None
    published_at: datetime | None
    published_on: date | None
    published_raw: str | None
    tags: tuple[str, ...]
    body: str
    word_count: int
    valid_from: datetime
    valid_to: datetime | None
    changed_after: datetime | None
    last_seen_at: datetime
    ended_by: str | None
    change_kind: str | None
    words_added: int | None
    words_removed: int | None
    layout: str
    layout_version: int
    capture_id: int
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One row of the view ``article_changes``: what began a version, or a change of looks within it."""

    version: int
    kind: str
    changed_after: datetime
    changed_by: datetime
    title_before: str
    title_after: str
    words_added: int
    words_removed: int
    similarity: float
    title_changed: bool
    standfirst_changed: bool
    byline_changed: bool
    section_changed: bool
    date_changed: bool
    tags_changed: bool
    body_changed: bool
    correction_note: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """One row of the view ``comments_named``: the comment as it was last seen."""

    comment_id: int
    commenter_name: str | None
    commenter: str | None
    posted_at: datetime | None
    posted_on: date | None
    posted_raw: str | None
    body: str
    position: int | None
    parent_id: int | None
    versions: int
    state: str
    state_since: datetime
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentVersion:
    """One row of the view ``comment_versions``: one spell of a comment in one wording."""

    comment_id: int
    version: int
    commenter: str | None
    posted_at: datetime | None
    posted_on: date | None
    posted_raw: str | None
    body: str
    position: int | None
    valid_from: datetime
    valid_to: datetime | None
    changed_after: datetime | None
    last_seen_at: datetime
    ended_by: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """One row of the view ``captures``: bytes the article's addresses gave, and where they lie.

    ``article_id`` is None for a page that no layout read as an article.
    """

    capture_id: int
    url: str
    captured_at: datetime
    outcome: str
    status: int | None
    sha256: str
    size: int
    content_type: str | None
    truncated: bool
    warc_file: str
    warc_offset: int
    warc_length: int
    article_id: int | None
    layout: str | None
    layout_version: int | None
    comment_state: str | None
    run_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """How often a capture's bytes were met after the first time, and when last.

    ``not_modified`` counts the answers 304 among the ``again``; the others brought the same bytes.
    """

    capture_id: int
    again: int
    not_modified: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """All of it; comments and captures in the order they are shown, the rest oldest first.

    ``as_of`` and ``believed_at`` say where the archive's two time axes are cut; None: not at all.
    """

    as_of: datetime | None
    believed_at: datetime | None
    article: Article
    addresses: tuple[Address, ...]
    versions: tuple[Version, ...]
    changes: tuple[Change, ...]
    comments: tuple[Comment, ...]
    comment_versions: tuple[CommentVersion, ...]
    captures: tuple[Capture, ...]
    sights: Mapping[int, Sight]
