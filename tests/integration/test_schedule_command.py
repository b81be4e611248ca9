"""`cuttings schedule` as a person types it, on an archive that has nothing yet."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from cli.main import run
from cli.schedule_times import instant, local, relative
from core.clock import now
from core.errors import SetupError
from db.engine import open_engine, writing
from db.models import Process, table
from db.running import processes, schedules
from db.words import CatchUp, Overlap, Role

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Person:
    """Types commands; reads what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.said = ""

    def types(self, *words: str, code: int = 0) -> str:
        """Run `cuttings schedule WORDS`; give stdout. What was said on stderr is kept in one line."""
        self._capsys.readouterr()
        ended = run(["schedule", *words])
        printed = self._capsys.readouterr()
        self.said = " ".join(printed.err.split())
        assert ended == code, printed.err
        return printed.out

    def json(self, *words: str):
        return json.loads(self.types(*words, "--json"))

    def listed(self, name: str):
        return {one["name"]: one for one in self.json("list")}[name]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def person(home, migrated_sqlite, capsys):
    """Give somebody with an archive of today's schema (made by hand, which takes half a second)."""
    home.mkdir()
    (home / "cuttings.db").write_bytes(migrated_sqlite.read_bytes())
    return Person(capsys)


@pytest.fixture
def archive(person, home):
    """Give an engine on the person's archive, its schedules declared."""
    person.types("list")
    engine = open_engine(f"sqlite:///{home / 'cuttings.db'}")
    yield engine
    engine.dispose()


def test_the_schedules_are_there_before_any_daemon_on_both_databases(
    empty_database_url, home, monkeypatch, capsys
):
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", empty_database_url)
    person = Person(capsys)
    assert "recheck:nhe" in person.types("list")
    nhe = person.listed("crawl:nhe")
    assert (nhe["timing"], nhe["timezone"], nhe["declared"]) == ("every 1h", "Europe/London", True)
    assert (nhe["last_slot_at"], nhe["paused"], len(nhe["upcoming"])) == (None, False, 5)
    assert nhe["due"] is not None, "never crawled: due at once"
    person.types("set", "nhe", "--cron", "30 6 * * mon-fri")
    assert person.listed("crawl:nhe")["timing"] == "cron 30 6 * * mon-fri"
    assert not home.exists() or "sqlite" in empty_database_url


def test_what_is_set_is_kept_and_the_next_five_slots_are_shown(person, archive):
    shown = person.types(
        *("set", "pse", "--cron", "30 6,18 * * mon-fri", "--zone", "Europe/Berlin"),
        *("--jitter", "60", "--overlap", "queue", "--catch-up", "none"),
    )
    assert "crawl:pse: cron 30 6,18 * * mon-fri (Europe/Berlin), put off by up to 60 s" in shown
    assert shown.count(":30 CE") == 5
    pse = schedules.get(archive, "crawl:pse")
    assert (pse.timezone, pse.jitter_seconds, pse.declared) == ("Europe/Berlin", 60, False)
    assert (pse.overlap, pse.catch_up) == (Overlap.QUEUE, CatchUp.NONE)
    assert schedules.get(archive, "recheck:pse").declared
    person.types("set", "pse", "--kind", "recheck", "--calendar", "1 week at 06:30")
    assert schedules.get(archive, "recheck:pse").timing == "calendar 1 week at 06:30"
    person.types("set", "crawl:pse", "--declared")
    assert person.listed("crawl:pse")["timing"] == "every 1h"
    assert person.listed("crawl:pse")["overlap"] == "skip"


def test_a_jitter_that_no_longer_fits_is_shortened(person):
    assert person.json("set", "nhe", "--every", "1m")["jitter_seconds"] == 6
    assert person.json("set", "nhe", "--every", "1h")["jitter_seconds"] == 6
    person.types("set", "nhe", "--jitter", "3600", code=1)
    assert "a jitter of 3600 seconds could put a start off beyond the next slot, 1h later" in person.said


def test_only_crawls_at_intervals_adapt(person):
    assert "adaptive" in person.types("set", "nhe", "--adaptive")
    person.types("set", "nhe", "--cron", "0 6 * * *", code=1)
    assert "add --every 1h, or --no-adaptive" in person.said
    person.types("set", "nhe", "--cron", "0 6 * * *", "--no-adaptive")
    person.types("set", "nhe", "--kind", "recheck", "--adaptive", code=1)
    assert "a recheck takes what is due" in person.said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("set", "nhf", "--every", "2h"), 1, "no schedule 'nhf' (is it 'nhe'?); known are: maintenance, nhe"),
        (("pause", "all"), 1, "name the schedules one by one"),
        (("resume", "crawl:gazette"), 1, "no schedule 'crawl:gazette'"),
        (("set", "wardround", "--every", "2h"), 1, "CUTTINGS_BASE_URLS"),
        (("set", "nhe", "--cron", "0 6 * * 1"), 1, "use names, mon to sun"),
        (("set", "nhe", "--cron", "0 0 30 2 *"), 1, "never comes"),
        (("set", "nhe", "--every", "soon"), 1, "30m, 2h or 1d12h"),
        (("set", "nhe", "--every", "2h", "--zone", "Europ/London"), 1, "is it Europe/London"),
        (("set", "nhe", "--every", "2h", "--cron", "0 6 * * *"), 2, "give one of them"),
        (("set", "nhe"), 2, "say what to change"),
        (("set", "nhe", "--declared", "--every", "2h"), 2, "only --declared"),
        (("set", "crawl:nhe", "--kind", "recheck", "--every", "2h"), 2, "leave --kind out"),
        (("set", "nhe", "--overlap", "always"), 2, "'always' is not one of"),
        (("preview",), 2, "give either the name of a schedule"),
        (("preview", "nhe", "--every", "2h"), 2, "give either the name of a schedule"),
        (("preview", "nhe", "--from", "yesterday"), 1, "'yesterday' is no time"),
        (("pause", "nhe", "--until", "2020-01-01"), 1, "which is past"),
        (("pause", "nhe", "--until", "9999-12-31T23:59"), 1, "is not within 1970 and 2199"),
        (("pause", "nhe", "--until", "9999w"), 1, "is not within 1970 and 2199"),
        (("preview", "nhe", "--from", "0001-01-01"), 1, "is not within 1970 and 2199"),
        (("set", "nhe", "--cron", "soon"), 1, "write it as '30 6 * * mon-fri'"),
        (("set", "nhe", "--calendar", "soon"), 1, "write it as '1 week at 06:30'"),
        (("pause", "nhe", "--until", "2 fortnights"), 1, "or 2d"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(person, words, code, said):
    assert person.types(*words, code=code) == ""
    assert said in person.said
    assert "Traceback" not in person.said


def test_nothing_is_paused_when_one_of_the_names_is_wrong(person):
    person.types("pause", "nhe", "nonsense", code=1)
    assert not person.listed("crawl:nhe")["paused"]


def test_a_pause_is_told_with_its_reason_and_its_end(person, archive):
    shown = person.types("pause", "nhe", "recheck:nhe", "--until", "2d", "--reason", "their [red]server")
    assert shown.count("is paused until") == 2
    nhe = person.listed("crawl:nhe")
    assert (nhe["paused"], nhe["pause_reason"], nhe["due"]) == (True, "their [red]server", None)
    until = schedules.get(archive, "crawl:nhe").paused_until
    assert timedelta(days=1, hours=23) < until - now() <= timedelta(days=2)
    assert all(datetime.fromisoformat(slot) > until for slot in nhe["upcoming"])
    assert "(their [red]server)" in " ".join(person.types("list").split())
    assert "crawl:nhe goes on: next" in person.types("resume", "nhe")
    assert not person.listed("crawl:nhe")["paused"]
    assert person.listed("recheck:nhe")["paused"]
    assert "until `cuttings schedule resume crawl:nhe`" in person.types("pause", "nhe")
    assert person.types("preview", "nhe") == ""
    assert "no slot comes" in person.said


@pytest.mark.parametrize(
    ("catch_up", "told"), [("once", "one crawl makes up for"), ("none", "what it missed is let go of")]
)
def test_what_a_pause_missed_is_made_up_for_only_if_wanted(person, archive, catch_up, told):
    person.types("set", "nhe", "--catch-up", catch_up)
    schedules.claim(archive, "crawl:nhe", now() - timedelta(hours=9), expected=None)
    person.types("pause", "nhe")
    assert told in person.types("resume", "nhe")
    assert (person.listed("crawl:nhe")["due"] is None) == (catch_up == "none")


def alive(archive, role: Role, tmp_path, *, beat: timedelta) -> None:
    number = processes.begin(archive, role, home=tmp_path, address=None, software_version="test")
    with writing(archive) as connection:
        rows = table(Process)
        connection.execute(rows.update().where(rows.c.id == number).values(beat_at=now() - beat))


def test_a_run_at_once_needs_somebody_alive_to_begin_it(person, archive, tmp_path, monkeypatch):
    person.types("run-now", "recheck:nhe", code=1)
    assert "`cuttings crawl nhe --recheck` does it at once" in person.said
    alive(archive, Role.DAEMON, tmp_path, beat=timedelta(minutes=5))
    person.types("run-now", "nhe", code=1)
    assert schedules.get(archive, "crawl:nhe").asked_at is None
    alive(archive, Role.WORKER, tmp_path, beat=timedelta(seconds=5))
    person.types("run-now", "nhe", code=1)
    monkeypatch.setenv("CUTTINGS_EXECUTOR", "procrastinate")
    person.types("run-now", "nhe", code=1)
    assert "PostgreSQL" in person.said, "a worker lives, but the queue is not in SQLite"
    monkeypatch.delenv("CUTTINGS_EXECUTOR")
    alive(archive, Role.DAEMON, tmp_path, beat=timedelta(seconds=5))
    assert "the daemon on" in person.types("run-now", "nhe")
    assert schedules.take_asked(archive, "crawl:nhe")


def test_a_schedule_whose_outlet_is_crawled_here_no_longer_is_told_apart(person, monkeypatch):
    monkeypatch.setenv("CUTTINGS_BASE_URLS", '{"wardround": "http://127.0.0.1:1"}')
    assert "not crawled here" not in person.types("list")
    monkeypatch.delenv("CUTTINGS_BASE_URLS")
    lines = [line.split() for line in person.types("list").splitlines()]
    orphans = [words[0] for words in lines if words[-5:] == ["outlet", "is", "not", "crawled", "here"]]
    assert orphans == ["backfill:wardround", "crawl:wardround", "recheck:wardround"]


def test_a_timing_is_previewed_without_any_archive(home, capsys):
    person = Person(capsys)
    told = person.json(
        *("preview", "--cron", "*/30 * * * *", "--zone", "Europe/London"),
        *("--from", "2026-10-25 00:30", "--count", "5"),
    )
    clocks = [slot[11:16] for slot in told["slots"]]
    assert clocks == ["00:00", "00:30", "01:00", "01:30", "02:00"], "both hours between one and two, in UTC"
    shown = person.types("preview", "--calendar", "1 week at 06:30", "--from", "2026-07-01", "--count", "2")
    assert "Mon 2026-07-06 06:30 BST" in shown
    assert not home.exists()


def test_times_are_typed_in_the_schedules_zone():
    assert instant("2026-07-01 09:00", "Europe/London") == datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    assert instant("2026-07-01", "Europe/Berlin") == datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    assert instant("2026-07-01T09:00Z", "Europe/Berlin") == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    assert instant("1d12h", "UTC", NOON) == NOON + timedelta(hours=36)
    with pytest.raises(SetupError):
        instant("1d12h", "UTC")


def test_times_are_told_as_exactly_as_matters():
    away = {
        timedelta(seconds=20): "in 20s",
        timedelta(minutes=61, seconds=10): "in 1h1m",
        timedelta(days=3, minutes=20): "in 3d",
        timedelta(days=30, hours=5): "in 30d",
        -timedelta(minutes=5): "5m ago",
        timedelta(0): "now",
    }
    assert {gap: relative(NOON + gap, NOON) for gap in away} == away
    assert local(NOON, "Europe/Berlin") == "Sun 2026-11-22 13:00 CET"
