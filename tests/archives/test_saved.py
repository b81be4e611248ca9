"""Saved pages: what the list says is taken, what is in doubt is refused with its line."""

from datetime import UTC, date, datetime

import pytest

from core.errors import SetupError
from crawlers.archives.archive import Lack, LackingError
from crawlers.archives.saved import SavedPages
from tests.archives.warc_bytes import HOME, listed, pages, sha1

HEADER = "file,url,captured_at"


@pytest.fixture
def folder(tmp_path):
    """A folder of saved pages, beside a file that is none of its."""
    (tmp_path / "secret.html").write_text("<p>none of theirs")
    saved = tmp_path / "saved"
    (saved / "deep").mkdir(parents=True)
    (saved / "one.html").write_bytes(b"<p>one")
    (saved / "deep" / "two.xhtml").write_bytes(b"<p>two")
    return saved


def written(folder, *rows: str, name="addresses.csv", header=HEADER):
    (folder / name).write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return SavedPages(folder, max_bytes=1000)


def test_listed_pages_are_taken_with_their_times(folder):
    archive = written(
        folder,
        f"one.html,{HOME}/1,2016-05-03T14:20:00+01:00",
        f'deep/two.xhtml,"{HOME}/2?a,b",2016-05-04T00:00:00Z',
    )
    (one, two), refused = listed(archive)
    assert refused == []
    assert (one.url, one.archived_at) == (f"{HOME}/1", datetime(2016, 5, 3, 13, 20, tzinfo=UTC))
    assert (one.status, one.content_type, one.digest, one.length) == (200, "text/html", sha1(b"<p>one"), 6)
    told = archive.fetch(two)
    assert (told.status, told.body, told.verified) == (200, b"<p>two", True)
    assert told.header("content-type") == "application/xhtml+xml"
    assert told.source == "file:deep/two.xhtml"
    assert listed(archive, since=date(2016, 5, 4))[0] == [two]


def test_a_list_with_tabs_says_status_and_type(folder):
    header = "url\tfile\tstatus\tcontent_type\tcaptured_at"
    row = "\t".join((f"{HOME}/1", "one.html", "404", "text/html; charset=cp1252", "2016-05-03T14:20:00Z"))
    archive = written(folder, row, name="addresses.tsv", header=header)
    (one,), _ = listed(archive)
    told = archive.fetch(one)
    assert (told.status, told.header("content-type")) == (404, "text/html; charset=cp1252")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"gone.html,{HOME}/1,2016-05-03T14:20:00Z", "there is no file 'gone.html'"),
        (f"../secret.html,{HOME}/1,2016-05-03T14:20:00Z", "outside the folder"),
        (f"/etc/hostname,{HOME}/1,2016-05-03T14:20:00Z", "outside the folder"),
        (f"link.html,{HOME}/1,2016-05-03T14:20:00Z", "outside the folder"),
        ("one.html,http://other.example/,2016-05-03T14:20:00Z", "not an address of the outlet"),
        ("one.html,not an address,2016-05-03T14:20:00Z", "is no address"),
        (f"one.html,{HOME}/1,2016-05-03", "is a day"),
        (f"one.html,{HOME}/1,2016-05-03T14:20:00", "says no zone"),
        (f"one.html,{HOME}/1,yesterday", "is no time"),
        (f"one.html,{HOME}/1,0001-01-01T00:00:00+23:00", "is no time"),
        (f"one.html,{HOME}/1", "captured_at is empty"),
    ],
)
def test_a_row_in_doubt_is_refused_with_its_line(folder, row, said):
    (folder / "link.html").symlink_to(folder.parent / "secret.html")
    good = f"one.html,{HOME}/good,2016-05-03T14:20:00Z"
    mementos, refused = listed(written(folder, row, good))
    assert [memento.url for memento in mementos] == [f"{HOME}/good"]
    assert refused[0].startswith("addresses.csv line 2: ")
    assert said in refused[0]


def test_a_status_that_is_none_is_refused(folder):
    rows = [f"one.html,{HOME}/1,2016-05-03T14:20:00Z,{status}" for status in ("ok", "999", "200")]
    mementos, refused = listed(written(folder, *rows, header=f"{HEADER},status"))
    assert (len(mementos), len(refused)) == (1, 2)


def test_without_a_list_it_is_said_what_to_write(folder):
    (folder / "ie.htm").write_bytes(f"<!DOCTYPE html>\n<!-- saved from url=(0042){HOME}/1 -->".encode())
    mementos, refused = listed(SavedPages(folder, max_bytes=10))
    assert mementos == []
    assert f"write 'ie.htm,{HOME}/1,TIME' into addresses.csv" in refused[1]
    assert len(refused) == 3


def test_a_list_that_is_none_stops_at_once(folder, tmp_path):
    with pytest.raises(SetupError, match="no column url, captured_at"):
        listed(written(folder, "one.html", header="file"))
    with pytest.raises(SetupError, match="does not exist"):
        listed(SavedPages(folder, tmp_path / "none.csv", max_bytes=1))
    with pytest.raises(SetupError, match="no folder"):
        listed(SavedPages(tmp_path / "none", max_bytes=1))
    (folder / "addresses.csv").write_bytes(b"file,url,captured_at\n\xff\xfe,\n")
    with pytest.raises(SetupError, match="UTF-8"):
        listed(SavedPages(folder, max_bytes=1))


def test_a_page_that_changed_or_went_or_is_too_large_cannot_be_had(folder):
    archive = written(folder, f"one.html,{HOME}/1,2016-05-03T14:20:00Z")
    (one,), _ = listed(archive)
    lacks = []
    for content in (b"<p>edited", b"x" * 2000, None):
        if content is None:
            (folder / "one.html").unlink()
        else:
            (folder / "one.html").write_bytes(content)
        with pytest.raises(LackingError) as told:
            archive.fetch(one)
        lacks.append(told.value.lack)
    assert lacks == [Lack.DAMAGED, Lack.TOO_LARGE, Lack.MISSING]


def test_a_long_list_is_given_in_pages(folder):
    archive = written(folder, *(f"one.html,{HOME}/{n},2016-05-03T14:20:00Z" for n in range(1100)))
    told = pages(archive)
    assert [len(one.mementos) for one in told] == [500, 500, 100]
    assert [one.mementos for one in pages(archive, told[0].cursor)] == [one.mementos for one in told[1:]]
