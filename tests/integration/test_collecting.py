"""One spider over real HTTP: what it asks, in which order, and what it yields."""

import os
import subprocess
import sys
from collections.abc import Iterator
from threading import Condition
from time import sleep

import pytest

from newsstand import plan
from newsstand.stand import Newsstand, serve
from tests.integration.collecting import Collected, collect
from tests.integration.forking import ROOT
from tests.integration.hostile import Answer, Reply, listing, page, redirect, serving

ALLOW: dict[str, Answer] = {"/robots.txt": Reply(status=404)}
HOST = "https://www.townclerk.example"


@pytest.fixture(scope="module")
def stand() -> Iterator[Newsstand]:
    with serve(Newsstand()) as opened:
        yield opened


@pytest.mark.parametrize("title", ["wardround", "townclerk", "pointsman"])
def test_every_planned_article_is_found_and_read(stand: Newsstand, title: str):
    collected = collect(title, stand.address(title))
    assert collected.titles == {article.title for article in plan.expected(title, 1)}
    assert collected.unread == []
    assert len(collected.sightings) == 3


def stories(count: int) -> dict[str, Answer]:
    return {f"/News/story-{n}": page(f"Story {n}", day=f"{28 - n:02}.08.18") for n in range(count)}


def fed(count: int) -> dict[str, Answer]:
    """A feed of so many stories, the newest first, and nothing else."""
    items = "".join(
        f"<item><title>Story {n}</title><link>{HOST}/News/story-{n}</link>"
        f"<pubDate>{28 - n:02} Aug 2018 10:00:00 GMT</pubDate></item>"
        for n in range(count)
    )
    body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
    return {**ALLOW, **stories(count), "/rss.xml": Reply(body=body, kind="text/xml")}


def asked(paths: list[str]) -> list[str]:
    return [path for path in paths if path.startswith("/News/")]


def test_the_newest_is_asked_first():
    with serving(fed(8)) as server:
        collect("townclerk", server.address, settings={"CONCURRENT_REQUESTS_PER_DOMAIN": 1})
    assert asked(server.paths) == [f"/News/story-{n}" for n in range(8)]


def test_a_source_without_news_is_left():
    with serving(fed(15)) as server:
        known = {f"{server.address}{path}": {"read_by": ["legacy", 1]} for path in stories(15)}
        settings = {"CUTTINGS_STOP_AFTER_UNCHANGED": 4}
        collected = collect(
            "townclerk", server.address, settings=settings, known=known, everything_unchanged=True
        )
    assert len(asked(server.paths)) == 4
    assert collected.stats["finish_reason"] == "finished"


def test_pages_the_server_calls_unmodified_are_neither_read_nor_followed_for_ever():
    answers = fed(15)
    for path in stories(15):
        answers[path] = Reply(status=304)
    with serving(answers) as server:
        known = {
            f"{server.address}{path}": {"etag": '"v1"', "read_by": ["legacy", 1]} for path in stories(15)
        }
        settings = {"CUTTINGS_STOP_AFTER_UNCHANGED": 4}
        collected = collect("townclerk", server.address, settings=settings, known=known)
    assert collected.visits == collected.unread == []
    assert len(asked(server.paths)) == 4
    assert server.headers["/News/story-0"][0]["If-None-Match"] == '"v1"'


def test_a_page_that_was_never_read_is_asked_without_conditions():
    with serving(fed(1)) as server:
        known = {f"{server.address}/News/story-0": {"etag": '"v1"', "read_by": None}}
        assert collect("townclerk", server.address, known=known).titles == {"Story 0"}
    assert "If-None-Match" not in server.headers["/News/story-0"][0]


def test_a_304_for_a_page_that_moved_is_asked_again_without_conditions():
    answers: dict[str, Answer] = {
        **ALLOW,
        "/News/old": redirect("/News/new"),
        "/News/new": lambda before: Reply(status=304) if before == 0 else page("Moved"),
    }
    with serving(answers) as server:
        address = f"{server.address}/News/old"
        known = {address: {"etag": '"v1"', "read_by": ["legacy", 1]}}
        collected = collect("townclerk", server.address, known=known, order={"urls": [address]})
    assert collected.titles == {"Moved"}
    assert "If-None-Match" not in server.headers["/News/new"][1]


def test_a_server_that_calls_everything_unmodified_is_not_asked_for_ever():
    with serving({**ALLOW, "/News/a": Reply(status=304)}) as server:
        collected = collect("townclerk", server.address, order={"urls": [f"{server.address}/News/a"]})
    assert server.paths.count("/News/a") == 2
    assert collected.visits == []
    assert "answers 304" in collected.log


def test_a_redirect_is_kept_with_the_address_that_led_there():
    with serving({**ALLOW, "/News/old": redirect("/News/new"), "/News/new": page("Moved")}) as server:
        collected = collect("townclerk", server.address, order={"urls": [f"{server.address}/News/old"]})
    (visit,) = collected.visits
    assert visit["requested"] == [f"{server.address}/News/old"]
    assert visit["article"]["url"] == f"{server.address}/News/new"
    assert visit["article_key"] == "legacy/new"
    assert visit["source"] == "url"


def test_only_the_days_asked_for_are_fetched():
    with serving(fed(10)) as server:
        collected = collect("townclerk", server.address, order={"since": "2018-08-22", "until": "2018-08-25"})
    assert collected.titles == {f"Story {n}" for n in (3, 4, 5, 6)}
    assert sorted(asked(server.paths)) == [f"/News/story-{n}" for n in (3, 4, 5, 6)]


def test_a_page_whose_own_date_lies_outside_is_told_as_such():
    with serving({**ALLOW, **stories(3), "/": listing(*stories(3))}) as server:
        collected = collect("townclerk", server.address, order={"since": "2018-08-27"})
    assert collected.titles == {"Story 0", "Story 1"}
    assert collected.reasons("/News/story-2") == ["out_of_dates"]


def test_no_more_articles_are_fetched_than_ordered():
    with serving(fed(10)) as server:
        collected = collect("townclerk", server.address, order={"limit": 3})
    assert len(asked(server.paths)) == len(collected.visits) == 3


def test_ordered_addresses_are_all_fetched_and_nothing_else():
    with serving({**ALLOW, "/News/a": page("A"), "/Inbox/a": page("A")}) as server:
        addresses = [f"{HOST}/News/a", f"{HOST}/Inbox/a"]
        collected = collect("townclerk", server.address, order={"urls": addresses})
    assert [visit["article_key"] for visit in collected.visits] == ["legacy/a", "legacy/a"]
    assert sorted(server.paths) == ["/Inbox/a", "/News/a", "/robots.txt"]


def test_a_recheck_visits_what_is_due_in_its_order_and_looks_for_nothing_new():
    due = [f"/News/story-{n}" for n in (3, 0, 4, 1)]
    with serving(fed(5)) as server:
        known = {f"{HOST}{path}": {"read_by": ["legacy", 1]} for path in due}
        one_at_a_time = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1}
        collected = collect(
            "townclerk", server.address, known=known, order={"recheck": True}, settings=one_at_a_time
        )
    assert asked(server.paths) == due
    assert {visit["source"] for visit in collected.visits} == {"recheck"}


def test_an_announced_feed_is_followed():
    head = '<link rel="alternate" type="application/rss+xml" href="/deep/feed">'
    answers = fed(2)
    answers |= {"/deep/feed": answers.pop("/rss.xml"), "/": listing(head=head)}
    with serving(answers) as server:
        collected = collect("townclerk", server.address)
    assert collected.titles == {"Story 0", "Story 1"}
    assert {visit["source"] for visit in collected.visits} == {"feed:/deep/feed"}


def test_a_pager_is_walked():
    answers: dict[str, Answer] = {
        **ALLOW,
        **stories(6),
        "/Inbox": lambda _: listing(*[f"/News/story-{n}" for n in (0, 1)], foot='<a href="?page=1">2</a>'),
        "/Inbox?page=1": listing(*[f"/News/story-{n}" for n in (2, 3)], foot='<a href="?page=2">3</a>'),
        "/Inbox?page=2": listing(*[f"/News/story-{n}" for n in (4, 5)], foot='<a href="?page=1">2</a>'),
    }
    with serving(answers) as server:
        assert len(collect("townclerk", server.address).titles) == 6


def test_a_sitemap_index_is_walked_packed_parts_too():
    import gzip

    def part(*numbers: int) -> bytes:
        rows = "".join(f"<url><loc>{HOST}/News/story-{n}</loc></url>" for n in numbers)
        return f"<urlset>{rows}<url><loc>{HOST}/about</loc></url></urlset>".encode()

    index = "".join(f"<sitemap><loc>{HOST}/{name}</loc></sitemap>" for name in ("a.xml", "b.xml.gz"))
    answers: dict[str, Answer] = {
        **ALLOW,
        **stories(4),
        "/sitemap.xml": Reply(body=f"<sitemapindex>{index}</sitemapindex>".encode(), kind="text/xml"),
        "/a.xml": Reply(body=part(0, 1), kind="text/xml"),
        "/b.xml.gz": Reply(body=gzip.compress(part(2, 3)), kind="application/gzip"),
    }
    with serving(answers) as server:
        assert len(collect("townclerk", server.address).titles) == 4
    assert "/about" not in server.paths


def test_we_say_who_we_are():
    with serving(fed(1)) as server:
        collect("townclerk", server.address)
    (sent,) = server.headers["/News/story-0"]
    assert sent["User-Agent"].startswith("cuttings/")
    assert "Referer" not in sent
    assert "Cookie" not in sent


def test_a_live_crawl_without_a_contact_asks_nothing():
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CUTTINGS_")}
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "nhe"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "set CUTTINGS_CONTACT" in done.stderr
    assert "Spider opened" not in done.stderr


def test_the_crawl_counts_what_it_decides():
    with serving({**fed(2), "/News/story-1": Reply()}) as server:
        collected: Collected = collect("townclerk", server.address)
    assert collected.stats["cuttings/read/legacy"] == 1
    assert collected.stats["cuttings/unread/empty_page"] == 1


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_requests_are_under_way_at_once_than_set(at_once: int):
    changed, under_way, seen = Condition(), [0], [0]

    def held(before: int) -> Reply:
        """Answer once as many requests as are allowed were under way together."""
        with changed:
            under_way[0] += 1
            seen[0] = max(seen[0], under_way[0])
            changed.notify_all()
            changed.wait_for(lambda: seen[0] >= at_once, timeout=30)
        sleep(0.02)  # for one too many to come in
        with changed:
            under_way[0] -= 1
        return page(f"Asked {before}")

    with serving({**fed(12), **dict.fromkeys(stories(12), held)}) as server:
        settings = {"CONCURRENT_REQUESTS_PER_DOMAIN": at_once, "DOWNLOAD_TIMEOUT": 60}
        assert len(collect("townclerk", server.address, settings=settings).visits) == 12
    assert seen[0] == at_once
