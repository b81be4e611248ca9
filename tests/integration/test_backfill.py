"""Backfills from the web archives: what they hold is chosen, fetched, stored, resumed; one timeline."""

import json
import os
import signal
import time
from collections import defaultdict
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers import reading, registry
from crawlers.page import Page
from newsstand import Newsstand
from newsstand import serve as serve_newsstand
from newsstand.archives import Archives, Service, faults, plan, serve
from pipelines.clean import document
from tests.integration.archive import Archive
from tests.integration.forking import Fork, command_line

TITLE = "townclerk"


@pytest.fixture
def archives():
    with serve(Archives()) as served:
        yield served


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")


def asking(archives):
    """Give the settings that ask the local archives, without any delay."""
    return {
        "CUTTINGS_WAYBACK_URL": archives.address("wayback"),
        "CUTTINGS_COMMONCRAWL_INDEX_URL": archives.address("commoncrawl"),
        "CUTTINGS_COMMONCRAWL_DATA_URL": archives.address("commoncrawl"),
        "CUTTINGS_WAYBACK_QUERIES_PER_MINUTE": "100000",
        "CUTTINGS_WAYBACK_DELAY": "0",
        "CUTTINGS_COMMONCRAWL_INDEX_DELAY": "0",
        "CUTTINGS_COMMONCRAWL_DATA_DELAY": "0",
    }


def backfill(archive, archives, source, *options: str, code=0, **settings: str):
    """Backfill the outlet; give the report."""
    done = archive.command(
        "backfill", TITLE, "--from", source, "--json", *options, **asking(archives) | settings
    )
    assert done.returncode == code, done.stdout[-2000:] + done.stderr[-6000:]
    return json.loads(done.stdout)


def begin(archive, **settings: str):
    """Begin a backfill in a process of its own; nobody reads what it says."""
    nowhere = Path(os.devnull)
    words = ["backfill", TITLE, "--from", "wayback"]
    return Fork(command_line, words, environment=archive.environment(**settings), out=nowhere, err=nowhere)


def end(fork):
    """End a command as a power cut would."""
    fork.send_signal(signal.SIGKILL)
    fork.wait(60)


def told(archive):
    """Give what the archive tells of its articles, whatever order it learnt it in."""
    versions = archive.rows(
        "SELECT a.identity, v.title, v.body, v.valid_from, v.valid_to, v.ended_by, v.change_kind"
        " FROM article_versions v JOIN article a ON a.id = v.article_id ORDER BY a.identity, v.valid_from"
    )
    comments = archive.rows(
        "SELECT a.identity, c.commenter_name, c.posted_raw, c.body, c.state"
        " FROM comments_named c JOIN article a ON a.id = c.article_id"
        " ORDER BY a.identity, c.commenter_name, c.posted_raw, c.body"
    )
    articles = archive.rows("SELECT identity, state FROM article ORDER BY identity")
    return versions, comments, articles


def timeless(archive):
    """Give the same without the instants, which are other ones at each live crawl."""
    return [
        [{name: value for name, value in row.items() if not name.startswith("valid_")} for row in part]
        for part in told(archive)
    ]


def readable(capture, outlet):
    """Give the text of a capture of an article's page, None where it holds none."""
    if capture.status != 200 or not capture.playable or outlet.article_key(capture.url) is None:
        return None
    page = Page.from_bytes(capture.body, capture.url, capture.header("content-type"))
    try:
        return document(reading.read(page, outlet))
    except Exception:  # noqa: BLE001 - whatever it is, it is no article
        return None


def test_every_edit_the_wayback_machine_kept_is_a_version(archive, archives):
    report = backfill(archive, archives, "wayback")
    assert report["verdict"] == "ok", report
    assert report["left"] == 0

    outlet = registry.find(TITLE)
    expected = defaultdict(list)
    for capture in sorted(plan.captures(TITLE), key=lambda one: one.taken):
        text = readable(capture, outlet)
        if text is not None:
            expected[outlet.article_key(capture.url)].append(text.title)
    articles = archive.rows("SELECT identity FROM article WHERE state <> 'merged'")
    assert articles
    known = {row["identity"] for row in archive.rows("SELECT identity FROM article")}
    assert known == set(expected)

    attempts = archive.rows(
        "SELECT u.url, f.fetched_at, f.capture_id FROM fetch_attempt f JOIN url u ON u.id = f.url_id"
        " WHERE f.via = 'wayback'"
    )
    assert len({(row["url"], str(row["fetched_at"])) for row in attempts}) == len(attempts), "none twice"
    assert all("2013" <= str(row["fetched_at"])[:4] <= "2026" for row in attempts)

    edited = archive.rows("SELECT count(*) AS n FROM article_changes")[0]["n"]
    assert edited > 0
    again = len(archives.requests("wayback"))
    second = backfill(archive, archives, "wayback")
    assert second["counts"]["fetched"] == 0
    assert len(archives.requests("wayback")) == again, "what is known is not asked for again"


def test_captures_of_archives_are_kept_with_their_time_and_their_source(archive, archives):
    report = backfill(archive, archives, "wayback", "--limit", "5")
    assert report["counts"]["fetched"] == 5
    assert report["left"] > 0
    found = []
    for path in report["captures"]:
        with open(path, "rb") as file:  # noqa: PTH123 - what warcio takes
            found += [
                (record.rec_headers.get_header("WARC-Date"), record.rec_headers.get_header("WARC-Source-URI"))
                for record in ArchiveIterator(file)
                if record.rec_type == "response"
            ]
    assert len(found) == 5
    base = archives.address("wayback")
    for taken, source in found:
        assert taken < "2025"
        assert source.startswith(f"{base}/web/{taken[:10].replace('-', '')}"), "as the memento's address says"
    view = archive.rows("SELECT captured_at, warc_file, sha256 FROM captures WHERE article_id IS NOT NULL")
    assert len(view) == 5
    assert archive.command("db", "verify").returncode == 0


def test_what_is_fetched_first_tells_most(archive, archives):
    planned = backfill(archive, archives, "wayback", "--plan")
    assert planned["run_id"] is None
    assert planned["plan"]["chosen"] > planned["plan"]["by_choice"]["first"] > 0
    assert not [one for one in archives.requests("wayback") if "/web/" in one.target], (
        "a plan fetches nothing"
    )
    firsts = planned["plan"]["by_choice"]["first"]
    backfill(archive, archives, "wayback", "--limit", str(firsts))
    states = archive.rows("SELECT choice, count(*) AS n FROM memento WHERE state = 'fetched' GROUP BY choice")
    assert {row["choice"]: row["n"] for row in states} == {"first": firsts}


def test_killed_at_any_moment_it_goes_on_and_stores_nothing_twice(archive, archives):
    slow = asking(archives) | {"CUTTINGS_WAYBACK_DELAY": "0.02"}
    for wanted in (3, 12):
        fork = begin(archive, **slow)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if len([one for one in archives.requests("wayback") if "/web/" in one.target]) >= wanted:
                break
            time.sleep(0.02)
        end(fork)
    report = backfill(archive, archives, "wayback")
    assert report["verdict"] == "ok"
    assert report["left"] == 0
    twice = archive.rows(
        "SELECT url_id, fetched_at FROM fetch_attempt WHERE via = 'wayback' GROUP BY url_id, fetched_at"
        " HAVING count(*) > 1"
    )
    assert not twice
    whole = Archive(
        archive.home.parent / "whole", f"sqlite:///{archive.home.parent / 'whole' / 'cuttings.db'}"
    )
    backfill(whole, archives, "wayback")
    assert told(archive) == told(whole)


def test_archives_and_the_live_outlet_tell_one_history_in_any_order(tmp_path, archives):
    homes = [tmp_path / name for name in ("live-first", "live-last")]
    first, last = (Archive(home, f"sqlite:///{home / 'cuttings.db'}") for home in homes)
    with serve_newsstand(Newsstand(day=3)) as stand:
        origin = stand.address(TITLE)
        first.crawl(TITLE, origin)
        backfill(first, archives, "wayback")
        backfill(first, archives, "commoncrawl")
        backfill(last, archives, "commoncrawl")
        backfill(last, archives, "wayback")
        last.crawl(TITLE, origin)
    assert timeless(first) == timeless(last)


def test_an_archive_that_refuses_is_left_alone(archive, archives):
    archives.plant(Service.PLAYBACK, faults.too_many("3600"), times=50)
    report = backfill(archive, archives, "wayback", code=1)
    assert report["verdict"] == "failed"
    assert "Wayback" in report["reason"]
    asked = len(archives.requests("wayback"))
    again = backfill(archive, archives, "wayback", code=1)
    assert again["verdict"] == "skipped"
    assert "not asked before" in again["reason"]
    assert len(archives.requests("wayback")) == asked


def test_saved_pages_and_warc_files_meet_the_rest(archive, archives, tmp_path):
    other = Archive(tmp_path / "other", f"sqlite:///{tmp_path / 'other' / 'cuttings.db'}")
    report = backfill(other, archives, "wayback")
    files = [str(path) for path in report["captures"]]
    back = archive.command("backfill", TITLE, "--from", "warc", "--json", *files)
    assert back.returncode == 0, back.stderr[-6000:]
    assert json.loads(back.stdout)["counts"]["fetched"] == report["counts"]["fetched"]
    articles = "SELECT title, versions, comments FROM articles ORDER BY title, url"
    assert archive.rows(articles) == other.rows(articles)


def test_backfills_of_one_outlet_take_turns(archive, archives):
    slow = asking(archives) | {"CUTTINGS_WAYBACK_DELAY": "0.2"}
    fork = begin(archive, **slow)
    deadline = time.monotonic() + 60
    while not archives.requests("wayback") and time.monotonic() < deadline:
        time.sleep(0.02)
    report = backfill(archive, archives, "wayback", code=1)
    end(fork)
    assert report["verdict"] == "skipped"
    assert "backfilled already" in report["reason"]
