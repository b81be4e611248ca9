"""Surveys of sites that are closed, oversized or misleading: what is said of them is true."""

import gzip

from crawlers.survey.documents import Document
from crawlers.survey.wish import Wish
from tests.surveying import HOME, of_pages, surveyed

SIGN_IN = "<html lang='en-GB'><title>Sign in</title><form><input name='user'><input type='PASSWORD'></form>"


def test_a_home_page_that_asks_to_sign_in_is_called_one():
    assert any("asks to sign in" in said for said in of_pages({"/": SIGN_IN}).survey.missing)


def test_a_zone_that_was_told_is_shown_where_nothing_else_is_found():
    survey = of_pages({}, timezone="Europe/Dublin").survey
    assert (survey.zone, survey.zone_by) == ("Europe/Dublin", "as told")


def test_a_sitemap_that_is_too_large_is_not_called_absent():
    packed = gzip.compress(b"<?xml version='1.0'?><urlset><!--" + b" " * 100_000 + b"--></urlset>")
    links = "".join(f"<a href='/journal/why-ferry-number-{n}-was-late'>Late</a>" for n in range(9))

    def answer(asked: str) -> Document:
        body = {f"{HOME}/sitemap.xml": packed, f"{HOME}/": f"<body>{links}</body>".encode()}.get(asked, b"")
        return Document(url=asked, status=200 if body else 404, body=body, content_type="text/html")

    survey = surveyed(Wish(url=f"{HOME}/", max_bytes=50_000), answer).survey
    (said,) = [caveat for caveat in survey.caveats if caveat.startswith("The sitemap /sitemap.xml")]
    assert "unpacks to over 50000" in said
