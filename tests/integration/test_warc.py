"""WARC files: read back by warcio and by plain gzip, exactly as the wire had it."""

import gzip
import hashlib
import re
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipelines.exchange import Earlier, Exchange
from pipelines.warc import WarcFiles, close_leftovers, locate

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
PAGE = gzip.compress(b"<html><p>The ward opens again.</p></html>" * 20)
EXCHANGE = Exchange(
    url="http://127.0.0.1:8000/News/ward?page=2",
    fetched_at=NOON,
    method="GET",
    request_headers=((b"User-Agent", b"Cuttings/1 (+https://x.example)"), (b"Accept", b"*/*")),
    protocol="HTTP/1.0",
    status=404,
    headers=(
        (b"Content-Encoding", b"gzip"),
        (b"Set-Cookie", b"a=1"),
        (b"Set-Cookie", b"b=2"),
        (b"X-Name", "caf\u00e9".encode("latin-1")),
        (b"Transfer-Encoding", b"chunked"),
        (b"Content-Type", b"text/html"),
    ),
    body=PAGE,
    ip_address="127.0.0.1",
)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "var"


def files(home, **changes: object):
    facts = {"outlet": "nhe", "label": "run7", "max_bytes": 10**9, "about": {"software": "Cuttings/1"}}
    return WarcFiles(home, **(facts | changes))


def records(path):
    with path.open("rb") as stream:
        return [
            (record.rec_type, record.rec_headers, record.http_headers, record.raw_stream.read())
            for record in ArchiveIterator(stream, check_digests="raise")
        ]


def test_an_exchange_is_kept_as_it_was_on_the_wire(home):
    warc = files(home)
    page = warc.write(EXCHANGE)
    (name,) = warc.close()
    assert name == page.warc_file
    assert re.fullmatch(r"captures/nhe-20260301T120000Z-run7-00001\.warc\.gz", name)
    info, response, request = records(home / name)
    assert (info[0], response[0], request[0]) == ("warcinfo", "response", "request")
    assert b"software: Cuttings/1\r\n" in info[3]
    assert response[1].protocol == "WARC/1.1"
    assert response[1]["WARC-Target-URI"] == EXCHANGE.url
    assert response[1]["WARC-Date"] == "2026-03-01T12:00:00.250000Z"
    assert response[1]["WARC-IP-Address"] == "127.0.0.1"
    assert response[1]["WARC-Payload-Digest"] == f"sha1:{page.sha1_base32}"
    assert response[1]["WARC-Truncated"] is None
    assert (response[2].protocol, response[2].statusline) == ("HTTP/1.0", "404 Not Found")
    assert [v for k, v in response[2].headers if k == "Set-Cookie"] == ["a=1", "b=2"]
    assert response[3] == PAGE
    assert (request[2].protocol, request[2].statusline) == ("GET", "/News/ward?page=2 HTTP/1.1")
    assert request[2]["Host"] == "127.0.0.1:8000"
    assert request[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]


def test_position_names_one_gzip_member_that_any_tool_can_read(home):
    warc = files(home)
    warc.write(replace(EXCHANGE, url="http://127.0.0.1/other", body=b"other"))
    page = warc.write(EXCHANGE)
    path = locate(home, page.warc_file)  # still open
    member = path.read_bytes()[page.offset : page.offset + page.length]
    record = gzip.decompress(member)
    assert record.startswith(b"WARC/1.1\r\n")
    assert record.endswith(PAGE + b"\r\n\r\n")
    assert b"X-Name: caf\xe9\r\n" in record
    assert b"X-Crawler-Transfer-Encoding: chunked" in record
    assert b"\r\nTransfer-Encoding" not in record
    assert (page.sha256, page.size) == (hashlib.sha256(PAGE).hexdigest(), len(PAGE))
    assert page.content_type == "text/html"
    warc.close()
    assert locate(home, page.warc_file) == home / page.warc_file


def test_a_payload_met_before_is_a_revisit_that_leads_to_its_bytes(home):
    warc = files(home)
    first = warc.write(EXCHANGE)
    again = warc.write(replace(EXCHANGE, url="http://127.0.0.1/again", fetched_at=NOON + timedelta(hours=1)))
    assert again.revisit
    assert (again.warc_file, again.offset, again.length) == (first.warc_file, first.offset, first.length)
    (name,) = warc.close()
    revisit = records(home / name)[3]
    assert revisit[0] == "revisit"
    assert revisit[1]["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
    assert revisit[1]["WARC-Refers-To-Target-URI"] == EXCHANGE.url
    assert revisit[1]["WARC-Refers-To-Date"] == "2026-03-01T12:00:00.250000Z"
    assert revisit[1]["WARC-Payload-Digest"] == f"sha1:{first.sha1_base32}"
    assert revisit[2]["Content-Encoding"] == "gzip"
    assert revisit[3] == b""


def test_a_payload_of_an_earlier_crawl_is_a_revisit_too(home):
    warc = files(home)
    sha256 = hashlib.sha256(PAGE).hexdigest()
    before = NOON - timedelta(days=30)
    assert warc.write(EXCHANGE, Earlier(sha256=sha256, url=EXCHANGE.url, captured_at=before)).revisit
    (name,) = warc.close()
    assert records(home / name)[1][1]["WARC-Refers-To-Date"] == "2026-01-30T12:00:00.250000Z"


def test_another_payload_than_the_known_one_is_kept_whole(home):
    warc = files(home)
    page = warc.write(EXCHANGE, Earlier(sha256="0" * 64, url=EXCHANGE.url, captured_at=NOON))
    assert not page.revisit
    (name,) = warc.close()
    assert records(home / name)[1][3] == PAGE


def test_two_empty_bodies_are_no_revisit(home):
    warc = files(home)
    pages = [warc.write(replace(EXCHANGE, body=b"", url=f"http://127.0.0.1/{n}")) for n in (1, 2)]
    assert [page.revisit for page in pages] == [False, False]


def test_a_body_that_was_cut_off_says_so(home):
    warc = files(home)
    assert warc.write(replace(EXCHANGE, truncated="length")).truncated
    (name,) = warc.close()
    assert records(home / name)[1][1]["WARC-Truncated"] == "length"


@pytest.mark.parametrize(
    ("settings", "later"), [({"max_bytes": 1000}, timedelta(0)), ({}, timedelta(hours=12))]
)
def test_a_new_file_is_begun_by_size_and_by_day(home, settings, later):
    warc = files(home, **settings)
    warc.write(EXCHANGE)
    warc.write(replace(EXCHANGE, body=b"another", fetched_at=NOON + later))
    names = warc.close()
    assert len(names) == 2
    assert all(records(home / name)[0][0] == "warcinfo" for name in names)
    assert not list((home / "captures").glob("*.open"))


def test_a_crawl_that_fetched_nothing_leaves_no_file(home):
    assert files(home).close() == ()
    assert not home.exists()


def test_the_file_of_a_dead_process_is_cut_to_its_last_whole_record_and_closed(home):
    warc = files(home)
    warc.write(EXCHANGE)
    (name,) = warc.close()
    whole = (home / name).read_bytes()
    left = home / (name + ".open")
    for torn in (b"", PAGE[:-5], b"\x00" * 50, b"\x1f\x8b"):
        left.write_bytes(whole + torn)
        (home / name).unlink(missing_ok=True)
        assert close_leftovers(home / "captures") == (Path(name).name,)
        assert (home / name).read_bytes() == whole
        assert not left.exists()


def test_a_file_without_one_whole_record_goes(home):
    left = home / "captures" / "nhe-20260301T120000Z-run7-00001.warc.gz.open"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"\x1f\x8b\x08")
    assert close_leftovers(left.parent) == ()
    assert not left.exists()


WRITES_AND_WAITS = """
import sys
from dataclasses import replace
sys.path[:0] = [{tests!r}, {root!r}]
from test_warc import EXCHANGE, files, Path
warc = files(Path(sys.argv[1]))
for n in range(20):
    warc.write(replace(EXCHANGE, url=f"http://127.0.0.1/{{n}}", body=b"page %d" % n * 500))
print("written", flush=True)
sys.stdin.read()
"""


def test_a_live_process_keeps_its_file_and_a_killed_one_loses_no_record(home):
    here = Path(__file__).parent
    code = WRITES_AND_WAITS.format(tests=str(here), root=str(here.parents[1]))
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout.readline() == "written\n"
        assert close_leftovers(home / "captures") == ()
        child.kill()
        child.wait(10)
        (name,) = close_leftovers(home / "captures")
    finally:
        child.kill()
        child.wait(10)
        child.stdin.close()
        child.stdout.close()
    assert [kind for kind, *_ in records(home / "captures" / name)].count("response") == 20


def test_a_write_that_fails_half_way_is_taken_back(home):
    warc = files(home)
    warc.write(EXCHANGE)
    size = locate(home, "captures/nhe-20260301T120000Z-run7-00001.warc.gz").stat().st_size
    with files_limited_to(size + 100), pytest.raises(OSError, match="File too large"):
        warc.write(replace(EXCHANGE, body=bytes(range(256)) * 40))
    (name,) = warc.close()
    assert (home / name).stat().st_size == size
    assert len(records(home / name)) == 3


@contextmanager
def files_limited_to(size):
    """Let writes past ``size`` bytes fail, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
