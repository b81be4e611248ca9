"""The bytes of a kept capture: as they were served, unpacked as by a crawl, or the reason why not."""

import gzip
import pickle
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import brotli
import pytest

from core.errors import PageError
from pipelines.exchange import Earlier, Exchange
from pipelines.payload import Damage, DamagedCaptureError, Payload, read_payload, unpacked
from pipelines.warc import WarcFiles

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = b"<html><p>The ward opens again.</p></html>" * 30
EXCHANGE = Exchange(
    url="https://www.example.org/ward?page=2",
    fetched_at=NOON,
    method="GET",
    request_headers=((b"Accept", b"*/*"),),
    status=200,
    headers=((b"Content-Type", b"text/html; charset=utf-8"), (b"Transfer-Encoding", b"chunked")),
    body=PAGE,
)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "var"


def keep(home, *exchanges: Exchange):
    files = WarcFiles(home, outlet="gazette", label="run1", max_bytes=10**9, about={})
    pages = [files.write(exchange) for exchange in exchanges]
    files.close()
    return pages


def encoded(body, *encodings: bytes):
    headers = (*EXCHANGE.headers, *((b"Content-Encoding", name) for name in encodings))
    return replace(EXCHANGE, url=f"https://www.example.org/{len(body)}", body=body, headers=headers)


def test_the_bytes_come_back_as_they_were_served(home):
    for page, exchange in zip(
        keep(home, EXCHANGE, encoded(gzip.compress(PAGE), b"gzip")), (EXCHANGE, None), strict=True
    ):
        payload = read_payload(home, page.warc_file, page.offset)
        assert payload.sha256 == page.sha256
        assert payload.content_type == page.content_type == "text/html; charset=utf-8"
        assert (payload.status, payload.truncated) == (200, None)
        if exchange:
            assert (payload.url, payload.body) == (exchange.url, exchange.body)


def test_a_file_still_being_written_is_read_too(home):
    files = WarcFiles(home, outlet="gazette", label="run1", max_bytes=10**9, about={})
    page = files.write(EXCHANGE)
    assert read_payload(home, page.warc_file, page.offset).body == PAGE
    files.close()


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (PAGE, ()),
        (gzip.compress(PAGE), (b"gzip",)),
        (zlib.compress(PAGE), (b"deflate",)),
        (brotli.compress(PAGE), (b"br",)),
        (gzip.compress(brotli.compress(PAGE)), (b"br, gzip",)),
        (gzip.compress(brotli.compress(PAGE)), (b"br", b"gzip")),
    ],
    ids=["plain", "gzip", "deflate", "br", "br, gzip", "br and gzip"],
)
def test_what_scrapy_unpacks_is_unpacked(home, body, encodings):
    (page,) = keep(home, encoded(body, *encodings))
    assert unpacked(read_payload(home, page.warc_file, page.offset), 10_000) == PAGE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"truncated": "length"}, "too_large"),
        ({"truncated": "disconnect"}, "unreadable"),
        ({"body": gzip.compress(b"a" * 10_001), "encoding": b"gzip"}, "too_large"),
        ({"body": b"no gzip at all", "encoding": b"gzip"}, "unreadable"),
    ],
)
def test_what_a_crawl_could_not_read_is_refused_for_the_same_reason(home, changes, reason):
    encoding = changes.pop("encoding", None)
    exchange = replace(EXCHANGE, **changes)
    if encoding:
        exchange = replace(exchange, headers=((b"Content-Encoding", encoding),))
    (page,) = keep(home, exchange)
    with pytest.raises(PageError) as refused:
        unpacked(read_payload(home, page.warc_file, page.offset), 10_000)
    assert refused.value.reason == reason


def test_an_encoding_nobody_knows_leaves_the_body_as_it_is():
    payload = Payload(
        url=EXCHANGE.url, status=200, headers=((b"Content-Encoding", b"rot13"),), body=b"Gur jneq"
    )
    assert unpacked(payload, 10_000) == b"Gur jneq"


def test_a_missing_file_is_told_apart_from_a_missing_record(home):
    first, second = keep(home, EXCHANGE, replace(EXCHANGE, url="https://www.example.org/b", body=b"other"))
    path = home / first.warc_file
    whole = path.read_bytes()

    def damage(offset: int) -> Damage:
        with pytest.raises(DamagedCaptureError) as lost:
            read_payload(home, first.warc_file, offset)
        assert first.warc_file in str(lost.value)
        return lost.value.damage

    assert damage(first.offset + 1) is Damage.NO_RECORD
    assert damage(len(whole)) is Damage.NO_RECORD
    assert damage(0) is Damage.NO_RECORD, "a warcinfo record holds no page"
    path.write_bytes(whole[: second.offset + 20])
    assert damage(second.offset) is Damage.NO_RECORD
    assert read_payload(home, first.warc_file, first.offset).sha256 == first.sha256
    path.unlink()
    assert damage(first.offset) is Damage.NO_FILE


def test_a_record_that_refers_to_other_bytes_is_no_response(home):
    files = WarcFiles(home, outlet="gazette", label="run1", max_bytes=10**9, about={})
    sha256 = files.write(EXCHANGE).sha256
    files.close()
    later = WarcFiles(home, outlet="gazette", label="run2", max_bytes=10**9, about={})
    page = later.write(EXCHANGE, Earlier(sha256=sha256, url=EXCHANGE.url, captured_at=NOON))
    later.close()
    with pytest.raises(DamagedCaptureError, match="revisit"):
        read_payload(home, page.warc_file, page.offset)


def test_flipped_bits_are_seen_at_the_latest_in_the_digest(home):
    (page,) = keep(home, encoded(bytes(range(256)) * 400))
    path = home / page.warc_file
    whole = bytearray(path.read_bytes())
    for place in range(page.offset + 15, page.offset + page.length, 97):
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        path.write_bytes(damaged)
        assert digest_or_damage(home, page) not in {page.sha256, Damage.NO_FILE}


def digest_or_damage(home, page):
    try:
        return read_payload(home, page.warc_file, page.offset).sha256
    except DamagedCaptureError as error:
        return error.damage


def test_a_damage_crosses_from_a_reading_process_whole():
    lost = pickle.loads(pickle.dumps(DamagedCaptureError(Damage.NO_FILE, "captures/a.warc.gz", "gone")))
    assert (lost.damage, lost.warc_file, lost.detail) == (Damage.NO_FILE, "captures/a.warc.gz", "gone")
