"""Rows of indexes: what is mended, what is refused, what stays."""

import json
from datetime import UTC, datetime

import pytest

from crawlers.archives import cdx

ROW = ("example,a)/x", "20180602031415", "http://a.example/x", "text/html", "200", "A" * 32, "1234")


def changed(**fields: str):
    return cdx.wayback_row(
        tuple(fields.get(name, value) for name, value in zip(cdx.FIELDS, ROW, strict=True))
    )


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("20180602031415", datetime(2018, 6, 2, 3, 14, 15, tzinfo=UTC)),
        ("20000800241623", datetime(2000, 8, 24, 16, 23, tzinfo=UTC)),
        ("20000012170449", datetime(2000, 12, 17, 4, 49, tzinfo=UTC)),
    ],
)
def test_times_are_read_and_mended(stamp, moment):
    memento = changed(timestamp=stamp)
    assert memento.archived_at == moment
    assert memento.place == stamp


@pytest.mark.parametrize(
    "stamp",
    ["", "2018", "20181302031415", "20180230031415", "20180602031460", "20180000031415", "٢٠١٨٠٦٠٢٠٣١٤١٥"],
)
def test_times_that_are_none_are_refused(stamp):
    with pytest.raises(ValueError, match="is no time"):
        changed(timestamp=stamp)


@pytest.mark.parametrize(
    "url",
    [
        "", "a.example/x", "mailto:desk@a.example", "ftp://a.example/", "http://",
        "http://mailto:desk@a.example/",
        "http://a.example:port/", "http://[a.example/", "http://a.example/\0", "http://a.example/\ud800",
    ],
)  # fmt: skip
def test_addresses_that_are_none_are_refused(url):
    with pytest.raises(ValueError, match="address"):
        changed(original=url)
    assert cdx.refusal(ValueError("no"), url).encode()


@pytest.mark.parametrize("url", ["http://a.example:80/x", "HTTPS://A.example/é?a=b&c", "http://a.example"])
def test_addresses_stay_as_they_are_spelt(url):
    assert changed(original=url).url == url


def test_what_is_not_stated_is_none():
    memento = changed(mimetype="warc/revisit", statuscode="-", length="-", digest="-")
    assert (memento.content_type, memento.status, memento.length, memento.digest) == (None, None, None, "")
    memento = changed(mimetype="unk", statuscode="0", length="-1", digest="sha1:" + "b" * 32)
    assert (memento.content_type, memento.status, memento.length, memento.digest) == (
        None,
        None,
        None,
        "B" * 32,
    )
    memento = changed(digest="3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")
    assert memento.digest == "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "<html>",
        '[["urlkey","time',
        '{"a": [1]]',
        "[1]]",
        '[["url","time"],\n["a","b"]]',
        '[["a"],\n["b","c"',
    ],
)
def test_an_answer_that_is_not_whole_is_no_table(text):
    with pytest.raises(ValueError, match="no table"):
        cdx.table(text)


def test_one_bad_row_spoils_no_table():
    head, row = json.dumps(cdx.FIELDS), json.dumps(ROW)
    broken = '["example,a)/","20180602031415","http://a.example/"x"","text/html","200","A","1"]'
    text = f'[{head},\n{row},\n{broken},\n{row},\n[],\n["a+b"]]\n'
    rows, key = cdx.table(text)
    assert rows == [list(ROW), [broken], list(ROW)]
    assert key == "a+b"
    assert cdx.table("[]\n") == ([], None)
    assert cdx.table(f"[{head}]\n") == ([], None)
