"""What is exported replays in pywb: the very bytes, at their time."""

import gzip
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from db.engine import open_engine
from newsstand import Newsstand, serve
from pipelines.payload import read_payload
from tests.integration.archive import Archive
from tests.integration.desk import at
from tests.integration.press import HOST, OUTLET, Press
from tests.integration.replaying import BIN, NO_REPLAY, Replay, replaying

COLLECTIONS = ("warc", "wacz")

pytestmark = pytest.mark.skipif(not (BIN / "wayback").exists(), reason=NO_REPLAY)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Archive:
    """Give an archive of a crawl of today, and of answers kept by hand on three days before it."""
    home = tmp_path_factory.mktemp("replayed")
    shutil.copyfile(migrated_sqlite, home / "cuttings.db")
    archive = Archive(home, f"sqlite:///{home}/cuttings.db")
    with serve(Newsstand(day=1)) as stand:
        archive.crawl(OUTLET, stand.address(OUTLET))
    engine = open_engine(archive.database_url)
    press = Press(engine, home)
    press.fill()
    press.run(("/c", 73, b"<h1>Nothing here</h1>", 404))
    engine.dispose()
    return archive


@pytest.fixture(scope="module")
def replay(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """Serve both forms of what is exported of the archive from the second day on."""
    folder = tmp_path_factory.mktemp("pywb")
    files = {"warc": folder / "given.warc.gz", "wacz": folder / "given.wacz"}
    for file in files.values():
        words = ("export", "captures", "--outlet", OUTLET, "--since", "2026-03-03", "--to", str(file))
        done = archive.command(*words)
        assert done.returncode == 0, done.stderr
    with replaying(folder, files) as served:
        yield served


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_article_is_replayed_as_it_was_served(archive: Archive, replay: Replay, collection: str):
    query = "SELECT url, captured_at, warc_file, warc_offset, sha256 FROM captures WHERE article_id > 0"
    rows = archive.rows(query)
    assert rows
    for row in rows:
        kept = read_payload(archive.home, row["warc_file"], row["warc_offset"])
        when = datetime.fromisoformat(row["captured_at"])
        status, body, headers = replay.get(collection, row["url"], when)
        assert kept.sha256 == row["sha256"]
        assert (status, _plain(body)) == (200, _plain(kept.body)), row["url"]
        assert headers["Content-Type"] == kept.content_type
        assert headers["Memento-Datetime"] == f"{when:%a, %d %b %Y %H:%M:%S} GMT"


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_what_was_not_found_is_not_found_then(replay: Replay, collection: str):
    """The page at that address was served, and replayed, before it was gone."""
    status, body, headers = replay.get(collection, f"{HOST}/c", at(73))
    assert (status, body) == (404, b"<h1>Nothing here</h1>")
    assert headers["Memento-Datetime"] == f"{at(73):%a, %d %b %Y %H:%M:%S} GMT"
    assert replay.get(collection, f"{HOST}/c", at(25))[:2] == (200, b"<p>And closes.</p>")


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_revisits_are_replayed_with_their_own_heads(replay: Replay, collection: str):
    """The record they refer to was made the day before the export begins."""
    for hours in (24, 48):
        status, body, headers = replay.get(collection, f"{HOST}/a", at(hours))
        assert (status, body) == (200, b"<p>The ward opens again.</p>")
        assert headers["X-Archive-Orig-X-Asked" if "X-Asked" not in headers else "X-Asked"] == f"/a {hours}"
        assert headers["Memento-Datetime"] == f"{at(hours):%a, %d %b %Y %H:%M:%S} GMT"


def _plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
