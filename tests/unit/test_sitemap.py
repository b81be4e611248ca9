"""Sitemaps: lists, indexes, news, gzip, and what is none."""

import gzip
from datetime import date

import pytest

from core.errors import PageError
from crawlers.sources import sitemap

URL = "https://www.townclerk.example/sitemap.xml"
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def read(xml: str | bytes, max_bytes: int = 100_000):
    return sitemap.read(xml.encode() if isinstance(xml, str) else xml, URL, "Europe/London", max_bytes)


def row(path: str, more: str = "") -> str:
    return f"<url><loc> https://www.townclerk.example{path} </loc>{more}</url>"


def test_addresses_come_newest_first():
    found = read(
        f"<urlset {NAMES}>"
        + row("/News/old", "<lastmod>2019-01-01</lastmod>")
        + row("/News/undated")
        + row("/News/new", "<lastmod>2024-05-01T10:00:00+01:00</lastmod>")
        + "</urlset>"
    )
    assert [entry.url.rpartition("/")[2] for entry in found.entries] == ["new", "old", "undated"]
    assert found.entries[0].modified.on == date(2024, 5, 1)
    assert found.entries[0].published is None


def test_the_news_extension_tells_title_and_date_of_publication():
    told = (
        "<news:publication_date>2024-05-01</news:publication_date><news:title>Bins &amp; bells</news:title>"
    )
    news = f"<news:news>{told}</news:news>"
    (entry,) = read(f"<urlset {NAMES}>{row('/News/a', news)}</urlset>").entries
    assert entry.title == "Bins & bells"
    assert entry.published.on == date(2024, 5, 1)


def test_an_index_tells_where_to_go_on_newest_first():
    found = read(
        f"<sitemapindex {NAMES}><sitemap><loc>/a.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
        "<sitemap><loc>/b.xml.gz</loc><lastmod>2024-01-01</lastmod></sitemap></sitemapindex>"
    )
    assert found.more == (
        "https://www.townclerk.example/b.xml.gz",
        "https://www.townclerk.example/a.xml",
    )
    assert found.entries == ()


def test_a_packed_sitemap_reads_as_a_plain_one():
    plain = f"<urlset {NAMES}>{row('/News/a')}</urlset>"
    assert read(gzip.compress(plain.encode())) == read(plain)


def test_a_sitemap_that_breaks_off_gives_what_it_had():
    assert len(read(f"<urlset {NAMES}>{row('/News/a')}{row('/News/b')}<url><loc>htt").entries) == 2


def test_a_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(PageError) as caught:
        read(gzip.compress(b"<urlset>" + b" " * 50_000_000), max_bytes=1_000_000)
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>404</body></html>", b"plain", b"\x1f\x8bbroken", b"<rss version='2.0'/>"]
)
def test_what_is_no_sitemap_is_told(body):
    with pytest.raises(PageError) as caught:
        read(body)
    assert caught.value.reason == "bad_sitemap"


def test_nothing_outside_is_read_for_an_entity(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("https://www.townclerk.example/News/secret")
    body = f'<!DOCTYPE u [<!ENTITY s SYSTEM "file://{secret}">]><urlset><url><loc>&s;</loc></url></urlset>'
    assert not any(entry.url and "secret" in entry.url for entry in read(body).entries)


def test_more_addresses_than_the_protocol_allows_are_cut_off():
    body = "<urlset>" + "".join(row(f"/News/a-{n}") for n in range(sitemap.MAX_ENTRIES + 10)) + "</urlset>"
    assert len(read(body, max_bytes=20_000_000).entries) == sitemap.MAX_ENTRIES


def test_sitemaps_of_articles_come_first_by_their_paths_not_by_their_host():
    index = [f"https://www.thepost.example/sitemap-{name}.xml" for name in ("pages", "tags", "2024", "posts")]
    ordered = [url.rpartition("-")[2] for url in sitemap.articles_first(index)]
    assert ordered == ["posts.xml", "2024.xml", "pages.xml", "tags.xml"]
