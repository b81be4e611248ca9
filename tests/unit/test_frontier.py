"""What a crawl asks next: newest first, every article once, a source left in time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from core.records import Known, Moment
from crawlers.days import Days
from crawlers.frontier import MAX_STALE_PAGES, ArticlePage, Frontier, Kind, SourcePage
from crawlers.ledger import NothingKnown
from crawlers.registry import find
from crawlers.sources.entry import Entry, Found

PSE = find("pse")
HOME = "https://www.publicsectorexecutive.com"


def known(url: str) -> Known:
    return Known(
        url=url,
        article_id=1,
        etag='"a"',
        last_modified=None,
        sha256=None,
        read_by=("x", 1),
        last_checked_at=None,
    )


class Remembers:
    """A ledger that knows the addresses it is given, and counts how often it is asked."""

    def __init__(self, *urls: str) -> None:
        self.urls = urls
        self.calls = 0

    def known(self, urls: Sequence[str]) -> Mapping[str, Known]:
        self.calls += 1
        return {url: known(url) for url in urls if url in self.urls}

    def due(self, limit: int | None = None) -> Iterator[str]:
        return iter(self.urls[:limit])


def frontier(*, patience: int = 3, limit: int | None = None, ledger=None, **days: date) -> Frontier:
    return Frontier(
        PSE, ledger or NothingKnown(), days=Days(zone="Europe/London", **days), patience=patience, limit=limit
    )


def story(name: str, on: date | None = None, *, under: str = "News") -> Entry:
    published = Moment(raw=str(on), on=on) if on else None
    return Entry(url=f"{HOME}/{under}/{name}", published=published)


def drain(front: Frontier) -> list[str]:
    """Take whatever may be asked now, without answering."""
    asked = []
    while (step := front.next()) is not None:
        asked.append(step.url.removeprefix(HOME))
    return asked


def opened(front: Frontier, kind: Kind, path: str, *entries: Entry, more: tuple[str, ...] = ()) -> SourcePage:
    """Add a source, take its first page and answer it."""
    front.add_source(kind, HOME + path, path)
    step = front.next()
    assert isinstance(step, SourcePage)
    assert step.url == HOME + path
    front.answered()
    front.heard(step.trail, Found(entries=entries, more=tuple(HOME + page for page in more)))
    return step


def test_feeds_are_asked_before_home_listings_and_sitemaps_one_at_a_time():
    front = frontier()
    for kind in (Kind.SITEMAP, Kind.LISTING, Kind.HOME, Kind.FEED):
        front.add_source(kind, f"{HOME}/{kind.name}", kind.name)
    asked = []
    while (step := front.next()) is not None:
        asked.append(step.url.rpartition("/")[2])
        assert front.next() is None
        front.answered()
    assert asked == ["FEED", "HOME", "LISTING", "SITEMAP"]


def test_an_article_two_sources_tell_of_is_asked_once():
    front = frontier()
    opened(front, Kind.FEED, "/rss.xml", story("a"), story("b"))
    assert drain(front) == ["/News/a", "/News/b"]
    opened(front, Kind.HOME, "/", story("a", under="Inbox"), story("A"), story("c"))
    assert drain(front) == ["/News/c"]


def test_of_two_addresses_of_one_article_its_own_section_is_asked():
    front = frontier()
    opened(front, Kind.HOME, "/", story("a"), story("a/123456", under="Topic"), story("a", under="Inbox"))
    assert drain(front) == ["/Inbox/a"]


def test_a_source_is_left_after_a_run_of_unchanged_articles():
    front = frontier(patience=3)
    step = opened(
        front, Kind.FEED, "/rss.xml", *(story(f"s{n}") for n in range(10)), more=("/rss.xml?page=1",)
    )
    asked = []
    while (article := front.next()) is not None:
        assert isinstance(article, ArticlePage)
        asked.append(article.url)
        front.released(step.trail, article.key)
        front.outcome(step.trail, article.key, unchanged=True)
    assert len(asked) == 3


def test_a_changed_article_keeps_a_source_going():
    front = frontier(patience=2)
    step = opened(front, Kind.FEED, "/rss.xml", *(story(f"s{n}") for n in range(6)))
    outcomes = [True, False, True, False, True, True]
    for unchanged in outcomes:
        article = front.next()
        assert isinstance(article, ArticlePage)
        front.released(step.trail, article.key)
        front.outcome(step.trail, article.key, unchanged=unchanged)
    assert front.next() is None


def test_of_known_articles_no_more_are_asked_than_might_be_needed():
    ledger = Remembers(*(f"{HOME}/News/s{n}" for n in range(10)))
    front = frontier(patience=3, ledger=ledger)
    step = opened(front, Kind.FEED, "/rss.xml", *(story(f"s{n}") for n in range(10)))
    first = front.next()
    assert len(drain(front)) == 2
    front.released(step.trail, first.key)
    front.outcome(step.trail, first.key, unchanged=False)
    assert len(drain(front)) == 1


def test_new_articles_are_asked_without_waiting():
    front = frontier(patience=3)
    opened(front, Kind.FEED, "/rss.xml", *(story(f"s{n}") for n in range(10)))
    assert len(drain(front)) == 10


def test_articles_seen_unchanged_from_one_source_count_for_the_next():
    front = frontier(patience=3)
    stories = [story(f"s{n}") for n in range(3)]
    step = opened(front, Kind.FEED, "/rss.xml", *stories)
    for _ in stories:
        article = front.next()
        front.released(step.trail, article.key)
        front.outcome(step.trail, article.key, unchanged=True)
    opened(front, Kind.HOME, "/", *stories, story("far-down"), more=("/?page=1",))
    assert drain(front) == []


def test_articles_from_before_the_first_day_are_passed_over_and_end_the_source():
    front = frontier(patience=2, since=date(2020, 1, 1))
    opened(
        front,
        Kind.FEED,
        "/rss.xml",
        story("new", date(2020, 5, 1)),
        story("old", date(2019, 5, 1)),
        story("older", date(2018, 5, 1)),
        story("undated"),
    )
    assert drain(front) == ["/News/new"]


def test_articles_after_the_last_day_are_passed_over_and_end_nothing():
    front = frontier(patience=1, until=date(2020, 1, 1))
    opened(
        front,
        Kind.FEED,
        "/rss.xml",
        story("new", date(2020, 5, 1)),
        story("old", date(2019, 5, 1)),
        story("undated"),
    )
    assert drain(front) == ["/News/old", "/News/undated"]


def test_an_article_last_changed_before_the_first_day_is_older_still():
    front = frontier(since=date(2020, 1, 1))
    entry = Entry(url=f"{HOME}/News/a", modified=Moment(raw="2019", on=date(2019, 12, 31)))
    opened(front, Kind.SITEMAP, "/sitemap.xml", entry)
    assert drain(front) == []


def test_no_more_articles_are_asked_than_ordered():
    front = frontier(limit=2)
    opened(front, Kind.FEED, "/rss.xml", *(story(f"s{n}") for n in range(5)))
    assert drain(front) == ["/News/s0", "/News/s1"]


def test_ordered_addresses_of_one_article_are_all_asked_the_same_one_once():
    front = frontier()
    front.add_addresses(Kind.URL, [f"{HOME}/News/a", f"{HOME}/Inbox/a", f"{HOME}/News/a/"], "url")
    assert drain(front) == ["/News/a", "/Inbox/a"]


def test_a_pager_that_tells_of_nothing_new_is_left():
    front = frontier()
    step = opened(front, Kind.LISTING, "/News", story("a"), more=("/News?page=1",))
    assert drain(front) == ["/News/a", "/News?page=1"]
    for page in range(2, 20):
        front.answered()
        front.heard(step.trail, Found(entries=(story("a"),), more=(f"{HOME}/News?page={page}",)))
        if not drain(front):
            break
    assert step.trail.read == 1 + MAX_STALE_PAGES


def test_a_page_that_leads_back_is_not_asked_again():
    front = frontier()
    step = opened(front, Kind.LISTING, "/News", story("a"), more=("/News?page=1",))
    drain(front)
    front.answered()
    front.heard(step.trail, Found(entries=(story("b"),), more=(f"{HOME}/News", f"{HOME}/News?page=1")))
    assert drain(front) == ["/News/b"]


def test_the_ledger_is_asked_for_many_addresses_at_once():
    ledger = Remembers(f"{HOME}/News/s3")
    front = frontier(ledger=ledger)
    opened(front, Kind.SITEMAP, "/sitemap.xml", *(story(f"s{n}") for n in range(90)))
    steps = [front.next() for _ in range(90)]
    assert [step.url for step in steps if step.known] == [f"{HOME}/News/s3"]
    assert ledger.calls == 1


def test_lost_answers_do_not_hold_a_source_for_ever():
    front = frontier(patience=2, ledger=Remembers(*(f"{HOME}/News/s{n}" for n in range(4))))
    opened(front, Kind.FEED, "/rss.xml", *(story(f"s{n}") for n in range(4)))
    assert len(drain(front)) == 2
    assert front.next() is None
    front.idle()
    assert drain(front) != []


def test_articles_that_only_an_unfinished_crawl_met_do_not_end_a_trail():
    class Unfinished(Remembers):
        def known(self, urls: Sequence[str]) -> Mapping[str, Known]:
            return {url: replace(fact, settled=False) for url, fact in super().known(urls).items()}

    met = [story(f"met-{n}") for n in range(5)]
    front = frontier(patience=3, ledger=Unfinished(*(entry.url or "" for entry in met)))
    front.add_source(Kind.LISTING, f"{HOME}/News", "listing")
    asked = front.next()
    assert isinstance(asked, SourcePage)
    front.heard(asked.trail, Found(entries=(*met, story("left-out"))))
    front.answered()
    given = []
    while isinstance(step := front.next(), ArticlePage):
        given.append(step.url.rpartition("/")[2])
        front.released(step.trail, step.key)
        front.outcome(step.trail, step.key, unchanged=step.known is not None)
    assert given == [*(f"met-{n}" for n in range(5)), "left-out"]
