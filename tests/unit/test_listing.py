"""Home, section and listing pages: links by address form, pagers, announced feeds."""

import pytest
from lxml import html

from crawlers.reach import Reach
from crawlers.registry import find
from crawlers.sources import listing

URL = "https://www.publicsectorexecutive.com/News"
REACH = Reach(outlet=find("pse"))


def read(body: str, url: str = URL, head: str = "", reach: Reach = REACH):
    return listing.read(html.fromstring(f"<html><head>{head}</head><body>{body}</body></html>"), url, reach)


def test_links_of_article_form_are_found_in_page_order_once():
    found = read(
        '<a href="/News/b-story">B <b>story</b></a><a href="About-us">About</a><a href="/News/a-story"></a>'
        '<a href="/News/b-story#comments">2 comments</a><a href="/articles/new-story">New</a>'
    )
    assert [entry.url.rpartition("/")[2] for entry in found.entries] == ["b-story", "a-story", "new-story"]
    assert [entry.title for entry in found.entries] == ["B story", None, "New"]


@pytest.mark.parametrize(
    "href",
    [
        "https://elsewhere.example/News/story",
        "//publicsectorexecutive.com.evil.example/News/story",
        "file:///News/story",
        "javascript:void('/News/story')",
        "data:text/html,/News/story",
        "mailto:news@publicsectorexecutive.com",
        "http://[broken/News/story",
        "https://user@10.0.0.1/News/story",
    ],
)
def test_links_that_lead_elsewhere_are_not_given(href):
    assert read(f'<a href="{href}">x</a>').entries == ()


def test_another_spelling_of_the_host_is_asked_in_one_spelling():
    found = read('<a href="http://publicsectorexecutive.com:80/News/story">x</a>')
    assert found.entries[0].url == "https://www.publicsectorexecutive.com/News/story"


def test_under_a_base_address_every_own_link_is_asked_there():
    reach = Reach(outlet=find("pse"), base_url="http://127.0.0.1:8000")
    found = read(
        '<a href="https://www.publicsectorexecutive.com/News/story">x</a><a href="/News/other">y</a>'
        '<a href="http://127.0.0.1:9000/News/third">z</a>',
        url="http://127.0.0.1:8000/News",
        reach=reach,
    )
    assert [entry.url for entry in found.entries] == [
        "http://127.0.0.1:8000/News/story",
        "http://127.0.0.1:8000/News/other",
    ]


@pytest.mark.parametrize(
    ("url", "body", "head", "following"),
    [
        (URL, '<a rel="next" href="?page=1">more</a>', "", f"{URL}?page=1"),
        (URL, "", '<link rel="next" href="/News?page=2">', f"{URL}?page=2"),
        (
            URL,
            '<a href="?page=1">2</a><a href="?page=2">3</a><a href="?page=40">last</a>',
            "",
            f"{URL}?page=1",
        ),
        (f"{URL}?page=1", '<a href="?page=0">1</a><a href="?page=2">3</a>', "", f"{URL}?page=2"),
        (URL, '<a href="?page=1&amp;sort=asc">2</a>', "", None),
        (URL, '<a href="/Inbox?page=1">2</a>', "", None),
        (URL, '<a rel="next" href="https://elsewhere.example/News?page=1">more</a>', "", None),
        (URL, '<a rel="next" href="/News/the-next-story">next story</a>', "", None),
        (URL, '<a href="/News/page/2/">2</a><a href="/News/page/3/">3</a>', "", f"{URL}/page/2/"),
        (f"{URL}/page/2/", '<a href="/News">1</a><a href="/News/page/3/">3</a>', "", f"{URL}/page/3/"),
        (f"{URL}/page/2/", '<a href="/News/page/1/">1</a><a href="/News/page/9/">last</a>', "", None),
        (URL, '<a href="/Inbox/page/2/">2</a>', "", None),
        (URL, '<a href="?page=3">3</a><a href="?page=2">2</a>', "", f"{URL}?page=2"),
        (f"{URL}/page/2", '<a rel="next" href="/News/page/3">older</a>', "", f"{URL}/page/3"),
        (URL, '<a href="/News?paged=2">older</a>', "", f"{URL}?paged=2"),
        (URL, '<a href="?start=10">3</a><a href="?start=5">2</a>', "", f"{URL}?start=5"),
        (
            f"{URL}?start=5",
            '<a href="?start=0">1</a><a href="?start=15">4</a><a href="?start=10">3</a>',
            "",
            f"{URL}?start=10",
        ),
        (f"{URL}?start=15", '<a href="?start=0">1</a><a href="?start=5">2</a>', "", None),
        (f"{URL}?page=1", '<a href="?start=5">by fives</a>', "", None),
        (URL, '<a href="?page=99999999">far</a><a href="/News/page/x">x</a>', "", None),
    ],
)
def test_the_next_page_is_the_listings_own(url, body, head, following):
    assert read(body, url, head).more == ((following,) if following else ())


def test_announced_feeds_are_given():
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
        '<link rel="alternate" type="application/atom+xml" href="https://elsewhere.example/feed">'
        '<link rel="alternate" hreflang="cy" href="/cy">'
    )
    assert read("", head=head).feeds == ("https://www.publicsectorexecutive.com/rss.xml",)


def test_a_stated_base_is_kept_to():
    found = read('<a href="story">x</a>', head='<base href="https://www.publicsectorexecutive.com/Inbox/">')
    assert found.entries[0].url == "https://www.publicsectorexecutive.com/Inbox/story"


def test_a_page_of_countless_links_is_cut_off():
    body = "".join(f'<a href="/News/story-{n}">x</a>' for n in range(listing.MAX_LINKS + 50))
    assert len(read(body).entries) == listing.MAX_LINKS
