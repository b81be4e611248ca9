"""Crawls in processes of their own: whatever one does, its run has an end and the others go on."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psutil
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from core.clock import now
from core.orders import CrawlOrder
from core.settings import Settings
from crawlers import registry
from db.engine import open_engine, writing
from db.running import runs
from db.running.runs import Run
from db.words import Kind, Trigger, Verdict
from newsstand import Newsstand, serve
from scheduler import ending, run_logs
from scheduler import supervisor as supervisor_module
from scheduler.command import command
from scheduler.crawling import Crawl
from scheduler.supervisor import Supervisor
from scheduler.task import Task
from tests.integration.archive import ROOT
from tests.integration.killing import wait_until

Builder = Callable[[CrawlOrder], Sequence[str]]

PLAIN = [sys.executable, "-P", "-S", "-c"]  # a child that is no crawl: twenty milliseconds to start
SEGFAULT = "import ctypes; ctypes.string_at(0)"
GARBAGE = "import os; os.write(1, b'\\xff{[garbage' * 200_000); os.write(2, b'not json\\n')"
LOOP = "import signal\nfor n in (15, 2): signal.signal(n, signal.SIG_IGN)\nwhile True: pass"
GREEDY = "import time\nheld = []\nwhile len(held) < 40: held.append(b'x' * 10_000_000)\ntime.sleep(60)"
RUNAWAY = "b'x' * 4_000_000_000"
REFUSED = "import sys; sys.exit('cuttings: the home is read-only; mend it')"


def settings_of(tmp_path, database_url, **changes: object) -> Settings:
    (tmp_path / "home").mkdir(exist_ok=True)
    facts: dict[str, object] = {
        "download_delay": 0,
        "autothrottle": False,
        "concurrency_per_host": 8,
        "crawl_grace": 0.3,
    }
    return Settings(home=tmp_path / "home", database_url=database_url, **facts | changes)


def task(outlet) -> Task:
    return Task(name=f"crawl:{outlet}", outlet=outlet, kind=Kind.CRAWL, trigger=Trigger.SCHEDULE)


def misbehaving(**codes: str) -> Builder:
    """Give a builder of commands: a child of our own for these outlets, the real crawl for the rest."""
    return lambda order: [*PLAIN, codes[order.outlet]] if order.outlet in codes else command(order)


def carried_out(supervisor, *outlets: str) -> list[Run]:
    async def work() -> list[Run]:
        return await asyncio.gather(*(supervisor.carry_out(task(outlet)) for outlet in outlets))

    return asyncio.run(work())


@contextmanager
def silent_server() -> Iterator[str]:
    """Give the origin of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def in_session(pid):
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == pid and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


async def until(true, seconds=60.0):
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - other processes are waited for
            await asyncio.sleep(0.02)


def test_each_bad_child_costs_itself_only(engine, database_url, tmp_path):
    bad = misbehaving(nhe=SEGFAULT, pse="import os; os._exit(3)", rtm="import os; os.kill(os.getpid(), 9)")
    worse = misbehaving(pointsman=GARBAGE, townclerk=REFUSED, nhe=RUNAWAY)
    with serve(Newsstand(scale=10)) as stand:
        origins = {"wardround": stand.address("wardround")}
        settings = settings_of(tmp_path, database_url, base_urls=origins)
        good, *first = carried_out(
            Supervisor(engine, settings, builder=bad), "wardround", "nhe", "pse", "rtm"
        )
    second = carried_out(Supervisor(engine, settings, builder=worse), "pointsman", "townclerk", "nhe")
    assert (good.verdict, good.counts["new"], good.trigger) == (Verdict.OK, 10, Trigger.SCHEDULE)
    assert good.pid != os.getpid()
    ended = [*first, *second]
    assert {run.verdict for run in ended} == {Verdict.FAILED}
    for run, said in zip(
        ended,
        ("SIGSEGV", "code 3", "SIGKILL", "code 0", "the home is read-only; mend it", "code 1"),
        strict=True,
    ):
        assert said in run.reason
        assert runs.get(engine, run.id) == run
    logs = {run.id: list(run_logs.lines(run_logs.path(settings, run))) for run in (good, *ended)}
    assert any("Segmentation fault" in line["event"] for line in logs[first[0].id])
    assert any("MemoryError" in line["event"] for line in logs[second[2].id])
    assert logs[second[0].id] == [{"event": "not json"}]
    assert all(line["run"] == good.id for line in logs[good.id])
    assert {file.suffix for file in settings.logs.glob("*/*")} == {".gz"}


def test_limits_of_time_and_memory_end_a_crawl(engine, database_url, tmp_path):
    settings = settings_of(tmp_path, database_url, crawl_minutes=0.01, crawl_memory_bytes=256 * 2**20)
    roomy = settings.model_copy(update={"crawl_minutes": 5.0})
    (loop,) = carried_out(Supervisor(engine, settings, builder=misbehaving(nhe=LOOP)), "nhe")
    (greedy,) = carried_out(Supervisor(engine, roomy, builder=misbehaving(nhe=GREEDY)), "nhe")
    assert loop.verdict is greedy.verdict is Verdict.FAILED
    assert "time limit (0.01 minutes)" in loop.reason
    assert "was killed" in loop.reason
    assert "more than the 256 MiB" in greedy.reason
    assert greedy.peak_memory_bytes > 256 * 2**20


def test_a_crawl_at_its_time_limit_ends_in_good_order(tmp_path, migrated_sqlite):
    settings, engine = small(tmp_path, migrated_sqlite, download_timeout=1.0, retries=0, crawl_minutes=0.02)
    with serve(Newsstand(scale=200)) as stand:
        settings = settings.model_copy(
            update={"base_urls": {"wardround": stand.address("wardround")}, "crawl_grace": 60.0}
            | {"concurrency_per_host": 1, "download_delay": 0.1}
        )
        (run,) = carried_out(Supervisor(engine, settings), "wardround")
    engine.dispose()
    assert (run.verdict, run.reason) == (Verdict.PARTIAL, "the crawl stopped at its time limit")
    assert "minutes" not in run.order


def test_a_hung_crawl_is_stopped_on_request_and_leaves_no_process(tmp_path, migrated_sqlite):
    settings, engine = small(tmp_path, migrated_sqlite)
    children = []

    async def work(supervisor) -> Run:
        carried = asyncio.create_task(supervisor.carry_out(task("wardround")))
        await until(supervisor.under_way)
        (running,) = supervisor.under_way()
        await until(lambda: runs.get(engine, running.run_id).pid == running.pid)
        await until(lambda: len(in_session(running.pid)) > 1)
        children.extend(in_session(running.pid))
        assert runs.request_stop(engine, running.run_id)
        return await carried

    with silent_server() as origin:
        settings = settings.model_copy(update={"base_urls": {"wardround": origin}})
        run = asyncio.run(work(Supervisor(engine, settings)))
    engine.dispose()
    assert run.verdict is Verdict.STOPPED
    assert run.reason.startswith("somebody asked it to stop")
    assert len(children) > 1
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in children))


def test_all_are_stopped_at_once(engine, database_url, tmp_path):
    polite = "import time; time.sleep(60)"
    supervisor = Supervisor(
        engine, settings_of(tmp_path, database_url), builder=misbehaving(nhe=LOOP, pse=LOOP, rtm=polite)
    )

    async def work() -> list[Run]:
        carried = [asyncio.create_task(supervisor.carry_out(task(key))) for key in ("nhe", "pse", "rtm")]
        await until(lambda: len(supervisor.under_way()) == 3)
        await supervisor.stop_all(0.6, "the daemon is stopped")
        late = await supervisor.carry_out(task("nhe"))
        return [late, *[await one for one in carried]]

    ended = asyncio.run(work())
    assert all(run.verdict is Verdict.STOPPED for run in ended)
    assert all(run.reason.startswith("the daemon is stopped") for run in ended)
    assert ended[0].pid == os.getpid(), "nothing is begun any more"
    assert supervisor.under_way() == ()
    assert runs.under_way(engine) == []


def test_a_database_that_hangs_keeps_nobody_from_ending(engine, database_url, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(supervisor_module, "RECORDED_WITHIN", 0.5)
    supervisor = Supervisor(
        engine, settings_of(tmp_path, database_url), builder=misbehaving(nhe="import time; time.sleep(60)")
    )

    async def work() -> None:
        carried = asyncio.create_task(supervisor.carry_out(task("nhe")))
        await until(supervisor.under_way)
        with writing(engine) as other:
            if engine.dialect.name == "postgresql":
                other.execute(text("LOCK TABLE run IN ACCESS EXCLUSIVE MODE"))
            await asyncio.wait_for(supervisor.stop_all(1, "the daemon is stopped"), 25)
        await carried

    asyncio.run(work())
    assert "the end of run 1 is left to the next sweep" in caplog.text


def test_a_run_that_a_sweep_took_for_lost_has_its_real_end(engine, database_url, tmp_path):
    run_id = runs.start(engine, registry.find("nhe"), software_version="0")
    runs.close(engine, run_id, Verdict.LOST, reason="its process vanished")
    crawl = Crawl(
        run_id=run_id, task=task("nhe"), settings=settings_of(tmp_path, database_url), started_at=now()
    )
    said = ending.End(own=True, verdict=Verdict.OK, reason="all went well", counts={"new": 7})
    run = ending.ended(engine, crawl, said)
    assert (run.verdict, run.reason, run.counts) == (Verdict.OK, "all went well", {"new": 7})


def test_the_end_of_a_run_waits_for_a_database_that_is_away(new_postgresql, migrated_postgresql, tmp_path):
    url = new_postgresql(migrated_postgresql)
    name = make_url(url).database
    engine = open_engine(url)
    go = tmp_path / "go"
    waits = f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.02)\nos._exit(4)"
    supervisor = Supervisor(engine, settings_of(tmp_path, url), builder=misbehaving(nhe=waits))
    maintenance = create_engine(
        make_url(url).set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )

    def door(*, opened) -> None:
        with maintenance.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(opened).lower()}"))
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(others), {"name": name})

    async def work() -> Run:
        carried = asyncio.create_task(supervisor.carry_out(task("nhe")))
        await until(supervisor.under_way)
        door(opened=False)
        go.touch()
        turned = 0
        (pid,) = [running.pid for running in supervisor.under_way()]
        await until(lambda: not psutil.pid_exists(pid))
        while turned < 50:  # the loop turns all the while
            await asyncio.sleep(0.01)
            turned += 1
        assert not carried.done()
        door(opened=True)
        return await carried

    run = asyncio.run(work())
    assert runs.get(engine, run.id).verdict is Verdict.FAILED
    assert "code 4" in run.reason
    engine.dispose()


SUPERVISING = """
import asyncio, sys
from core.settings import load_settings
from db.engine import open_engine, writing
from db.running.runs import Run
from db.words import Kind, Trigger
from scheduler.supervisor import Supervisor
from scheduler.task import Task
settings = load_settings()
supervisor = Supervisor(open_engine(settings.database()), settings)
task = Task(name="crawl:wardround", outlet="wardround", kind=Kind.CRAWL, trigger=Trigger.SCHEDULE)
asyncio.run(supervisor.carry_out(task))
assert not {"scrapy", "twisted", "trafilatura"} & set(sys.modules)
"""


def test_a_crawl_ends_in_good_order_when_its_supervisor_is_killed(tmp_path, migrated_sqlite):
    settings, engine = small(tmp_path, migrated_sqlite)
    with silent_server() as origin:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("CUTTINGS_")}
        environment = outside | {
            "CUTTINGS_HOME": str(settings.home),
            "CUTTINGS_DATABASE_URL": settings.database(),
            "CUTTINGS_BASE_URLS": f'{{"wardround": "{origin}"}}',
            "CUTTINGS_DOWNLOAD_TIMEOUT": "2",
            "CUTTINGS_RETRIES": "0",
        }
        parent = subprocess.Popen([sys.executable, "-c", SUPERVISING], cwd=ROOT, env=environment)
        wait_until(lambda: any(run.pid != parent.pid for run in runs.under_way(engine)))
        (run,) = runs.under_way(engine)
        wait_until(lambda: len(in_session(run.pid)) > 1)
        parent.kill()
        parent.wait()
        wait_until(lambda: not in_session(run.pid))
    ended = runs.get(engine, run.id)
    engine.dispose()
    assert ended.verdict is Verdict.STOPPED, ended
    assert ended.ended_at is not None
    log = run_logs.path(settings, ended)
    assert log.suffix == ".jsonl", "nobody packed it, and it can be read"
    assert any("the crawl ended" in line["event"] for line in run_logs.lines(log))


def small(tmp_path, migrated_sqlite, **changes: object) -> tuple[Settings, Engine]:
    """Give the settings of an archive in SQLite and its engine."""
    (tmp_path / "home").mkdir()
    file = tmp_path / "home" / "cuttings.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{file}"
    return settings_of(tmp_path, url, **changes), open_engine(url)


def test_an_outlet_nobody_knows_begins_nothing(engine, database_url, tmp_path):
    with pytest.raises(Exception, match="there is no outlet 'nonesuch'"):
        carried_out(Supervisor(engine, settings_of(tmp_path, database_url)), "nonesuch")
    assert runs.recent(engine) == []
    assert "nonesuch" not in registry.outlets()


DEAF = """
import ctypes, signal
from scheduler.crawl import end_at_last
signal.signal(signal.SIGTERM, signal.SIG_IGN)
end_at_last(0.3)
ctypes.PyDLL(None).sleep(600)  # with the interpreter's lock: no line of Python runs any more
"""


def test_a_crawl_that_hears_nothing_ends_even_without_a_supervisor():
    done = subprocess.run(
        [sys.executable, "-c", DEAF], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert "most recent call first" in done.stderr
