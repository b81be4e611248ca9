"""Mementos, time maps, limits and bad days of the Wayback Machine, as they come over the wire."""

import gzip
import http.client
from datetime import timedelta
from urllib.parse import quote

import pytest

from newsstand import plan as newsstand_plan
from newsstand.archives import TODAY, Coding, Limits, Service, faults, plan
from tests.archives.asking import ask, cdx

GZIP = {"accept_encoding": "gzip"}


def held(why, **wanted: object):
    return next(
        capture
        for title in ("wardround", "pointsman")
        for capture in plan.captures(title)
        if capture.why == why and all(getattr(capture, name) == value for name, value in wanted.items())
    )


def play(served, capture, mode="id_", **headers: str):
    return ask(served, "wayback", f"/web/{capture.timestamp}{mode}/{capture.url}", **headers)


def test_a_hit_tells_where_it_came_from(archives):
    capture = held("broad crawl", coding=Coding.PLAIN)
    told = play(archives, capture)
    assert (told.status, told.reason, told.body) == (200, "Document follows", capture.body)
    assert told.header("memento-datetime") == "Sat, 09 Nov 2019 03:14:15 GMT"
    assert told.header("x-archive-orig-server") == "Microsoft-IIS/7.5"
    assert told.header("x-archive-src").endswith(".warc.gz")
    assert f'<{capture.url}>; rel="original"' in told.header("link")
    others = archives.holdings.mementos(capture.url)
    assert f"/web/{others[0].timestamp}/" in told.header("link")
    for rel in ("first", "prev", "next", "last"):
        assert rel in told.header("link")


def test_header_names_change_case_with_the_years(archives):
    early = next(c for c in plan.captures("wardround") if c.taken.year == 2015 and c.why == "first")
    late = held("broad crawl")
    assert "Memento-Datetime" in dict(play(archives, early).headers)
    assert "memento-datetime" in dict(play(archives, late).headers)


@pytest.mark.parametrize(
    ("coding", "encodings"),
    [(Coding.EMPTY_FIRST, ["", "gzip"]), (Coding.EMPTY_LAST, ["gzip", ""]), (Coding.DOUBLE, ["gzip"])],
)
def test_squeezed_pages_are_sent_with_odd_encodings(archives, coding, encodings):
    capture = held("comments complete", coding=coding)
    told = play(archives, capture, **GZIP)
    assert [value for key, value in told.headers if key.lower() == "content-encoding"] == encodings
    once = gzip.decompress(told.body)
    assert once == (capture.stored if coding is Coding.DOUBLE else capture.body)


def test_pages_keep_their_charset_and_digest(archives):
    capture = next(c for c in plan.captures("pointsman") if "1252" in (c.header("content-type") or ""))
    told = play(archives, capture, **GZIP)
    assert told.header("content-type") == "text/html; charset=windows-1252"
    with pytest.raises(UnicodeDecodeError):
        capture.body.decode("utf-8")
    row = next(r for r in archives.holdings.rows if r.digest == capture.digest())
    assert row.mimetype == "text/html"


def test_comments_grow_and_later_words_come_later():
    article = next(a for a in newsstand_plan.expected("wardround", 1) if len(a.comments) > 1)
    last = max(comment.posted_at for comment in article.comments)
    before = {a.key: a for a in plan.standing("wardround", last - timedelta(seconds=1))}
    after = {a.key: a for a in plan.standing("wardround", last + timedelta(seconds=1))}
    assert len(before[article.key].comments) < len(after[article.key].comments)


def test_redirects_lead_within_the_archive_to_another_second(archives):
    capture = held("moved")
    told = play(archives, capture)
    assert told.status == 301
    assert told.header("memento-datetime")
    here = f"{archives.address('wayback')}/web/{capture.timestamp}id_/"
    assert told.header("location") == here + capture.header("location")
    then = ask(archives, "wayback", told.header("location").removeprefix(archives.address("wayback")))
    assert then.status == 302
    assert then.header("x-archive-redirect-reason").startswith("found capture at 2024")
    assert then.header("memento-datetime") is None


def test_view_mode_rewrites_what_raw_mode_keeps(archives):
    capture = held("broad crawl", coding=Coding.PLAIN)
    viewed, raw = play(archives, capture, mode=""), play(archives, capture)
    assert b"FILE ARCHIVED ON" in viewed.body
    assert b"FILE ARCHIVED ON" not in raw.body


def test_an_address_may_come_percent_encoded(archives):
    capture = held("broad crawl", coding=Coding.PLAIN)
    told = ask(archives, "wayback", f"/web/{capture.timestamp}id_/{quote(capture.url)}")
    assert told.body == capture.body


def test_a_404_of_the_archive_is_no_memento(archives):
    told = ask(archives, "wayback", "/web/20180101000000id_/http://www.wardround.example/nowhere")
    assert (told.status, told.header("memento-datetime")) == (404, None)
    assert b"Wayback Machine" in told.body
    gone = held("day 3", status=410)
    assert (play(archives, gone).status, play(archives, gone).header("memento-datetime") is None) == (
        410,
        False,
    )


def test_a_time_map_lists_every_memento(archives):
    url = held("broad crawl").url
    told = ask(archives, "wayback", f"/web/timemap/link/{url}")
    assert told.header("content-type") == "application/link-format"
    assert told.text.count('memento"; datetime=') == len(archives.holdings.mementos(url))


def test_excluded_sites_answer_403_with_the_reason(own):
    served = own(captures=(), excluded=frozenset({"a.example"}), robots=frozenset({"b.example"}))
    told = cdx(served, "url=www.a.example/*")
    assert (told.status, "AdministrativeAccessControlException" in told.text) == (403, True)
    assert "Blocked Site Error" in told.header("x-archive-wayback-runtime-error")
    assert "RobotAccessControlException" in cdx(served, "url=b.example").text
    assert b"has been excluded" in ask(served, "wayback", "/web/2016id_/http://a.example/").body


def test_the_limits_of_today_count_by_the_minute(own):
    now = [0.0]
    served = own(captures=(), limits=TODAY, clock=lambda: now[0])
    assert [cdx(served, "url=a.example").status for _ in range(31)] == [200] * 30 + [429]
    assert cdx(served, "url=a.example").header("retry-after") is None
    assert ask(served, "wayback", "/web/timemap/link/http://a.example/").status == 429  # the same pool
    assert ask(served, "wayback", "/web/2016id_/http://a.example/").status == 404  # another
    now[0] = 60.0
    assert cdx(served, "url=a.example").status == 200


def test_who_does_not_listen_is_refused_and_then_for_twice_as_long(own):
    now = [0.0]
    served = own(captures=(), limits=Limits(cdx=1, block_after=30, block_for=100), clock=lambda: now[0])

    def at(second) -> int | None:
        now[0] = float(second)
        try:
            return cdx(served, "url=a.example").status
        except http.client.RemoteDisconnected:
            return None

    assert [at(second) for second in (0, 1, 20, 40, 139)] == [200, 429, 429, None, None]
    assert [at(second) for second in (141, 142, 175, 300, 374, 376)] == [200, 429, None, None, None, 200]


def test_mementos_may_be_one_a_second(own):
    now = [0.0]
    served = own(captures=(), limits=Limits(playback_gap=1.0), clock=lambda: now[0])
    assert ask(served, "wayback", "/web/2016id_/http://a.example/").status == 404
    assert ask(served, "wayback", "/web/2016id_/http://a.example/").status == 429
    now[0] = 1.0
    assert ask(served, "wayback", "/web/2016id_/http://a.example/").status == 404


@pytest.mark.parametrize("form", faults.RETRY_AFTER)
def test_retry_after_comes_in_any_form_or_not_at_all(own, form):
    served = own(captures=())
    served.plant(Service.PLAYBACK, faults.too_many(form))
    told = ask(served, "wayback", "/web/2016id_/http://a.example/")
    assert (told.status, told.header("retry-after")) == (429, form)
    assert ask(served, "wayback", "/web/2016id_/http://a.example/").status == 404


def test_answers_break_off_and_connections_are_refused(own):
    served = own()
    capture = held("broad crawl", coding=Coding.PLAIN)
    served.plant(Service.PLAYBACK, faults.cut, where="wardround")
    with pytest.raises(http.client.IncompleteRead):
        play(served, capture)
    served.plant(Service.PLAYBACK, faults.hung_up())
    with pytest.raises(http.client.RemoteDisconnected):
        play(served, capture)
    with served.refuse("wayback"), pytest.raises(ConnectionRefusedError):
        play(served, capture)
    assert play(served, capture).body == capture.body
