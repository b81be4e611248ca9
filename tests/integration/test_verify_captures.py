"""`cuttings db verify` on the files of captures: each fault is reported by its own check."""

import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from db.checks import Scope
from db.engine import open_engine
from newsstand import Newsstand, serve
from pipelines import verify
from tests.integration.archive import Archive
from tests.integration.breaking import breaking


@pytest.fixture(scope="module")
def crawled(tmp_path_factory, migrated_sqlite):
    """Give the home of an archive with one crawl; it is copied, not used."""
    home = tmp_path_factory.mktemp("crawled")
    shutil.copyfile(migrated_sqlite, home / "cuttings.db")
    with serve(Newsstand(day=1)) as stand:
        Archive(home, f"sqlite:///{home}/cuttings.db").crawl("wardround", stand.address("wardround"))
    return home


@pytest.fixture
def files(crawled, tmp_path):
    """Give the archive, its engine and its one file of captures."""
    home = tmp_path / "home"
    shutil.copytree(crawled, home)
    engine = open_engine(f"sqlite:///{home}/cuttings.db")
    (warc,) = (home / "captures").iterdir()
    yield Files(home, engine, warc)
    engine.dispose()


@dataclass
class Files:
    home: Path
    engine: Engine
    warc: Path

    def reported(self, *, read: bool = True) -> set[str]:
        found = [check.run(self.engine, Scope()) for check in verify.checks(self.home, read=read)]
        return {finding.name for finding in found if finding.count}

    def why(self, name: str) -> str:
        (finding,) = [c.run(self.engine, Scope()) for c in verify.checks(self.home) if c.name == name]
        return str(finding.rows[0]["why"])

    def place(self, number: int) -> tuple[int, int]:
        with self.engine.connect() as connection:
            row = connection.execute(
                text(f"SELECT warc_offset, warc_length FROM payload WHERE id = {number}")
            )
            return tuple(row.one())


def test_a_file_of_captures_that_is_not_there_is_reported_once(files):
    assert files.reported() == set()
    files.warc.rename(files.home / "elsewhere")
    assert files.reported() == {"files.present"} == files.reported(read=False)


def test_a_position_beyond_the_end_is_reported(files):
    breaking(files.engine, "UPDATE fetch_attempt SET warc_offset = 1000000000 WHERE id = 2")
    assert files.reported() == {"files.positions"} == files.reported(read=False)


def test_a_file_the_database_does_not_know_is_a_notice(files):
    shutil.copyfile(files.warc, files.warc.with_name("wardround-20260101T000000Z-run9-00001.warc.gz"))
    assert files.reported() == {"files.known"}
    (notice,) = [c for c in verify.checks(files.home) if c.name == "files.known"]
    assert not notice.run(files.engine, Scope()).broken


@pytest.mark.parametrize(
    ("tail", "why"), [(b"garbage", "not a gzip member"), (b"\x1f\x8b\x08\x00\x00", "not whole")]
)
def test_a_file_with_something_else_at_its_end_is_reported(files, tail, why):
    with files.warc.open("ab") as file:
        file.write(tail)
    assert files.reported() == {"files.readable"}
    assert why in files.why("files.readable")
    assert files.reported(read=False) == set()


@pytest.mark.parametrize(("tail", "found"), [("half", set()), ("garbage", {"files.readable"})])
def test_a_file_still_written_may_end_in_half_a_record_and_in_nothing_else(files, tail, found):
    written = files.warc.rename(files.warc.with_name(files.warc.name + ".open"))
    with written.open("ab") as file:
        file.write(written.read_bytes()[:200] if tail == "half" else b"and then garbage")
    assert files.reported() == found


def test_a_flipped_bit_is_reported_with_its_payload(files):
    offset, length = files.place(5)
    with files.warc.open("r+b") as file:
        file.seek(offset + length // 2)
        byte = file.read(1)[0]
        file.seek(offset + length // 2)
        file.write(bytes([byte ^ 1]))
    assert files.reported() == {"files.readable", "payloads.bytes"}
    (finding,) = [
        c.run(files.engine, Scope()) for c in verify.checks(files.home) if c.name == "payloads.bytes"
    ]
    assert [row["payload_id"] for row in finding.rows] == [5]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (f"sha256 = '{'0' * 64}'", "SHA-256"),
        ("size = size + 1", "bytes, not"),
        ("warc_length = warc_length - 1", "another length"),
        ("warc_offset = warc_offset + 1", "no record begins there"),
        ("warc_offset = 0", "another length"),
    ],
)
def test_a_record_with_other_bytes_than_the_payload_is_reported(files, change, why):
    breaking(files.engine, f"UPDATE payload SET {change} WHERE id = 5")
    assert files.reported() == {"payloads.bytes"}
    assert why in files.why("payloads.bytes")


def test_a_payload_whose_record_holds_no_bytes_is_reported(files):
    offset, length = files.place(5)
    with files.warc.open("rb") as file:  # the request's record follows the response's
        file.seek(offset + length)
        rest = file.read()
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    inflate.decompress(rest)
    taken = len(rest) - len(inflate.unused_data)
    breaking(
        files.engine,
        f"UPDATE payload SET warc_offset = {offset + length}, warc_length = {taken} WHERE id = 5",
    )
    assert files.reported() == {"payloads.bytes"}
    assert "kind request" in files.why("payloads.bytes")
