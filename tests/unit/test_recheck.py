"""When an article is asked for again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.histories.history import ABSENCES, ABSENT_FOR
from db.recheck import (
    AUDIT,
    JITTER,
    LONGEST,
    SHORTEST,
    Checked,
    interval,
    known_by,
    next_check,
)
from db.words import ArticleState

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
LIVE = (ArticleState.LIVE, ArticleState.UNKNOWN)
ENDED = (ArticleState.GONE, ArticleState.MISSING, ArticleState.REDIRECTED)

ages = st.timedeltas(min_value=timedelta(0), max_value=20 * YEAR)


def checked(*, quiet: timedelta = timedelta(0), **fields: Any) -> Checked:
    """Give an article checked now whose text last changed so long ago."""
    plain = {
        "article_id": 7,
        "checked_at": NOW,
        "changed_at": NOW - quiet,
        "state": ArticleState.LIVE,
        "state_since": NOW - quiet,
    }
    return Checked(**(plain | fields))


@st.composite
def articles(draw, **fields: Any):
    quiet, comment = draw(ages), draw(st.none() | ages)
    absences = draw(st.integers(0, 5))
    plain = {
        "article_id": draw(st.integers(1, 2**40)),
        "checked_at": draw(
            st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis takes naive bounds
        ),
        "state": draw(st.sampled_from(ArticleState)),
        "absences": absences,
        "failures": draw(st.integers(0, 100_000)),
    } | fields
    at = plain["checked_at"]
    return Checked(
        changed_at=at - quiet,
        state_since=at - quiet,
        commented_at=None if comment is None else at - comment,
        absent_since=at - draw(st.timedeltas(timedelta(0), 5 * DAY)) if absences else None,
        **plain,
    )


@pytest.mark.parametrize(
    ("quiet", "wait"),
    [
        (timedelta(0), SHORTEST),
        (2 * HOUR, SHORTEST),
        (5 * HOUR, HOUR),
        (5 * DAY, DAY),
        (50 * DAY, 10 * DAY),
        (150 * DAY, LONGEST),
        (YEAR, LONGEST),
        (4.9 * YEAR, LONGEST),
        (5 * YEAR, AUDIT),
        (20 * YEAR, AUDIT),
    ],
)
def test_the_longer_nothing_moved_the_longer_it_waits(quiet, wait):
    assert interval(checked(quiet=quiet)) == wait


def test_a_date_in_the_future_is_taken_for_now():
    assert interval(checked(quiet=-YEAR, commented_at=NOW + YEAR)) == SHORTEST


@pytest.mark.parametrize(
    ("comment", "wait"),
    [
        (timedelta(0), DAY),
        (13.9 * DAY, DAY),
        (20 * DAY, 4 * DAY),
        (100 * DAY, 20 * DAY),
        (400 * DAY, LONGEST),
    ],
)
def test_a_comment_keeps_an_old_article_warm(comment, wait):
    assert interval(checked(quiet=10 * YEAR, commented_at=NOW - comment)) == wait


def test_a_comment_does_not_slow_a_fresh_article_down():
    assert interval(checked(quiet=5 * HOUR, commented_at=NOW - HOUR)) == HOUR


@pytest.mark.parametrize("quiet", [timedelta(0), YEAR, 10 * YEAR])
@pytest.mark.parametrize("outcome_at", [0, 8, 20])
def test_a_removal_is_established_within_three_days_of_its_first_sign(quiet, outcome_at):
    first = at = NOW + outcome_at * HOUR
    for absences in range(1, ABSENCES):
        seen = checked(quiet=quiet, checked_at=at, absences=absences, absent_since=first)
        at = next_check(seen)
    assert ABSENT_FOR <= at - first <= 2.5 * DAY, "neither too early to count nor late"


def test_absences_found_in_quick_succession_still_wait_for_the_48_hours():
    seen = checked(absences=5, absent_since=NOW - HOUR)
    assert 47 * HOUR <= next_check(seen) - NOW <= 52 * HOUR


@pytest.mark.parametrize("state", [ArticleState.MISSING, ArticleState.REDIRECTED])
def test_what_went_missing_is_asked_for_after_as_long_again_up_to_a_year(state):
    waits = [
        interval(checked(state=state, absences=3, absent_since=NOW, state_since=NOW - away))
        for away in (HOUR, 3 * DAY, 60 * DAY, YEAR, 9 * YEAR)
    ]
    assert waits == [DAY, 3 * DAY, 60 * DAY, AUDIT, AUDIT]


def test_what_the_outlet_called_gone_is_asked_for_once_a_year():
    seen = checked(state=ArticleState.GONE, absences=1, absent_since=NOW)
    assert interval(seen) == AUDIT
    assert next_check(seen) <= NOW + YEAR


def test_failures_in_a_row_back_off_to_a_day_and_then_to_what_it_waits_anyway():
    fresh = [interval(checked(failures=n)) for n in (1, 2, 3, 6, 7, 500)]
    assert fresh == [SHORTEST, HOUR, 2 * HOUR, 16 * HOUR, DAY, DAY]
    quiet = [interval(checked(quiet=YEAR, failures=n)) for n in (1, 7, 11, 500)]
    assert quiet == [SHORTEST, 32 * HOUR, 512 * HOUR, LONGEST]


@given(articles())
def test_it_is_always_asked_for_again_within_half_an_hour_and_a_year(article):
    wait = next_check(article) - article.checked_at
    assert SHORTEST <= wait <= AUDIT
    if article.state in LIVE and article.changed_at > article.checked_at - 5 * YEAR:
        assert wait <= LONGEST


@given(articles())
def test_the_jitter_is_a_tenth_at_most_and_the_same_each_time(article):
    due = next_check(article)
    wait = interval(article)
    assert abs(due - article.checked_at - wait) <= wait * JITTER + timedelta(microseconds=1)
    assert due == next_check(replace(article))


@given(articles(absences=0, failures=0, state=ArticleState.LIVE), ages)
def test_an_article_that_was_quiet_for_longer_never_waits_for_less(article, more):
    older = replace(article, changed_at=article.changed_at - more)
    assert next_check(older) >= next_check(article)
    if article.commented_at is not None:
        assert next_check(replace(article, commented_at=article.commented_at - more)) >= next_check(article)


@given(articles(), st.integers(1, 1000))
def test_one_failure_more_never_makes_it_asked_for_sooner(article, more):
    failing = replace(article, failures=max(article.failures, 1))
    assert interval(replace(failing, failures=failing.failures + more)) >= interval(failing)


def test_articles_found_together_drift_apart():
    quiet = 100 * DAY
    dues = sorted(next_check(checked(article_id=n, quiet=quiet)) for n in range(1, 101))
    gaps = [after - before for before, after in pairwise(dues)]
    assert dues[-1] - dues[0] > 0.9 * JITTER * interval(checked(quiet=quiet))
    assert max(gaps) < 2 * HOUR, "spread over two days, without heaps"


def test_a_later_check_moves_the_same_article_differently():
    later = [checked(quiet=YEAR, checked_at=NOW + n * HOUR) for n in range(20)]
    assert len({next_check(article) - article.checked_at for article in later}) == 20


def test_something_is_known_by_what_its_page_states_but_never_later_than_it_was_seen():
    assert known_by(NOW, None) == NOW
    assert known_by(NOW, NOW - DAY) == NOW - DAY
    assert known_by(NOW, NOW + YEAR) == NOW
    assert known_by(NOW, NOW.date()) == NOW
    assert NOW - 36 * HOUR - known_by(NOW, date(2026, 5, 30)) < HOUR
