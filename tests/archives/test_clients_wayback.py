"""The public ``wayback`` client reads the local archive as it reads the real one."""

from datetime import UTC, datetime

import pytest
import wayback.exceptions

from newsstand.archives import Coding, Service, faults, plan

HOST = "www.wardround.example"
PAGE = f"http://{HOST}/Health-Care-News/chapel-clock-right-for-first-time-since-1987"


def held(why, title="wardround", **wanted: object):
    """Give the first planned capture of a kind."""
    return next(
        capture
        for capture in plan.captures(title)
        if capture.why == why and all(getattr(capture, name) == value for name, value in wanted.items())
    )


def test_it_pages_through_a_host_with_resume_keys(archives, wayback_client):
    client = wayback_client(archives)
    rows = {(row.original, row.timestamp, row.digest) for row in client.search(f"{HOST}/*", limit=7)}
    whole = {(row.original, row.timestamp, row.digest) for row in client.search(f"{HOST}/*")}
    assert rows == whole
    asked = [r for r in archives.requests("wayback") if "limit=7" in r.target]
    assert len(asked) >= len(rows) // 7
    planned = {c.digest() for c in plan.captures("wardround") if c.why != "junk address"}
    assert {digest for _, _, digest in whole} == planned


def test_it_passes_over_repeated_rows_and_junk_and_mends_ports_and_timestamps(archives, wayback_client):
    rows = list(wayback_client(archives).search(HOST, match_type="host"))
    assert not [row for row in rows if ":80/" in row.original or "mailto" in row.original]
    assert len(rows) == len(plan.captures("wardround")) - 1
    mended = held("malformed timestamp")
    assert any(row.timestamp == mended.taken.replace(second=0) for row in rows)


def test_it_finds_revisits_without_a_status(archives, wayback_client):
    rows = [row for row in wayback_client(archives).search(f"{HOST}/*") if row.mimetype == "warc/revisit"]
    assert len(rows) == sum(capture.revisit for capture in plan.captures("wardround")) > 0
    assert {row.statuscode for row in rows} == {None}


def test_it_asks_for_days_and_fields(archives, wayback_client):
    rows = list(
        wayback_client(archives).search(
            f"{HOST}/*",
            from_date=datetime(2018, 1, 1, tzinfo=UTC),
            to_date=datetime(2018, 12, 31, tzinfo=UTC),
            filter_field=["statuscode:200", "!urlkey:.*chapel.*"],
        )
    )
    assert rows
    assert {row.timestamp.year for row in rows} == {2018}
    assert {row.statuscode for row in rows} == {200}
    assert not [row for row in rows if "chapel" in row.urlkey]


@pytest.mark.parametrize("coding", [Coding.PLAIN, Coding.EMPTY_FIRST, Coding.EMPTY_LAST])
def test_it_gets_the_bytes_as_captured(archives, wayback_client, coding):
    capture = held("comments complete", coding=coding)
    memento = wayback_client(archives).get_memento(capture.url, capture.taken)
    assert memento.content == capture.body
    assert memento.ok
    assert memento.url == capture.url
    assert memento.timestamp == capture.taken
    assert memento.headers["Server"] == capture.header("server")
    assert memento.headers["Content-Type"] == capture.header("content-type")
    assert "first memento" in memento.links


def test_a_body_squeezed_twice_comes_out_squeezed_once(archives, wayback_client):
    capture = held("comments complete", coding=Coding.DOUBLE)
    assert wayback_client(archives).get_memento(capture.url, capture.taken).content == capture.stored
    assert capture.stored.startswith(b"\x1f\x8b")


def test_archived_errors_are_mementos(archives, wayback_client):
    for why, status in (("archived 503", 503), ("archived 429", 429), ("no article", 404)):
        capture = held(why, status=status)
        memento = wayback_client(archives).get_memento(capture.url, capture.taken)
        assert (memento.status_code, memento.content) == (status, capture.body)


def test_an_archived_redirect_leads_to_the_migrated_article(archives, wayback_client):
    moved = held("moved")
    client = wayback_client(archives)
    memento = client.get_memento(moved.url, moved.taken, target_window=10 * 86_400, exact_redirects=False)
    assert "/articles/" in memento.url
    assert [step.url for step in memento.history] == [moved.url]
    alone = client.get_memento(moved.url, moved.taken, follow_redirects=False)
    assert alone.status_code == 301
    viewed = client.get_memento(
        moved.url, moved.taken, mode="", target_window=10 * 86_400, exact_redirects=False
    )
    assert "/articles/" in viewed.url


def test_another_time_leads_to_the_nearest(archives, wayback_client):
    client = wayback_client(archives)
    capture = held("broad crawl")
    near = capture.taken.replace(minute=capture.taken.minute + 3)
    with pytest.raises(wayback.exceptions.MementoPlaybackError):
        client.get_memento(capture.url, near)
    assert client.get_memento(capture.url, near, exact=False).timestamp == capture.taken


def test_what_was_never_captured_and_what_cannot_be_played(archives, wayback_client):
    client = wayback_client(archives)
    with pytest.raises(wayback.exceptions.NoMementoError):
        client.get_memento(f"http://{HOST}/nowhere", datetime(2018, 1, 1, tzinfo=UTC))
    lost = held("no memento")
    with pytest.raises(wayback.exceptions.MementoPlaybackError):
        client.get_memento(lost.url, lost.taken)


def test_excluded_sites_are_told_apart(own, wayback_client):
    served = own(excluded=frozenset({"wardround.example"}), robots=frozenset({"townclerk.example"}))
    client = wayback_client(served)
    with pytest.raises(wayback.exceptions.BlockedSiteError):
        list(client.search(f"{HOST}/*"))
    with pytest.raises(wayback.exceptions.BlockedByRobotsError):
        list(client.search("www.townclerk.example/*"))
    with pytest.raises(wayback.exceptions.BlockedSiteError):
        client.get_memento(PAGE, datetime(2018, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(("form", "seconds"), [(None, 60), ("7", 7), ("soon", 60), ("-5", 60), ("1.5", 60)])
def test_too_many_requests_say_how_long_to_wait(own, wayback_client, form, seconds):
    served = own(captures=())
    served.plant(Service.CDX, faults.too_many(form))
    with pytest.raises(wayback.exceptions.RateLimitError) as caught:
        list(wayback_client(served).search(f"{HOST}/*"))
    assert caught.value.retry_after == seconds


def test_it_tries_again_after_an_overload_and_gives_up_when_refused(own, wayback_client):
    served = own()
    client = wayback_client(served, retries=1, backoff=0)
    served.plant(Service.CDX, faults.overloaded(504))
    assert list(client.search(f"{HOST}/*"))
    with served.refuse("wayback"), pytest.raises(wayback.exceptions.WaybackRetryError):
        list(client.search(f"{HOST}/*"))
    assert list(client.search(f"{HOST}/*"))
