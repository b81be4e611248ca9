"""Rechecks on both databases: what is due, in which order, within which budget, and the plan of it."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event, update

from core.clock import now
from core.orders import CrawlOrder
from core.settings import Settings
from db.engine import writing
from db.ledger import ArchiveLedger
from db.models import Article, table
from newsstand import Newsstand, serve
from tests.integration.archive import Archive
from tests.integration.desk import HOME, Desk, Title, document

ARTICLE = table(Article)
A = document("Bins to be emptied", "The council will empty the bins on Monday.")
NEVER = None


def address(number: object) -> str:
    return f"{HOME}/articles/{number}"


def schedule(engine, days: dict[int, float | None], **fields: object) -> None:
    """Say when articles are due, in days from now (negative: overdue), None for no schedule."""
    with writing(engine) as connection:
        for article_id, due in days.items():
            at = None if due is None else now() + timedelta(days=due)
            query = update(ARTICLE).where(ARTICLE.c.id == article_id)
            connection.execute(query.values(next_check_at=at, **fields))


@pytest.fixture
def desk(engine):
    return Desk(engine)


@pytest.fixture
def ledger(engine):
    return ArchiveLedger(engine, "gazette")


@pytest.fixture
def shown(desk):
    """Show eight articles, an hour after each other; give their ids by their numbers."""
    return {n: desk.show(address(n), n, A).article_id for n in range(8)}


def numbers(addresses) -> list[int]:
    return [int(found.rsplit("/", 1)[1]) for found in addresses]


def test_the_most_overdue_comes_first_and_what_was_never_planned_before_it(engine, ledger, shown):
    days = {0: -1, 1: -30, 2: 2, 3: NEVER, 4: -2, 5: NEVER, 6: 400, 7: -0.01}
    schedule(engine, {shown[n]: due for n, due in days.items()})
    assert numbers(ledger.due()) == [3, 5, 1, 4, 0, 7]
    assert numbers(ledger.due(limit=3)) == [3, 5, 1]
    assert ledger.count_due() == 6
    assert numbers(ledger.due(everything=True)) == [3, 5, 1, 4, 0, 7, 2, 6]
    assert ledger.count_due(everything=True) == 8


@pytest.mark.parametrize("page", [1, 2, 3, 8])
def test_each_is_given_once_whatever_the_pages(engine, ledger, shown, monkeypatch, page):
    monkeypatch.setattr("db.ledger.PAGE", page)
    due = now() - timedelta(days=1)
    with writing(engine) as connection:  # four due at one instant: their numbers decide
        for n in (6, 1, 4, 3):
            connection.execute(update(ARTICLE).where(ARTICLE.c.id == shown[n]).values(next_check_at=due))
    schedule(engine, dict.fromkeys((shown[n] for n in (0, 2, 5, 7)), NEVER))
    assert numbers(ledger.due()) == [0, 2, 5, 7, 1, 3, 4, 6]
    assert numbers(ledger.due(limit=6)) == [0, 2, 5, 7, 1, 3]


def test_what_is_checked_meanwhile_is_not_given_again(engine, ledger, shown, monkeypatch):
    monkeypatch.setattr("db.ledger.PAGE", 2)
    schedule(engine, {article_id: -1 - n / 100 for n, article_id in shown.items()})
    given = ledger.due()
    found = [next(given), next(given)]
    with writing(engine) as connection:
        connection.execute(update(ARTICLE).values(next_check_at=now() - timedelta(seconds=1)))
        later = ARTICLE.c.id.in_([shown[n] for n in (7, 6, 5)])
        connection.execute(update(ARTICLE).where(later).values(last_checked_at=now()))
    found += given
    assert numbers(found) == [7, 6, 0, 1, 2, 3, 4]


def test_what_ended_is_asked_for_when_its_audit_is_due_and_merged_ones_never(engine, ledger, shown):
    for n, state in enumerate(("gone", "redirected", "missing", "unknown", "merged", "erased")):
        schedule(engine, {shown[n]: -6 + n}, state=state)
    schedule(engine, {shown[6]: 300}, state="gone")
    schedule(engine, {shown[7]: 300}, state="live")
    assert numbers(ledger.due()) == [0, 1, 2, 3]
    assert numbers(ledger.due(everything=True)) == [0, 1, 2, 3, 6, 7]


def test_an_ended_article_that_nobody_planned_is_asked_for_after_a_year(engine, ledger, shown):
    schedule(engine, dict.fromkeys(shown.values(), 300.0))
    year_ago = now() - timedelta(days=366)
    schedule(engine, {shown[0]: NEVER}, state="gone", last_checked_at=year_ago)
    schedule(engine, {shown[1]: NEVER}, state="gone", last_checked_at=year_ago + timedelta(days=2))
    assert numbers(ledger.due()) == [0]


def test_another_outlet_s_articles_are_not_due_here(engine, ledger, shown):
    other = Desk(engine, outlet=Title(key="herald"))
    theirs = other.show("https://www.example.net/1", 0, A, outlet="herald").article_id
    schedule(engine, dict.fromkeys((*shown.values(), theirs), -1.0))
    assert len(list(ledger.due())) == 8
    assert list(ArchiveLedger(engine, "herald").due()) == ["https://www.example.net/1"]
    assert ArchiveLedger(engine, "nobody").count_due() == 0


def test_the_due_ones_are_a_stretch_of_an_index(engine, ledger, shown):
    schedule(engine, dict.fromkeys(shown.values(), -1.0))
    statements = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, parameters, *_rest: object) -> None:
        statements.append((statement, parameters))

    list(ledger.due())
    event.remove(engine, "before_cursor_execute", note)
    asked = [told for told in statements if "next_check_at <=" in told[0]]
    assert len(asked) == 2, "what is due, and what is overdue for more than a year"
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:  # of eight rows it would read them all
            connection.exec_driver_sql("SET enable_seqscan = off")
            connection.exec_driver_sql("SET enable_sort = off")
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        for statement, values in asked:
            found = connection.exec_driver_sql(f"{explain} {statement}", values)
            way = "\n".join(str(row) for row in found)
            assert "ix_article_outlet_id_next_check_at" in way, way
            assert "TEMP B-TREE" not in way, way


@pytest.mark.parametrize(
    ("delay", "minutes", "limit", "everything", "most"),
    [
        (2.0, 60, None, False, 1800),
        (2.0, 60, 5, False, 5),
        (2.0, 1, 100, False, 30),
        (3600.0, 1, None, False, 1),
        (0.0, 60, None, False, None),
        (0.0, 60, 7, False, 7),
        (2.0, 60, None, True, None),
        (2.0, 60, 9000, True, 9000),
    ],
)
def test_a_recheck_asks_for_what_its_minutes_allow(delay, minutes, limit, everything, most):
    settings = Settings(download_delay=delay, recheck_minutes=minutes)
    order = CrawlOrder(outlet="nhe", recheck=True, limit=limit, everything=everything)
    assert order.most_rechecked(settings.recheck_budget()) == most


@pytest.fixture
def archive(tmp_path, database_url):
    return Archive(tmp_path / "home", database_url)


@pytest.fixture
def stand():
    with serve(Newsstand(day=1)) as served:
        yield served


def plan_of(archive: Archive, *options: str, **settings: str) -> dict:
    done = archive.command("crawl", "wardround", "--recheck", "--dry-run", "--json", *options, **settings)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_recheck_and_its_plan_take_the_same_within_the_budget(archive, stand, engine):
    origin = stand.address("wardround")
    archive.crawl("wardround", origin)
    ids = [row["article_id"] for row in archive.rows("SELECT article_id FROM articles ORDER BY article_id")]
    schedule(engine, dict.fromkeys(ids, 10.0))
    schedule(engine, {ids[3]: -1, ids[5]: -3, ids[0]: -2})
    before = archive.counts()
    stand.forget_requests()

    budget = {"CUTTINGS_DOWNLOAD_DELAY": "30", "CUTTINGS_RECHECK_MINUTES": "1"}
    plan = plan_of(archive, "--base-url", origin, **budget)
    assert [article["article_id"] for article in plan["articles"]] == [ids[5], ids[0]]
    assert (plan["due"], plan["taken"], plan["left"], plan["budget"]) == (3, 2, 1, 2)
    assert plan["seconds"] == 60
    everything = plan_of(archive, "--all", **budget)
    assert (everything["due"], everything["left"], everything["budget"]) == (len(ids), 0, None)
    said = archive.command("crawl", "wardround", "--recheck", "--dry-run", **budget)
    assert "3 due, this run takes 2 (at least 0:01:00 at 30 s between requests); 1 left" in said.stdout
    assert archive.counts() == before, "neither run row nor attempt"
    assert not stand.requests("wardround")

    # The same budget, at a pace a test can wait for.
    report = archive.crawl(
        "wardround",
        origin,
        "--recheck",
        CUTTINGS_DOWNLOAD_DELAY="0.01",
        CUTTINGS_RECHECK_MINUTES="0.0004",
        CUTTINGS_CONCURRENCY_PER_HOST="1",
    )
    assert report["counts"]["unchanged"] == 2
    visited = [request.target for request in stand.requests("wardround")]
    assert visited == ["/robots.txt", *(urlsplit(article["url"]).path for article in plan["articles"])]

    schedule(engine, {ids[5]: 10, ids[0]: 10})
    stand.forget_requests()
    archive.crawl("wardround", origin, "--recheck")  # no delay, no bound
    left = archive.rows("SELECT url FROM articles WHERE article_id = :id", id=ids[3])
    visited = [request.target for request in stand.requests("wardround")]
    assert visited == ["/robots.txt", urlsplit(left[0]["url"]).path], "nothing that is not due"


def test_the_plan_of_several_outlets_without_an_archive_names_the_way_out(tmp_path):
    archive = Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'none.db'}")
    done = archive.command("crawl", "nhe", "pse", "--recheck", "--dry-run")
    assert done.returncode == 1
    assert "holds no archive yet" in done.stderr
    assert not (tmp_path / "none.db").exists()


def test_several_outlets_give_several_plans(archive):
    done = archive.command("crawl", "nhe", "pse", "--recheck", "--dry-run", "--json")
    assert [(plan["outlet"], plan["due"]) for plan in json.loads(done.stdout)] == [("nhe", 0), ("pse", 0)]


def test_all_without_recheck_is_wrong_usage(archive):
    done = archive.command("crawl", "nhe", "--all")
    assert done.returncode == 2
    assert "--all goes with --recheck" in done.stderr
