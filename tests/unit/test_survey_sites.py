"""Surveys of whole sites: the newsstand's platforms, and sites that lack this or that."""

import ast
import subprocess
import sys
from html import escape
from string import Template
from urllib.parse import urlsplit

import pytest

from core.errors import PageError
from core.records import CommentState, Reason
from crawlers import reading
from crawlers.page import Page
from crawlers.reach import Reach
from crawlers.sources import listing
from crawlers.survey import writing
from crawlers.survey.documents import Document
from crawlers.survey.site import MOST
from crawlers.survey.wish import Wish
from newsstand import Newsstand, Request, serve
from newsstand.platforms.dotnet import DotnetSite
from newsstand.platforms.drupal import DrupalSite
from newsstand.platforms.joomla import JoomlaSite
from newsstand.platforms.webvision import WebvisionSite
from newsstand.platforms.wordpress import WordPressSite
from newsstand.shelf import planned
from tests.repo.tree import ROOT
from tests.surveying import HOME, Surveyed, of_pages, of_platform, surveyed

SITES = {
    "drupal": DrupalSite,
    "dotnet": DotnetSite,
    "joomla": JoomlaSite,
    "webvision": WebvisionSite,
    "wordpress": WordPressSite,
}


@pytest.fixture(scope="module", params=SITES)
def platform(request):
    """One site of the newsstand and its survey, once for all tests of it."""
    site = SITES[request.param]()
    return request.param, site, of_platform(site)


def test_the_platform_and_its_layout_are_recognised(platform):
    name, _, told = platform
    assert told.survey.recognised.platform.name == name
    assert told.survey.family
    assert told.survey.missing == ()


def test_the_written_module_reads_every_article_of_the_site(platform):
    name, site, told = platform
    outlet = writing.outlet(writing.module(told.survey))
    keys, titles = set(), set()
    for story in site.stories:
        path = next(path for path in site.documents() if _is_address_of(path, story))
        answer = site.fetch(path)
        page = Page.from_bytes(answer.body, site.origin + path, dict(answer.headers)["Content-Type"])
        keys.add(outlet.article_key(page.url))
        try:
            article = reading.read(page, outlet)
        except PageError as error:
            assert error.reason == Reason.WALLED  # noqa: PT017 - the Webvision site has a wall before a few
            titles.add(story.title)
        else:
            assert article.layout == name
            titles.add(article.title)
    assert None not in keys
    assert len(keys) == len(site.stories)
    assert titles == {story.title for story in site.stories}


def _is_address_of(path: str, story) -> bool:
    words = path.lower()
    return (
        story.slug in words
        and "feed" not in words
        and "?" not in words
        and "/comment" not in words
        and "comment-page" not in words
    )


def test_its_sources_lead_to_articles_only(platform):
    _, site, told = platform
    outlet = writing.outlet(writing.module(told.survey))
    assert outlet.feeds or outlet.sitemaps
    assert outlet.listings
    for path in outlet.listings:
        page = Page.from_bytes(site.fetch(path).body, site.origin + path, "text/html; charset=utf-8")
        found = listing.read(page.tree, page.url, Reach(outlet=outlet, base_url=site.origin))
        assert len(found.entries) >= 3
        assert all(any(_is_address_of(urlsplit(e.url).path, s) for s in site.stories) for e in found.entries)


def test_the_sample_pages_are_read_whole(platform):
    name, _, told = platform
    samples = told.survey.samples
    assert len(samples) == 5
    assert all(sample.article.layout == name and sample.article.published for sample in samples)
    assert all(sample.article.byline and sample.words > 100 for sample in samples)
    assert told.survey.expects.dated == 0.9


def test_what_a_module_states_was_seen(platform):
    _, site, told = platform
    outlet = writing.outlet(writing.module(told.survey))
    assert outlet.unverified
    assert outlet.key == "site"
    assert outlet.home == "http://www.site.example/"
    assert outlet.timezone == "Europe/London"
    assert outlet.title in site.fetch("/").body.decode()
    talked = any(
        sample.state in {CommentState.LISTED, CommentState.PARTIAL} for sample in told.survey.samples
    )
    assert outlet.expects.comments is (True if talked else None)


def test_nothing_is_asked_twice_nor_more_than_the_most(platform):
    _, _, told = platform
    asked = [ask.url for ask in told.asked]
    assert len(asked) == len(set(asked)) <= MOST


def test_modules_are_written_as_the_repository_is(tmp_path):
    texts = {name: writing.module(of_platform(site()).survey) for name, site in SITES.items()}
    texts["odd"] = writing.module(_news_site(title='The "Odd" \\ Title’s', pages=40).survey)
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        assert ast.get_docstring(ast.parse(text))
    (tmp_path / "__init__.py").write_text('"""Outlets."""\n')
    for work in (["check"], ["format", "--check"]):
        command = [
            sys.executable,
            "-m",
            "ruff",
            *work,
            "--no-cache",
            "--config",
            ROOT / "pyproject.toml",
            tmp_path,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


ARTICLE = Template("""<html lang="en"><head><title>Why ferry number $number was late | $title</title>
<meta property="article:published_time" content="2024-02-$day"></head>
<body><nav><a href="/">Home</a> <a href="/about-us">About</a></nav>
<article><h1>Why ferry number $number was late</h1>$body</article></body></html>""")
PARAGRAPH = Template("""<p>Paragraph $part of story $number: the ferry was late again and nobody on the quay
could say why, though the harbour board had promised in January that it would never happen any more.</p>""")
FRONT = Template("""<html lang="en"><head><title>$title</title><meta property="og:site_name" content="$title">
</head><body><nav><a href="/journal">Journal</a> <a href="/about-us">About us</a> <a href="/login">Log in</a>
</nav><ul>$links</ul></body></html>""")
FEED = Template("""<?xml version="1.0"?><rss version="2.0"><channel><title>The Ferry Post</title>$items
</channel></rss>""")
ITEM = Template(
    """<item><title>x</title><link>$url</link><pubDate>$day Jan 2024 09:00:00 GMT</pubDate></item>"""
)


def _article(number: int, title: str = "The Ferry Post") -> str:
    body = "".join(PARAGRAPH.substitute(part=part, number=number) for part in range(4))
    return ARTICLE.substitute(number=number, title=title, body=body, day=f"{number % 28 + 1:02}")


def _path(number: int) -> str:
    return f"/journal/why-ferry-number-{number}-was-late"


def _front(pages: int, title: str = "The Ferry Post") -> str:
    links = "".join(f"<li><a href='{_path(n)}'>Why ferry number {n} was late</a></li>" for n in range(pages))
    return FRONT.substitute(title=escape(title), links=links)


def _news_site(title: str = "The Ferry Post", pages: int = 12, **more: str) -> Surveyed:
    """Survey a site of no platform, without feed and sitemap: links on its pages are all there is."""
    front = _front(pages, title)
    whole = {"/": front, "/journal": front, "/about-us": "<p>About us</p>"}
    whole |= {_path(number): _article(number, escape(title)) for number in range(pages)}
    return of_pages(whole | more)


def test_a_site_of_no_platform_is_found_by_its_links_alone():
    told = _news_site()
    outlet = writing.outlet(writing.module(told.survey))
    assert told.survey.missing == ()
    assert outlet.article_key(HOME + _path(77)) == f"articles/{_path(77).rpartition('/')[2]}"
    assert outlet.article_key(f"{HOME}/about-us") is None
    assert outlet.layouts == ()
    assert outlet.listings == ("/journal",)
    assert outlet.timezone == "Europe/London"
    said = " ".join(outlet.caveats)
    assert all(
        words in said for words in ("No feed", "No sitemap", "platform was not recognised", "publisher")
    )


def test_sections_a_feed_does_not_tell_of_are_looked_at():
    items = "".join(ITEM.substitute(url=HOME + _path(n), day=f"{n + 1:02}") for n in range(8))
    feed = FEED.substitute(items=items)
    letters = {f"/letters/dear-harbour-board-number-{n}": _article(n) for n in range(4)}
    links = "".join(f"<a href='{path}'>Dear board</a>" for path in letters)
    told = _news_site(**{"/feed/": feed, "/journal": f"<body>{links}</body>", **letters})
    outlet = writing.outlet(writing.module(told.survey))
    assert outlet.feeds == ("/feed/",)
    assert outlet.article_key(f"{HOME}/letters/dear-harbour-board-number-9")
    assert outlet.article_key(HOME + _path(5))
    assert outlet.expects.articles_a_week == 4  # half of eight in seven days


def test_feeds_of_other_hosts_and_to_other_hosts_are_told():
    items = "".join(ITEM.substitute(url=f"https://elsewhere.example/{n}/a-b-c", day="01") for n in range(5))
    link = '<link rel="alternate" type="application/rss+xml" href="https://feeds.example.net/all">'
    told = _news_site(**{"/feed/": FEED.substitute(items=items), "/": link + _front(12)})
    assert told.survey.missing == ()
    said = " ".join(told.survey.caveats)
    assert "https://feeds.example.net/all is on another host" in said
    assert "leads to another host: elsewhere.example" in said
    assert all(urlsplit(ask.url).hostname == "www.example.co.uk" for ask in told.asked)


def test_the_home_is_spelt_as_the_site_leads_to_it():
    def answer(url: str) -> Document:
        return Document(url=url.replace("http://", "https://www."), status=200, body=b"<p>Text</p>")

    survey = surveyed(Wish(url="http://example.co.uk/"), answer).survey
    assert survey.home == "https://www.example.co.uk/"
    assert survey.host == "example.co.uk"


def test_without_a_zone_nothing_else_is_asked():
    told = of_pages({"/": "<html lang=en><p>Text</p></html>"}, url="https://www.example.com/")
    assert "--timezone" in told.survey.missing[0]
    assert len(told.asked) == 1


def test_a_wordpress_site_is_asked_for_its_zone():
    front = '<link rel="https://api.w.org/" href="/wp-json/"><img src="/wp-content/logo.png"><p>Text</p>'
    interface = '{"name": "The Quay", "timezone_string": "Europe/Dublin"}'
    told = of_pages({"/": front, "/wp-json/": interface}, url="https://www.example.com/")
    assert told.survey.missing[0].startswith("the form of article addresses")
    assert told.survey.zone == "Europe/Dublin"
    assert told.survey.title == "The Quay"


@pytest.mark.parametrize(
    ("pages", "missing"),
    [
        ({}, "the home page: answers 404"),
        ({"/": "<html><body><p>Nothing here yet</p></body></html>"}, "the form of article addresses"),
        (
            {"/": "<html><body>" + "<a href='/x'>x</a>" * 9 + "</body></html>"},
            "the form of article addresses",
        ),
    ],
)
def test_it_is_said_what_is_missing(pages, missing):
    survey = of_pages(pages).survey
    assert missing in survey.missing[0]


def test_a_section_that_is_named_stands_in_for_a_home_page_that_cannot_be_had():
    pages = {_path(number): _article(number) for number in range(12)} | {"/journal": _front(12)}
    told = of_pages(pages, url=f"{HOME}/journal")
    assert told.survey.missing == ()
    assert told.survey.addresses("listing") == ("/journal",)
    assert "The home page is not to be had: answers 404." in told.survey.caveats


def test_articles_nobody_can_read_are_not_enough():
    empty = {_path(n): "<html><body></body></html>" for n in range(12)}
    assert "no sample could be read" in _news_site(**empty).survey.missing[0]


class Everything(dict):
    """A site that has a page full of new links at every address."""

    def get(self, key, default=None) -> str:
        links = "".join(f"<a href='{key}/news-{n}/a-b-c-d-{n}/{n}99'>news</a>" for n in range(3000))
        return f"<html><body><nav>{links}</nav><p>{default or 'words ' * 500}</p></body></html>"


def test_a_trap_costs_no_more_than_the_most():
    assert len(of_pages(Everything()).asked) <= MOST


@pytest.mark.parametrize(
    "html",
    [
        "<base href='::::'><link rel=alternate type='application/rss+xml' href='http://['><p>x</p>",
        "<a href='http://[::1'>x</a><a href='javascript:alert(1)'>x</a>" * 20,
        "\x00\x01\x02",
        "<title>" + "x | " * 5000 + "</title><p>y</p>",
        "<div>" * 5000,
    ],
)
def test_a_hostile_home_page_ends_in_what_is_missing(html):
    assert of_pages({"/": html}).survey.missing


def test_the_module_in_the_docs_is_an_outlet_as_surveys_write_them():
    text = (ROOT / "docs" / "adding-an-outlet.md").read_text(encoding="utf-8")
    shown = writing.outlet(text.partition("```python\n")[2].partition("```")[0])
    made = writing.outlet(writing.module(of_platform(WordPressSite(), key="apothecary").survey))
    assert (shown.key, shown.title, shown.layouts, shown.forms) == (
        made.key,
        made.title,
        made.layouts,
        made.forms,
    )
    assert (shown.feeds, shown.sitemaps, shown.posts) == (made.feeds, made.sitemaps, made.posts)
    assert set(shown.listings) < set(made.listings)


@pytest.mark.parametrize("key", ["wardround", "townclerk", "pointsman"])
def test_a_site_of_two_generations_is_known_by_one_address_of_each_article_or_more(key):
    with serve(Newsstand()) as stand:
        origin = stand.address(key)

        def answer(url: str) -> Document:
            told = stand.respond(key, Request(method="GET", target=url.removeprefix(origin), headers={}))
            kind = dict(told.headers).get("Content-Type")
            return Document(url=url, status=told.status, body=told.body, content_type=kind)

        told = surveyed(
            Wish(url=f"http://www.{key}.example/", timezone="Europe/London", base_url=origin), answer
        )
    assert told.survey.missing == ()
    outlet = writing.outlet(writing.module(told.survey))
    shelf = planned(key, 1)
    unknown = [
        shelf.article(number).path
        for number in shelf.numbers()
        if not any(outlet.article_key(origin + address.path) for address in shelf.article(number).addresses())
    ]
    assert unknown == []


def test_a_wordpress_site_with_its_interface_closed_is_found_by_its_feed():
    told = of_platform(WordPressSite(interface=False))
    outlet = writing.outlet(writing.module(told.survey))
    assert told.survey.missing == ()
    assert outlet.posts == ()
    assert outlet.feeds == ("/feed/",)
    assert any("wp-json" in caveat for caveat in outlet.caveats)
