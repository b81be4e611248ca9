"""Our client of Common Crawl lists and gets what the public one does, crawl by crawl."""

import gzip
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.errors import WeatherError
from core.mementos import Query
from core.records import Via
from crawlers.archives.archive import Lack, LackingError, PauseError
from crawlers.outlets.examples import POINTSMAN
from newsstand.archives import Service, faults, plan
from newsstand.archives.wire import Reply
from tests.archives.ours import AGENT, Watch, commoncrawl, everything

CRAWL = "CC-MAIN-2018-25"
QUERY = Query(via=Via.COMMONCRAWL, archive=CRAWL, scope="pointsman.example/ ..")
YEARS = (date(2016, 1, 1), date(2019, 12, 31))


@pytest.fixture(scope="module")
def listed(archives):
    mementos, refused = everything(commoncrawl(archives), POINTSMAN, *YEARS)
    assert not refused
    return mementos


def held(served, number=1):
    """Give the first mementos of one crawl: no two archives' records begin at the same bytes."""
    return next(iter(commoncrawl(served).listed(QUERY))).mementos[:number]


def lack(client, wanted) -> Lack:
    with pytest.raises(LackingError) as caught:
        client.fetch(wanted)
    return caught.value.lack


def ranged(change):
    """Give a fault: a record's range with other bytes of the same length stated."""

    def made(reply: Reply) -> Reply:
        return replace(reply, body=change(reply.body))

    return made


def test_it_lists_and_gets_what_the_public_client_does(archives, listed, toolkit):
    fetcher = toolkit(archives, "cc")
    fetcher.crawl = [m.archive for m in listed]
    theirs = {}
    for crawl in sorted({m.archive for m in listed}):
        fetcher = toolkit(archives, "cc")
        fetcher.crawl = [crawl]
        theirs |= {
            (crawl, row["filename"], row["offset"], row["length"]): row
            for row in fetcher.iter("www.pointsman.example/*")
        }
    ours = {(m.archive, *m.place.split(" ")): m for m in listed}
    assert set(ours) == set(theirs)
    assert len(ours) == len(listed) > 30
    client = commoncrawl(archives)
    for key, memento in ours.items():
        row = theirs[key]
        assert (memento.url, memento.digest, str(memento.status)) == (
            row["url"],
            row["digest"],
            row["status"],
        )
        assert memento.archived_at.strftime("%Y%m%d%H%M%S") == row["timestamp"]
    for key in list(ours)[:12]:
        got, record = client.fetch(ours[key]), theirs[key].fetch_warc_record()
        assert got.body == record.content_stream().read()
        assert [(n.decode(), v.decode("latin-1")) for n, v in got.headers] == record.http_headers.headers
        assert got.verified
        assert got.source == f"{archives.address('commoncrawl')}/{key[1]}"


def test_every_record_is_the_capture_it_says(archives, listed):
    client, captures = commoncrawl(archives), {(c.url, c.taken): c for c in plan.captures("pointsman")}
    for memento in listed:
        got, capture = client.fetch(memento), captures[memento.url, memento.archived_at]
        assert (got.status, got.body, got.verified) == (capture.status, capture.body, True)
        assert got.truncated is None


def test_one_question_for_each_crawl_of_the_days_newest_first(own):
    served = own()
    client = commoncrawl(served)
    queries = list(client.queries(POINTSMAN, date(2018, 5, 20), date(2018, 7, 2)))
    assert [q.archive for q in queries] == ["CC-MAIN-2018-29", "CC-MAIN-2018-25", "CC-MAIN-2018-20"]
    assert {q.scope for q in queries} == {"pointsman.example/ 2018-05-20..2018-07-02"}
    assert len(list(client.queries(POINTSMAN, None, None))) > 100
    assert len(served.requests("commoncrawl")) == 1  # the list of crawls is asked for once
    assert served.requests("commoncrawl")[0].headers["user-agent"] == AGENT


def test_days_are_sifted_and_a_page_without_any_is_not_the_end(own):
    client = commoncrawl(own(page_rows=2))
    listed, _ = everything(client, POINTSMAN, *YEARS)
    day = date(2018, 6, 2)
    query = replace(QUERY, scope=f"pointsman.example/ {day}..{day}")
    pages = list(client.listed(query))
    assert len(pages) > 1
    found = [m for page in pages for m in page.mementos]
    assert found == [m for m in listed if m.archive == CRAWL and m.archived_at.date() == day]
    none = list(client.listed(replace(QUERY, scope="pointsman.example/ ..2018-05-31")))
    assert len(none) == len(pages)
    assert not [m for page in none for m in page.mementos]


def test_cursors_go_on_where_they_were(own):
    served = own(page_rows=1)
    pages = list(commoncrawl(served).listed(QUERY))
    assert len(pages) > 2
    assert [page.cursor for page in pages] == [*(str(n) for n in range(1, len(pages))), None]
    assert list(commoncrawl(served).listed(QUERY, pages[1].cursor)) == pages[2:]
    beyond = list(commoncrawl(served).listed(QUERY, "99"))
    assert [(page.mementos, page.cursor) for page in beyond] == [((), None)]


def test_a_crawl_that_holds_nothing_costs_one_request(own):
    served = own()
    nothing = replace(QUERY, scope="nobody.example/ ..")
    assert [(page.mementos, page.cursor) for page in commoncrawl(served).listed(nothing)] == [((), None)]
    assert len(served.requests("commoncrawl")) == 1
    none = Reply(status=404, body=json.dumps({"message": "No Captures found for: nobody.example/*"}).encode())
    served.plant(Service.INDEX, none)
    assert [(page.mementos, page.cursor) for page in commoncrawl(served).listed(nothing)] == [((), None)]


def test_a_line_that_is_none_is_refused_with_its_text(own):
    served = own()

    def odd(reply: Reply) -> Reply:
        lines = reply.body.splitlines(keepends=True)
        lines[0] = lines[0].replace(b'"timestamp": "20', b'"timestamp": "ab')
        lines[1] = b'{"urlkey": \n'
        return replace(reply, body=b"".join(lines))

    whole = next(iter(commoncrawl(served).listed(QUERY)))
    served.plant(Service.INDEX, odd, where="output=json")
    page = next(iter(commoncrawl(served).listed(QUERY)))
    assert page.mementos == whole.mementos[2:]
    assert len(page.refused) == 2
    assert "'ab" in page.refused[0]
    assert '{"urlkey"' in page.refused[1]


@pytest.mark.parametrize("fault", [faults.overloaded(503), faults.overloaded(504), faults.slow_down()])
def test_it_waits_longer_for_an_overload_and_then_leaves(own, listed, fault):
    served, watch = own(), Watch()
    client = commoncrawl(served, watch, retries=2)
    served.plant(Service.INDEX, fault, times=2)
    assert next(iter(client.listed(QUERY))).mementos
    assert watch.slept == [5, 10]
    served.plant(Service.DATA, fault, times=9)
    with pytest.raises(PauseError, match=r"503|504") as caught:
        client.fetch(listed[0])
    assert caught.value.until == watch.now() + timedelta(minutes=30)
    assert [r.status for r in served.requests("commoncrawl")].count(fault.status) == 2 + 3


def test_what_breaks_off_is_asked_for_again(own):
    served = own()
    listed = held(served)
    client = commoncrawl(served)
    whole = list(client.listed(QUERY))
    for service in (Service.COLLINFO, Service.INDEX, Service.DATA):
        served.plant(service, faults.cut, times=2)
    assert list(client.listed(QUERY)) == whole
    assert list(client.queries(POINTSMAN, *YEARS))
    assert client.fetch(listed[0]).verified
    served.plant(Service.DATA, lambda r: replace(r, body=r.body[:-9]))
    assert client.fetch(listed[0]).verified
    served.plant(Service.DATA, faults.hung_up(), times=9)
    with pytest.raises(WeatherError) as caught:
        client.fetch(listed[0])
    assert not isinstance(caught.value, PauseError)


def test_a_page_without_its_end_is_asked_for_again(own):
    served = own()
    whole = list(commoncrawl(served).listed(QUERY))
    served.plant(Service.INDEX, lambda r: replace(r, body=r.body[:-9]), where="output=json")
    assert list(commoncrawl(served).listed(QUERY)) == whole


def test_it_keeps_both_paces(own):
    watch, served = Watch(), own()
    client = commoncrawl(served, watch, commoncrawl_index_delay=1, commoncrawl_data_delay=0.5)
    list(client.listed(QUERY))
    assert watch.slept == [1]
    for memento in held(served, 3):
        client.fetch(memento)
    assert watch.slept == [1, 0.5, 0.5]


def test_a_record_that_is_not_there_or_not_it_is_lacking(own):
    served = own()
    client, (wanted,) = commoncrawl(served), held(served)
    name, offset, length = wanted.place.split(" ")
    assert lack(client, replace(wanted, place=f"{name}x {offset} {length}")) is Lack.MISSING
    assert lack(client, replace(wanted, place=f"{name} 99999999 {length}")) is Lack.DAMAGED
    assert lack(client, replace(wanted, url="http://www.pointsman.example/other")) is Lack.DAMAGED
    assert lack(client, replace(wanted, place=f"{name} {int(offset) + 1} {length}")) is Lack.DAMAGED
    assert lack(client, replace(wanted, place=f"{name} {offset} {int(length) - 9}")) is Lack.DAMAGED
    served.plant(Service.DATA, ranged(lambda body: body[:40] + b"\xff" * 20 + body[60:]))
    assert lack(client, wanted) is Lack.DAMAGED
    small = commoncrawl(served, max_body_bytes=1024)
    assert lack(small, replace(wanted, place=f"{name} {offset} 99999999")) is Lack.TOO_LARGE


def record(kind: str, block: bytes, url: str, *more: str) -> bytes:
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2018-06-02T03:14:15Z",
        "WARC-Record-ID: <urn:uuid:6d2c1a54-0000-4000-8000-000000000001>",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block)}",
        *more,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def put(served, wanted, plain: bytes):
    """Serve a record of our own in a memento's place; give the memento of it."""
    packed = gzip.compress(plain, mtime=0)
    name, offset, _ = wanted.place.split(" ")
    served.plant(Service.DATA, lambda reply: replace(reply, status=206, body=packed))
    return replace(wanted, place=f"{name} {offset} {len(packed)}", digest="")


def test_records_of_older_crawls_fit_their_headers(own, listed):
    served, wanted = own(), listed[0]
    client = commoncrawl(served)
    head = b"HTTP/1.0 200 Fine\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n"
    kept = "WARC-IP-Address: 192.0.2.7", "WARC-Truncated: length"
    got = client.fetch(put(served, wanted, record("response", head + b"<p>plain</p>", wanted.url, *kept)))
    assert (got.body, got.protocol, got.status) == (b"<p>plain</p>", "HTTP/1.0", 200)
    assert got.header("content-encoding") is None
    assert got.header("transfer-encoding") is None
    assert (got.ip_address, got.truncated, got.verified) == ("192.0.2.7", "length", None)
    chunked = head + b"5\r\n<p>pl\r\n7\r\nain</p>\r\n0\r\n\r\n"
    stated = "WARC-Payload-Digest: sha1:ZK2EJ6AVAGLVJFPZXFCYZZSFQ2LCAWEJ"
    got = client.fetch(put(served, wanted, record("response", chunked, wanted.url, stated)))
    assert (got.body, got.verified) == (b"<p>plain</p>", False)


def test_a_revisit_and_other_records_give_no_bytes(own, listed):
    served, wanted = own(), listed[0]
    client = commoncrawl(served)
    empty = b"HTTP/1.1 304 Not Modified\r\nServer: x\r\n\r\n"
    assert lack(client, put(served, wanted, record("revisit", empty, wanted.url))) is Lack.MISSING
    assert lack(client, put(served, wanted, record("metadata", b"a: b", wanted.url))) is Lack.DAMAGED
    assert lack(client, put(served, wanted, record("response", b"no answer", wanted.url))) is Lack.DAMAGED
    cut = record("response", empty, wanted.url)[:-30]
    assert lack(client, put(served, wanted, cut)) is Lack.DAMAGED
