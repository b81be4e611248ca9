"""WACZ files: the WARC files inside are read where they lie."""

import json
import struct
import zipfile

import pytest

from crawlers.archives import wacz
from tests.archives.warc_bytes import HOME, listed, opened, page, pages, text, zipped


def packed(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("datapackage.json", json.dumps({"profile": "data-package", "wacz_version": "1.1.1"}))
        for name, content in members:
            archive.writestr(name, content)
        archive.writestr("pages/pages.jsonl", '{"format": "json-pages-1.0"}\n')
    return path


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_all_members_are_listed_in_order_and_fetched(tmp_path, compression):
    members = [
        ("archive/b part.warc.gz", zipped(page(2), page(3))),
        ("archive/a.warc", page(0) + page(1)),
    ]
    archive = opened(packed(tmp_path / "site.wacz", members, compression))
    mementos, refused = listed(archive)
    assert refused == []
    assert [memento.url for memento in mementos] == [f"{HOME}/News/story-{n}" for n in range(4)]
    for number, memento in reversed(list(enumerate(mementos))):
        assert archive.fetch(memento).body == text(number)
    assert archive.fetch(mementos[2]).source == "warc:site.wacz/archive/b%20part.warc.gz#0"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site.wacz"]
    archive.close()


def test_a_listing_goes_on_in_the_member_where_it_was(tmp_path):
    members = [(f"archive/{name}.warc.gz", zipped(*map(page, range(600)))) for name in "abc"]
    told = pages(opened(packed(tmp_path / "s.wacz", members)))
    assert sum(len(one.mementos) for one in told) == 1800
    for number, one in enumerate(told[:-1], start=1):
        again = pages(opened(tmp_path / "s.wacz"), one.cursor)
        assert [m for two in again for m in two.mementos] == [
            m for two in told[number:] for m in two.mementos
        ]


def test_damage_inside_is_told_with_member_and_place(tmp_path):
    members = [("archive/a.warc", page(0) + page(1, length=3) + page(2))]
    mementos, refused = listed(opened(packed(tmp_path / "s.wacz", members)))
    assert [memento.url[-1] for memento in mementos] == ["0", "2"]
    assert refused[0].startswith(f"s.wacz/archive/a.warc: the record at {len(page(0))} cannot be read")


def test_broken_deflate_costs_what_follows_alone(tmp_path):
    content = b"".join(map(page, range(2000)))
    path = packed(tmp_path / "s.wacz", [("archive/a.warc", content)], zipfile.ZIP_DEFLATED)
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("archive/a.warc")
    middle = member.header_offset + member.compress_size // 2
    raw[middle : middle + 50] = b"\xff" * 50
    path.write_bytes(raw)
    mementos, refused = listed(opened(path))
    assert 0 < len(mementos) < 2000
    assert refused


def test_what_is_no_wacz_is_refused(tmp_path):
    packed(tmp_path / "empty.wacz", [])
    (tmp_path / "cut.wacz").write_bytes(
        packed(tmp_path / "x.wacz", [("archive/a.warc", page(1))]).read_bytes()[:300]
    )
    (tmp_path / "text.wacz").write_bytes(b"PK\x03\x04 but no zip")
    for name, said in (("empty", "no WARC files"), ("cut", "no zip file"), ("text", "no zip file")):
        mementos, refused = listed(opened(tmp_path / f"{name}.wacz"))
        assert mementos == []
        assert said in refused[0]


def test_absurd_entries_are_refused_and_the_others_read(tmp_path, monkeypatch):
    members = [("archive/a.warc", page(0)), ("archive/b.warc", page(1)), ("archive/c.warc", page(2))]
    path = packed(tmp_path / "s.wacz", members)
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        directory = archive.start_dir
    entry = raw.index(b"archive/b.warc", directory) - 46
    struct.pack_into("<LL", raw, entry + 20, 0x7FFFFFF0, 0x7FFFFFF0)  # its sizes
    path.write_bytes(raw)
    mementos, refused = listed(opened(path))
    assert [memento.url[-1] for memento in mementos] == ["0", "2"]
    assert "after the end of the file" in refused[0]
    monkeypatch.setattr(wacz, "_MAX_MEMBERS", 3)
    assert "which is no WACZ" in listed(opened(path))[1][0]
