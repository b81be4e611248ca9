"""Coverage: of each month of an outlet, what existed as far as is known, what is held, what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, text


class Looked(StrEnum):
    """How far anybody looked at what an outlet published in a month."""

    CRAWLED = "crawled"  # a crawl of all its sources came through
    LISTED = "listed"  # a web archive's index was listed over the whole month
    TRIED = "tried"  # crawls began, none came through
    PARTLY = "partly"  # some articles of it were met, nobody looked for all
    NO = "no"


class Missing(StrEnum):
    """Why an article that is known to have existed is not held; the most hopeful first."""

    WAITING = "waiting"  # yet to be fetched, or left out by the dates a crawl was given
    UNREAD = "unread"  # fetched, and no layout could read it
    LACKING = "lacking"  # a web archive lists it and cannot give it
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """One month of an outlet; ``month`` is its first day.

    ``expected`` and ``held`` are None where nobody looked and nothing is known, which is not zero;
    ``held`` and all of ``missing`` add up to ``expected``. ``archived`` are those of ``held`` that only
    web archives, or files of captures, gave; ``days_crawled`` are days with a whole crawl.
    """

    month: date
    looked: Looked
    days_crawled: int
    expected: int | None
    held: int | None
    archived: int | None
    missing: Mapping[Missing, int]

    @property
    def is_known(self) -> bool:
        """Say whether anything is known of the month."""
        return self.expected is not None

    @property
    def share(self) -> float | None:
        """Give the share held of what is known, 0 to 1; None where nothing existed or nothing is known."""
        return (self.held or 0) / self.expected if self.expected else None


def coverage(
    engine: Engine, outlet: str, since: date | None = None, until: date | None = None
) -> list[Month]:
    """Give an outlet's months in order, from the first anything is known of to the last, none left out.

    ``since`` and ``until`` are any days of the first and the last month wanted. The months are those of
    the view ``coverage``; an outlet the archive does not know has none.
    """
    asked = (
        "SELECT * FROM coverage WHERE outlet = :outlet AND month >= :first AND month <= :last ORDER BY month"
    )
    bounds = {
        "outlet": outlet,
        "first": f"{since:%Y-%m}" if since else "",
        "last": f"{until:%Y-%m}" if until else "9999-12",
    }
    with engine.connect() as connection:
        return [_month(row) for row in connection.execute(text(asked), bounds).mappings()]


def by_year(months: Sequence[Month]) -> dict[int, list[Month]]:
    """Give months by their year, both in order."""
    years: dict[int, list[Month]] = {}
    for month in months:
        years.setdefault(month.month.year, []).append(month)
    return years


def _month(row: Mapping[Any, Any]) -> Month:
    return Month(
        month=date.fromisoformat(f"{row['month']}-01"),
        looked=Looked(row["looked"]),
        days_crawled=row["days_crawled"],
        expected=row["expected"],
        held=row["held"],
        archived=row["held_archive"],
        missing={why: int(row[f"missing_{why}"] or 0) for why in Missing},
    )
