"""Whole crawls as processes of their own: what is kept, what a killed one leaves, how each ends."""

import gzip
import hashlib
import json
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from warcio.archiveiterator import ArchiveIterator

from newsstand import Newsstand, serve
from tests.integration.archive import ROOT, Archive
from tests.integration.hostile import Reply, listing, page, redirect, serving

PAGES = 60


@pytest.fixture
def archive(tmp_path, database_url):
    return Archive(tmp_path / "home", database_url)


@pytest.fixture
def small(tmp_path):
    """Give an archive in SQLite, for what is the same on both databases."""
    return Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")


@contextmanager
def started(archive, outlet, origin, *, limits=None, **settings: str):
    """Run a crawl in the background; it is killed at the end of the block, if it still runs."""
    child = subprocess.Popen(
        [sys.executable, "-m", "cli", "crawl", outlet, "--base-url", origin, "--json"],
        cwd=ROOT,
        env=archive.environment(CUTTINGS_CONCURRENCY_PER_HOST="2", **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limits,  # noqa: PLW1509 - sets one limit; nothing that a thread could hold
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate(timeout=60)


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.05)


def stored(archive):
    """Count the articles another process can see; none while there is no table yet."""
    try:
        return archive.rows("SELECT count(*) AS n FROM article")[0]["n"]
    except Exception as error:
        if "no such table" in str(error) or "does not exist" in str(error) or "unable to open" in str(error):
            return 0
        raise


def records(path):
    with path.open("rb") as stream:
        return [
            (record.rec_type, record.rec_headers, record.http_headers, record.raw_stream.read())
            for record in ArchiveIterator(stream, check_digests="raise")
        ]


def assert_evidence_holds(archive):
    """Every payload's row leads to its very bytes; every WARC file is whole and closed."""
    assert not list((archive.home / "captures").glob("*.open"))
    for path in (archive.home / "captures").iterdir():
        assert records(path)[0][0] == "warcinfo"
    payloads = archive.rows(
        "SELECT p.sha256, p.warc_offset, p.warc_length, f.path"
        " FROM payload p JOIN warc_file f ON f.id = p.warc_file_id"
    )
    assert payloads
    for row in payloads:
        start, end = row["warc_offset"], row["warc_offset"] + row["warc_length"]
        member = (archive.home / row["path"]).read_bytes()[start:end]
        _, _, payload = gzip.decompress(member).split(b"\r\n\r\n", 2)
        assert hashlib.sha256(payload.removesuffix(b"\r\n\r\n")).hexdigest() == row["sha256"]


def test_after_a_kill_the_next_crawl_carries_on_without_doubles(archive):
    with serve(Newsstand(scale=PAGES)) as stand:
        origin = stand.address("wardround")
        with started(archive, "wardround", origin, CUTTINGS_DOWNLOAD_DELAY="0.1") as crawl:
            wait_until(lambda: stored(archive) >= PAGES // 5)
            crawl.send_signal(signal.SIGKILL)
            crawl.wait(60)
        before = stored(archive)
        assert PAGES // 5 <= before < PAGES
        assert list((archive.home / "captures").glob("*.open"))
        report = archive.crawl("wardround", origin)
    assert report["verdict"] == "ok"
    assert stored(archive) == PAGES
    for table in ("article_version", "document"):
        assert archive.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] == PAGES
    assert report["new"] == PAGES - before
    assert [row["verdict"] for row in archive.rows("SELECT verdict FROM runs ORDER BY run_id")] == [
        "lost",
        "ok",
    ]
    assert_evidence_holds(archive)


def test_told_twice_to_stop_it_ends_at_once_and_its_run_has_an_end(small):
    with (
        serve(Newsstand(scale=PAGES)) as stand,
        started(small, "wardround", stand.address("wardround"), CUTTINGS_DOWNLOAD_DELAY="1") as crawl,
    ):
        wait_until(lambda: stored(small) >= 1)
        crawl.terminate()
        time.sleep(0.3)
        crawl.terminate()
        output, _ = crawl.communicate(timeout=60)
        assert crawl.returncode == 1
    assert json.loads(output)["verdict"] == "stopped"
    assert small.rows("SELECT verdict FROM runs") == [{"verdict": "stopped"}]
    assert_evidence_holds(small)


def test_a_second_crawl_of_the_outlet_is_skipped_and_names_the_first(archive):
    with serve(Newsstand(scale=PAGES)) as stand:
        origin = stand.address("wardround")
        with started(archive, "wardround", origin, CUTTINGS_DOWNLOAD_DELAY="0.5") as crawl:
            wait_until(lambda: stored(archive) >= 1)
            second = archive.command("crawl", "wardround", "--base-url", origin, "--json")
            assert crawl.poll() is None
    assert second.returncode == 1
    report = json.loads(second.stdout)
    assert report["verdict"] == "skipped"
    assert str(crawl.pid) in report["reason"]
    verdicts = archive.rows("SELECT verdict FROM runs WHERE run_id = :id", id=report["run_id"])
    assert verdicts == [{"verdict": "skipped"}]


def test_where_nothing_can_be_captured_the_crawl_stops_and_fails(archive):
    if archive.database_url.startswith("sqlite"):
        pytest.skip("the limit that stands in for a full disk would meet the database first")
    limit = 256 * 1024

    def full_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with (
        serve(Newsstand(scale=200)) as stand,
        started(archive, "wardround", stand.address("wardround"), limits=full_disk) as crawl,
    ):
        output, errors = crawl.communicate(timeout=120)
        asked = len(stand.requests("wardround"))
    assert crawl.returncode == 1, errors
    report = json.loads(output)
    assert report["verdict"] == "failed"
    assert "captures cannot be written" in report["reason"]
    assert asked < 200
    assert archive.rows("SELECT verdict FROM runs") == [{"verdict": "failed"}]
    assert_evidence_holds(archive)


def test_what_a_server_sent_is_what_is_kept(small):
    cookies = {"X-Note": "one", "ETag": '"v1"', "Last-Modified": "Mon, 13 Aug 2018 10:00:00 GMT"}
    squeezed = gzip.compress(page("Squeezed bins").body)
    whole = page("Never whole").body
    answers = {
        "/robots.txt": Reply(body=b"User-agent: *\nDisallow: /News/hidden\n", kind="text/plain"),
        "/": listing(*(f"/News/{name}" for name in ("plain", "moved", "gone", "cut", "long", "hidden"))),
        "/News/plain": Reply(body=squeezed, headers=cookies | {"Content-Encoding": "gzip"}),
        "/News/moved": redirect("/News/target", 301),
        "/News/target": page("Moved bins"),
        "/News/gone": Reply(status=410, body=b"<h1>Gone</h1>"),
        "/News/cut": Reply(body=whole, promised=100_000),
        "/News/long": Reply(body=b"<p>and on and on</p>" * 20_000),
    }
    with serving(answers) as server:
        small.crawl("townclerk", server.address, CUTTINGS_RETRIES="0", CUTTINGS_MAX_BODY_BYTES="100000")
    kept = {
        record[1]["WARC-Target-URI"].removeprefix(server.address): record
        for path in (small.home / "captures").iterdir()
        for record in records(path)
        if record[0] == "response"
    }
    assert {"/robots.txt", "/", *answers} - {"/News/hidden"} <= set(kept)  # the sources too
    assert kept["/News/plain"][3] == squeezed
    assert kept["/News/plain"][2]["X-Note"] == "one"
    assert kept["/News/plain"][1]["WARC-IP-Address"] == "127.0.0.1"
    assert kept["/News/moved"][2]["Location"] == "/News/target"
    assert (kept["/News/cut"][3], kept["/News/cut"][1]["WARC-Truncated"]) == (whole, "disconnect")
    assert kept["/News/long"][1]["WARC-Truncated"] == "length"
    assert 100_000 < len(kept["/News/long"][3]) < 400_000
    attempts = {
        row["url"].removeprefix(server.address): row
        for row in small.rows(
            "SELECT u.url, a.outcome, a.status, a.etag, a.last_modified"
            " FROM fetch_attempt a JOIN url u ON u.id = a.url_id"
        )
    }
    outcomes = {path: row["outcome"] for path, row in attempts.items() if path.startswith("/News/")}
    assert outcomes == {
        "/News/plain": "ok",
        "/News/moved": "redirect",
        "/News/target": "ok",
        "/News/gone": "gone",
        "/News/cut": "ok",
        "/News/long": "too_large",
        "/News/hidden": "robots_denied",
    }
    assert (attempts["/News/plain"]["etag"], attempts["/News/plain"]["last_modified"]) == (
        '"v1"',
        cookies["Last-Modified"],
    )
    assert_evidence_holds(small)


def test_the_same_bytes_in_a_later_crawl_are_a_revisit_and_are_not_read_again(archive):
    answers = {"/": listing("/News/plain"), "/News/plain": page("The same bins")}  # no validators: always 200
    with serving(answers) as server:
        origin = server.address
        reports = [archive.crawl("townclerk", origin) for _ in range(2)]
    assert [(report["new"], report["counts"].get("unchanged")) for report in reports] == [(1, None), (0, 1)]
    kept = [
        record
        for path in sorted((archive.home / "captures").iterdir())
        for record in records(path)
        if record[1]["WARC-Target-URI"] == f"{origin}/News/plain" and record[0] != "request"
    ]
    first, second = kept
    assert (first[0], second[0]) == ("response", "revisit")
    assert second[1]["WARC-Refers-To-Target-URI"] == f"{origin}/News/plain"
    assert second[1]["WARC-Refers-To-Date"] == first[1]["WARC-Date"]
    assert second[1]["WARC-Payload-Digest"] == first[1]["WARC-Payload-Digest"]
    assert archive.rows("SELECT count(*) AS n FROM extraction")[0]["n"] == 1
    assert_evidence_holds(archive)


def test_an_outlet_that_is_not_there_fails_the_run_and_keeps_the_attempt(small):
    done = small.command(
        "crawl", "townclerk", "--base-url", "http://127.0.0.1:9", "--json", CUTTINGS_RETRIES="0"
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["verdict"] == "failed"
    outcomes = {row["outcome"] for row in small.rows("SELECT outcome FROM fetch_attempt")}
    assert outcomes == {"network_error", "robots_denied"}  # without robots.txt nothing may be asked


def test_scrapy_crawl_stores_as_well(small):
    with serve(Newsstand(day=1)) as stand:
        base_url = f"base_url={stand.address('pointsman')}"
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "pointsman", "-a", base_url],
            cwd=ROOT,
            env=small.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert stored(small) > 0
    assert small.rows("SELECT verdict FROM runs") == [{"verdict": "ok"}]
    assert_evidence_holds(small)


def test_the_key_of_the_pseudonyms_is_made_once_and_for_its_owner_alone(small):
    with serve(Newsstand(day=1)) as stand:
        small.crawl("pointsman", stand.address("pointsman"))
        key = small.home / "pseudonym.key"
        first = key.read_bytes()
        small.crawl("pointsman", stand.address("pointsman"))
    assert key.read_bytes() == first
    assert len(first) >= 32
    assert key.stat().st_mode & 0o777 == 0o600


def test_what_a_listing_announced_and_the_outlet_did_not_serve_counts_as_missing(small):
    pages = {f"/News/good-{number}": page(f"Good news {number}") for number in range(3)}
    bad = {"/News/broken": Reply(status=500), "/News/not-yours": Reply(status=403)}
    answers = {**pages, **bad, "/robots.txt": Reply(status=404), "/": listing(*pages, *bad)}
    with serving(answers) as server:
        small.crawl("townclerk", server.address, CUTTINGS_RETRIES="0")
    row = small.rows(
        "SELECT sum(expected) AS expected, sum(held) AS held, sum(missing_refused) AS refused,"
        " sum(missing_failed) AS failed FROM coverage"
    )[0]
    assert dict(row) == {"expected": 5, "held": 3, "refused": 1, "failed": 1}
