"""Forks of one process that has everything imported: commands and crawls without a second of imports each.

Each is a process of its own, as when a person runs it: its environment, its working directory, its
output and its exit code. Tests of the starting itself begin ``python -m cli`` instead.
"""

import atexit
import gc
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from time import sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

ROOT = Path(__file__).parents[2]
LONGEST = 240.0  # seconds that a command may take
PRELOADED = [  # none of them begins an event loop or reads the environment
    "alembic.command",
    "cli.article",
    "cli.article_sheet",
    "cli.backfill",
    "cli.backfill_report",
    "cli.backup",
    "cli.crawl_report",
    "cli.database",
    "cli.export",
    "cli.export_rows",
    "cli.history",
    "cli.main",
    "cli.plan",
    "cli.progress",
    "cli.reextract_report",
    "cli.runs",
    "cli.search",
    "cli.sql",
    "cli.sql_output",
    "cli.verify",
    "crawlers.archives.commoncrawl",
    "crawlers.archives.warc",
    "crawlers.archives.wayback",
    "crawlers.downloader",
    "crawlers.registry",
    "crawlers.spiders",
    "db.time_travel.asof_session",
    "db.checks",
    "db.personal_names",
    "email.headerregistry",
    "pipelines.archive",
    "pipelines.backfill.backfilling",
    "pipelines.backup",
    "pipelines.capture",
    "pipelines.clean",
    "pipelines.exporting.exporting",
    "pipelines.rereading",
    "pipelines.store",
    "pipelines.verify",
    "rich._emoji_codes",
    "rich.progress",
    "rich.table",
    "scheduler.crawl",
    "scheduler.run_logs",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.engine",
    "scrapy.crawler",
    "multiprocessing.popen_spawn_posix",
    "scrapy.downloadermiddlewares.cookies",
    "scrapy.downloadermiddlewares.defaultheaders",
    "scrapy.downloadermiddlewares.downloadtimeout",
    "scrapy.downloadermiddlewares.httpauth",
    "scrapy.downloadermiddlewares.httpcache",
    "scrapy.downloadermiddlewares.httpproxy",
    "scrapy.downloadermiddlewares.offsite",
    "scrapy.downloadermiddlewares.redirect",
    "scrapy.downloadermiddlewares.stats",
    "scrapy.downloadermiddlewares.useragent",
    "scrapy.dupefilters",
    "scrapy.extensions.closespider",
    "scrapy.extensions.corestats",
    "scrapy.extensions.feedexport",
    "scrapy.extensions.logcount",
    "scrapy.extensions.logstats",
    "scrapy.extensions.memdebug",
    "scrapy.extensions.memusage",
    "scrapy.extensions.spiderstate",
    "scrapy.extensions.throttle",
    "scrapy.logformatter",
    "scrapy.pqueues",
    "scrapy.spidermiddlewares.depth",
    "scrapy.spidermiddlewares.referer",
    "scrapy.spidermiddlewares.start",
    "scrapy.spidermiddlewares.urllength",
    "scrapy.squeues",
    "scrapy.statscollectors",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "structlog",
    "tldextract",
]


@dataclass(frozen=True, kw_only=True)
class Begin:
    """What a fork does first, to be a process that has just begun: ``given`` is what it reads on stdin.

    With ``own_session`` it leads a session and a process group of its own.
    """

    out: Path
    err: Path
    environment: dict[str, str]
    given: Path | None = None
    folder: Path = ROOT
    own_session: bool = False

    def __call__(self, work: Callable[..., object], *given: object) -> None:
        """Begin, do the work, end with what it returns as the exit code."""
        if self.own_session:
            os.setsid()
        gc.freeze()  # else the first collection copies all that is shared with the preloaded process
        signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell ignore it
        add = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        standard = ((self.given or os.devnull, os.O_RDONLY), (self.out, add), (self.err, add))
        for number, (path, flags) in enumerate(standard):
            descriptor = os.open(path, flags, 0o600)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        os.environ.clear()
        os.environ.update(self.environment)
        os.chdir(self.folder)
        try:
            sys.exit(work(*given))
        finally:
            _end()


def _end() -> None:
    """End as the interpreter does: forks of multiprocessing's leave out what is registered for the exit."""
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - what the interpreter itself calls
    atexit._run_exitfuncs()  # noqa: SLF001 - the same


class Fork:
    """A process begun from the preloaded one; ``out`` and ``err`` are the files it writes to."""

    def __init__(
        self,
        work: Callable[..., object],
        *given: object,
        out: Path,
        err: Path,
        environment: Mapping[str, str],
        **more: Any,
    ) -> None:
        """Begin ``work(*given)``; what it returns, None for 0, will be the exit code; see :class:`Begin`."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        begin = Begin(out=out, err=err, environment=dict(environment), **more)
        self._process: BaseProcess = context.Process(target=begin, args=(work, *given))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid
        while begin.own_session and self.poll() is None and os.getsid(self.pid) != self.pid:
            sleep(0.001)

    def poll(self) -> int | None:
        """Give the exit code, None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Wait for its end and give the exit code; kill it, and fail, after ``timeout`` seconds."""
        self._process.join(timeout)
        if (code := self.poll()) is None:
            self.send_signal(signal.SIGKILL)
            self._process.join()
            raise AssertionError(f"it did not end within {timeout:g} s")
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def command(
    words: Sequence[str], *, environment: Mapping[str, str], folder: Path = ROOT, stdin: str = ""
) -> CompletedProcess[str]:
    """Run ``cuttings WORDS`` in a folder; give how it ended."""
    with tempfile.TemporaryDirectory() as told:
        given, out, err = (Path(told) / name for name in ("given", "out", "err"))
        given.write_text(stdin, encoding="utf-8")
        begin = {"given": given, "folder": folder}
        fork = Fork(command_line, list(words), out=out, err=err, environment=environment, **begin)
        return CompletedProcess(list(words), fork.wait(LONGEST), _text(out), _text(err))


def command_line(words: Sequence[str]) -> int:
    """Be the command line; give its exit code."""
    from cli.main import run

    sys.argv = ["cuttings", *words]
    return run(words)


def _text(path: Path) -> str:
    """Give what was written; nothing where a fork died before it could write."""
    return path.read_text(encoding="utf-8") if path.exists() else ""
