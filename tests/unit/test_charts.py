"""Charts of characters: what is not nothing is seen, nothing is invented, all fits."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from cli.charts import axis, bar, spark
from cli.stats_report import report
from db.tallies import Copied, Covered, Delay, Edits, Published, Removed, Tallies


def tallies(outlets: int, months: list[str | None]) -> Tallies:
    """Give figures of so many outlets, the first of which has the most articles."""
    names = [f"outlet{number:02}" for number in range(outlets)]
    published = [
        Published(outlet=name, month=month, articles=1000 - place, comments=place)
        for place, name in enumerate(names)
        for month in months
    ]
    covered = [
        Covered(
            outlet=name,
            first_month="2001-01",
            last_month="2026-11",
            months=311,
            months_unknown=300,
            months_looked_through=4,
            expected=123_456,
            held=123_455,
        )
        for name in names
    ]
    pairs = [
        Copied(first_outlet=one, outlet=other, articles=3, share_kept=0.5, hours_after_first=80.0)
        for one, other in pairwise(names)
    ]
    edits = [Edits(outlet=names[0], kind="typo", at_most=delay, edits=7) for delay in Delay]
    return Tallies(
        published=tuple(published),
        edits=tuple(edits),
        removed=(Removed(outlet=names[0], kind="article", state="gone", removed=2),),
        copied=tuple(pairs),
        covered=tuple(covered),
    )


def test_columns_show_whatever_is_not_nothing():
    assert spark([0, 1, 500, 1000], 1000, blocks=True) == "·▁▄█"
    assert spark([0, 1, 500, 1000], 1000, blocks=False) == ".159"
    assert spark([0, 0], 0, blocks=True) == "··"


def test_bars_are_as_long_as_their_values():
    assert bar(1000, 1000, 10, blocks=True) == "█" * 10
    assert bar(250, 1000, 10, blocks=True) == "██▌"
    assert bar(1, 1000, 10, blocks=True) == "▏"
    assert bar(0, 1000, 10, blocks=True) == ""
    assert bar(1, 1000, 10, blocks=False) == "#"


@pytest.mark.parametrize(
    ("last", "span", "columns"), [("2024-12", 1, 24), ("2027-12", 3, 20), ("2042-12", 12, 20)]
)
def test_months_become_quarters_and_years_where_they_do_not_fit(last, span, columns):
    found = axis(["2023-01", last], 24)
    assert (found.span, found.columns) == (span, columns)
    assert found.place("2023-01") == 0
    assert found.place(last) == columns - 1
    assert found.years().startswith("2023")


def test_of_too_many_years_the_latest_are_shown():
    found = axis(["1970-01", "2026-11"], 24)
    assert found.columns == 24
    assert found.place("1970-01") is None
    assert found.place("2026-11") == 23
    assert len(found.years()) <= 28


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 40), (200, 60)])
def test_the_report_of_a_big_archive_fits(width, height):
    months = [f"{year}-{month:02}" for year in range(2001, 2026) for month in range(1, 13)]
    found = tallies(20, [*months, None])
    lines = [
        line.plain
        for line in report(
            found, width=width, height=height, blocks=False, at=datetime(2026, 3, 1, tzinfo=UTC)
        )
    ]
    assert max(map(len, lines)) <= max(width, 100)
    assert len(lines) <= max(height, 40)
    assert all(line.isascii() for line in lines)
    assert "as of 2026-03-01 00:00 UTC" in lines[0]
    shown = sum(line.startswith("outlet") and " articles " in line for line in lines)
    assert f"{20 - shown} more outlets" in lines[-1]
    assert "99 % of 123,456" in "\n".join(lines), "what is not whole is not 100 %"


def test_an_archive_without_dates_says_so():
    lines = [line.plain for line in report(tallies(1, [None]), width=80, height=24, blocks=True)]
    assert "no day of publication is stated" in lines
