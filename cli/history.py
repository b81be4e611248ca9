"""An article's history as the archive's views tell it, read into records."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

from cli.article_records import (
    Address,
    Article,
    Capture,
    Change,
    Comment,
    CommentVersion,
    History,
    Sight,
    Version,
)

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, Connection, TextualSelect

Row = TypeVar("Row", Article, Address, Version, Change, Comment, CommentVersion, Capture, Sight)

_OF_ARTICLE = "article_id = :article"
_NOT_READ = "article_id IS NULL AND url IN :urls"
_SIGHTS = """\
SELECT capture_id, count(*) - 1 AS again, max(fetched_at) AS last_at,
       sum(CASE WHEN outcome = 'not_modified' THEN 1 ELSE 0 END) AS not_modified
FROM fetch_attempt WHERE capture_id IN :captures GROUP BY capture_id"""


def article(connection: "Connection", article_id: int) -> Article | None:
    """Give the article of an id, None where the archive shows none."""
    found = _rows(connection, Article, "articles", _OF_ARTICLE, {"article": article_id})
    return found[0] if found else None


def history(
    connection: "Connection",
    of: Article,
    *,
    as_of: datetime | None = None,
    believed_at: datetime | None = None,
) -> History:
    """Give all that is known of an article on a connection as of these instants (``db/time_travel/``)."""
    values: dict[str, Any] = {"article": of.article_id}

    def rows(kind: type[Row], view: str, order: str, condition: str = _OF_ARTICLE) -> tuple[Row, ...]:
        return _rows(connection, kind, view, f"({condition}) ORDER BY {order}", values)

    addresses = rows(Address, "addresses", "valid_from, role, url")
    values["urls"] = [address.url for address in addresses]
    captures = sorted(
        (
            *rows(Capture, "captures", "capture_id"),
            *(c for c in rows(Capture, "captures", "capture_id", _NOT_READ) if _led_here(c, addresses)),
        ),
        key=lambda capture: (capture.captured_at, capture.capture_id),
    )
    return History(
        as_of=as_of,
        believed_at=believed_at,
        article=of,
        addresses=addresses,
        versions=rows(Version, "article_versions", "version"),
        changes=rows(Change, "article_changes", "changed_by, version"),
        comments=rows(Comment, "comments_named", "position, comment_id"),
        comment_versions=rows(CommentVersion, "comment_versions", "comment_id, version"),
        captures=tuple(captures),
        sights=_sights(connection, [capture.capture_id for capture in captures]),
    )


def _led_here(capture: Capture, addresses: Sequence[Address]) -> bool:
    """Say whether the address led to the article then: what it gave while it led elsewhere is none of its."""
    return any(
        address.url == capture.url
        and address.valid_from <= capture.captured_at
        and (address.valid_to is None or capture.captured_at < address.valid_to)
        for address in addresses
    )


def _rows(
    connection: "Connection", kind: type[Row], view: str, condition: str, values: Mapping[str, Any]
) -> tuple[Row, ...]:
    names = ", ".join(field.name for field in fields(kind))
    query = f"SELECT {names} FROM {view} WHERE {condition}"  # noqa: S608 - names of ours only
    used = {name: value for name, value in values.items() if f":{name}" in condition}
    return _records(connection, kind, query, used)


def _sights(connection: "Connection", capture_ids: list[int]) -> dict[int, Sight]:
    if not capture_ids:
        return {}
    found = _records(connection, Sight, _SIGHTS, {"captures": capture_ids})
    return {sight.capture_id: sight for sight in found}


def _records(
    connection: "Connection", kind: type[Row], query: str, values: Mapping[str, Any]
) -> tuple[Row, ...]:
    """Give the rows of a query as records; the types of the fields say what the columns hold."""
    lists = tuple(name for name, value in values.items() if isinstance(value, list))
    found_rows = connection.execute(_statement(kind, query, lists), values).mappings()  # type: ignore[arg-type] # a class is hashable
    return tuple(kind(**{name: _frozen(value) for name, value in row.items()}) for row in found_rows)


@cache  # making the statements costs more than running them
def _statement(kind: type[Row], query: str, lists: tuple[str, ...]) -> "TextualSelect":
    from sqlalchemy import bindparam, text

    types = {field.name: found for field in fields(kind) if (found := _column_type(field.type))}
    expanding: list[BindParameter[Any]] = [bindparam(name, expanding=True) for name in lists]
    return text(query).bindparams(*expanding).columns(**types)


def _column_type(annotation: Any) -> Any:
    """Give the column type whose values need reading on SQLite; None for text and numbers."""
    from sqlalchemy import Boolean, Date

    from db.types import Json, UtcDateTime

    if get_origin(annotation) is tuple:
        return Json
    known = {datetime: UtcDateTime(), date: Date(), bool: Boolean()}
    return next((known[one] for one in (*get_args(annotation), annotation) if one in known), None)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
