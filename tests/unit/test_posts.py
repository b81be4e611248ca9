"""Lists of posts of WordPress's interface: entries, pages, and where they end."""

import json
from datetime import UTC, datetime

import pytest

from core.errors import PageError
from crawlers.days import Days
from crawlers.frontier import ArticlePage, Frontier, Kind, SourcePage
from crawlers.ledger import NothingKnown
from crawlers.registry import find
from crawlers.sources import posts
from newsstand.platforms.wordpress import WordPressSite

ZONE = "Europe/London"
AT = "https://a.example/wp-json/wp/v2/posts"


def pages_of(site, url, *, counted=True):
    """Give what each page of a list tells, as far as it says that it goes on."""
    while url:
        answer = site.fetch(url)
        if answer.status != 200:
            return
        pages = int(dict(answer.headers)["X-WP-TotalPages"]) if counted else None
        found = posts.read(answer.body, url, ZONE, pages)
        yield found
        url = next(iter(found.more), None)


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("size", [5, 8])
def test_every_post_is_told_of_newest_first(counted, size):
    site = WordPressSite()
    url = posts.first(f"{site.origin}/wp-json/wp/v2/posts").replace("per_page=100", f"per_page={size}")
    entries = [entry for found in pages_of(site, url, counted=counted) for entry in found.entries]
    assert [entry.guid for entry in entries] == [str(story.number) for story in site.stories]
    assert [entry.published.at for entry in entries] == [story.stamp for story in site.stories]
    assert [entry.title for entry in entries] == [story.title for story in site.stories]


def test_a_time_in_utc_that_does_not_say_so_is_told_on_the_outlet_s_day():
    row = {"id": 7, "link": "/a/", "title": {"rendered": "A &amp; B"}, "date_gmt": "2023-06-05T23:30:00"}
    (entry,) = posts.read(json.dumps([row]).encode(), AT, ZONE, 1).entries
    assert (entry.url, entry.title) == ("https://a.example/a/", "A & B")
    assert entry.published.at == datetime(2023, 6, 5, 23, 30, tzinfo=UTC)
    assert str(entry.published.on) == "2023-06-06"


@pytest.mark.parametrize("body", [b"<html>", b'{"code":"rest_no_route"}', b"3"])
def test_what_is_no_list_of_posts_is_refused(body):
    with pytest.raises(PageError) as refused:
        posts.read(body, AT, ZONE, None)
    assert refused.value.reason == "bad_feed"


def test_an_address_that_says_how_is_asked_as_it_is():
    assert posts.first(f"{AT}?per_page=20&categories=3") == f"{AT}?per_page=20&categories=3"
    assert posts.first(AT).startswith(f"{AT}?per_page=100&")
    assert posts.first("https://a.example/?rest_route=/wp/v2/posts").startswith(
        "https://a.example/?rest_route=/wp/v2/posts&per_page=100&"
    )


def test_a_list_of_posts_is_left_in_time():
    outlet = find("dispensary")
    site = WordPressSite()
    frontier = Frontier(outlet, NothingKnown(), days=Days(zone=ZONE), patience=3)
    frontier.add_source(Kind.POSTS, f"{site.origin}/wp-json/wp/v2/posts?per_page=5&page=1", "posts")
    read = given = 0
    while (step := frontier.next()) is not None:
        if isinstance(step, SourcePage):
            read += 1
            frontier.answered()
            frontier.heard(step.trail, posts.read(site.fetch(step.url).body, step.url, ZONE, 5))
        elif isinstance(step, ArticlePage):
            given += 1
            frontier.released(step.trail, step.key)
            frontier.outcome(step.trail, step.key, unchanged=True)
    assert (read, given) == (1, 3)
