"""What pages say of archiving and of text and data mining is read, and kept with their captures."""

import gzip
from dataclasses import replace

import pytest

from core.records import Signal
from pipelines.exchange import Exchange
from pipelines.signals import signals_of
from tests.integration.desk import HOME, Desk, at, attempt

PAGE = b"""<html><head><META content='noindex, noarchive' name="robots">
<meta name=tdm-reservation content=1><meta name="tdm-policy" content="https://example.org/p?a=1&amp;b=2">
<meta name="author" content="noai"></head>"""


def exchange(body: bytes = b"", *headers: tuple[bytes, bytes]) -> Exchange:
    kind = (b"Content-Type", b"text/html; charset=utf-8")
    return Exchange(
        url=HOME,
        fetched_at=at(0),
        method="GET",
        request_headers=(),
        status=200,
        headers=(kind, *headers),
        body=body,
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (exchange(b"<meta name=robots content='index, follow'>"), []),
        (
            exchange(PAGE),
            [
                ("meta", "robots", "noindex, noarchive"),
                ("meta", "tdm-reservation", "1"),
                ("meta", "tdm-policy", "https://example.org/p?a=1&b=2"),
            ],
        ),
        (
            exchange(gzip.compress(PAGE), (b"content-encoding", b"gzip")),
            [
                ("meta", "robots", "noindex, noarchive"),
                ("meta", "tdm-reservation", "1"),
                ("meta", "tdm-policy", "https://example.org/p?a=1&b=2"),
            ],
        ),
        (exchange(b"\x1f\x8bbroken", (b"content-encoding", b"gzip")), []),
        (
            exchange(
                b"", (b"X-Robots-Tag", b"noai"), (b"x-robots-tag", b"noimageai"), (b"TDM-Reservation", b"0")
            ),
            [("header", "x-robots-tag", "noai, noimageai"), ("header", "tdm-reservation", "0")],
        ),
    ],
)
def test_what_a_response_states_is_read(given, told):
    assert [(one.stated_in, one.name, one.value) for one in signals_of(given)] == told


def test_it_is_kept_with_the_capture_and_once(engine):
    desk = Desk(engine)
    signal = Signal(stated_in="header", name="x-robots-tag", value="noarchive")
    for hours, served in ((0, "a"), (1, "a"), (2, "b")):
        visit = attempt(f"{HOME}/a", hours, served=served)
        desk.store.write([replace(visit, signals=(signal,))])
    found = desk.ask("SELECT capture_id, stated_in, name, value FROM capture_signal ORDER BY capture_id")
    assert [tuple(row.values()) for row in found] == [
        (1, "header", "x-robots-tag", "noarchive"),
        (2, "header", "x-robots-tag", "noarchive"),
    ]
