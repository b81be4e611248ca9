"""What was erased stays away: the next crawl still meets it, and an import of old captures brings it."""

import json
import urllib.request
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from core.text import words
from newsstand import Newsstand, plan, serve
from pipelines.exchange import Exchange
from pipelines.warc import WarcFiles
from tests.integration.archive import Archive

TITLE = "wardround"
HOME = "http://www.wardround.example"


@pytest.fixture(scope="module")
def stand():
    with serve(Newsstand(day=1)) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path, database_url):
    return Archive(tmp_path / "home", database_url)


def commented():
    """Give an article that shows the same long comment on the first and on the second day."""
    second = {article.path: article for article in plan.expected(TITLE, 2)}
    for article in plan.expected(TITLE, 1):
        later = second.get(article.path)
        for comment in article.comments:
            text = comment.paragraphs[0]
            if later and len(words(text)) >= 12 and text in {c.paragraphs[0] for c in later.comments}:
                return article, comment
    raise AssertionError("the newsstand has no such comment")


def captured(archive) -> bytes:
    """Give all records of all WARC files, unpacked, and the bytes of the database where it is a file."""
    found = b""
    for path in sorted((archive.home / "captures").glob("*")):
        data = path.read_bytes()
        while data:
            inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
            found += inflate.decompress(data)
            data = inflate.unused_data
    url = make_url(archive.database_url)
    if url.get_backend_name() == "sqlite":
        for path in Path(url.database or "").parent.glob("cuttings.db*"):
            found += path.read_bytes()
    return found


def erase(archive, *words_: str):
    done = archive.command("erase", *words_, "--reason", "request 1", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def kept_by_others(folder: Path, address: str, path: str) -> Path:
    """Write a WARC file, as another archive would have, with the page that an address shows."""
    with urllib.request.urlopen(address) as answer:
        body, kind = answer.read(), answer.headers["content-type"].encode()
    files = WarcFiles(folder, outlet="others", label="x", max_bytes=10**9, about={"software": "other"})
    files.write(
        Exchange(
            url=HOME + path,
            fetched_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
            method="GET",
            request_headers=(),
            request_body=b"",
            protocol="HTTP/1.1",
            status=200,
            headers=((b"Content-Type", kind),),
            body=body,
            ip_address=None,
            truncated=None,
        )
    )
    return folder / files.close()[0]


def test_the_next_crawl_and_an_import_do_not_bring_it_back(archive, stand, tmp_path):
    stand.set_day(1)
    origin = stand.address(TITLE)
    article, comment = commented()
    address, phrase = origin + article.path, comment.paragraphs[0]
    needle = " ".join(words(phrase)[2:6]).encode()  # words in a row, wherever the lines break
    shown = "SELECT comment_id FROM comments WHERE body LIKE :begins"
    archive.crawl(TITLE, origin, "--url", address)
    assert needle in captured(archive)
    others = kept_by_others(tmp_path, address, article.path)
    (row,) = archive.rows(shown, begins=f"{phrase}%")
    erase(archive, "comment", str(row["comment_id"]))
    assert needle not in captured(archive)

    stand.set_day(2)
    archive.crawl(TITLE, origin, "--url", address)
    assert archive.rows(shown, begins=f"{phrase}%") == []
    assert needle not in captured(archive)

    done = archive.command("backfill", TITLE, "--from", "warc", str(others), "--json")
    assert done.returncode == 0, done.stderr
    assert archive.rows("SELECT count(*) AS n FROM extraction") == [{"n": 3}]
    assert archive.rows(shown, begins=f"{phrase}%") == []
    assert needle not in captured(archive)
    assert archive.rows("SELECT count(*) AS n FROM redaction WHERE done_at IS NOT NULL") == [{"n": 3}]
    assert archive.command("db", "verify").returncode == 0


def test_an_erased_address_is_not_asked_for_nor_taken_from_an_archive(archive, stand, tmp_path):
    stand.set_day(1)
    origin = stand.address(TITLE)
    article, _ = commented()
    address = origin + article.path
    archive.crawl(TITLE, origin, "--url", address)
    erase(archive, "article", address)
    slug = article.path.rstrip("/").rpartition("/")[2].encode()
    assert slug not in captured(archive)
    done = archive.command("crawl", TITLE, "--base-url", origin, "--url", address)
    assert "no page came" in done.stderr + done.stdout
    logs = [path.read_bytes() for path in (archive.home / "logs").rglob("*2.*") if path.is_file()]
    assert logs
    assert slug not in b"".join(logs)
    asked = "SELECT u.url FROM fetch_attempt f JOIN url u ON u.id = f.url_id"
    assert not any(slug in one["url"].encode() for one in archive.rows(asked))
    others = kept_by_others(tmp_path, address, article.path)
    archive.command("backfill", TITLE, "--from", "warc", str(others))
    assert {one["state"] for one in archive.rows("SELECT state FROM articles")} == {"erased"}
    assert " ".join(words(article.paragraphs[0])[:4]).encode() not in captured(archive)
