"""What every table has in common: names of constraints, types, checks."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, cast

from sqlalchemy import CheckConstraint, Date, MetaData, Table, Text
from sqlalchemy.orm import DeclarativeBase

from db.types import UtcDateTime, Whole

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

ROOM = {"postgresql_with": {"fillfactor": "80"}}
"""Room on the pages of rows that each visit touches: PostgreSQL then leaves their indexes alone."""


class Base(DeclarativeBase):
    """The tables' common base; tables are internal, the views are the contract (DESIGN.md, Data)."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: Whole,
        datetime: UtcDateTime(),
        date: Date(),
    }


def table(model: type[Base]) -> Table:
    """Give a model's table: the store speaks Core, in batches."""
    return cast("Table", model.__table__)


def one_of(column: str, words: Iterable[StrEnum]) -> CheckConstraint:
    """Give the check that a text column holds one of the words (a native enum could not grow in place)."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
