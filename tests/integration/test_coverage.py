"""Coverage: zero is told apart from what nobody looked at, and what is missing from why."""

from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text

from core.records import Outcome, Reason, Via
from db.coverage import Looked, Missing, Month, coverage
from db.time_travel.asof import open_as_of
from db.words import Verdict
from tests.integration.desk import HOME
from tests.integration.ground import Ground, day


def months(ground: Ground, **bounds: date) -> dict[str, Month]:
    """Give the months by name; whatever happened, what is held and what is not add up."""
    found = coverage(ground.desk.engine, "gazette", **bounds)
    for month in found:
        if month.expected is None:
            assert (month.held, month.archived, sum(month.missing.values())) == (None, None, 0)
        else:
            assert month.held is not None
            assert month.expected == month.held + sum(month.missing.values())
    return {f"{month.month:%Y-%m}": month for month in found}


def why(month: Month) -> dict[str, int]:
    return {reason.value: number for reason, number in month.missing.items() if number}


def test_an_unknown_outlet_has_no_months(engine: Engine):
    assert coverage(engine, "gazette") == []


def test_looked_and_nothing_there_differs_from_nobody_looked(engine: Engine):
    ground = Ground(engine)
    ground.article("one", day("2026-01-10"), published=date(2026, 1, 9))
    ground.crawled(day("2026-01-10"))
    ground.crawled(day("2026-02-03"))
    ground.crawled(day("2026-02-03") + timedelta(hours=2))
    ground.crawled(day("2026-02-04"), Verdict.PARTIAL)
    ground.crawled(day("2026-04-04"), Verdict.FAILED)
    ground.crawled(day("2026-06-04"), limit=3)  # a part: it cannot say that there was nothing
    ground.crawled(day("2026-07-04"))
    found = months(ground)

    assert {
        name: (month.looked.value, month.expected, month.days_crawled) for name, month in found.items()
    } == {
        "2026-01": ("crawled", 1, 1),
        "2026-02": ("crawled", 0, 2),
        "2026-03": ("no", None, 0),
        "2026-04": ("tried", None, 0),
        "2026-05": ("no", None, 0),
        "2026-06": ("no", None, 0),
        "2026-07": ("crawled", 0, 1),
    }
    assert found["2026-01"].share == 1.0
    assert found["2026-02"].share is None
    assert [*months(ground, since=date(2026, 2, 20), until=date(2026, 3, 1))] == ["2026-02", "2026-03"]


def test_a_listed_index_says_of_whole_months_only_that_it_was_looked(engine: Engine):
    ground = Ground(engine)
    ground.listed("old", day("2011-12-20"))
    ground.article("new", day("2012-05-02"), published=date(2012, 5, 2))
    ground.backfilled(day("2026-05-05"), date(2011, 11, 15), date(2012, 2, 29))
    found = months(ground)

    assert {name: (month.looked.value, month.expected) for name, month in found.items()} == {
        "2011-12": ("listed", 1),
        "2012-01": ("listed", 0),
        "2012-02": ("listed", 0),
        "2012-03": ("no", None),
        "2012-04": ("no", None),
        "2012-05": ("partly", 1),
    }


@pytest.mark.parametrize(("whole", "looked"), [(True, Looked.LISTED), (False, Looked.NO)])
def test_an_index_without_bounds_speaks_of_all_months_before_it_was_asked(
    engine: Engine, *, whole: bool, looked: Looked
):
    ground = Ground(engine)
    ground.listed("one", day("2012-01-02"))
    ground.listed("two", day("2012-03-02"))
    ground.backfilled(day("2012-06-15"), whole=whole)
    found = months(ground)

    assert found["2012-02"].looked is looked
    assert found["2012-01"].looked is (Looked.LISTED if whole else Looked.PARTLY)
    assert [*found][-1] == ("2012-05" if whole else "2012-03")


def test_an_article_is_in_the_month_of_its_publication_or_of_its_first_sight(engine: Engine):
    ground = Ground(engine)
    ground.article("stated", day("2026-03-02"), published=date(2025, 12, 31))
    ground.article("silent", day("2026-01-31"))
    ground.announced("announced", day("2026-03-02"), date(2026, 2, 1))
    ground.listed("captured", day("2026-03-20"))
    ground.listed("captured", day("2026-03-04"), digest="other")
    found = months(ground)

    assert {name: month.expected for name, month in found.items()} == {
        "2025-12": 1,
        "2026-01": 1,
        "2026-02": 1,
        "2026-03": 1,
    }
    assert {name: month.held for name, month in found.items()} == {
        "2025-12": 1,
        "2026-01": 1,
        "2026-02": 0,
        "2026-03": 0,
    }


def test_what_only_archives_gave_is_told_from_what_the_outlet_gave(engine: Engine):
    ground = Ground(engine)
    ground.article("both", day("2026-03-02"), via=Via.WAYBACK)
    ground.article("both", day("2026-03-09"))
    ground.article("archived", day("2026-03-02"), via=Via.WAYBACK)
    ground.article("filed", day("2026-03-02"), via=Via.WARC)
    ground.article("live", day("2026-03-02"))
    month = months(ground)["2026-03"]

    assert (month.held, month.archived) == (4, 2)


def test_an_article_known_at_several_addresses_counts_once(engine: Engine):
    ground = Ground(engine)
    old = f"{HOME}/news/page.cfm?id=7"
    ground.article("one", day("2026-03-02"), aliases=(old,))
    ground.listed(
        "one", day("2026-03-01"), "fetched", url=f"http://{HOME.removeprefix('https://www.')}:80/articles/one"
    )
    ground.listed("old", day("2026-03-01"), url=old)
    ground.announced("one", day("2026-03-02"))
    ground.announced("two", day("2026-03-02"))
    ground.announced("two", day("2026-03-03"))
    ground.listed("two", day("2026-03-05"), "observed")
    month = months(ground)["2026-03"]

    assert (month.expected, month.held) == (2, 1)


REASONS: list[tuple[str, str | None]] = [
    ("chosen", "waiting"),
    ("announced", "waiting"),
    ("out of dates", "waiting"),
    ("no body", "unread"),
    ("lacking", "lacking"),
    ("lacking, unread", "unread"),
    ("lacking, another chosen", "waiting"),
    ("lacking, not found live", "lacking"),
    ("robots", "refused"),
    ("forbidden", "refused"),
    ("server", "failed"),
    ("network", "failed"),
    ("not found", "gone"),
    ("soft 404", "gone"),
    ("observed", "unknown"),
    ("no article", None),
    ("not judged yet", None),
    ("an image", None),
    ("an absence", None),
]


def happen(ground: Ground, what: str) -> None:
    """Let one thing have happened to one address."""
    when, name = day("2026-03-05"), what.replace(" ", "-").replace(",", "")
    outcomes = {
        "robots": Outcome.ROBOTS_DENIED,
        "forbidden": Outcome.FORBIDDEN,
        "server": Outcome.SERVER_ERROR,
        "network": Outcome.NETWORK_ERROR,
        "not found": Outcome.NOT_FOUND,
        "lacking, not found live": Outcome.NOT_FOUND,
    }
    rejections = {
        "out of dates": Reason.OUT_OF_DATES,
        "no body": Reason.NO_BODY,
        "lacking, unread": Reason.NO_TITLE,
        "soft 404": Reason.SOFT_404,
        "no article": Reason.NOT_AN_ARTICLE,
    }
    states: dict[str, dict[str, Any]] = {
        "chosen": {"state": "chosen"},
        "observed": {"state": "observed"},
        "not judged yet": {"state": "listed"},
        "an image": {"state": "passed_over"},
        "an absence": {"state": "observed", "status": 404},
    }
    if what in states:
        ground.listed(name, when, **states[what])
    elif what.startswith("lacking"):
        ground.listed(name, when, "lacking")
    elif what not in rejections or what == "no article":
        ground.announced(name, when)
    if what == "lacking, another chosen":
        ground.listed(name, when + timedelta(days=1))
    if what in outcomes:
        ground.failed(name, when, outcomes[what])
    if what in rejections:
        ground.unread(name, when, rejections[what])


def test_each_kind_of_failure_is_told_apart(engine: Engine):
    wanted = {reason: sum(kind == reason.value for _, kind in REASONS) for reason in Missing}
    ground = Ground(engine)
    for what, _ in REASONS:
        happen(ground, what)
    assert months(ground)["2026-03"].missing == wanted
    assert all(wanted.values()), "a reason no address of the test has"


def test_as_of_a_date_the_later_months_are_not_there(engine: Engine):
    ground = Ground(engine)
    ground.article("one", day("2026-01-10"), published=date(2026, 1, 9))
    ground.listed("two", day("2026-02-10"))
    ground.listed("three", day("2026-05-10"))
    ground.backfilled(day("2026-08-10"))
    asked = text("SELECT month, expected FROM coverage ORDER BY month")
    with engine.connect() as connection:
        open_as_of(connection, day("2026-03-20"))
        assert [tuple(row) for row in connection.execute(asked)] == [("2026-01", 1), ("2026-02", 1)]
        open_as_of(connection, None, day("2020-08-09"))  # before anything was recorded
        assert [tuple(row) for row in connection.execute(asked)] == []


def test_a_month_is_that_of_utc_in_any_session(engine: Engine):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no zones")
    ground = Ground(engine)
    ground.listed("one", datetime.fromisoformat("2026-03-31T23:30+00:00"))
    ground.announced("two", day("2026-04-20"), date(2026, 4, 1))
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    for zone in ("Asia/Tokyo", "America/New_York"):
        with psycopg.connect(address) as connection:
            connection.execute(f"SET timezone = '{zone}'")
            rows = connection.execute("SELECT month, expected FROM coverage ORDER BY month").fetchall()
        assert rows == [("2026-03", 1), ("2026-04", 1)]
