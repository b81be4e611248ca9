"""The public ``cdx_toolkit`` reads both local archives as it reads the real ones."""

from newsstand.archives import Service, faults, plan

HOST = "www.pointsman.example"


def test_it_reads_every_page_of_the_wayback_index(own, toolkit):
    served = own(page_rows=20)
    rows = list(toolkit(served, "ia").iter(f"{HOST}/*"))
    listed = sum(capture.repeats for capture in plan.captures("pointsman"))
    assert len(rows) == listed > 40
    assert {row["digest"] for row in rows} == {c.digest() for c in plan.captures("pointsman")}
    assert toolkit(served, "ia").get_size_estimate(f"{HOST}/*", as_pages=True) == -(-listed // 20)


def test_it_makes_records_of_mementos(archives, toolkit):
    rows = toolkit(archives, "ia").get(f"{HOST}/Rail-News/*", limit=3)
    assert len(rows) == 3
    bodies = {capture.digest(): capture for capture in plan.captures("pointsman")}
    for row in rows:
        capture = bodies[row["digest"]]
        assert row.content in {capture.body, capture.stored}
        assert row.fetch_warc_record().http_headers.get_header("Server") == capture.header("server")


def test_it_reads_an_index_of_common_crawl_and_its_records(archives, toolkit):
    fetcher = toolkit(archives, "cc")
    rows = list(fetcher.iter(f"{HOST}/*", from_ts="201806", to="201806", filter="=status:200"))
    planned = {
        capture.url: capture
        for capture in plan.captures("pointsman")
        if capture.taken.strftime("%Y%m") == "201806"
        and capture.status == 200
        and capture.why in {"broad crawl", "no article"}
    }
    assert {row["url"] for row in rows} == set(planned)
    for row in rows[:5]:
        record = row.fetch_warc_record()
        capture = planned[row["url"]]
        assert record.rec_headers.get_header("WARC-Target-URI") == capture.url
        assert record.rec_headers.get_header("WARC-Date") == capture.taken.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert record.rec_headers.get_header("WARC-Payload-Digest") == f"sha1:{row['digest']}"
        assert row.content == capture.body


def test_it_reads_every_page_of_an_index_and_survives_its_overload(own, toolkit):
    served = own(page_rows=2)
    fetcher = toolkit(served, "cc")
    fetcher.crawl = ["CC-MAIN-2018-25"]
    served.plant(Service.INDEX, faults.overloaded(503))
    served.plant(Service.DATA, faults.slow_down())
    rows = list(fetcher.iter(f"{HOST}/*"))
    assert len(rows) > 10
    assert rows[0].content
    targets = [request.target for request in served.requests("commoncrawl") if "page=" in request.target]
    assert len(targets) > 3


def test_it_takes_no_captures_for_an_empty_answer(archives, toolkit):
    fetcher = toolkit(archives, "cc")
    assert fetcher.get("www.nobody.example/*", from_ts="201806", to="201806") == []
