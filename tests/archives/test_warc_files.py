"""WARC files of every make: listed, fetched, and read over what is broken in them."""

import gzip
import re
import tracemalloc
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from core.errors import SetupError
from crawlers.archives.archive import Lack, LackingError
from crawlers.archives.warc import WarcFiles
from crawlers.outlets.nhe import OUTLET
from tests.archives.warc_bytes import (
    HOME,
    MAX_BYTES,
    http,
    listed,
    opened,
    page,
    pages,
    record,
    sha1,
    text,
    zipped,
)

MAKES = {
    "plain.warc": lambda *records: b"".join(records),
    "each.warc.gz": zipped,
    "whole.warc.gz": lambda *records: gzip.compress(b"".join(records)),
}
make = pytest.mark.parametrize("name", MAKES)


@make
@pytest.mark.parametrize("version", ["WARC/0.18", "WARC/1.0", "WARC/1.1"])
def test_every_make_and_version_gives_the_same_pages(tmp_path, name, version):
    info = record("warcinfo", "", b"software: hand\r\n", version=version)
    other = record("response", "http://other.example/", http(b"x" * 200_000), version=version)
    stories = [page(number, version=version) for number in range(20)]
    archive = opened(tmp_path / name, MAKES[name](info, other, *stories))
    mementos, refused = listed(archive)
    assert (len(mementos), refused) == (20, [])
    first = mementos[0]
    assert (first.url, first.status) == (f"{HOME}/News/story-0", 200)
    assert first.content_type == "text/html; charset=utf-8"
    assert first.archived_at == datetime(2016, 5, 3, 14, 20, tzinfo=UTC)
    assert first.digest == sha1(text(0))
    for number, memento in sorted(enumerate(mementos), reverse=True):
        told = archive.fetch(memento)
        assert (told.body, told.verified, told.status) == (text(number), True, 200)
    assert told.source.startswith(f"warc:{name}#")
    archive.close()


def test_what_warcio_writes_is_read_whole(tmp_path):
    with (tmp_path / "ours.warc.gz").open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        head = StatusAndHeaders(
            "200 OK", [("Content-Type", "text/html"), ("X-Seen", "café")], protocol="HTTP/1.0"
        )
        about = {"WARC-IP-Address": "192.0.2.7", "WARC-Source-URI": "https://archive.example/2016id_/x",
                 "WARC-Truncated": "length"}  # fmt: skip
        url = f"{HOME}/a?b=c"
        writer.write_record(
            writer.create_warc_record(
                url, "response", payload=BytesIO(b"<p>whole"), http_headers=head, warc_headers_dict=about
            )
        )
    archive = opened(tmp_path / "ours.warc.gz")
    (memento,), _ = listed(archive)
    assert memento.length == (tmp_path / "ours.warc.gz").stat().st_size
    told = archive.fetch(memento)
    assert (told.protocol, told.ip_address, told.truncated) == ("HTTP/1.0", "192.0.2.7", "length")
    assert told.source == "https://archive.example/2016id_/x"
    assert told.header("content-type") == "text/html"


def test_wget_writes_brackets_and_chunks(tmp_path):
    body = b"5\r\n<p>A \r\n6;x=y\r\nward<p\r\n1\r\n>\r\n0\r\n\r\n"
    block = http(body, headers=("Transfer-Encoding: chunked",))
    wget = record("response", f"<{HOME}/w>", block, WARC_Payload_Digest=f"sha1:{sha1(body)}")
    archive = opened(tmp_path / "wget.warc.gz", zipped(wget))
    (memento,), _ = listed(archive)
    assert (memento.url, memento.digest) == (f"{HOME}/w", sha1(b"<p>A ward<p>"))
    told = archive.fetch(memento)
    assert (told.body, told.verified) == (b"<p>A ward<p>", True)
    assert told.header("transfer-encoding") is None


def test_a_body_stays_in_its_content_encoding_and_plain_ones_lose_a_header_that_lies(tmp_path):
    packed = gzip.compress(b"<p>packed")
    honest = record("response", f"{HOME}/1", http(packed, headers=("Content-Encoding: gzip",)))
    lying = record("response", f"{HOME}/2", http(b"<p>plain", headers=("Content-Encoding: gzip",)))
    archive = opened(tmp_path / "a.warc", honest + lying)
    first, second = [archive.fetch(memento) for memento in listed(archive)[0]]
    assert (first.body, first.header("content-encoding")) == (packed, "gzip")
    assert (second.body, second.header("content-encoding")) == (b"<p>plain", None)


def test_heritrix_writes_revisits_of_two_kinds(tmp_path):
    same = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    unchanged = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
    stated = {"WARC_Payload_Digest": f"sha1:{sha1(text(1))}"}
    later = "2017-01-01T00:00:00Z"
    records = [
        record("warcinfo", "", b"software: Heritrix\r\n"),
        page(1, **stated),
        record("metadata", f"{HOME}/News/story-1", b"via: http://x.example/\r\n"),
        record("revisit", f"{HOME}/News/story-1", http(b"", headers=("X-Turn: two",)), when=later,
               WARC_Profile=same, **stated),
        record("revisit", f"{HOME}/News/story-1", http(b"", status="304 Not Modified"),
               when="2018-01-01T00:00:00Z", WARC_Profile=unchanged, **stated),
        record("revisit", f"{HOME}/lost", b"", WARC_Profile=same,
               WARC_Payload_Digest=f"sha1:{sha1(b'elsewhere')}"),
    ]  # fmt: skip
    archive = opened(tmp_path / "heritrix.warc.gz", zipped(*records))
    mementos, refused = listed(archive)
    assert refused == []
    assert [memento.status for memento in mementos] == [200, 200, 304, None]
    assert mementos[1].digest == mementos[0].digest
    fresh = opened(tmp_path / "heritrix.warc.gz")  # another process: it has listed nothing
    told = fresh.fetch(mementos[1])
    assert (told.body, told.header("x-turn"), told.memento) == (text(1), "two", mementos[1])
    assert (fresh.fetch(mementos[2]).status, fresh.fetch(mementos[2]).body) == (200, text(1))
    with pytest.raises(LackingError) as lacking:
        fresh.fetch(mementos[3])
    assert lacking.value.lack is Lack.MISSING


def test_a_revisit_finds_its_payload_in_a_later_file(tmp_path):
    stated = {"WARC_Payload_Digest": f"sha1:{sha1(text(1))}"}
    (tmp_path / "a.warc").write_bytes(record("revisit", f"{HOME}/News/story-1", b"", **stated))
    (tmp_path / "b.warc").write_bytes(page(1, **stated))
    archive = WarcFiles([tmp_path], max_bytes=MAX_BYTES)
    query = next(archive.queries(OUTLET, None, None))
    (listing,) = archive.listed(query)
    assert archive.fetch(listing.mementos[0]).body == text(1)


def test_browsertrix_writes_resources_and_forms_that_are_no_pages(tmp_path):
    records = [
        record("resource", "urn:pageinfo:http://www.nationalhealthexecutive.com/", b"{}"),
        record("response", f"{HOME}/search?__wb_method=POST&q=ward", http(b"found")),
        record("response", f"{HOME}/vote", http(b"thanks"), WARC_Record_ID="<urn:uuid:1>"),
        record("request", f"{HOME}/vote", b"POST /vote HTTP/1.1\r\n\r\n", WARC_Concurrent_To="<urn:uuid:1>"),
        page(1, WARC_Record_ID="<urn:uuid:2>", WARC_Payload_Digest="sha256:" + "0" * 64),
        record(
            "request", f"{HOME}/News/story-1", b"GET / HTTP/1.1\r\n\r\n", WARC_Concurrent_To="<urn:uuid:2>"
        ),
        record("resource", f"{HOME}/note.html", b"<p>note", Content_Type="text/html"),
    ]
    archive = opened(tmp_path / "b.warc.gz", zipped(*records))
    mementos, refused = listed(archive)
    assert [memento.url for memento in mementos] == [f"{HOME}/News/story-1", f"{HOME}/note.html"]
    assert refused == []
    assert mementos[0].digest == sha1(text(1))
    told = archive.fetch(mementos[1])
    assert (told.status, told.body, told.header("content-type")) == (200, b"<p>note", "text/html")


def test_only_the_days_wanted_are_listed(tmp_path):
    days = [f"201{year}-06-01T23:59:59Z" for year in range(5)]
    archive = opened(tmp_path / "d.warc", b"".join(page(n, when=day) for n, day in enumerate(days)))
    mementos, _ = listed(archive, since=date(2011, 6, 1), until=date(2012, 6, 1))
    assert [memento.archived_at.year for memento in mementos] == [2011, 2012]


@make
def test_a_listing_goes_on_at_its_cursor(tmp_path, name):
    archive = opened(tmp_path / name, MAKES[name](*(page(number) for number in range(1203))))
    told = pages(archive)
    assert [len(one.mementos) for one in told] == [500, 500, 203]
    assert told[-1].cursor is None
    again = pages(opened(tmp_path / name), told[0].cursor)
    assert [one.mementos for one in again] == [one.mementos for one in told[1:]]


def test_a_changed_file_is_another_question(tmp_path):
    archive = opened(tmp_path / "a.warc", page(1))
    (before,) = archive.queries(OUTLET, None, None)
    assert list(archive.queries(OUTLET, None, None)) == [before]
    archive = opened(tmp_path / "a.warc", page(1) + page(2))
    assert list(archive.queries(OUTLET, None, None)) != [before]


def test_folders_are_walked_in_order_and_each_file_is_read_once(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("b.warc", "a.warc.gz", "deep/c.wacz", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    queries = WarcFiles([tmp_path, tmp_path / "b.warc"], max_bytes=1).queries(OUTLET, None, None)
    names = [query.archive.removeprefix(f"{tmp_path}/") for query in queries]
    assert names == ["a.warc.gz", "b.warc", "deep/c.wacz"]


def test_what_is_no_warc_file_is_said(tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "x.arc.gz").write_bytes(
        gzip.compress(b"filedesc://x.arc 0.0.0.0 20080101000000 text/plain 76\n")
    )
    for name, said in (("x.jpg", "is no WARC"), ("x.arc.gz", "ARC file"), ("gone.warc", "does not exist")):
        with pytest.raises(SetupError, match=said):
            list(WarcFiles([tmp_path / name], max_bytes=1).queries(OUTLET, None, None))
    assert listed(opened(tmp_path / "e.warc", b"")) == ([], ["e.warc is empty"])
    _, refused = listed(opened(tmp_path / "t.warc.gz", b"not a WARC file at all\n" * 50))
    assert refused[-1] == "t.warc.gz holds no WARC record"


DAMAGES = {
    "a lying length": (lambda: page(1, length=5), "does not fit"),
    "a length beyond the end": (lambda: page(1, length=10**9), "ends within|more than there is"),
    "no length": (lambda: page(1, length="many"), "Content-Length is 'many'"),
    "a header of megabytes": (lambda: page(1, X_Long="x" * (3 << 20)), "header is longer"),
    "a time that is none": (lambda: page(1, when="2016"), "WARC-Date '2016' is no instant"),
    "no answer": (lambda: record("response", f"{HOME}/1", b"\0\0\0"), "HTTP answer"),
    "NUL bytes": (lambda: b"\0" * 5000 + b"\r\n\r\n", "no WARC record begins here"),
}


@pytest.mark.parametrize(
    ("name", "damage"),
    # Such a length swallows all that follows in the only member of a file.
    [(n, d) for n in MAKES for d in DAMAGES if (n, d) != ("whole.warc.gz", "a length beyond the end")],
)
def test_a_damaged_record_is_told_with_its_place_and_passed_over(tmp_path, name, damage):
    written, said = DAMAGES[damage]
    before = MAKES[name](page(0)) if name == "each.warc.gz" else page(0)
    archive = opened(tmp_path / name, MAKES[name](page(0), written(), page(2), page(3)))
    mementos, refused = listed(archive)
    assert [memento.url[-1] for memento in mementos] == ["0", "2", "3"]
    place = f"0+{len(before)}" if name.startswith("whole") else f"{len(before)}"
    assert refused[0].startswith(f"{name}: the record at {place} ")
    assert len(refused) == 1
    assert re.search(said, refused[0])
    assert [archive.fetch(memento).body for memento in mementos] == [text(0), text(2), text(3)]


def test_broken_bytes_in_one_gzip_member_cost_that_record_alone(tmp_path):
    members = [bytearray(zipped(page(number))) for number in range(4)]
    members[1][20:60] = b"\x00" * 40
    members[2][-6] ^= 0xFF  # the checksum
    archive = opened(tmp_path / "m.warc.gz", b"".join(members))
    mementos, refused = listed(archive)
    assert [memento.url[-1] for memento in mementos] == ["0", "3"]
    places = [len(members[0]), len(members[0] + members[1])]
    assert [f"record at {place} " in told for place, told in zip(places, refused, strict=True)] == [
        True,
        True,
    ]


def test_a_file_whose_very_beginning_is_broken_is_read_from_its_second_record(tmp_path):
    content = b"\0\0" + zipped(*(page(number) for number in range(3)))[2:]
    mementos, refused = listed(opened(tmp_path / "b.warc.gz", content))
    assert [memento.url[-1] for memento in mementos] == ["1", "2"]
    assert refused[0].startswith("b.warc.gz: the record at 0 cannot be read")


@pytest.mark.parametrize("name", ["plain.warc", "each.warc.gz"])
def test_a_file_cut_off_gives_what_is_whole(tmp_path, name):
    content = MAKES[name](*(page(number) for number in range(3)))
    mementos, refused = listed(opened(tmp_path / name, content[:-40]))
    assert [memento.url[-1] for memento in mementos] == ["0", "1"]
    assert len(refused) == 1
    assert "ends within it" in refused[0]


def test_a_bomb_is_refused_and_costs_nothing_else(tmp_path):
    bomb = record("response", "http://other.example/", b"\0" * (80 << 20))
    archive = opened(tmp_path / "bomb.warc.gz", zipped(page(1), bomb, page(2)))
    mementos, refused = listed(archive)
    assert [memento.url[-1] for memento in mementos] == ["1", "2"]
    assert "unpacks to more" in refused[0]


def test_what_cannot_be_given_says_why(tmp_path):
    large = record("response", f"{HOME}/large", http(b"x" * (3 * MAX_BYTES)))
    other = record("response", f"{HOME}/other", http(b"one"), WARC_Payload_Digest=f"sha1:{sha1(b'two')}")
    path = tmp_path / "a.warc.gz"
    archive = opened(path, zipped(large, other, page(1)))
    mementos, _ = listed(archive)
    path.write_bytes(path.read_bytes()[:-30])
    for memento, lack in zip(mementos, (Lack.TOO_LARGE, Lack.DAMAGED, Lack.DAMAGED), strict=True):
        with pytest.raises(LackingError) as told:
            archive.fetch(memento)
        assert told.value.lack is lack
    path.unlink()
    with pytest.raises(SetupError, match="moved"):
        opened(path).fetch(mementos[0])


def peak(path, pages_of):
    archive = opened(path, pages_of)
    tracemalloc.start()
    try:
        (query,) = archive.queries(OUTLET, None, None)
        for _ in archive.listed(query):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@make
def test_memory_does_not_grow_with_the_file(tmp_path, name):
    def content(size: int) -> bytes:
        large = record("response", "http://other.example/v", http(bytes(range(256)) * (size << 10)))
        return MAKES[name](page(1), large, *([page(2)] * size))

    small, big = peak(tmp_path / name, content(8)), peak(tmp_path / name, content(80))
    assert big < 1.5 * small + 100_000
