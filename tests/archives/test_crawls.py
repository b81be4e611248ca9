"""Common Crawl over the wire: its crawls, the index of one, ranges of its record files."""

import io
import json
import zlib

from warcio.archiveiterator import ArchiveIterator

from newsstand.archives import Service, faults
from tests.archives.asking import ask

CRAWL = "/CC-MAIN-2018-25"
HOST = "www.wardround.example"


def index(served, query):
    return ask(served, "commoncrawl", f"{CRAWL}-index?{query}")


def lines(served, query):
    return [json.loads(line) for line in index(served, f"{query}&output=json").text.splitlines()]


def test_the_list_of_crawls_begins_with_the_newest(archives):
    rows = json.loads(ask(archives, "commoncrawl", "/collinfo.json").body)
    assert len(rows) > 100
    months = [row["from"] for row in rows]
    assert months == sorted(months, reverse=True)
    row = next(row for row in rows if row["id"] == "CC-MAIN-2018-25")
    assert row["cdx-api"] == f"{archives.address('commoncrawl')}{CRAWL}-index"
    assert len({row["id"] for row in rows}) == len(rows)


def test_an_index_line_is_all_text_and_leads_to_one_record(archives):
    found = lines(archives, f"url={HOST}/*")
    assert {type(value) for line in found for value in line.values()} == {str}
    assert {line["status"] for line in found} == {"200", "404"}
    for line in found[:4]:
        first, length = int(line["offset"]), int(line["length"])
        told = ask(
            archives, "commoncrawl", f"/{line['filename']}", range=f"bytes={first}-{first + length - 1}"
        )
        assert (told.status, len(told.body)) == (206, length)
        member = zlib.decompressobj(wbits=31)
        member.decompress(told.body)
        assert (member.eof, member.unused_data) == (True, b"")
        records = list(ArchiveIterator(io.BytesIO(told.body)))
        assert [record.rec_headers["WARC-Target-URI"] for record in records] == [line["url"]]
        assert records[0].rec_headers["WARC-Payload-Digest"] == f"sha1:{line['digest']}"


def test_errors_and_robots_lie_in_files_of_their_own(archives):
    folders = {line["filename"].split("/")[4]: line for line in lines(archives, f"url={HOST}/*")}
    assert set(folders) == {"warc", "crawldiagnostics", "robotstxt"}
    assert folders["crawldiagnostics"]["status"] == "404"


def test_nothing_found_is_404_and_a_page_too_high_400(archives):
    told = index(archives, "url=nobody.example/*&output=json")
    assert (told.status, json.loads(told.body)) == (
        404,
        {"message": "No Captures found for: nobody.example/*"},
    )
    told = index(archives, f"url={HOST}/*&output=json&page=1")
    assert told.status == 400
    assert json.loads(told.body) == {"message": "Page 1 invalid: First Page is 0, Last Page is 0"}


def test_pages_are_counted_and_add_up(own):
    served = own(page_rows=2)
    counts = json.loads(index(served, f"url={HOST}/*&showNumPages=true&pageSize=3").body)
    whole = lines(served, f"url={HOST}/*&pageSize=1000")
    assert counts == {"pages": -(-len(whole) // 6), "pageSize": 3, "blocks": -(-len(whole) // 2)}
    pages = [lines(served, f"url={HOST}/*&pageSize=3&page={n}") for n in range(counts["pages"])]
    assert [line for page in pages for line in page] == whole


def test_filters_take_a_part_a_whole_or_an_expression(archives):
    def statuses(rule) -> set[str]:
        found = index(archives, f"url={HOST}/*&output=json&filter={rule}")
        return (
            {json.loads(line)["status"] for line in found.text.splitlines()} if found.status == 200 else set()
        )

    assert statuses("status:0") == {"200", "404"}
    assert statuses("=status:0") == set()
    assert statuses("=status:404") == statuses("!=status:200") == statuses("~status:4..") == {"404"}


def test_plain_output_is_cdxj(archives):
    told = index(archives, f"url={HOST}/&limit=1")
    assert told.header("content-type") == "text/x-cdxj"
    key, stamp, rest = told.text.split(" ", 2)
    assert (key, len(stamp)) == ("example,wardround)/", 14)
    assert json.loads(rest)["url"].startswith("http")


def test_the_store_answers_in_its_own_words(own, archives):
    line = lines(archives, f"url={HOST}/*")[0]
    assert b"NoSuchKey" in ask(archives, "commoncrawl", "/crawl-data/CC-MAIN-2018-25/nothing").body
    assert ask(archives, "commoncrawl", f"/{line['filename']}", range="bytes=99999999-").status == 416
    whole = ask(archives, "commoncrawl", f"/{line['filename']}")
    kinds = [record.rec_type for record in ArchiveIterator(io.BytesIO(whole.body))]
    assert kinds[0] == "warcinfo"
    assert set(kinds[1:]) == {"response"}
    served = own(captures=())
    served.plant(Service.DATA, faults.slow_down())
    told = ask(served, "commoncrawl", "/crawl-data/x/y")
    assert (told.status, b"<Code>SlowDown</Code>" in told.body) == (503, True)
