"""Which bytes of a replayed answer are the outlet's, whatever was squeezed on the way."""

import gzip

import pytest

from crawlers.archives.asking import OversizeError
from crawlers.archives.coding import digest, gunzip, payload

PAGE = b"<html><p>The clock strikes</p></html>"
ONCE = gzip.compress(PAGE, mtime=0)
TWICE = gzip.compress(ONCE, mtime=0)
HTML = "text/html; charset=utf-8"


def told(wire, encodings=(), kind=HTML, wanted="", max_bytes=10_000):
    got = payload(wire, encodings, kind=kind, wanted=wanted, max_bytes=max_bytes)
    return got.body, got.encoding, got.verified


@pytest.mark.parametrize("encodings", [(), ("gzip",), ("", "gzip"), ("gzip", ""), ("gzip, gzip",)])
@pytest.mark.parametrize("wire", [PAGE, ONCE, TWICE])
def test_without_a_digest_the_plain_page_comes_out(wire, encodings):
    assert told(wire, encodings) == (PAGE, None, None)


@pytest.mark.parametrize("wire", [ONCE, TWICE])
def test_the_digest_says_which_layer_the_outlet_sent(wire):
    assert told(wire, ("gzip",), wanted=digest(PAGE)) == (PAGE, None, True)
    assert told(wire, ("gzip",), wanted=digest(ONCE)) == (ONCE, "gzip", True)
    assert told(wire, ("gzip",), wanted=digest(b"other")) == (PAGE, None, False)


def test_what_is_packed_by_itself_stays_packed():
    kind = "application/x-gzip"
    assert told(ONCE, (), kind) == (ONCE, None, None)
    assert told(TWICE, ("gzip",), kind) == (ONCE, None, None)
    assert told(TWICE, ("gzip",), kind, digest(ONCE)) == (ONCE, None, True)


def test_what_only_looks_packed_stays_as_it_is():
    for broken in (b"\x1f\x8bnothing", ONCE[:-9], ONCE[:20] + b"\xff" * 20):
        assert told(broken)[0] == broken
        assert told(broken, wanted=digest(broken)) == (broken, "gzip", True)


def test_other_encodings_stay_as_they_are():
    squeezed = b"\x8b\x03\x80squeezed\x03"
    assert told(squeezed, ("br",), wanted=digest(squeezed)) == (squeezed, "br", True)
    assert told(gzip.compress(squeezed), ("br", "gzip")) == (squeezed, "br", None)
    assert told(PAGE, ("br",)) == (PAGE, None, None)  # undone, but still said


def test_several_members_are_one_body_and_what_follows_is_nothing():
    assert gunzip(ONCE + gzip.compress(b"more"), 10_000) == PAGE + b"more"
    assert gunzip(ONCE + b"\0" * 9, 10_000) == PAGE
    assert gunzip(PAGE, 10_000) is None


def test_a_bomb_costs_no_more_than_the_limit():
    bomb = gzip.compress(b"0" * 5_000_000)
    with pytest.raises(OversizeError):
        told(bomb, ("gzip",), max_bytes=1_000_000)
    assert told(bomb, ("gzip",), max_bytes=5_000_000)[0] == b"0" * 5_000_000
