"""The check of an outlet: what it asks for, and what it says is wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.records import CommentState, Moment, Reason
from crawlers.checkup.card import ArticleFacts, Examined, RobotsAnswer, RobotsFacts, SourceFacts
from crawlers.checkup.examination import Examination
from crawlers.checkup.judging import Checked, Grade, Weight, findings, grade
from crawlers.expectations import Expectations
from crawlers.reach import Reach
from crawlers.registry import find
from crawlers.survey.documents import Document
from newsstand.platforms.dotnet import DotnetSite
from newsstand.platforms.site import UNSERVED

TODAY = date(2026, 11, 22)
OUTLET = replace(find("nhe"), expects=Expectations())


def article(number: int, **more: object) -> ArticleFacts:
    day = TODAY - timedelta(days=number)
    facts: dict[str, object] = {
        "url": f"https://www.nationalhealthexecutive.com/articles/{number}",
        "source": "feed:/rss.xml",
        "told": Moment(raw="x", on=day),
        "layout": "current",
        "layout_version": 1,
        "title": f"Headline {number}",
        "words": 300,
        "opening": f"Text {number}",
        "published": Moment(raw="x", on=day),
        "byline": "Nobody",
        "fields": ("title", "body", "byline", "published"),
        "comment_state": CommentState.NONE,
    }
    return ArticleFacts(**facts | more)


def source(kind: str = "feed", path: str = "/rss.xml", **more: object) -> SourceFacts:
    facts: dict[str, object] = {"items": 10, "articles": 10, "newest": TODAY, "named_by": "the outlet"}
    return SourceFacts(kind=kind, url=f"https://x.example{path}", **facts | more)


def card(*articles: ArticleFacts, sources=None, told_of=10, outlet=OUTLET, **robots: object) -> Checked:
    said: dict[str, object] = {"answer": RobotsAnswer.READ, "allowed": True}
    return Checked(
        outlet=outlet,
        robots=RobotsFacts(**said | robots),
        examined=Examined(
            sources=tuple(sources) if sources is not None else (source(),),
            articles=articles or tuple(article(number) for number in range(5)),
            told_of=told_of,
        ),
        today=TODAY,
    )


def five(**more: object) -> tuple[ArticleFacts, ...]:
    return tuple(article(number, **more) for number in range(5))


def some(count: int, **more: object) -> tuple[ArticleFacts, ...]:
    """Give five articles of which so many are special."""
    return tuple(article(number, **more if number < count else {}) for number in range(5))


def test_an_outlet_in_order_is_good_and_nothing_is_said():
    assert findings(card()) == []
    assert grade([]) is Grade.GOOD


WALLED = {"problem": "subscribe to read on", "reason": Reason.WALLED}
GONE = {"problem": "answers 404"}
ONE_DAY = {"published": Moment(raw="x", on=TODAY - timedelta(days=2))}
SLEEPY = {"newest": TODAY - timedelta(days=61)}


@pytest.mark.parametrize(
    ("checked", "verdict", "told"),
    [
        (card(answer=RobotsAnswer.UNREACHABLE, allowed=False), Grade.BROKEN, "robots.txt cannot be had"),
        (card(allowed=False), Grade.BROKEN, "robots.txt forbids the home page"),
        (card(crawl_delay=10.0), Grade.GOOD, ""),
        (card(crawl_delay=90.0), Grade.GAPS, "asks for 90 s between two requests"),
        (card(told_of=0, sources=[source(articles=0)]), Grade.BROKEN, "no source tells of an article"),
        (
            card(sources=[source(), source("sitemap", "/s.xml", problem="answers 404", items=0, articles=0)]),
            Grade.GAPS,
            "sitemap https://x.example/s.xml: answers 404 (no sitemap works)",
        ),
        (
            card(sources=[source(), source(path="/rss", problem="answers 404", items=0, articles=0)]),
            Grade.GOOD,
            "answers 404 (another feed works): mend or remove it",
        ),
        (
            card(sources=[source(**SLEEPY)]),
            Grade.GAPS,
            "the newest article that a source dates is of 2026-09-22",
        ),
        (replace(card(sources=[source(**SLEEPY)]), live=False), Grade.GOOD, ""),
        (card(*some(1, **GONE)), Grade.GAPS, "1 of 5 articles could not be read, the first is"),
        (card(*some(3, **GONE)), Grade.BROKEN, "`cuttings extract URL --outlet nhe`"),
        (card(*some(1, **WALLED)), Grade.GAPS, "1 of 5 articles stand behind a paywall"),
        (
            card(*some(2, url="https://www.nationalhealthexecutive.com/blog/2026/x.html")),
            Grade.GAPS,
            "2 of 5 articles have an address that none of the outlet's `forms` knows",
        ),
        (card(*five(title="Sign up")), Grade.BROKEN, "every article has the headline 'Sign up'"),
        (card(*five(opening="We use cookies")), Grade.BROKEN, "begins with the same text"),
        (card(*some(1, words=12)), Grade.GAPS, "1 of 5 texts have fewer than 40 words"),
        (card(*five(words=12)), Grade.BROKEN, "a teaser"),
        (card(*some(2, layout="generic")), Grade.GAPS, "2 of 5 articles were read by the generic layout"),
        (
            card(*five(layout="generic"), outlet=replace(OUTLET, layouts=())),
            Grade.GOOD,
            "",
        ),
        (
            card(*some(1, published=Moment(raw="x", on=TODAY + timedelta(days=9)), told=None)),
            Grade.BROKEN,
            "1 of 5 articles are dated in the future",
        ),
        (
            card(*some(1, published=Moment(raw="x", on=date(2026, 1, 5)))),
            Grade.GAPS,
            "are not those of the source",
        ),
        (card(*some(3, published=Moment(raw="x", on=date(2026, 1, 5)))), Grade.BROKEN, "2026-01-05"),
        (card(*five(**ONE_DAY)), Grade.BROKEN, "all 5 dates are 2026-11-20"),
        (card(*five(**ONE_DAY, told=None)), Grade.GAPS, "all 5 dates are 2026-11-20"),
        (card(*five(**ONE_DAY, told=Moment(raw="x", on=TODAY - timedelta(days=2)))), Grade.GOOD, ""),
        (card(*some(1, published=None)), Grade.GAPS, "4 of 5 articles have a date"),
        (
            card(*some(1, published=None), outlet=replace(OUTLET, expects=Expectations(dated=0.8))),
            Grade.GOOD,
            "",
        ),
        (card(*some(1, byline=None)), Grade.GOOD, ""),
        (card(*five(byline=None)), Grade.GAPS, "0 of 5 articles have a byline"),
        (
            card(*five(byline=None), outlet=replace(OUTLET, expects=Expectations(with_byline=0.0))),
            Grade.GOOD,
            "",
        ),
        (card(*five(comment_state=CommentState.UNKNOWN)), Grade.GOOD, "Expectations(comments=False)"),
        (
            card(
                *five(comment_state=CommentState.UNKNOWN),
                outlet=replace(OUTLET, expects=Expectations(comments=True)),
            ),
            Grade.GAPS,
            "no comment section was recognised",
        ),
        (
            card(*some(1, comments=2), outlet=replace(OUTLET, expects=Expectations(comments=False))),
            Grade.GAPS,
            "1 of 5 articles have comments, and the outlet is declared to have none",
        ),
        (card(*some(1, comment_state=CommentState.UNSUPPORTED)), Grade.GOOD, "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(checked, verdict, told):
    found = findings(checked)
    assert grade(found) is verdict
    assert told in " ".join(finding.sentence for finding in found)
    assert bool(told) == bool(found)


def test_the_worst_comes_first():
    found = findings(
        card(*some(1, words=12, comment_state=CommentState.UNSUPPORTED, title=None), allowed=False)
    )
    weights = [finding.weight for finding in found]
    assert weights == sorted(weights, key=list(Weight).index)
    assert weights[0] is Weight.BROKEN


def examined(site, outlet, most=5):
    """Carry a check out against a site that is not served; give the facts, and what was asked."""
    steps = Examination(
        outlet=outlet, reach=Reach(outlet=outlet, base_url=UNSERVED), most=most, max_bytes=10**6
    ).steps()
    asked, document = [], None
    while True:
        try:
            ask = steps.send(document) if document else next(steps)
        except StopIteration as end:
            return end.value, asked
        asked.append(ask.url.removeprefix(UNSERVED))
        answer = site.fetch(ask.url)
        kind = dict(answer.headers).get("Content-Type")
        named = (f"{UNSERVED}/named.xml",) if asked[1:] else ()
        document = Document(
            url=ask.url, status=answer.status, body=answer.body, content_type=kind, sitemaps=named
        )


@pytest.fixture(scope="module")
def dotnet():
    return examined(DotnetSite(), find("localgov"))


def test_every_source_is_asked_once_and_then_some_articles(dotnet):
    facts, asked = dotnet
    assert len(asked) == len(set(asked))
    assert asked[0] == "/"
    assert {"/rss", "/sitemap.xml", "/named.xml"} <= set(asked)
    assert len(facts.articles) == 5
    named = {each.url.removeprefix(UNSERVED): each for each in facts.sources}
    assert named["/rss"].articles > 5
    assert named["/rss"].problem is None
    assert named["/sitemap.xml"].problem == "answers 404"
    assert named["/named.xml"].named_by == "robots.txt"


def test_what_is_read_of_an_article_is_told_with_the_way(dotnet):
    facts, _ = dotnet
    for one in facts.read:
        assert one.layout == "dotnet"
        assert {"title", "body", "published", "byline"} <= set(one.fields)
        assert one.read_by["published"] == "selector"
    days = [one.published.on for one in facts.read]
    assert len(set(days)) > 1
    checked = Checked(
        outlet=find("localgov"),
        robots=RobotsFacts(answer=RobotsAnswer.READ, allowed=True),
        examined=facts,
        today=datetime(2024, 3, 1, tzinfo=UTC).date(),
    )
    assert grade(findings(checked)) is not Grade.BROKEN


def test_a_feed_that_only_a_page_names_is_asked_too():
    outlet = replace(find("localgov"), forms=(), feeds=())
    facts, _ = examined(DotnetSite(), outlet, most=2)
    named = {each.kind: each for each in facts.sources}
    assert (named["home"].articles, named["feed"].named_by) == (0, "a page")
    assert [one.source for one in facts.articles] == ["feed:/rss", "feed:/rss"]
