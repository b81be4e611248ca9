"""What an analyst looks at first: how much was published, edited, removed, copied, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Date, bindparam, text

from db.types import UtcDateTime


class Delay(StrEnum):
    """At most how long after its publication an article was edited; the shortest first."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"  # 30 days
    YEAR = "year"
    LATER = "later"
    UNKNOWN = "unknown"  # no publication is stated, or one after the edit


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Which outlets (none named: all) and which days, both ends included."""

    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """Articles published, and comments posted, in a month ``YYYY-MM``; None: no day is stated."""

    outlet: str
    month: str | None
    articles: int
    comments: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Edits:
    """How many edits of one kind (``article_changes.kind``) were seen so soon."""

    outlet: str
    kind: str
    at_most: Delay
    edits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """How many articles or comments are away, in the words of the view ``removals``."""

    outlet: str
    kind: str
    state: str
    removed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """Articles of one outlet that another had first; the share kept and the hours are medians."""

    first_outlet: str
    outlet: str
    articles: int
    share_kept: float | None
    hours_after_first: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """Of an outlet's months, how many are unknown, and what is held of what is known to have existed."""

    outlet: str
    first_month: str
    last_month: str
    months: int
    months_unknown: int
    months_looked_through: int
    expected: int
    held: int

    @property
    def share(self) -> float | None:
        """Give the share held of what is known, 0 to 1; None where nothing is known to have existed."""
        return self.held / self.expected if self.expected else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tallies:
    """All of it; each in the order of its outlets' names."""

    published: tuple[Published, ...]
    edits: tuple[Edits, ...]
    removed: tuple[Removed, ...]
    copied: tuple[Copied, ...]
    covered: tuple[Covered, ...]

    @property
    def outlets(self) -> tuple[str, ...]:
        """Give the outlets, those with the most articles first."""
        counts = {one.outlet: 0 for one in self.covered} | {one.outlet: 0 for one in self.published}
        for one in self.published:
            counts[one.outlet] += one.articles
        return tuple(sorted(counts, key=lambda outlet: (-counts[outlet], outlet)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Question:
    """A query with room for conditions, and what of its rows the bounds compare.

    ``day`` is a column of days or of instants (``is_instant``), or of months (``is_month``).
    """

    query: str
    outlet: str
    day: str
    is_instant: bool = False
    is_month: bool = False
    fixed: str = ""


_ARTICLES = _Question(
    query=(
        "SELECT s.outlet, substr(datetime(s.published_on), 1, 7) AS month, count(*) AS number "
        "FROM articles s {where} GROUP BY s.outlet, substr(datetime(s.published_on), 1, 7)"
    ),
    outlet="s.outlet",
    day="s.published_on",
)
_COMMENTS = _Question(
    query=(
        "SELECT c.outlet, substr(datetime(c.posted_on), 1, 7) AS month, count(*) AS number "
        "FROM comments c {where} GROUP BY c.outlet, substr(datetime(c.posted_on), 1, 7)"
    ),
    outlet="c.outlet",
    day="c.posted_on",
)
# An edit was made in (changed_after, changed_by]: by its later end the delay is an upper bound. Where a
# page states only its day, that day's beginning is the earliest it can have come: the bound still holds.
_EDITS = _Question(
    query=(
        "SELECT e.outlet, e.kind, e.at_most, count(*) AS number FROM ("
        "SELECT d.outlet, d.kind, CASE WHEN d.days IS NULL OR d.days < 0 THEN 'unknown' "
        "WHEN d.days <= 1.0 / 24 THEN 'hour' WHEN d.days <= 1 THEN 'day' WHEN d.days <= 7 THEN 'week' "
        "WHEN d.days <= 30 THEN 'month' WHEN d.days <= 365 THEN 'year' ELSE 'later' END AS at_most "
        "FROM (SELECT c.outlet, c.kind, julianday(c.changed_by) - "
        "coalesce(julianday(s.published_at), julianday(s.published_on)) AS days "
        "FROM article_changes c JOIN articles s ON s.article_id = c.article_id {where}) d) e "
        "GROUP BY e.outlet, e.kind, e.at_most"
    ),
    outlet="c.outlet",
    day="c.changed_by",
    is_instant=True,
)
_REMOVED = _Question(
    query=(
        "SELECT r.outlet, r.kind, r.state, count(*) AS number FROM removals r {where} "
        "GROUP BY r.outlet, r.kind, r.state"
    ),
    outlet="r.outlet",
    day="r.state_since",
    is_instant=True,
)
_COPIED = _Question(
    query=(
        "SELECT m.first_outlet, m.outlet, m.articles, "
        "max(CASE WHEN m.by_share = (m.articles + 1) / 2 THEN m.share_kept END) AS share_kept, "
        "max(CASE WHEN m.by_hours = (m.articles + 1) / 2 THEN m.hours_after_first END) AS hours_after_first "
        "FROM (SELECT t.first_outlet, t.outlet, t.share_kept, t.hours_after_first, "
        "count(*) OVER (PARTITION BY t.first_outlet, t.outlet) AS articles, "
        "row_number() OVER (PARTITION BY t.first_outlet, t.outlet ORDER BY t.share_kept) AS by_share, "
        "row_number() OVER (PARTITION BY t.first_outlet, t.outlet ORDER BY t.hours_after_first) AS by_hours "
        "FROM stories t {where}) m GROUP BY m.first_outlet, m.outlet, m.articles"
    ),
    outlet="t.outlet",
    day="t.appeared_at",
    is_instant=True,
    fixed="t.article_id <> t.first_article_id",
)
_COVERED = _Question(
    query=(
        "SELECT v.outlet, min(v.month) AS first_month, max(v.month) AS last_month, count(*) AS months, "
        "sum(CASE WHEN v.expected IS NULL THEN 1 ELSE 0 END) AS months_unknown, "
        "sum(CASE WHEN v.looked IN ('crawled', 'listed') THEN 1 ELSE 0 END) AS months_looked_through, "
        "coalesce(sum(v.expected), 0) AS expected, coalesce(sum(v.held), 0) AS held "
        "FROM coverage v {where} GROUP BY v.outlet"
    ),
    outlet="v.outlet",
    day="v.month",
    is_month=True,
)


def tallies(connection: Connection, bounds: Bounds) -> Tallies:
    """Count what the views show on this connection, which may be one as of an instant (db/time_travel/).

    Articles count by their day of publication, comments by the day they were posted, edits by when they
    were seen, removals by when they were first found away, copies by when they appeared, coverage by
    month. A handful of aggregates, each one pass over what it counts.
    """
    return Tallies(
        published=_published(_asked(connection, _ARTICLES, bounds), _asked(connection, _COMMENTS, bounds)),
        edits=tuple(
            Edits(outlet=row["outlet"], kind=row["kind"], at_most=Delay(row["at_most"]), edits=row["number"])
            for row in _asked(connection, _EDITS, bounds)
        ),
        removed=tuple(
            Removed(outlet=row["outlet"], kind=row["kind"], state=row["state"], removed=row["number"])
            for row in _asked(connection, _REMOVED, bounds)
        ),
        copied=tuple(_copied(row) for row in _asked(connection, _COPIED, bounds)),
        covered=tuple(_covered(row) for row in _asked(connection, _COVERED, bounds)),
    )


def _asked(connection: Connection, question: _Question, bounds: Bounds) -> Sequence[Mapping[Any, Any]]:
    """Give the rows of a question within the bounds, in the order of all but their last column."""
    conditions, values = ([question.fixed] if question.fixed else []), {}
    types: list[Any] = []
    if bounds.outlets:
        conditions.append(f"{question.outlet} IN :outlets")
        values["outlets"] = list(bounds.outlets)
        types.append(bindparam("outlets", expanding=True))
    for name, sign, day in (("since", ">=", bounds.since), ("until", "<=", bounds.until)):
        if day is None:
            continue
        values[name], kind, compared = _limit(question, day, sign)
        conditions.append(f"{question.day} {compared} :{name}")
        types.append(bindparam(name, type_=kind) if kind else bindparam(name))
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    statement = text(question.query.format(where=where)).bindparams(*types)
    rows = connection.execute(statement, values).mappings().all()
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])


def _limit(question: _Question, day: date, sign: str) -> tuple[Any, Any, str]:
    """Give what a day is compared as, its type, and how: until a day is before the next day's beginning."""
    if question.is_month:
        return f"{day:%Y-%m}", None, sign
    if not question.is_instant:
        return day, Date(), sign
    if sign == "<=" and day < date.max:
        return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC), UtcDateTime(), "<"
    return datetime.combine(day, time.min, tzinfo=UTC), UtcDateTime(), sign


def _published(
    articles: Sequence[Mapping[Any, Any]], comments: Sequence[Mapping[Any, Any]]
) -> tuple[Published, ...]:
    counts: dict[tuple[str, str | None], list[int]] = {}
    for place, rows in enumerate((articles, comments)):
        for row in rows:
            counts.setdefault((row["outlet"], row["month"]), [0, 0])[place] = row["number"]
    return tuple(
        Published(
            outlet=outlet, month=month, articles=counts[outlet, month][0], comments=counts[outlet, month][1]
        )
        for outlet, month in sorted(counts, key=lambda key: (key[0], key[1] or ""))
    )


def _copied(row: Mapping[Any, Any]) -> Copied:
    share, hours = row["share_kept"], row["hours_after_first"]
    return Copied(
        first_outlet=row["first_outlet"],
        outlet=row["outlet"],
        articles=row["articles"],
        share_kept=None if share is None else float(share),
        hours_after_first=None if hours is None else float(hours),
    )


def _covered(row: Mapping[Any, Any]) -> Covered:
    facts: dict[str, Any] = dict(row)
    return Covered(**facts | {"expected": int(row["expected"]), "held": int(row["held"])})
