"""Reading by standards, sharpened by what a family knows of its pages."""

from datetime import date

import pytest

from core.chrome import Chrome, digests
from core.errors import PageError
from core.records import Reason
from crawlers.families.hints import Hints
from crawlers.families.standards import standard_article
from crawlers.page import Page

FIRST = "The harbour board met on Monday and agreed to mend the north quay before the autumn storms come."
SECOND = "Two of its members voted against, as the cost has risen by a third since the plan was drawn up."
BODY = f"{FIRST}\n\n{SECOND}"
SLOGAN = "The Quayside Courier is read in forty harbours on both sides of the water, and has been since 1921."


def read(html: str, **hints: object):
    page = Page.from_bytes(html.encode(), "https://www.example.org/news/quay", "text/html; charset=utf-8")
    return standard_article(page, None, layout=("trial", 1), hints=Hints(**hints))


def markup(inner: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{inner}</body></html>"


TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"
HINTED = markup(
    "<span class='kicker'>Harbours</span><h1>Courier</h1><div class='headline'>Quay to be mended</div>"
    "<p class='intro'>Work begins in June.</p><p class='who'>By <b>Una Marsh</b> and Tom Reed</p>"
    "<span class='when'>04/06/2019</span>"
    f"<div class='story'>{TEXT}<div class='box'>A box with a longer text on something else.</div></div>"
    "<ul class='topics'><li>Quays</li><li>Storms</li><li>Quays</li></ul>",
    "<meta property='og:title' content='A title for sharing'><meta name='author' content='Web desk'>"
    "<meta name='description' content='Another standfirst'><meta property='article:section' content='News'>"
    "<meta name='keywords' content='other'><meta property='article:published_time' content='2001-01-01'>",
)
PLACES = {
    "title": ("//h2", "//*[@class='headline']"),
    "body": ("//*[@class='nothing']", "//*[@class='story']"),
    "standfirst": ("//*[@class='intro']",),
    "byline": ("//*[@class='who']",),
    "published": ("//*[@class='when']",),
    "section": ("//*[@class='kicker']/text()",),
    "tags": ("//*[@class='topics']/li",),
    "aside": ("//*[@class='box']",),
}


def test_known_places_win_over_what_the_page_states_for_machines():
    found = read(HINTED, **PLACES)
    assert found.title == "Quay to be mended"
    assert found.body == BODY
    assert found.standfirst == "Work begins in June."
    assert found.byline == "Una Marsh and Tom Reed"
    assert found.published is not None
    assert (found.published.on, found.published.raw) == (date(2019, 6, 4), "04/06/2019")
    assert found.section == "Harbours"
    assert found.tags == ("Quays", "Storms")
    ways = {name: way for name, way in found.read_by.items() if name in PLACES}
    assert set(ways.values()) == {"selector"}
    assert len(ways) == 7


def test_a_family_that_writes_the_month_first_is_read_so():
    found = read(HINTED, published=PLACES["published"], dates="mdy")
    assert found.published is not None
    assert found.published.on == date(2019, 4, 6)


def test_places_that_are_not_on_the_page_change_nothing():
    html = markup(f"<h1>Quay to be mended</h1>{TEXT}")
    nowhere = dict.fromkeys(PLACES, ("//*[@class='elsewhere']",))
    assert read(html, **nowhere) == read(html)


def test_a_known_place_that_holds_nothing_usable_is_passed_over():
    html = markup(
        f"<h1>Quay to be mended</h1><p class='when'>soon</p><div class='story'>Share</div>{TEXT}",
        "<meta property='article:published_time' content='2019-06-04'>",
    )
    found = read(html, published=("//*[@class='when']",), body=("//*[@class='story']",), title=("//h1/@id",))
    assert (found.title, found.body) == ("Quay to be mended", BODY)
    assert found.published is not None
    assert found.published.on == date(2019, 6, 4)


def test_attributes_state_values_too():
    html = markup(
        f"<h1>Quay to be mended</h1>{TEXT}<span class='when' content='2019-06-04'>a while ago</span>"
        "<i data-section='Harbours'></i>"
    )
    found = read(html, published=("//*[@class='when']",), section=("//i/@data-section",))
    assert found.published is not None
    assert (found.published.on, found.section) == (date(2019, 6, 4), "Harbours")


def test_what_the_outlets_pages_share_is_neither_body_nor_title_nor_byline():
    html = markup(
        f"<h1>The Courier online</h1><h1>Quay to be mended</h1><p>By The Courier</p>{TEXT}<p>{SLOGAN}</p>"
    )
    shared = Chrome(revision=1, digests=digests(["The Courier Online", "By The Courier", SLOGAN]))
    plain, learnt = read(html), read(html, chrome=shared)
    assert SLOGAN in plain.body
    assert (learnt.title, learnt.byline, learnt.body) == ("Quay to be mended", None, BODY)


def test_a_page_of_nothing_but_chrome_has_no_body():
    html = markup(f"<h1>Quay to be mended</h1><p>{SLOGAN}</p>")
    with pytest.raises(PageError) as refused:
        read(html, chrome=Chrome(revision=1, digests=digests([SLOGAN])))
    assert refused.value.reason == Reason.NO_BODY
