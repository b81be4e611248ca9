"""Bytes are read as what they are, whatever they are declared to be."""

import gzip

import pytest

from core.errors import PageError
from crawlers import charset
from crawlers.page import Page

TEXT = "£650 for a ‘cash machine’ – said Zoë"
META = '<meta http-equiv="Content-Type" content="text/html; charset={}">'


def page(encoding: str, declared: str = "") -> bytes:
    meta = META.format(declared) if declared else ""
    return f"<html><head>{meta}</head><body><p>{TEXT}</p></body></html>".encode(encoding)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (page("utf-8"), "text/html; charset=utf-8"),
        (page("utf-8", "utf-8"), None),
        (page("utf-8"), None),
        (page("utf-8-sig", "iso-8859-1"), "text/html; charset=iso-8859-1"),
        (page("utf-16"), "text/html"),
        (page("cp1252"), "text/html; charset=windows-1252"),
        (page("cp1252"), "text/html; charset=ISO-8859-1"),
        (page("cp1252", "iso-8859-1"), "text/html"),
    ],
)
def test_an_honest_page_is_read_without_a_warning(body: bytes, header: str | None):
    decoded = charset.decode(body, header)
    assert TEXT in decoded.text
    assert decoded.warnings == ()


@pytest.mark.parametrize(
    ("body", "header", "warning"),
    [
        (page("cp1252"), "text/html; charset=utf-8", "declared utf-8, but the bytes are not; read as cp1252"),
        (page("cp1252", "utf-8"), None, "declared utf-8, but the bytes are not; read as cp1252"),
        (page("utf-8", "iso-8859-1"), None, "declared cp1252, but the bytes are UTF-8"),
        (page("utf-8"), "text/html; charset=windows-1252", "declared cp1252, but the bytes are UTF-8"),
        (page("cp1252"), None, "no charset declared; read as cp1252"),
        (page("utf-8").replace(b"Zo", b"Zo\x00"), None, "1 characters that cannot be stored were left out"),
        (page("utf-8").replace(b"Zo", b"\xed\xa0\x80Zo"), None, "1 lone surrogates were left out"),
    ],
)
def test_a_false_or_missing_charset_is_overruled_with_a_warning(
    body: bytes, header: str | None, warning: str
):
    decoded = charset.decode(body, header)
    assert TEXT in decoded.text
    assert decoded.warnings == (warning,)


def test_stray_bytes_in_a_utf8_page_do_not_spoil_the_rest():
    decoded = charset.decode(page("utf-8", "utf-8") + "<p>Zoë’s ‘hat’</p>".encode() + b"<p>caf\xe9</p>")
    assert "Zoë’s ‘hat’" in decoded.text
    assert "café" in decoded.text
    assert "1 bytes are not" in decoded.warnings[0]


def test_a_page_cut_within_a_character_stays_utf8():
    whole = page("utf-8", "utf-8")
    decoded = charset.decode(whole[: whole.index("’".encode()) + 2])
    assert "‘cash machine" in decoded.text
    assert decoded.warnings == ("the page ends within a character",)


def test_a_charset_nobody_knows_is_no_reason_to_fail():
    assert TEXT in charset.decode(page("utf-8"), "text/html; charset=x-nonsense").text


def test_a_body_compressed_twice_is_unpacked_once():
    read = Page.from_bytes(gzip.compress(page("utf-8")), "http://a.example/x")
    assert TEXT in read.text
    assert "compressed twice" in read.warnings[0]


def test_a_bomb_is_refused():
    with pytest.raises(PageError) as refused:
        _ = Page.from_bytes(gzip.compress(bytes(charset.MAX_BYTES + 2)), "http://a.example/x").text
    assert refused.value.reason == "too_large"


@pytest.mark.parametrize("body", [b"", b"  \n ", b"\x00\x00", b"<!-- nothing -->", b"<html></html>"])
def test_an_empty_page_is_a_page_error(body: bytes):
    from crawlers.reading import read

    with pytest.raises(PageError) as refused:
        read(Page.from_bytes(body, "http://a.example/x/y"), None)
    assert refused.value.reason == "empty_page"
