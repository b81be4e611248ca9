"""An article's history as the archive's views tell it."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from core import urls
from core.errors import CuttingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

Row = TypeVar("Row", "Article", "Version", "Comment")


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
    comment_state: str | None
    comments: int
    versions: int
    state: str
    state_since: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    layout: str


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
    body: str
    word_count: int
    valid_from: datetime
    valid_to: datetime | None
    changed_after: datetime | None
    last_seen_at: datetime
    change_kind: str | None
    words_added: int | None
    words_removed: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """One row of the view ``comments_named``: the comment as it was last seen."""

    comment_id: int
    commenter_name: str | None
    posted_at: datetime | None
    posted_raw: str | None
    body: str
    position: int | None
    parent_id: int | None
    versions: int
    state: str
    state_since: datetime | None


def find(connection: "Connection", name: str) -> Article:
    """Give the article of an id, or of any address it was ever captured at; CuttingsError when unknown."""
    if name.isdecimal():
        found = _rows(connection, Article, "articles", "article_id = :wanted", int(name))
    else:
        url = urls.absolute("", name) or name
        ids = "article_id IN (SELECT article_id FROM captures WHERE url = :wanted)"
        found = _rows(connection, Article, "articles", f"url = :wanted OR {ids}", url)
    if not found:
        raise CuttingsError(f"the archive has no article {name}; the view `articles` lists them")
    return found[0]


def versions(connection: "Connection", article_id: int) -> list[Version]:
    """Give an article's versions, oldest first."""
    return _rows(connection, Version, "article_versions", "article_id = :wanted ORDER BY version", article_id)


def comments(connection: "Connection", article_id: int) -> list[Comment]:
    """Give an article's comments, removed ones too, in page order."""
    condition = "article_id = :wanted ORDER BY position, comment_id"
    return _rows(connection, Comment, "comments_named", condition, article_id)


def _rows(
    connection: "Connection", kind: type[Row], view: str, condition: str, wanted: int | str
) -> list[Row]:
    from sqlalchemy import Date, text

    from db.types import UtcDateTime

    names = [field.name for field in fields(kind)]
    instants = {
        name: UtcDateTime() for name in names if name.endswith(("_at", "_since", "_from", "_to", "_after"))
    }
    days = {name: Date() for name in names if name.endswith("_on")}
    types: Mapping[str, Any] = instants | days
    statement = text(f"SELECT {', '.join(names)} FROM {view} WHERE {condition}")  # noqa: S608 - names of ours only
    rows = connection.execute(statement.columns(**types), {"wanted": wanted}).mappings()
    return [kind(**row) for row in rows]
