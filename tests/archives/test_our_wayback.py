"""Our client of the Wayback Machine lists and gets what the public ones do, byte by byte."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.errors import SetupError, WeatherError
from core.mementos import Memento, Query
from core.records import Via
from crawlers.archives import wayback as module
from crawlers.archives.archive import Lack, LackingError
from crawlers.outlets.examples import TOWNCLERK, WARDROUND
from newsstand.archives import Capture, Coding, Service, faults, plan
from newsstand.archives.wire import Reply
from pipelines.payload import Payload, unpacked
from tests.archives.ours import AGENT, everything, wayback

STAMP = "%Y%m%d%H%M%S"
PLANNED = plan.captures("wardround")


@pytest.fixture(scope="module")
def listed(archives):
    return everything(wayback(archives), WARDROUND)


def held(why, **wanted: object) -> Capture:
    return next(c for c in PLANNED if c.why == why and all(getattr(c, k) == v for k, v in wanted.items()))


def memento(capture: Capture, **changed: object) -> Memento:
    place = capture.listed or capture.timestamp
    made = Memento(
        via=Via.WAYBACK,
        archive="wayback",
        url=capture.url,
        archived_at=capture.taken,
        place=place,
        digest=capture.digest(),
    )
    return replace(made, **changed)


def read(got) -> bytes:
    """Give what a reader is given of it."""
    return unpacked(
        Payload(url=got.memento.url, status=got.status, headers=got.headers, body=got.body), 10**7
    )


def lack(client, wanted) -> tuple[Lack, str]:
    with pytest.raises(LackingError) as caught:
        client.fetch(wanted)
    return caught.value.lack, caught.value.detail


def test_it_lists_what_the_public_client_lists(archives, listed, wayback_client):
    mementos, _ = listed
    theirs = list(wayback_client(archives).search("wardround.example/*"))
    assert {(m.archived_at, m.digest) for m in mementos} == {(row.timestamp, row.digest) for row in theirs}
    assert {m.url.replace(":80", "") for m in mementos} == {row.original for row in theirs}
    assert {(m.url.replace(":80", ""), m.status, m.length) for m in mementos} == {
        (row.original, row.statuscode, row.length) for row in theirs
    }
    assert len(mementos) == len(set(mementos)) == len(PLANNED) - 1


def test_a_row_that_is_none_is_refused_with_its_text(listed):
    _, refused = listed
    assert len(refused) == 1
    assert "http://mailto:desk@www.wardround.example/" in refused[0]


def test_rows_keep_their_spelling_and_say_nothing_that_the_index_does_not(listed):
    mementos, _ = listed
    assert any(":80/" in m.url for m in mementos)
    assert {m.url.partition("wardround")[0] for m in mementos} == {"http://www.", "https://www.", "http://"}
    revisits = [m for m in mementos if m.status is None]
    assert len(revisits) == sum(c.revisit for c in PLANNED) > 0
    assert {m.content_type for m in revisits} == {None}
    assert {m.via for m in mementos} == {Via.WAYBACK}
    assert {m.archive for m in mementos} == {"wayback"}


def test_a_timestamp_is_mended_and_its_place_kept(listed):
    mementos, _ = listed
    odd = held("malformed timestamp")
    found = next(m for m in mementos if m.place == odd.listed)
    assert found.archived_at == odd.taken.replace(second=0)


def test_pages_and_cursors_give_every_row_once(archives, listed, monkeypatch):
    whole, _ = listed
    monkeypatch.setattr(module, "PAGE_ROWS", 7)
    client = wayback(archives)
    (query,) = client.queries(WARDROUND, None, None)
    pages = list(client.listed(query))
    assert len(pages) > 10
    assert {len(page.mementos) for page in pages[:-1]} <= set(range(3, 8))
    assert [m for page in pages for m in page.mementos] == whole
    assert [page.cursor is None for page in pages] == [False] * (len(pages) - 1) + [True]
    again = list(wayback(archives).listed(query, pages[4].cursor))
    assert again == pages[5:]


def test_a_limit_that_falls_on_the_last_row_is_the_end(own, monkeypatch):
    captures = [
        Capture(
            url=f"http://www.wardround.example/{n}",
            taken=datetime(2017, 1, n, tzinfo=UTC),
            title="x",
            why="x",
        )
        for n in range(1, 5)
    ]
    served = own(captures=captures)
    monkeypatch.setattr(module, "PAGE_ROWS", 2)
    client = wayback(served)
    (query,) = client.queries(WARDROUND, None, None)
    assert [len(page.mementos) for page in client.listed(query)] == [2, 2]
    assert len(served.requests("wayback")) == 2
    served.plant(Service.CDX, Reply(headers=(("Content-Type", "text/plain"),)), where="resumeKey=")
    assert [len(page.mementos) for page in client.listed(query)] == [2, 0]  # a key, but nothing left


def test_days_are_part_of_the_question(archives):
    client = wayback(archives)
    mementos, _ = everything(client, WARDROUND, date(2018, 6, 2), date(2018, 6, 2))
    assert {m.archived_at.date() for m in mementos} == {date(2018, 6, 2)}
    scopes = [q.scope for q in client.queries(WARDROUND, date(2011, 1, 1), date(2020, 12, 31))]
    assert scopes == ["wardround.example/ 2011-01-01..2020-12-31"]
    assert [q.scope for q in client.queries(WARDROUND, None, date(2020, 1, 1))] == [
        "wardround.example/ ..2020-01-01"
    ]


def test_one_question_for_each_host_and_only_one(archives):
    outlet = replace(TOWNCLERK, hosts=("townclerk.example", "clerk.example", "townclerk.example"))
    queries = list(wayback(archives).queries(outlet, None, None))
    assert [q.scope for q in queries] == ["townclerk.example/ ..", "clerk.example/ .."]
    assert next(iter(wayback(archives).listed(queries[1]))).mementos == ()


def test_every_capture_comes_as_the_outlet_sent_it(archives, listed):
    client, captures = wayback(archives), {(c.url, c.timestamp): c for c in PLANNED}
    mementos, _ = listed
    codings, lacking = set(), []
    for wanted in mementos:
        try:
            got = client.fetch(wanted)
        except LackingError as error:
            lacking.append((error.lack, wanted.archived_at))
            continue
        capture = captures[got.memento.url, got.memento.archived_at.strftime(STAMP)]
        assert (got.status, got.body, got.verified) == (capture.status, capture.stored, True)
        assert read(got) == capture.body
        assert got.header("content-type") == capture.header("content-type")
        assert got.header("server") == capture.header("server")
        assert got.header("location") == capture.header("location")
        assert got.source == f"{archives.address('wayback')}/web/{capture.timestamp}id_/{wanted.url}"
        codings.add(capture.coding)
    assert codings == set(Coding)
    assert lacking == [(Lack.ELSEWHEN, held("no memento").taken)]


def test_nothing_of_the_archive_is_among_the_headers(archives):
    got = wayback(archives).fetch(memento(held("moved")))
    names = [name.decode() for name, _ in got.headers]
    assert names[0] == "date"
    assert not {"link", "memento-datetime", "x-archive-src", "server-timing", "content-length"} & set(names)
    assert [name.lower() for name in names].count("location") == 1
    assert archives.address("wayback").encode() not in b" ".join(value for _, value in got.headers)


@pytest.mark.parametrize("coding", [Coding.EMPTY_FIRST, Coding.EMPTY_LAST, Coding.DOUBLE])
def test_headers_fit_the_body(archives, coding):
    capture = held("comments complete", coding=coding)
    got = wayback(archives).fetch(memento(capture))
    assert [value for name, value in got.headers if name.lower() == b"content-encoding"] == [b"gzip"]
    assert got.body == capture.stored != capture.body
    unlisted = wayback(archives).fetch(memento(capture, digest=""))
    assert (unlisted.verified, unlisted.body, unlisted.header("content-encoding")) == (
        None,
        capture.body,
        None,
    )


def test_other_bytes_than_the_index_says_are_kept_and_marked(archives):
    capture = held("comments complete", coding=Coding.DOUBLE)
    got = wayback(archives).fetch(memento(capture, digest="A" * 32))
    assert (got.verified, read(got)) == (False, capture.body)


def test_a_mended_memento_tells_its_true_time(archives):
    odd = held("malformed timestamp")
    got = wayback(archives).fetch(memento(odd, archived_at=odd.taken.replace(second=0)))
    assert got.memento.archived_at == odd.taken
    assert got.body == odd.stored


@pytest.mark.parametrize("why", ["archived 503", "archived 429"])
def test_archived_errors_are_captures_and_asked_for_once(own, why):
    served = own()
    got = wayback(served).fetch(memento(held(why)))
    assert got.status == held(why).status
    assert len(served.requests("wayback")) == 1


def test_another_second_is_not_it(own):
    served = own()
    capture = held("broad crawl")
    near = capture.taken.replace(minute=capture.taken.minute + 3)
    word, detail = lack(wayback(served), memento(capture, place=near.strftime(STAMP), archived_at=near))
    assert word is Lack.ELSEWHEN
    assert capture.timestamp in detail
    assert len(served.requests("wayback")) == 1


def test_another_spelling_of_the_same_second_is(own):
    served = own()
    capture = held("broad crawl", coding=Coding.PLAIN)
    asked = memento(capture, url="https://wardround.example:443" + capture.url.split("example")[1])
    location = f"{served.address('wayback')}/web/{capture.timestamp}id_/{capture.url}"
    served.plant(Service.PLAYBACK, Reply(status=302, headers=(("location", location),)))
    assert wayback(served).fetch(asked).body == capture.body
    led = Reply(status=302, headers=(("location", location + "-2"),))
    served.plant(Service.PLAYBACK, led)
    assert lack(wayback(served), asked)[0] is Lack.ELSEWHEN


def test_a_way_out_of_the_archive_is_not_gone(own):
    served, other = own(), own()
    capture = held("broad crawl")
    location = f"{other.address('wayback')}/web/{capture.timestamp}id_/{capture.url}"
    served.plant(Service.PLAYBACK, Reply(status=302, headers=(("location", location),)), times=9)
    with pytest.raises(WeatherError, match="302"):
        wayback(served).fetch(memento(capture))
    assert not other.requests("wayback")


def test_what_is_not_held_is_missing(archives):
    never = memento(held("broad crawl"), url="http://www.wardround.example/nowhere-at-all")
    assert lack(wayback(archives), never)[0] is Lack.MISSING


@pytest.mark.parametrize("status", [200, 403])
def test_what_is_not_shown_is_excluded(own, status):
    served = own(captures=())
    served.plant(Service.PLAYBACK, faults.excluded(status=status))
    assert lack(wayback(served), memento(held("broad crawl")))[0] is Lack.EXCLUDED
    bare = replace(faults.excluded(status=status), headers=(("Content-Type", "text/html"),))
    served.plant(Service.PLAYBACK, bare)
    assert lack(wayback(served), memento(held("broad crawl")))[0] is Lack.EXCLUDED


@pytest.mark.parametrize(("kind", "told"), [("excluded", "excluded from it"), ("robots", "robots.txt")])
def test_a_host_that_is_not_shown_ends_the_question_with_a_sentence(own, kind, told):
    served = own(**{kind: frozenset({"wardround.example"})})
    client = wayback(served)
    (query,) = client.queries(WARDROUND, None, None)
    with pytest.raises(SetupError, match=told) as caught:
        list(client.listed(query))
    assert "wardround.example" in str(caught.value)
    assert len(served.requests("wayback")) == 1


def test_a_body_over_the_limit_is_too_large_packed_or_not(own):
    capture = Capture(
        url="http://www.wardround.example/bomb",
        taken=datetime(2017, 1, 1, tzinfo=UTC),
        title="x",
        why="x",
        headers=(("Content-Type", "text/html"),),
        body=b"<p>" + b"0" * 3_000_000,
        coding=Coding.EMPTY_FIRST,
    )
    served = own(captures=[capture, replace(capture, url=f"{capture.url}-plain", coding=Coding.PLAIN)])
    client = wayback(served, max_body_bytes=2_000_000)
    assert lack(client, memento(capture))[0] is Lack.TOO_LARGE
    assert lack(wayback(served, max_body_bytes=1024), memento(capture))[0] is Lack.TOO_LARGE
    assert len(wayback(served).fetch(memento(capture)).body) < 10_000


def test_it_says_who_it_is(own):
    served = own()
    wayback(served).fetch(memento(held("broad crawl")))
    assert served.requests("wayback")[0].headers["user-agent"] == AGENT


def test_an_answer_that_is_no_table_is_asked_for_again_and_then_weather(own):
    served = own()
    query = Query(via=Via.WAYBACK, archive="wayback", scope="wardround.example/ ..")
    odd = Reply(headers=(("Content-Type", "application/json"),), body=b'[["urlkey","timest')
    served.plant(Service.CDX, odd, times=2)
    assert next(iter(wayback(served).listed(query))).mementos
    served.plant(Service.CDX, odd, times=9)
    with pytest.raises(WeatherError, match="no table"):
        next(iter(wayback(served).listed(query)))
