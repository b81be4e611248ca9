"""What the process of a run is told: its order, and exactly the settings of its supervisor."""

from datetime import date
from pathlib import Path

from core.orders import BackfillOrder, CrawlOrder
from core.records import Via
from core.settings import Settings, load_settings
from scheduler.command import command, environment

OUTSIDE = {
    "PATH": "/bin",
    "CUTTINGS_RETRIES": "9",
    "cuttings_contact": "mailto:old@example.org",
    "PYTHONPATH": "lib",
}


def test_a_crawl_has_the_settings_of_its_supervisor_whatever_lies_around(tmp_path, monkeypatch):
    given = Settings(
        home=tmp_path / "home",
        database_url="postgresql+psycopg://keeper:p%40ss@db.example/cuttings",
        download_delay=0.25,
        autothrottle=False,
        base_urls={"nhe": "http://127.0.0.1:8000"},
        pseudonym_key="a key",
        alert_webhook="https://hooks.example/secret",
        smtp_url="smtp://me:word@mail.example",
    )
    told = environment(given, OUTSIDE)
    assert not any("secret" in value or "mail.example" in value for value in told.values())
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "cuttings.toml").write_text("retries = 7\n")
    monkeypatch.chdir(tmp_path)
    expected = {"log_format": "json", "alert_webhook": None, "smtp_url": None}
    assert load_settings() == given.model_copy(update=expected)
    assert told["PATH"] == "/bin"
    assert told["PYTHONPATH"].endswith(":lib")


def test_paths_do_not_depend_on_the_folder_a_crawl_runs_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = environment(Settings(database_url="sqlite:///here/cuttings.db"), {})
    assert told["CUTTINGS_HOME"] == str(tmp_path / "var")
    assert told["CUTTINGS_DATABASE_URL"] == f"sqlite:///{tmp_path}/here/cuttings.db"
    assert environment(Settings(), {})["CUTTINGS_DATABASE_URL"] == f"sqlite:///{tmp_path}/var/cuttings.db"


def words(order: CrawlOrder | BackfillOrder) -> str:
    """Give what follows the name of the command line."""
    told = command(order)
    return " ".join(told[told.index("cli") + 1 :])


def test_an_order_is_carried_out_by_the_words_a_person_would_type():
    recheck = CrawlOrder(outlet="nhe", recheck=True, minutes=90.0, run_id=7)
    assert words(recheck) == "crawl nhe --json --minutes 90.0 --run-id 7 --recheck"
    begun = BackfillOrder(outlet="nhe", via=Via.WAYBACK, until=date(2020, 12, 31), minutes=180.0, run_id=8)
    assert words(begun) == (
        "backfill nhe --from wayback --json --until 2020-12-31 --minutes 180.0 --run-id 8"
    )
    since = BackfillOrder(outlet="nhe", via=Via.COMMONCRAWL, since=date(2012, 1, 1), limit=5, refresh=True)
    assert words(since) == "backfill nhe --from commoncrawl --json --since 2012-01-01 --limit 5 --refresh"


def test_files_are_named_as_their_way_asks_for_them():
    warcs = BackfillOrder(outlet="nhe", via=Via.WARC, paths=(Path("/a/one.warc.gz"), Path("/a/two.wacz")))
    assert words(warcs) == "backfill nhe --from warc /a/one.warc.gz /a/two.wacz --json"
    saved = BackfillOrder(outlet="nhe", via=Via.FILE, paths=(Path("/a/saved"), Path("/a/addresses.csv")))
    assert words(saved) == "backfill nhe --from files /a/saved --addresses /a/addresses.csv --json"
    alone = BackfillOrder(outlet="nhe", via=Via.FILE, paths=(Path("/a/saved"),))
    assert words(alone) == "backfill nhe --from files /a/saved --json"
