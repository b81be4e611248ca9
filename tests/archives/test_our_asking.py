"""Our clients keep the archives' pace, wait when told to, and leave them alone when that does not help."""

from datetime import timedelta

import pytest

from core.errors import SetupError, WeatherError
from core.mementos import Memento, Query
from core.records import Via
from crawlers.archives.archive import PauseError
from crawlers.outlets.examples import WARDROUND
from newsstand.archives import TODAY, Limits, Service, faults, plan
from tests.archives.ours import BEGIN, Watch, everything, wayback

QUERY = Query(via=Via.WAYBACK, archive="wayback", scope="wardround.example/ 2018-01-01..2018-12-31")
CAPTURE = next(c for c in plan.captures("wardround") if c.why == "broad crawl")
MEMENTO = Memento(
    via=Via.WAYBACK,
    archive="wayback",
    url=CAPTURE.url,
    archived_at=CAPTURE.taken,
    place=CAPTURE.timestamp,
    digest=CAPTURE.digest(),
)
HOUR = timedelta(hours=1)


def first(client):
    return next(iter(client.listed(QUERY)))


def statuses(served):
    return [request.status for request in served.requests("wayback")]


def test_at_its_own_pace_no_limit_of_today_is_met(own, monkeypatch):
    monkeypatch.setattr("crawlers.archives.wayback.PAGE_ROWS", 3)
    watch = Watch()
    served = own(limits=TODAY, clock=lambda: watch.seconds)
    client = wayback(served, watch, wayback_queries_per_minute=24, wayback_delay=1)
    mementos, _ = everything(client, WARDROUND)
    queries = len(statuses(served))
    assert queries > 40
    assert watch.seconds == pytest.approx((queries - 1) * 2.5)
    began = watch.seconds
    for memento in mementos[:20]:
        client.fetch(memento)
    assert watch.seconds - began == pytest.approx(19)
    assert 429 not in statuses(served)


def test_index_and_playback_have_paces_of_their_own(own):
    watch = Watch()
    client = wayback(own(), watch, wayback_queries_per_minute=6, wayback_delay=4)
    first(client)
    client.fetch(MEMENTO)
    assert watch.slept == []
    first(client)
    client.fetch(MEMENTO)
    assert watch.slept == [10]  # within which the mementos' pace is kept as well


def test_who_asks_too_fast_waits_a_minute_without_a_word(own, monkeypatch):
    monkeypatch.setattr("crawlers.archives.wayback.PAGE_ROWS", 3)
    watch = Watch()
    served = own(limits=TODAY, clock=lambda: watch.seconds)
    mementos, _ = everything(wayback(served, watch), WARDROUND)
    assert len(mementos) == len(plan.captures("wardround")) - 1
    told = statuses(served)
    assert told.count(429) == len(told) // 31
    assert [seconds for seconds in watch.slept if seconds > 1] == [61.0] * told.count(429)


@pytest.mark.parametrize(
    ("form", "seconds"),
    [
        (None, 60), ("7", 7), ("60", 60), ("0", 60), ("", 60), ("-5", 60), ("1.5", 60), ("soon", 60),
        ("60, 60", 60),
        ("Fri, 24 Nov 2017 15:13:15 GMT", 60), ("Sun, 01 Mar 2026 09:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 09:02:00", 60),
    ],
)  # fmt: skip
def test_retry_after_is_kept_in_whatever_form(own, form, seconds):
    watch, served = Watch(), own()
    served.plant(Service.CDX, faults.too_many(form))
    assert first(wayback(served, watch)).mementos
    assert watch.slept == [seconds + 1]
    assert statuses(served) == [429, 200]


def test_a_long_retry_after_ends_the_run_at_once(own):
    watch, served = Watch(), own()
    served.plant(Service.PLAYBACK, faults.too_many("7200"))
    with pytest.raises(PauseError) as caught:
        wayback(served, watch).fetch(MEMENTO)
    assert caught.value.until == BEGIN + 2 * HOUR
    assert watch.slept == []


@pytest.mark.parametrize("service", [Service.CDX, Service.PLAYBACK])
def test_who_is_scolded_again_and_again_leaves_for_an_hour(own, service):
    watch, served = Watch(), own()
    served.plant(service, faults.too_many(), times=9)
    client = wayback(served, watch)
    with pytest.raises(PauseError, match="429") as caught:
        first(client) if service is Service.CDX else client.fetch(MEMENTO)
    assert statuses(served) == [429, 429, 429]
    assert watch.slept == [61, 61]
    assert caught.value.until == watch.now() + HOUR


def test_a_firewall_is_told_from_one_connection_lost(own):
    watch, served = Watch(), own()
    client = wayback(served, watch)
    served.plant(Service.CDX, faults.hung_up())
    assert first(client).mementos
    served.plant(Service.CDX, faults.hung_up(), times=9)
    with pytest.raises(PauseError, match="left alone") as caught:
        first(client)
    assert caught.value.until == watch.now() + HOUR
    with served.refuse("wayback"), pytest.raises(PauseError):
        wayback(served).fetch(MEMENTO)
    with served.refuse("wayback"), pytest.raises(WeatherError) as single:
        wayback(served, retries=0).fetch(MEMENTO)
    assert not isinstance(single.value, PauseError)


def test_who_waits_when_told_is_never_blocked(own):
    watch = Watch()
    served = own(limits=Limits(playback=1, block_after=0, block_for=3600), clock=lambda: watch.seconds)
    client = wayback(served, watch)
    for _ in range(4):
        assert client.fetch(MEMENTO).verified
    assert statuses(served) == [200, 429, 200, 429, 200, 429, 200]
    assert watch.slept == [61, 61, 61]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_overload_passes(own, status):
    watch, served = Watch(), own()
    served.plant(Service.CDX, faults.overloaded(status), times=2)
    served.plant(Service.PLAYBACK, faults.overloaded(status), times=2)
    client = wayback(served, watch)
    assert first(client).mementos
    assert client.fetch(MEMENTO).verified
    assert watch.slept == [2, 4, 2, 4]


def test_an_overload_that_does_not_pass_is_weather_and_bounded(own):
    watch, served = Watch(), own()
    served.plant(Service.PLAYBACK, faults.overloaded(), times=99)
    with pytest.raises(WeatherError, match="503") as caught:
        wayback(served, watch, retries=3).fetch(MEMENTO)
    assert not isinstance(caught.value, PauseError)
    assert len(statuses(served)) == 4
    assert watch.slept == [2, 4, 8]


@pytest.mark.parametrize("service", [Service.CDX, Service.PLAYBACK])
def test_what_breaks_off_is_asked_for_again(own, service):
    served = own()
    served.plant(service, faults.cut, times=2)
    client = wayback(served)
    if service is Service.CDX:
        assert first(client) == first(wayback(own()))
    else:
        assert client.fetch(MEMENTO).body == CAPTURE.stored
    served.plant(service, faults.cut, times=9)
    with pytest.raises(WeatherError, match="broke off"):
        first(client) if service is Service.CDX else client.fetch(MEMENTO)


def test_a_403_that_tells_of_no_site_means_to_go_away(own):
    watch, served = Watch(), own()
    served.plant(Service.CDX, faults.store_error(403, "Forbidden", "Go away."))
    with pytest.raises(PauseError, match="403") as caught:
        first(wayback(served, watch))
    assert caught.value.until == watch.now() + HOUR
    assert statuses(served) == [403]


def test_waiting_may_be_ended(own):
    class EndError(Exception):
        pass

    def end(_seconds: float) -> None:
        raise EndError

    watch, served = Watch(), own()
    watch.sleep = end  # type: ignore[method-assign]  # what a caller's sleep may do
    served.plant(Service.PLAYBACK, faults.too_many())
    client = wayback(served, watch)
    with pytest.raises(EndError):
        client.fetch(MEMENTO)
    assert client.fetch(MEMENTO).verified


def test_one_connection_carries_all(own):
    served = own()
    client = wayback(served)
    for _ in range(3):
        first(client)
        client.fetch(MEMENTO)
    assert len(served._servers["wayback"].connections) == 1  # noqa: SLF001 - nobody else knows of them
    client.close()


def test_an_origin_that_is_none_is_said_at_once(own):
    with pytest.raises(SetupError, match=r"archive\.example"):
        wayback(own(), wayback_url="web.archive.org")
