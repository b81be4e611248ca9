"""How often an adaptive schedule crawls, and the facts it goes by."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.records import Known
from crawlers.days import Days
from crawlers.frontier import Announced, ArticlePage, Frontier, Kind, SourcePage
from crawlers.outlets.pse import OUTLET as PSE
from crawlers.sources import feed
from crawlers.sources.entry import Entry, Found
from scheduler.cadence import DORMANT, LONGEST, SHORTEST, Poll, next_interval

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HOME = PSE.home.rstrip("/")


def polls(*facts: dict[str, Any], every: timedelta = HOUR) -> list[Poll]:
    """Give polls on time, one interval apart, oldest first."""
    plain: dict[str, Any] = {"on_time": True, "failure": 0.0}
    return [Poll(at=NOON + number * every, **plain | fact) for number, fact in enumerate(facts)]


def minutes(history: list[Poll], current: float | None = None, declared: float = 60) -> float:
    """Give the interval that is come to, in minutes."""
    now = None if current is None else current * MINUTE
    return next_interval(history, declared * MINUTE, now).interval / MINUTE


MANY = {"new": 8, "known": 4}
SOME = {"new": 5, "known": 5}
FEW = {"new": 2, "known": 10}
NONE = {"known": 12}
SOFT, HARD = {"failure": 0.5}, {"failure": 1.0}


@pytest.mark.parametrize(
    ("last", "expected"),
    [(MANY, 30), (SOME, 60), (FEW, 75), (NONE, 90), ({}, 90), (NONE | {"overlap_lost": True}, 30)],
)
def test_more_often_when_much_is_new_and_less_when_little_is(last, expected):
    assert minutes(polls(NONE, last)) == expected


def test_two_successes_on_time_are_asked_for():
    assert minutes(polls(MANY)) == 60
    assert minutes(polls(NONE, MANY | {"on_time": False})) == 60
    assert minutes(polls(NONE | {"on_time": False}, MANY)) == 60
    late, after_days = polls(NONE, MANY, every=timedelta(days=3))
    assert minutes([late, after_days]) == 60, "what piled up while no daemon ran is no measure"


def test_the_interval_stays_within_ten_minutes_and_a_day():
    assert minutes(polls(NONE, MANY, every=12 * MINUTE), current=12) == SHORTEST / MINUTE
    assert minutes(polls(NONE, NONE), current=20 * 60) == LONGEST / MINUTE
    assert minutes(polls(NONE, MANY, every=MINUTE / 2), current=0.5, declared=0.5) == 0.5, (
        "a shorter one was declared"
    )
    assert minutes(polls(NONE, NONE), current=9 * 1440, declared=9 * 1440) == 9 * 1440


def test_what_the_outlet_asks_for_is_the_least():
    decision = next_interval(polls(NONE, MANY | {"asked_for": 45 * MINUTE}), HOUR)
    assert decision.interval == 45 * MINUTE
    assert "the outlet asks for 45m at least" in decision.reason
    assert minutes(polls(NONE, NONE | {"asked_for": 45 * MINUTE})) == 90
    assert minutes(polls(NONE, HARD | {"asked_for": timedelta(days=90)})) == LONGEST / MINUTE


def test_failures_back_off_by_their_weight_and_a_success_takes_it_back():
    assert minutes(polls(NONE, SOFT)) == 60
    assert minutes(polls(NONE, SOFT, SOFT)) == 60
    assert minutes(polls(NONE, HARD, HARD)) == 120
    assert minutes(polls(NONE, HARD, HARD, SOFT), current=120) == 150
    assert minutes(polls(NONE, HARD, HARD, NONE), current=120) == 60
    assert minutes(polls(NONE, HARD), current=300) == 300, "a failure is no reason to ask more often"
    assert minutes(polls(*[HARD] * 29), current=1440) == LONGEST / MINUTE
    assert minutes(polls(*[HARD] * 30), current=1440) == DORMANT / MINUTE
    assert minutes(polls(*[HARD] * 30, NONE), current=DORMANT / MINUTE) == 60


def test_the_reason_names_numbers_and_both_intervals():
    decision = next_interval(polls(NONE, MANY), HOUR)
    assert decision.reason == "8 of 12 announced articles were new: every 30m instead of 1h"
    lost = next_interval(polls(NONE, MANY | {"overlap_lost": True}), HOUR)
    assert (lost.overlap_lost, decision.overlap_lost) == (True, False)
    assert next_interval(polls(NONE, SOME), HOUR).reason.endswith("still every 1h")


FACTS = some.fixed_dictionaries(
    {
        "new": some.integers(0, 50),
        "known": some.integers(0, 50),
        "on_time": some.booleans(),
        "failure": some.sampled_from([0.0, 0.0, 0.5, 1.0]),
        "overlap_lost": some.booleans(),
        "asked_for": some.integers(0, 200_000).map(lambda seconds: timedelta(seconds=seconds)),
    }
)


@settings(deadline=None)
@given(some.lists(FACTS, min_size=1, max_size=40), some.integers(10, 10**6))
def test_the_interval_never_leaves_its_bounds_whatever_happens(facts, seconds):
    declared = timedelta(seconds=seconds)
    current = None
    history = polls(*facts)
    for number in range(1, len(history) + 1):
        decision = next_interval(history[:number], declared, current)
        current = decision.interval
        assert min(SHORTEST, declared) <= current <= max(DORMANT, declared)
        assert current >= min(history[number - 1].asked_for, LONGEST) - timedelta(seconds=1)


class Remembers:
    """A ledger that knows the addresses it is given."""

    def __init__(self, *urls: str) -> None:
        self.urls = urls

    def known(self, urls: Sequence[str]) -> Mapping[str, Known]:
        nothing = {"etag": None, "last_modified": None, "sha256": None, "read_by": None}
        return {
            url: Known(url=url, article_id=1, last_checked_at=NOON, **nothing)
            for url in urls
            if url in self.urls
        }


def stories(*names: str) -> Found:
    return Found(entries=tuple(Entry(url=f"{HOME}/News/{name}") for name in names))


def walked(known: Sequence[str], **sources: Sequence[str]) -> Announced:
    """Walk sources that tell of stories, each of which is stored; give what they announced."""
    ledger = Remembers(*(f"{HOME}/News/{name}" for name in known))
    front = Frontier(PSE, ledger, days=Days(zone="Europe/London"), patience=20)
    for kind in sources:
        front.add_source(Kind[kind.upper()], f"{HOME}/{kind}", kind)
    while (step := front.next()) is not None:
        if isinstance(step, SourcePage):
            front.answered()
            front.heard(step.trail, stories(*sources[step.trail.name]))
        elif isinstance(step, ArticlePage):
            front.outcome(step.trail, step.key, unchanged=step.known is not None)
            front.released(step.trail, step.key)
    return front.announced()


def test_the_feeds_say_what_was_announced_and_the_listings_where_there_is_none():
    told = walked(["a"], feed=["b", "c", "a"], listing=["a", "b", "d", "e"])
    assert told == Announced(new=2, known=1, without_known=0)
    assert walked(["a"], feed=[], listing=["a", "b", "d"]) == Announced(new=2, known=1, without_known=0)
    assert walked(["a"], sitemap=["a", "b"]) == Announced(new=0, known=0, without_known=0)


def test_a_source_that_tells_of_nothing_known_has_lost_the_overlap():
    assert walked(["a"], feed=["b", "c", "d"], listing=["d", "a"]).without_known == 1
    assert walked(["a"], feed=["b", "c", "d", "a"]).without_known == 0
    assert walked(["a"], feed=["b", "c"]).without_known == 0, "two articles are no window that overflowed"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("<ttl>15</ttl>", 15),
        ("<ttl> 60 </ttl>", 60),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 60),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 360),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 1440),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_a_feed_says_how_long_it_need_not_be_asked_again(stated, expected):
    body = (
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
        f"<channel><title>News</title>{stated}<item><title>One</title></item></channel></rss>"
    )
    ttl = feed.read(body.encode(), f"{HOME}/rss", "application/rss+xml", "Europe/London").ttl
    assert (None if ttl is None else ttl / MINUTE) == expected
