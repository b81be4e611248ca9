"""The hostile server against the whole collecting side: each misdeed is told, and the crawl goes on."""

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.integration.collecting import Collected, collect
from tests.integration.hostile import (
    HTML,
    Answer,
    HostileServer,
    Reply,
    article,
    brotli_bomb,
    gzip_bomb,
    listing,
    page,
    redirect,
    serving,
    sitemap_bomb,
)

ALLOW = {"/robots.txt": Reply(status=404)}
RSS = '<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel>{}</channel></rss>'


@pytest.fixture(scope="module")
def neighbour() -> Iterator[HostileServer]:
    """A service on loopback that no outlet has any business with."""
    with serving({"/secret": page("The neighbour's secret")}) as server:
        yield server


@dataclass(frozen=True)
class Tour:
    """One crawl past every misdeed."""

    server: HostileServer
    collected: Collected
    neighbour: HostileServer


def misdeeds(inwards: str) -> dict[str, Answer]:
    """Every misbehaving page, at a legacy address."""
    deep = "<div>" * (5 * 1024 * 1024 // 11)
    return {
        "/News/empty": Reply(),
        "/News/no-layout": Reply(body=b"<html><body><table><tr><td>x</td></tr></table></body></html>"),
        "/News/cp1252-as-utf8": Reply(body=article("Clerk’s “seven” – bins").encode("cp1252"), kind=HTML),
        "/News/utf8-as-cp1252": Reply(
            body=article("Mayor’s “eighth” – bin").encode(), kind="text/html; charset=windows-1252"
        ),
        "/News/nul": Reply(
            body=article("A title with nothing in it").replace("nothing", "no\x00thing").encode()
        ),
        "/News/surrogate": Reply(
            body=article("A half pair &#xD800; in the title").encode() + b"\xed\xa0\x80"
        ),
        "/News/nested": Reply(body=f"<html><body>{deep}</body></html>".encode()),
        "/News/no-such-day": page("Rubbish on a day that never was", day="31.02.16"),
        "/News/gone": Reply(status=410),
        "/News/broken": Reply(status=500),
        "/News/loop": redirect("/News/loop-again"),
        "/News/loop-again": redirect("/News/loop"),
        "/News/cut-off": Reply(body=article("Never whole").encode(), promised=100_000),
        "/News/gzip-bomb": Reply(body=gzip_bomb(32), headers={"Content-Encoding": "gzip"}),
        "/News/brotli-bomb": Reply(body=brotli_bomb(32), headers={"Content-Encoding": "br"}),
        "/News/no-gzip": Reply(body=b"plain all along", headers={"Content-Encoding": "gzip"}),
        "/News/endless": Reply(body=b"<p>and on and on</p>" * 500, endless=True),
        "/News/over-long": Reply(body=b"x" * (6 * 1024 * 1024)),
        "/News/inwards-port": redirect(f"{inwards}/secret"),
        "/News/inwards-private": redirect("http://10.0.0.1/secret"),
        "/News/inwards-spelt": redirect("http://2130706433/secret"),
        "/News/inwards-file": redirect("file:///etc/passwd"),
        "/News/elsewhere": redirect("http://elsewhere.example/News/other"),
        "/News/front": redirect("/"),
    }


@pytest.fixture(scope="module")
def tour(neighbour: HostileServer) -> Iterator[Tour]:
    bad = misdeeds(neighbour.address)
    good = {f"/News/good-{n}": page(f"Good news {n}") for n in range(10)}
    linked = [path for path in bad if path != "/News/loop-again"]
    links = [link for pair in zip([*good, *good, *good], linked, strict=False) for link in pair]
    inwards = (
        "file:///etc/passwd",
        "data:text/html,x",
        f"{neighbour.address}/News/secret",
        "javascript:alert(1)",
    )
    answers = {
        **ALLOW,
        **good,
        **bad,
        "/": listing(
            *inwards, *links, head='<link rel="alternate" type="application/rss+xml" href="/odd.rss">'
        ),
        "/odd.rss": Reply(body=b"<html>This is no feed, and it does not mind.</html>", kind="text/xml"),
        "/rss.xml": Reply(body=b'{"feed": false}', kind="application/json"),
        "/sitemap.xml": Reply(body=sitemap_bomb(32), kind="application/gzip"),
    }
    with serving(answers) as server:
        yield Tour(server, collect("townclerk", server.address, timeout=120), neighbour)


def test_every_good_article_arrives_although_its_neighbours_misbehave(tour: Tour):
    assert {f"Good news {n}" for n in range(10)} <= tour.collected.titles
    assert tour.collected.stats["finish_reason"] == "finished"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/News/empty", "empty_page"),
        ("/News/gzip-bomb", "too_large"),
        ("/News/brotli-bomb", "too_large"),
        ("/News/endless", "too_large"),
        ("/News/over-long", "too_large"),
        ("/News/no-gzip", "unreadable"),
        ("/News/cut-off", "unreadable"),
        ("/odd.rss", "bad_feed"),
        ("/rss.xml", "bad_feed"),
        ("/sitemap.xml", "too_large"),
    ],
)
def test_a_page_that_gives_nothing_is_kept_under_its_reason(tour: Tour, path: str, reason: str):
    assert tour.collected.reasons(path) == [reason]


@pytest.mark.parametrize("path", ["/News/no-layout", "/News/nested"])
def test_a_page_that_is_no_article_ends_as_unread_not_as_an_error(tour: Tour, path: str):
    assert len(tour.collected.reasons(path)) == 1


def test_an_article_that_leads_to_the_home_page_is_none(tour: Tour):
    (told,) = [item for item in tour.collected.unread if "/News/front" in item["detail"]]
    assert told["reason"] == "not_an_article"


def test_an_endless_chain_of_redirects_is_left_and_told(tour: Tour):
    loops = [item for item in tour.collected.unread if "/News/loop" in item["url"]]
    assert [item["reason"] for item in loops] == ["not_an_article"]
    assert tour.server.paths.count("/News/loop") <= 7


@pytest.mark.parametrize(("path", "status"), [("/News/gone", 410), ("/News/broken", 500)])
def test_an_error_status_is_told_in_the_log(tour: Tour, path: str, status: int):
    assert f"{path} answers {status}" in tour.collected.log
    assert not tour.collected.reasons(path)


def test_a_failing_page_is_tried_again_and_a_gone_one_is_not(tour: Tour):
    assert tour.server.paths.count("/News/broken") == 2
    assert tour.server.paths.count("/News/gone") == 1


def test_a_wrong_charset_is_seen_through_both_ways(tour: Tour):
    assert {"Clerk’s “seven” – bins", "Mayor’s “eighth” – bin"} <= tour.collected.titles


def test_a_title_with_nul_or_half_a_pair_can_be_stored(tour: Tour):
    titles = [t for t in tour.collected.titles if "half pair" in t or t.endswith("in it")]
    assert len(titles) == 2
    for title in titles:
        title.encode("utf-8")
        assert "\x00" not in title


def test_an_impossible_date_is_no_date_and_its_article_is_read(tour: Tour):
    visit = next(v for v in tour.collected.visits if v["article"]["title"].startswith("Rubbish"))
    assert visit["article"]["published"]["raw"] == "31.02.16"
    assert visit["article"]["published"]["on"] is None


def test_nothing_that_leads_inwards_is_dialled(tour: Tour):
    assert tour.neighbour.asked == []
    assert "root:" not in json.dumps(tour.collected.visits)
    for path in ("inwards-port", "inwards-private", "inwards-spelt"):
        assert re.search(rf"{path}|leads inwards", tour.collected.log)
    assert tour.collected.stats["cuttings/guard/blocked"] == 3
    assert tour.collected.stats["cuttings/guard/off_outlet"] == 1


def test_a_name_of_the_outlets_own_that_resolves_inwards_is_not_dialled():
    answers: dict[str, Answer] = {**ALLOW, "/": listing("/News/good"), "/News/good": page("Good")}
    with serving(answers) as server:
        home = server.address.replace("127.0.0.1", "localhost") + "/"
        contact = {"CUTTINGS_CONTACT": "desk@townclerk.example"}
        collected = collect("townclerk", None, home=home, settings=contact)
    assert server.asked == []
    assert collected.visits == []
    assert "leads inwards" in collected.log


def test_memory_stays_bounded_past_bombs_and_endless_bodies(tour: Tour):
    assert tour.collected.stats["memusage/max"] < 400 * 1024 * 1024


def test_a_robots_txt_that_fails_lets_nothing_be_fetched():
    with serving(
        {"/robots.txt": Reply(status=500), "/": listing("/News/good"), "/News/good": page("Good")}
    ) as server:
        collected = collect("townclerk", server.address)
    assert set(server.paths) == {"/robots.txt"}
    assert collected.visits == []
    assert "nothing is asked there" in collected.log


def test_a_robots_txt_that_is_missing_allows_everything():
    with serving({**ALLOW, "/": listing("/News/good"), "/News/good": page("Good")}) as server:
        assert collect("townclerk", server.address).titles == {"Good"}


def test_a_robots_txt_is_kept_to():
    rules = b"User-agent: cuttings\nDisallow: /News/private\n\nUser-agent: *\nDisallow: /\n"
    answers: dict[str, Answer] = {
        "/robots.txt": Reply(body=rules, kind="text/plain"),
        "/": listing("/News/private-letter", "/News/open-letter"),
        "/News/private-letter": page("Private"),
        "/News/open-letter": page("Open"),
    }
    with serving(answers) as server:
        assert collect("townclerk", server.address).titles == {"Open"}
    assert "/News/private-letter" not in server.paths


def test_sitemaps_named_in_robots_txt_are_followed():
    robots = "User-agent: *\nAllow: /\nSitemap: https://www.townclerk.example/deep/map.xml\n"
    rows = "<url><loc>https://www.townclerk.example/News/mapped</loc></url>"
    answers: dict[str, Answer] = {
        "/robots.txt": Reply(body=robots.encode(), kind="text/plain"),
        "/deep/map.xml": Reply(body=f"<urlset>{rows}</urlset>".encode(), kind="text/xml"),
        "/News/mapped": page("Found by the map"),
    }
    with serving(answers) as server:
        assert collect("townclerk", server.address).titles == {"Found by the map"}


def test_a_crawl_delay_is_kept():
    answers: dict[str, Answer] = {
        "/robots.txt": Reply(body=b"User-agent: *\nCrawl-delay: 1\n", kind="text/plain"),
        **{f"/News/good-{n}": page(f"Good {n}") for n in range(4)},
    }
    with serving(answers) as server:
        addresses = [f"{server.address}/News/good-{n}" for n in range(4)]
        collected = collect("townclerk", server.address, order={"urls": addresses})
    assert len(collected.visits) == 4
    first, *_, last = (second for path, second in server.asked if path != "/robots.txt")
    assert last - first > 2  # 3 seconds, less what a busy server was late in noting the first


def test_retry_after_is_kept_and_holds_nothing_else_up():
    busy = Reply(status=429, headers={"Retry-After": "2"})
    answers: dict[str, Answer] = {
        **ALLOW,
        "/News/busy": lambda before: busy if before == 0 else page("Busy at first"),
        **{f"/News/good-{n}": page(f"Good {n}") for n in range(6)},
    }
    with serving(answers) as server:
        addresses = [f"{server.address}/News/busy", *(f"{server.address}/News/good-{n}" for n in range(6))]
        collected = collect("townclerk", server.address, order={"urls": addresses})
    assert len(collected.visits) == 7
    first, second = (second for path, second in server.asked if path == "/News/busy")
    assert second - first >= 1.9
    assert all(when < second for path, when in server.asked if "good" in path)


def test_a_retry_after_of_an_hour_leaves_the_page_for_another_run():
    answers: dict[str, Answer] = {**ALLOW, "/News/busy": Reply(status=503, headers={"Retry-After": "3600"})}
    with serving(answers) as server:
        collected = collect("townclerk", server.address, order={"urls": [f"{server.address}/News/busy"]})
    assert server.paths.count("/News/busy") == 1
    assert "left for another run" in collected.log


def test_a_pager_without_end_is_left():
    def calendar(_: int) -> Reply:
        return listing("/News/good", foot='<a rel="next" href="?page=999">next</a>')

    def endless(server_path: str) -> Reply:
        number = int(server_path.rpartition("=")[2])
        return listing("/News/good", foot=f'<a rel="next" href="/?page={number + 1}">next</a>')

    answers: dict[str, Answer] = {
        **ALLOW,
        "/": listing("/News/good", foot='<a rel="next" href="/?page=1">next</a>'),
        **{f"/?page={n}": endless(f"/?page={n}") for n in range(1, 200)},
        "/Inbox": calendar,
        "/News/good": page("Good"),
    }
    with serving(answers) as server:
        collected = collect("townclerk", server.address)
    assert collected.titles == {"Good"}
    assert len(server.paths) < 30


def test_feed_items_without_a_usable_link_are_sighted_and_told_apart():
    item = (
        "<item><title>{}</title><description>The mayor&amp;rsquo;s bins cost &amp;pound;7</description>"
        "<link>http://www.townclerk.example/</link><guid>http://www.townclerk.example:80/</guid>"
        "<pubDate>{}</pubDate></item>"
    )
    monday, tuesday = "Mon, 24 Aug 2020 10:00:00 GMT", "Tue, 25 Aug 2020 10:00:00 GMT"
    feed = RSS.format(
        item.format("One", monday) + item.format("One", tuesday) + item.format("Two", tuesday) * 2
    )
    answers: dict[str, Answer] = {**ALLOW, "/rss.xml": Reply(body=feed.encode("latin-1"), kind="text/xml")}
    with serving(answers) as server:
        collected = collect("townclerk", server.address)
    assert [(s["title"], s["published"]["raw"]) for s in collected.sightings] == [
        ("One", tuesday),
        ("Two", tuesday),
        ("One", monday),
    ]
    assert {s["url"] for s in collected.sightings} == {None}
    assert collected.sightings[0]["summary"] == "The mayor’s bins cost £7"
    assert server.paths.count("/") == 1


def test_no_local_door_is_opened_and_no_proxy_is_used():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    with serving({**ALLOW, "/": listing("/News/good"), "/News/good": page("Good")}) as server:
        collected = collect("townclerk", server.address)
    listener.close()
    assert collected.titles == {"Good"}
    assert "Telnet" not in collected.log
    assert "remote control" not in collected.log.lower()
