"""The Wayback Machine's index, line by line: formats, selections, pages and their defects."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from newsstand.archives import Capture, plan
from newsstand.archives.urlkeys import urlkey
from tests.archives.asking import ask, cdx

HOST = "www.townclerk.example"
PLANNED = plan.captures("townclerk")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (
            "http://www.townclerk.example:80/Inbox/Leave-our-benches/",
            "example,townclerk)/inbox/leave-our-benches",
        ),
        ("https://WWW2.townclerk.example", "example,townclerk)/"),
        ("http://desk@townclerk.example:8080/a?b=2&A=1#c", "example,townclerk:8080)/a?a=1&b=2"),
        ("http://mailto:desk@www.townclerk.example/", "example,townclerk)/"),
    ],
)
def test_addresses_are_filed_without_scheme_www_and_case(url, key):
    assert urlkey(url) == key


def test_text_and_json_tell_the_same(archives):
    text = cdx(archives, f"url={HOST}/*")
    told = cdx(archives, f"url={HOST}/*&output=json")
    assert text.header("content-type") == "text/plain;charset=UTF-8"
    assert told.header("content-type") == "application/json"
    assert told.header("x-location") == "cdx"
    table = json.loads(told.body)
    assert table[0] == ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    assert [" ".join(row) for row in table[1:]] == text.text.splitlines()
    assert cdx(archives, "url=nobody.example&output=json").text == "[]\n"
    assert cdx(archives, "url=nobody.example").text == ""


def test_some_rows_are_printed_more_than_once(archives):
    lines = Counter(cdx(archives, f"url={HOST}/*").text.splitlines())
    repeats = sorted(c.repeats for c in PLANNED if c.repeats > 1)
    assert sorted(n for n in lines.values() if n > 1) == repeats
    assert repeats


def test_rows_of_one_key_spell_its_address_in_many_ways(archives):
    originals = cdx(archives, f"url={HOST}/*&fl=original").text.split()
    starts = {original.partition("townclerk.example")[0] for original in originals}
    assert starts == {"http://www.", "https://www.", "http://", "http://mailto:desk@www."}
    assert any(":80/" in original for original in originals)


def test_a_timestamp_may_be_none(archives):
    odd = next(c for c in PLANNED if c.listed)
    assert odd.listed in cdx(archives, f"url={HOST}/*&fl=timestamp").text.split()
    with pytest.raises(ValueError, match="does not match"):
        datetime.strptime(odd.listed, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    told = ask(archives, "wayback", f"/web/{odd.listed}id_/{odd.url}")
    assert told.status == 302
    assert told.header("location").endswith(f"/web/{odd.timestamp}id_/{odd.url}")


def test_days_bound_inclusively_at_any_length(archives):
    stamps = cdx(archives, f"url={HOST}/*&from=2018&to=201806&fl=timestamp").text.split()
    assert stamps
    assert all("201801" <= stamp[:6] <= "201806" for stamp in stamps)
    one = stamps[0]
    assert one in cdx(archives, f"url={HOST}/*&from={one}&to={one}&fl=timestamp").text.split()


def test_filters_match_whole_fields_and_tildes_parts(archives):
    def keys(rule) -> list[str]:
        return cdx(archives, f"url={HOST}/*&filter={rule}&fl=urlkey,statuscode").text.splitlines()

    assert keys("statuscode:2") == []
    assert {line.split()[1] for line in keys("statuscode:2..")} == {"200"}
    assert "200" not in {line.split()[1] for line in keys("!statuscode:200")}
    assert {line.split()[0] for line in keys("~urlkey:letter")} <= {
        line.split()[0] for line in keys("urlkey:.*")
    }
    both = cdx(
        archives, f"url={HOST}/*&filter=statuscode:-&filter=mimetype:warc/revisit&fl=digest"
    ).text.split()
    assert len(both) == sum(c.revisit for c in PLANNED)


def test_neighbours_collapse(archives):
    keys = cdx(archives, f"url={HOST}/*&fl=urlkey&collapse=urlkey").text.split()
    assert len(keys) == len(set(keys)) > 10
    years = cdx(archives, f"url={HOST}/&fl=timestamp&collapse=timestamp:4&filter=statuscode:200").text.split()
    assert [stamp[:4] for stamp in years] == ["2016", "2018", "2019"]


def test_a_resume_key_is_printed_encoded_and_passes_over_rows_of_its_second():
    same = {"taken": datetime(2016, 5, 4, 3, 2, 1, tzinfo=UTC), "title": "x", "why": "x"}
    held = [Capture(url=f"{scheme}://a.example/{p}", **same) for scheme in ("http", "https") for p in "xy"]
    from newsstand.archives import Archives, serve

    with serve(Archives(captures=held)) as served:
        first = cdx(served, "url=a.example/*&limit=1&showResumeKey=true&fl=original").text
        assert first == "http://a.example/x\n\nexample%2Ca%29%2Fx+20160504030202\n"
        sent = "example%252Ca%2529%252Fx%2B20160504030202"
        rest = cdx(served, f"url=a.example/*&limit=9&showResumeKey=true&resumeKey={sent}&fl=original").text
        assert rest == "http://a.example/y\nhttps://a.example/y\n"  # and never https://a.example/x
        told = cdx(served, "url=a.example/*&limit=3&showResumeKey=true&fl=original&output=json")
        assert json.loads(told.body)[-2:] == [[], ["example%2Ca%29%2Fy+20160504030202"]]


def test_pages_lag_and_end_in_nothing(own):
    served = own(page_rows=10, indexed_until="20191231235959")
    pages = int(cdx(served, f"url={HOST}/*&showNumPages=true").text)
    seen = [cdx(served, f"url={HOST}/*&page={n}&fl=timestamp").text.split() for n in range(pages)]
    assert all(seen)
    assert max(map(max, seen)) <= "20191231235959"
    assert max(cdx(served, f"url={HOST}/*&fl=timestamp").text.split()) > "2024"
    beyond = cdx(served, f"url={HOST}/*&page={pages}&output=json")
    assert (beyond.status, beyond.body) == (200, b"")
    assert int(cdx(served, f"url={HOST}/*&showNumPages=true&pageSize=5").text) == -(-pages // 5)


def test_hosts_and_domains_are_wider_than_addresses(archives):
    assert cdx(archives, "url=*.townclerk.example").text == cdx(archives, f"url={HOST}&matchType=host").text
    assert len(cdx(archives, f"url={HOST}").text.splitlines()) == 4  # the front page and a row of junk
    every = cdx(archives, "url=example&matchType=domain").text.splitlines()
    assert len(every) == len(archives.holdings.rows)


@pytest.mark.parametrize(
    "query", ["", "matchType=host", "url=a.example&filter=colour:red", "url=a.example&from=May"]
)
def test_wrong_questions_are_400(archives, query):
    assert cdx(archives, query).status == 400


def test_a_limit_below_nothing_gives_the_latest(archives):
    latest = cdx(archives, f"url={HOST}/*&limit=-2").text.splitlines()
    assert latest == cdx(archives, f"url={HOST}/*").text.splitlines()[-2:]
    assert (
        cdx(archives, f"url={HOST}/*&offset=3&limit=1").text.splitlines()
        == cdx(archives, f"url={HOST}/*").text.splitlines()[3:4]
    )
