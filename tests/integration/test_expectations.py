"""What outlets declare of a healthy crawl, and what becomes of a crawl that falls outside."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.clock import now
from core.records import Moment
from db.engine import writing
from db.models import Run, table
from db.running import runs
from db.running.expected import articles_of_the_week, read_lately
from db.words import Kind, Verdict
from newsstand.answer import Answer, error
from newsstand.answer import page as html
from newsstand.platforms import serve
from tests.integration.archive import Archive
from tests.integration.desk import HOME, Desk, Title, document
from tests.newcomers import add_outlet

RUN = table(Run)
PLAIN = {"outlet": "gazette", "base_url": "http://127.0.0.1:8000"}
OUTLET = """
import re

from crawlers.expectations import Expectations
from crawlers.outlet import Form, Outlet

OUTLET = Outlet(
    key="gazette",
    title="The Gazette",
    home="https://gazette.example/",
    hosts=("gazette.example",),
    publisher="Nobody",
    forms=(Form(name="news", pattern=re.compile("/news/(?P<slug>[a-z0-9-]+)")),),
    layouts=(),
    expects=Expectations(dated=0.9, comments=False),
)
"""
_WORDS = "The harbour board met on the quay and agreed that berth {n} will be dredged before the winter. "


class Paper:
    """A site with twelve articles a day; those of the second day have lost their dates."""

    day = 1

    def at(self, origin) -> None:
        pass

    def answer(self, request) -> Answer:
        name = request.target.rpartition("/")[2]
        if request.target == "/":
            links = [
                f'<a href="/news/day-{d}-{n}">Berth {n}</a>' for d in (1, 2)[: self.day] for n in range(12)
            ]
            return _html("<title>The Gazette</title>" + "<br>".join(links))
        if not name.startswith("day-"):
            return error(404)
        _, day, number = name.split("-")
        told = f'<meta property="article:published_time" content="2026-11-{int(number) + 1:02}T09:00:00Z">'
        body = "".join(f"<p>{_WORDS.format(n=number) * 3}</p>" for _ in range(4))
        return _html(
            f"<title>Berth {number} of day {day} is dredged</title>{told if day == '1' else ''}"
            f"<body><article><h1>Berth {number} of day {day} is dredged</h1>{body}</article></body>"
        )


def _html(inside: str) -> Answer:
    return html(f"<!doctype html><html>{inside}</html>".encode(), day=date(2026, 11, 20))


def test_an_outlet_whose_pages_lose_their_dates_ends_partial_with_the_reason(tmp_path):
    home = tmp_path / "home"
    add_outlet(home, source=OUTLET)
    archive = Archive(home, f"sqlite:///{home / 'cuttings.db'}")
    paper = Paper()
    with serve(paper) as served:
        first = archive.crawl("gazette", served.address)
        assert (first["verdict"], first["new"]) == ("ok", 12), first["reason"]
        read = {
            name: first["counts"].get(name, 0) for name in ("read", "dated", "with_byline", "with_comments")
        }
        assert read == {"read": 12, "dated": 12, "with_byline": 0, "with_comments": 0}
        paper.day = 2
        second = archive.crawl("gazette", served.address)
    assert (second["verdict"], second["new"]) == ("partial", 12)
    assert "0 of 12 articles read have a date, 90% are expected" in second["reason"]
    assert "make-up may have changed" in second["reason"]
    (row,) = archive.rows("SELECT verdict, reason FROM runs WHERE run_id = :run", run=second["run_id"])
    assert row["reason"] == second["reason"]


def ran(engine, started, *, verdict=Verdict.OK, order=PLAIN, kind=Kind.CRAWL, **counts: int) -> int:
    run_id = runs.start(engine, Title(), kind=kind, order=order, software_version="test")
    runs.finish(engine, run_id, verdict, counts=counts)
    with writing(engine) as connection:
        connection.execute(RUN.update().where(RUN.c.id == run_id).values(started_at=started))
    return run_id


def test_articles_of_a_week_are_those_published_in_it(engine):
    today = now()
    desk = Desk(engine)

    def counted(enough=9) -> int | None:
        return articles_of_the_week(engine, "gazette", PLAIN, now(), enough)

    def published(number: int, days: int | None) -> None:
        moment = Moment(raw="x", on=(today - timedelta(days=days)).date()) if days else None
        text = replace(document(f"Berth {number}", "It is dredged."), published=moment)
        desk.show(f"{HOME}/news/{number}", number, text)

    for number, days in enumerate((60, 2, None)):
        published(number, days)
    runs.finish(engine, desk.run_id, Verdict.STOPPED, counts={"new": 3})
    desk.next_run()  # that is under way
    published(3, 1)
    assert counted() is None, "new here"
    for days in (8.5, 7.2, 5.5, 4, 2.5, 1):
        ran(engine, today - timedelta(days=days), new=0)
    assert counted() == 3
    assert counted(enough=1) == 1, "looked no further"
    assert articles_of_the_week(engine, "gazette", PLAIN | {"limit": 5}, now(), 9) is None
    assert articles_of_the_week(engine, "gazette", {"outlet": "gazette"}, now(), 9) is None


@pytest.mark.parametrize("missing", [7.2, 4.0, 1.0])
def test_a_gap_of_our_own_making_tells_nothing_of_the_week(engine, missing):
    today = now()
    for days in (8.5, 7.2, 5.5, 4.0, 2.5, 1.0):
        verdict = Verdict.FAILED if days == missing else Verdict.PARTIAL
        ran(engine, today - timedelta(days=days), verdict=verdict)
    assert articles_of_the_week(engine, "gazette", PLAIN, now(), 9) is None


def test_comments_are_looked_for_on_what_was_read_lately(engine):
    today = now()
    ran(engine, today - timedelta(days=9), read=100, with_comments=9)
    assert read_lately(engine, "gazette", PLAIN, 200) == (100, 9)
    for days in (3, 2, 1):
        ran(engine, today - timedelta(days=days), read=70)
    ran(engine, today, read=900, with_comments=40, order=PLAIN | {"limit": 900})
    ran(engine, today, read=900, with_comments=40, kind=Kind.RECHECK)
    assert read_lately(engine, "gazette", PLAIN, 200) == (210, 0)
    assert read_lately(engine, "gazette", PLAIN, 250) == (310, 9)
    assert read_lately(engine, "gazette", PLAIN, 0) == (0, 0)
