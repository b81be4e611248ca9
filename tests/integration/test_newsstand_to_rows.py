"""From the newsstand to rows, on both databases: what the outlets show is what the archive says."""

import shutil
from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import make_url

from newsstand import Newsstand, plan, serve
from tests.conftest import KINDS
from tests.integration.archive import Archive

TITLES = tuple(plan.TITLES)


@pytest.fixture
def archive(tmp_path, database_url):
    return Archive(tmp_path, database_url)


@pytest.fixture(scope="module")
def served():
    with serve(Newsstand(day=1)) as opened:
        yield opened


@pytest.fixture
def stand(served):
    served.set_day(1)
    return served


@pytest.fixture(scope="module", params=KINDS)
def first_day(request, served, tmp_path_factory):
    """Give an archive of one crawl of each outlet on the first day, and what the crawls reported."""
    home = tmp_path_factory.mktemp("first") / "home"
    if request.param == "sqlite":
        url = f"sqlite:///{home / 'cuttings.db'}"
    else:
        make = request.getfixturevalue("new_postgresql")
        url = make(request.getfixturevalue("migrated_postgresql"))
    archive = Archive(home, url)
    served.set_day(1)
    return archive, {title: archive.crawl(title, served.address(title)) for title in TITLES}


@pytest.fixture
def crawled(first_day, stand, tmp_path, request):  # noqa: ARG001 - the stand shows its first day
    """Give a copy of that archive."""
    archive, _ = first_day
    home = tmp_path / "home"
    shutil.copytree(archive.home, home)
    if archive.database_url.startswith("sqlite"):
        return Archive(home, f"sqlite:///{home / 'cuttings.db'}")
    template = make_url(archive.database_url).database
    return Archive(home, request.getfixturevalue("new_postgresql")(template))


def instant(value):
    """Give a database's time as an aware one: text in SQLite, a datetime in PostgreSQL."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def slug(url):
    parts = [part for part in urlsplit(url).path.split("/") if part and not part.isdecimal()]
    return parts[-1].lower()


def by_slug(archive, outlet):
    found = archive.rows("SELECT * FROM articles WHERE outlet = :outlet", outlet=outlet)
    assert len({slug(row["url"]) for row in found}) == len(found), "one article is stored as two"
    return {slug(row["url"]): row for row in found}


@pytest.mark.parametrize("title", TITLES)
def test_every_article_and_comment_is_stored_word_for_word(first_day, title):
    archive, reports = first_day
    report = reports[title]
    stored = by_slug(archive, title)
    expected = {article.slug.lower(): article for article in plan.expected(title, 1)}
    assert set(stored) == set(expected)
    assert report["verdict"] == "ok", report
    for key, article in expected.items():
        row = stored[key]
        assert row["title"] == article.title
        assert row["body"] == article.body, key
        assert row["standfirst"] == article.standfirst
        assert row["byline"] == article.byline
        assert row["comment_state"] == article.comment_state, key
        assert instant(row["published_at"]) == article.published_at
        if row["published_on"] is not None:
            assert str(row["published_on"]) == str(article.published_on)
        comments = archive.rows(
            "SELECT * FROM comments_named WHERE article_id = :article ORDER BY position",
            article=row["article_id"],
        )
        assert [
            (c["commenter_name"], c["body"], c["posted_raw"], instant(c["posted_at"])) for c in comments
        ] == [(c.author, c.body, c.posted_raw, c.posted_at) for c in article.comments]


def test_the_second_day_reports_the_planned_changes_and_not_one_more(crawled, stand):
    archive = crawled
    stand.set_day(2)
    for title in TITLES:
        archive.crawl(title, stand.address(title))
        archive.crawl(title, stand.address(title), "--recheck", "--all")
    for title in TITLES:
        planned = plan.changes(title, 1, 2)
        slugs = {a.key: a.slug.lower() for a in (*plan.expected(title, 1), *plan.expected(title, 2))}
        told = archive.rows("SELECT * FROM article_changes WHERE outlet = :outlet", outlet=title)
        looks = {slug(row["url"]) for row in told if row["kind"] == "cosmetic"}
        assert looks == {slugs[key] for key in planned.cosmetic}
        changed = [row for row in told if row["kind"] != "cosmetic"]
        assert Counter(slug(row["url"]) for row in changed) == Counter(slugs[c.key] for c in planned.changed)
        fields = {slug(row["url"]): row for row in changed}
        for change in planned.changed:
            row = fields[slugs[change.key]]
            assert bool(row["title_changed"]) == ("title" in change.fields)
            assert bool(row["body_changed"]) == ("body" in change.fields)
            assert instant(row["changed_after"]) < instant(row["changed_by"])
        stored = by_slug(archive, title)
        assert set(planned.new) == {
            key for key, name in slugs.items() if stored_as_new(archive, stored, name)
        }
        gone = {slugs[key] for key, status in planned.removed if status == 410}
        assert {key for key, row in stored.items() if row["state"] == "gone"} == gone
        assert all(row["state"] == "live" for key, row in stored.items() if key not in gone)
        check_comments(archive, title, planned)


def stored_as_new(archive, stored, name):
    first = archive.rows("SELECT min(started_at) AS at FROM runs WHERE kind = 'recheck'")[0]["at"]
    second_day = archive.rows("SELECT max(ended_at) AS at FROM runs WHERE kind = 'crawl' AND run_id <= 3")[0][
        "at"
    ]
    assert first is not None
    return name in stored and instant(stored[name]["first_seen_at"]) > instant(second_day)


def check_comments(archive, title, planned):
    rows = archive.rows("SELECT * FROM comment_versions WHERE outlet = :outlet", outlet=title)
    edited = {row["comment_id"] for row in rows if row["version"] > 1}
    removed = archive.rows(
        "SELECT comment_id FROM comments WHERE outlet = :outlet AND state = 'removed'", outlet=title
    )
    assert len(edited) == len(planned.comments_edited)
    assert len(removed) == len(planned.comments_removed)


def test_a_second_crawl_of_an_unchanged_outlet_adds_only_attempts_and_its_run(crawled, stand):
    archive = crawled
    before = archive.counts()
    archive.crawl("wardround", stand.address("wardround"))
    archive.crawl("wardround", stand.address("wardround"), "--recheck", "--all")
    after = archive.counts()
    grown = {name for name in after if after[name] != before[name]}
    assert grown <= {"fetch_attempt", "run", "warc_file"}, {n: (before[n], after[n]) for n in grown}


@pytest.mark.parametrize("title", TITLES)
def test_one_article_at_several_addresses_is_one_article_with_all_its_addresses(crawled, stand, title):
    archive, origin = crawled, stand.address(title)
    several = [a for a in plan.expected(title, 1) if len(a.addresses) > 1]
    assert several
    urls = [f"--url={origin}{address.path}" for article in several for address in article.addresses]
    archive.crawl(title, origin, *urls)
    assert all(row["versions"] == 1 for row in by_slug(archive, title).values())
    for article in several:
        known = archive.rows(
            "SELECT u.url, au.role, a.id FROM article_url au JOIN url u ON u.id = au.url_id"
            " JOIN article a ON a.id = au.article_id"
        )
        paths = {urlsplit(row["url"]).path.lower(): row["id"] for row in known}
        ids = {paths[urlsplit(address.path).path.lower()] for address in article.addresses}
        assert len(ids) == 1, article.key


def test_a_dry_run_stores_nothing_and_says_what_it_would(archive, stand, tmp_path):
    report = archive.crawl("wardround", stand.address("wardround"), "--dry-run")
    assert archive.rows("SELECT count(*) AS n FROM article")[0]["n"] == 0
    assert archive.rows("SELECT count(*) AS n FROM run")[0]["n"] == 0
    assert not list(tmp_path.rglob("*.warc*"))
    assert report["new"] == len(plan.expected("wardround", 1))
    assert {told["title"] for told in report["news"]} == {a.title for a in plan.expected("wardround", 1)}


def test_limit_url_and_dates_narrow_a_crawl(archive, stand):
    origin = stand.address("wardround")
    archive.crawl("wardround", origin, "--limit", "2")
    assert archive.rows("SELECT count(*) AS n FROM articles")[0]["n"] == 2
    wanted = plan.expected("wardround", 1)[-1]
    archive.crawl("wardround", origin, "--url", origin + wanted.path)
    assert wanted.title in {row["title"] for row in archive.rows("SELECT title FROM articles")}
