"""Column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Identity, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, a naive datetime is refused.

    SQLite has no type for it: there it is text of one width (``2016-06-06 12:27:00.000000Z``), which
    sorts, which compares with what SQLite's own date functions give, and which pandas reads as UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give text for SQLite, ``timestamptz`` elsewhere."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Give what the driver stores; raise ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no zone: only aware datetimes are stored")
        return instant_text(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class's signature
        """Give the aware instant in UTC."""
        if value is None:
            return None
        return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


def instant_text(value: datetime) -> str:
    """Give the text under which SQLite holds an aware instant."""
    return value.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00") + "Z"


Whole = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit whole number; SQLite numbers rows only in a column declared INTEGER."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON value; absent is NULL, never the JSON word null."""

RowId = Annotated[int, mapped_column(Whole, Identity(), primary_key=True)]
