"""A title on WordPress, crawled by the command line: its articles, and discussions wherever they lie."""

import json
import threading
import zlib
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from crawlers.registry import find
from newsstand.answer import error
from newsstand.platforms import serve
from newsstand.platforms.disqus import FORUM, KEY, DisqusListing
from newsstand.platforms.wordpress import WordPressSite, address
from newsstand.platforms.wordpress_days import COMMENTED, EDITED, PAGED, REMOVED_FROM, REWORDED, REWORDING
from newsstand.platforms.wordpress_themes import AT_DISQUS
from tests.integration.archive import Archive

OUTLET = "dispensary"
HOME = find(OUTLET).home
INLINE = 12
ROWS = """
    SELECT c.id, c.outlet_comment_id AS number, p.outlet_comment_id AS parent, c.state, v.seq, v.body,
           v.posted_at, v.valid_from, v.valid_to
    FROM comment c JOIN comment_version v ON v.comment_id = c.id AND v.superseded_at IS NULL
    LEFT JOIN comment p ON p.id = c.parent_id ORDER BY c.id, v.seq
"""
VERSIONS = """
    SELECT v.article_id, u.url, v.seq, v.valid_from, v.valid_to, d.sha256 FROM article_version v
    JOIN article a ON a.id = v.article_id JOIN url u ON u.id = a.canonical_url_id
    JOIN article_text t ON t.version_id = v.id AND t.superseded_at IS NULL
    JOIN document d ON d.id = t.document_id WHERE v.retracted_at IS NULL ORDER BY v.article_id, v.seq
"""
OLDER = """
    UPDATE extractor SET version = (SELECT min(version) - 1 FROM extractor WHERE version < 1000)
    WHERE layout = 'wordpress' AND version = (SELECT max(version) FROM extractor WHERE layout = 'wordpress')
"""
READ = """
    SELECT u.url, e.comment_state AS state FROM extraction e JOIN article a ON a.id = e.article_id
    JOIN url u ON u.id = a.canonical_url_id ORDER BY e.extracted_at
"""


@pytest.fixture
def archive(tmp_path, database_url):
    return Archive(tmp_path / "home", database_url)


@pytest.fixture
def small(tmp_path):
    """Give an archive in SQLite, for what is the same on both databases."""
    return Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")


def story(site, number):
    return next(one for one in site.stories if one.number == number)


def answered(site):
    """Give the numbers of all comments the site has, each with that of the one it answers."""
    remarks = [one for story_ in site.stories for one in story_.remarks]
    return {str(one.number): str(one.parent) if one.parent else None for one in remarks}


def held(archive):
    return {row["number"]: row["parent"] for row in archive.rows(ROWS) if row["state"] == "visible"}


def state(archive, site, number):
    path = address(story(site, number)).rstrip("/")
    return [row["state"] for row in archive.rows(READ) if row["url"].rstrip("/").endswith(path)][-1]


def named(served, site, *numbers: int) -> list[str]:
    """Give the options that ask for some stories alone."""
    return [f"--url={served.address}{address(story(site, number))}" for number in numbers]


def history(archive):
    return archive.rows(VERSIONS), archive.rows(ROWS)


def read_again(archive, **settings: str):
    """Have every capture read again, as after a change of the layout."""
    engine = create_engine(archive.database_url)
    with engine.begin() as connection:
        connection.execute(text(OLDER))
    engine.dispose()
    done = archive.command("reextract", "--outlet", OUTLET, "--jobs", "1", "--json", **settings)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def test_two_days_of_a_title(archive):
    site = WordPressSite()
    with serve(site) as served:
        archive.crawl(OUTLET, served.address)
        assert len(archive.rows(VERSIONS)) == len(site.stories), "each article once"
        assert held(archive) == answered(site)
        places = (PAGED, COMMENTED, REWORDED, REMOVED_FROM, INLINE)
        assert [state(archive, site, number) for number in places] == ["listed"] * len(places)
        posted = {row["number"]: row["posted_at"] for row in archive.rows(ROWS)}
        assert all(posted[str(one.number)] for one in story(site, COMMENTED).remarks)
        targets = [one.target for one in served.requests]
        assert len(targets) == len(set(targets)), "something was asked for twice"

        before = history(archive)
        read_again(archive)
        assert history(archive) == before

        first = len(served.requests)
        site.set_day(2)
        archive.crawl(OUTLET, served.address, "--recheck", "--all")
        statuses = {one.target: one.status for one in served.requests[first:]}
        assert statuses[address(story(site, INLINE))] == 304, "its discussion is on its page"
        assert statuses[address(story(site, REWORDED))] == 200, "its discussion is elsewhere"

    assert held(archive) == answered(site)
    rows = archive.rows(ROWS)
    gone = story(WordPressSite(), REMOVED_FROM).remarks[-1]
    assert [row["number"] for row in rows if row["state"] == "removed"] == [str(gone.number)]
    reworded = {str(story(site, number).remarks[0].number) for number in (PAGED, REWORDED)}
    assert {row["number"] for row in rows if row["seq"] > 1} == reworded
    assert {row["number"] for row in rows if row["body"] == REWORDING} == reworded
    edited = [row["url"] for row in archive.rows(VERSIONS) if row["seq"] > 1]
    assert [url.rstrip("/").endswith(address(story(site, EDITED)).rstrip("/")) for url in edited] == [True]

    before = history(archive)
    read_again(archive)
    assert history(archive) == before
    checked = archive.command("db", "verify")
    assert checked.returncode == 0, checked.stdout[-3000:] + checked.stderr[-3000:]


class Slow(WordPressSite):
    """A site that keeps one list of comments back until every article has been asked for."""

    def __init__(self) -> None:
        self.asked = set()
        self.all_asked = threading.Event()
        super().__init__()

    def answer(self, request):
        if "/wp/v2/comments" in request.target and not self.all_asked.wait(60):
            return error(500)
        answer = super().answer(request)
        self.asked.add(request.target)
        if self.asked >= {address(one) for one in self.stories}:
            self.all_asked.set()
        return answer


def test_articles_do_not_wait_for_another_s_comments(small):
    site = Slow()
    with serve(site) as served:
        small.crawl(OUTLET, served.address)
    assert held(small) == answered(site)


class Failing(WordPressSite):
    """A site whose comment lists and second comment pages cannot be had."""

    failing = True

    def answer(self, request):
        away = "/wp/v2/comments" in request.target or "/comment-page-2/" in request.target
        return error(503) if self.failing and away else super().answer(request)


def test_what_cannot_be_had_is_partial_and_takes_nothing_away(small):
    site = Failing()
    site.failing = False
    with serve(site) as served:
        small.crawl(OUTLET, served.address, *named(served, site, COMMENTED, PAGED))
        whole = held(small)
        assert len(whole) == sum(len(story(site, number).remarks) for number in (COMMENTED, PAGED))
        site.failing = True
        small.crawl(OUTLET, served.address, "--recheck", "--all", CUTTINGS_RETRIES="0")
        assert state(small, site, COMMENTED) == state(small, site, PAGED) == "partial"
        assert held(small) == whole
        before = history(small)
        read_again(small)
        assert (history(small), state(small, site, COMMENTED)) == (before, "partial")
        site.failing = False
        small.crawl(OUTLET, served.address, "--recheck", "--all")
        assert state(small, site, COMMENTED) == state(small, site, PAGED) == "listed"
    assert held(small) == whole
    assert {row["seq"] for row in small.rows(ROWS)} == {1}


class Bare(WordPressSite):
    """A site that tells of its articles by its interface alone, without saying how many pages it has."""

    def documents(self):
        named = {path: answer for path, answer in super().documents().items() if path.count("/") > 3}
        return {path: answer for path, answer in named.items() if not path.startswith("/category/")}


def test_posts_are_enough_to_find_every_article(small):
    site = Bare(counted=False)
    with serve(site) as served:
        report = small.crawl(OUTLET, served.address)
    assert len(small.rows(VERSIONS)) == len(site.stories)
    assert [one.target.partition("?")[0] for one in served.requests if "/posts" in one.target] == [
        "/wp-json/wp/v2/posts"
    ]
    sources = {row["source"] for row in small.rows("SELECT DISTINCT source FROM extraction")}
    assert {source.partition("?")[0] for source in sources} == {"posts:/wp-json/wp/v2/posts"}
    assert report["verdict"] == "ok", report


def test_a_closed_interface_is_no_fault(small):
    site = WordPressSite(interface=False)
    with serve(site) as served:
        done = small.command("crawl", OUTLET, "--base-url", served.address, "--json")
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "ok"), done.stderr[-3000:]
    assert "answers 401" not in done.stderr
    assert state(small, site, COMMENTED) == "partial"
    assert state(small, site, PAGED) == "listed"


class Named(WordPressSite):
    """A site whose pages name its interface by the outlet's own address, not by the one they came from."""

    def answer(self, request):
        answer = super().answer(request)
        named = answer.body.replace(f"{self.origin}/wp-json/".encode(), f"{HOME}wp-json/".encode())
        return answer if "wp-json" in request.target else replace(answer, body=named, squeezed=None)


def test_comments_are_found_again_where_they_were_asked_for(small):
    site = Named()
    with serve(site) as served:
        small.crawl(OUTLET, served.address, *named(served, site, COMMENTED))
    assert state(small, site, COMMENTED) == "listed"
    assert any(one.target.startswith("/wp-json/wp/v2/comments") for one in served.requests)
    before = history(small)
    read_again(small)
    assert (history(small), state(small, site, COMMENTED)) == (before, "listed")


def test_disqus_is_read_with_a_key_only_and_the_key_is_kept_nowhere(small):
    site = WordPressSite(forum=FORUM)
    listing = DisqusListing()
    with serve(site) as served, serve(listing) as disqus:
        at = {"CUTTINGS_DISQUS_URL": disqus.address}
        small.crawl(OUTLET, served.address, *named(served, site, AT_DISQUS), **at)
        assert state(small, site, AT_DISQUS) == "unsupported"
        assert not disqus.requests
        with_key = at | {"CUTTINGS_DISQUS_KEY": KEY, "CUTTINGS_LOG_LEVEL": "DEBUG"}
        done = small.command(
            "crawl", OUTLET, "--base-url", served.address, "--json", "--recheck", "--all", **with_key
        )
        assert done.returncode == 0, done.stderr[-3000:]
        pages = [one for one in disqus.requests if one.status == 200 and "listPosts" in one.target]
        assert len(pages) == 3, [one.target for one in disqus.requests]
        before = history(small)
        read_again(small, **at)
    assert state(small, site, AT_DISQUS) == "listed"
    remarks = story(site, AT_DISQUS).remarks
    assert held(small) == {str(one.number): str(one.parent) if one.parent else None for one in remarks}
    assert history(small) == before
    assert KEY not in done.stderr
    kept = [path.read_bytes() for path in small.home.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in whole for whole in kept)


def captured(archive):
    """Give all records of all WARC files, unpacked."""
    found = b""
    for path in sorted((archive.home / "captures").glob("*")):
        data = path.read_bytes()
        while data:
            inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
            found += inflate.decompress(data)
            data = inflate.unused_data
    return found


def test_a_comment_erased_goes_from_lists_and_comment_pages_and_stays_away(small):
    site = WordPressSite()
    listed, paged = story(site, COMMENTED).remarks[1], story(site, PAGED).remarks[2]
    texts = [one.paragraphs[-1].encode() for one in (listed, paged)]
    with serve(site) as served:
        small.crawl(OUTLET, served.address, *named(served, site, COMMENTED, PAGED))
        shown = held(small).keys()
        assert all(text in captured(small) for text in texts)
        for row in small.rows(ROWS):
            if row["number"] in {str(listed.number), str(paged.number)}:
                words = ("comment", str(row["id"]), "--reason", "request 1", "--yes", "--json")
                done = small.command("erase", *words)
                assert done.returncode == 0, done.stderr[-3000:]
        kept = captured(small)
        assert not any(text in kept for text in texts)
        own = story(site, COMMENTED).paragraphs[0].encode()
        assert own in kept, "a page that did not show it went too"
        small.crawl(OUTLET, served.address, "--recheck", "--all")
    assert not any(text in captured(small) for text in texts)
    assert held(small).keys() == shown - {str(listed.number), str(paged.number)}
    assert {row["seq"] for row in small.rows(ROWS)} == {1}


def test_a_crawl_stopped_in_a_discussion_loses_nothing_and_the_next_one_has_it(small):
    site = WordPressSite()
    with serve(site) as served:
        report = small.crawl(OUTLET, served.address, CUTTINGS_MAX_PAGES="16")
        assert report["verdict"] == "partial"
        numbers = {str(one["number"]) for one in small.rows(ROWS)}
        assert numbers <= answered(site).keys()
        small.crawl(OUTLET, served.address)
    assert held(small) == answered(site)
    assert len(small.rows(VERSIONS)) == len(site.stories)
    assert {row["seq"] for row in small.rows(ROWS)} == {1}
