"""Feeds: RSS.NET's traps, RSS 2.0, Atom, and what is no feed. Texts are invented."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.errors import PageError
from crawlers.sources import feed

SAMPLE = Path(__file__).parents[3] / "shared" / "samples" / "pse-inbox-feed-truncated.xml"
URL = "http://www.townclerk.example/CoreCode/rss/rssdisplay.aspx?pageid=1"


def rss(*items: str) -> bytes:
    head = '<?xml version="1.0" encoding="iso-8859-1"?>\r\n<rss version="2.0"><channel><title>T </title>'
    return (head + "".join(f"<item>{item}</item>" for item in items) + "</channel></rss>").encode("latin-1")


def read(body: bytes, content_type: str | None = "text/xml"):
    return feed.read(body, URL, content_type, "Europe/London").entries


def test_a_doubly_escaped_description_is_told_as_it_was_written():
    (entry,) = read(
        rss(
            "<title>Pay &amp;amp; bins</title>"
            "<description>&amp;nbsp;The mayor&amp;rsquo;s &amp;pound;7.\r\n\r\nA thought...</description>"
        )
    )
    assert entry.title == "Pay & bins"
    assert entry.summary == "The mayor’s £7.\n\nA thought..."


def test_the_wording_of_a_date_stays_beside_what_it_says():
    (entry,) = read(rss("<title>A</title><pubDate>Mon, 02 Nov 2015 10:45:00 GMT</pubDate>"))
    assert entry.published.raw == "Mon, 02 Nov 2015 10:45:00 GMT"
    assert entry.published.at == datetime(2015, 11, 2, 10, 45, tzinfo=UTC)
    assert entry.modified is None


def test_a_day_is_told_in_the_outlets_zone():
    (entry,) = read(rss("<title>A</title><pubDate>Wed, 01 Jul 2020 23:30:00 GMT</pubDate>"))
    assert entry.published.on == date(2020, 7, 2)


@pytest.mark.parametrize("wording", ["yesterday", "31.02.16", "Mon, 99 Foo 2015 10:45:00 GMT"])
def test_a_date_that_is_none_keeps_its_wording_alone(wording):
    (entry,) = read(rss(f"<title>A</title><pubDate>{wording}</pubDate>"))
    assert (entry.published.raw, entry.published.at, entry.published.on) == (wording, None, None)


def test_entries_come_newest_first_and_undated_ones_last():
    dated = "<title>{}</title><pubDate>{} GMT</pubDate>"
    entries = read(
        rss(
            dated.format("old", "Mon, 02 Nov 2015 10:45:00"),
            "<title>undated</title>",
            dated.format("new", "Tue, 25 Aug 2020 12:19:00"),
        )
    )
    assert [entry.title for entry in entries] == ["new", "old", "undated"]


def test_items_with_one_link_and_guid_stay_apart():
    item = "<title>{}</title><link>http://www.townclerk.example/</link><guid>http://www.townclerk.example:80/</guid>"
    assert [entry.title for entry in read(rss(item.format("One"), item.format("Two")))] == ["One", "Two"]


def test_an_item_without_a_link_has_no_address():
    (entry,) = read(rss("<title>Alone</title>"))
    assert entry.url is None


def a10(item: str) -> bytes:
    namespace = 'xmlns:a10="http://www.w3.org/2005/Atom"'
    return f'<rss version="2.0" {namespace}><channel><title>T</title>{item}</channel></rss>'.encode()


def test_a_feed_without_dates_of_publication_is_told_by_its_updates():
    item = (
        '<item><guid isPermaLink="false">58022</guid><link>/A-Title/58022</link><title>A</title>'
        "<a10:updated>{}</a10:updated></item>"
    )
    first, second = read(a10(item.format("2024-02-05T07:41:00Z") + item.format("2024-07-05T07:41:00+01:00")))
    assert first.guid == "58022"
    assert first.url == "http://www.townclerk.example/A-Title/58022"
    assert first.published is None
    assert first.modified.at == datetime(2024, 7, 5, 6, 41, tzinfo=UTC)
    assert second.modified.raw == "2024-02-05T07:41:00Z"


def test_a_number_for_a_guid_is_no_address():
    (entry,) = read(rss("<title>A</title><guid>58022</guid>"))
    assert (entry.guid, entry.url) == ("58022", None)


def test_atom_is_read_with_its_relative_links():
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>A</title>'
        b'<link href="/News/a"/><id>tag:1</id><published>2024-07-01T09:00:00+01:00</published>'
        b"<updated>2024-07-02T00:00:00Z</updated></entry></feed>"
    )
    (entry,) = read(body, "application/atom+xml")
    assert entry.url == "http://www.townclerk.example/News/a"
    assert entry.published.at == datetime(2024, 7, 1, 8, 0, tzinfo=UTC)
    assert entry.modified.on == date(2024, 7, 2)


def test_a_feed_that_breaks_off_gives_what_it_had():
    whole = rss("<title>One</title>", "<title>Two</title>")
    assert [entry.title for entry in read(whole[:-20])] == ["One", "Two"]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body><p>Not found</p></body></html>", b'{"items": []}', b"\x00\xff", b"plain words"],
)
def test_what_is_no_feed_is_told(body):
    with pytest.raises(PageError) as caught:
        read(body)
    assert caught.value.reason == "bad_feed"


def test_a_file_name_is_no_feed_and_is_not_opened(tmp_path: Path):
    secret = tmp_path / "secret.xml"
    secret.write_bytes(rss("<title>Secret</title>"))
    with pytest.raises(PageError):
        read(str(secret).encode())


@pytest.mark.timeout(20)
def test_an_entity_bomb_stays_small():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "bang">{entities}]><rss version="2.0"><channel>'
        "<item><title>&e11;</title></item></channel></rss>"
    ).encode()
    try:
        entries = read(body)
    except PageError:
        return
    assert len(entries[0].title or "") < 100_000


@pytest.mark.skipif(not SAMPLE.exists(), reason="the stored feed lies beside the repository, not in it")
def test_the_stored_feed_reads():
    first, second = read(SAMPLE.read_bytes())
    assert first.url == (
        "http://www.publicsectorexecutive.com/Inbox/councillors-must-be-free-to-represent-their-electorate"
    )
    assert first.summary.startswith("Councillors are elected by people on the street")
    assert first.summary.endswith("Re: Councillors should ignore ‘Stalinist’ ban on...")
    assert second.title == "Pay caps are robbing Peter to pay Paul"
