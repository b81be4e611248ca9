"""`cuttings runs stop`: who is asked to end a run, and what comes of it."""

import os
import signal
import socket
import time
from functools import partial

import click
import psutil
from sqlalchemy import Engine

from cli.talk import talk
from core.clock import now
from core.errors import CuttingsError
from db.running import processes, runs
from db.running.runs import Run, Trigger
from pipelines.lost import lives
from pipelines.patience import patiently

EVERY = 0.5  # seconds between two looks whether it has ended
_OURS = frozenset({"crawl", "reextract"})  # commands that carry out one run
_SUPERVISORS = frozenset(
    {"daemon", "worker"}
)  # commands that look for requests, whose process it is at first


def stop_run(engine: Engine, run: Run, *, wait: bool) -> None:
    """Ask a run to stop, and say what will happen; with ``wait`` return when it has ended.

    CuttingsError where it has ended, or where nobody would hear the request.
    """
    if run.ended_at is not None:
        raise CuttingsError(f"run {run.id} has ended already: {run.verdict}, {run.reason}")
    here = run.host == socket.gethostname()
    if here and not lives(run):
        raise CuttingsError(
            f"run {run.id} is lost: its process {run.pid} is dead. The daemon, or the next crawl of "
            f"{run.outlet or 'the archive'}, records its end"
        )
    supervised = _is_supervised(run) if here else _is_heard(engine, run)
    if not here and not supervised:
        raise CuttingsError(
            f"run {run.id} is under way on {run.host}, where neither a daemon nor a worker lives that "
            f"would hear of it: run `cuttings runs stop {run.id}` there"
        )
    if not patiently(lambda: runs.request_stop(engine, run.id)):
        talk().print(f"run {run.id} has just ended by itself")
    elif supervised:
        talk().print(
            f"run {run.id} is asked to stop; its supervisor on {run.host} hears of it within seconds"
        )
    else:
        _tell(run)
        talk().print(f"run {run.id} is told to stop: requests under way are finished, everything is stored")
    if wait:
        _wait(engine, run)


def _is_supervised(run: Run) -> bool:
    """Say whether a run of this machine belongs to a daemon or a worker, which looks for requests itself."""
    words = set(_words(run.pid))
    by_itself = run.trigger in {Trigger.SCHEDULE, Trigger.WORKER}
    return by_itself or "--run-id" in words or not words.isdisjoint(_SUPERVISORS)


def _is_heard(engine: Engine, run: Run) -> bool:
    """Say whether a daemon or worker lives on the run's machine."""
    since = now() - processes.ALIVE_WITHIN
    return any(one.host == run.host and one.beat_at > since for one in processes.living(engine))


def _tell(run: Run) -> None:
    """Send the process of a run that a person started the signal to end."""
    words = _words(run.pid)
    if not _OURS & set(words):
        raise CuttingsError(
            f"process {run.pid} is no crawl of ours ({' '.join(words)[:80] or 'it cannot be looked at'}); "
            "stop the run where it was started"
        )
    try:
        os.kill(run.pid, signal.SIGTERM)
    except ProcessLookupError:
        talk().print(f"process {run.pid} has just ended")
    except PermissionError as error:
        told = f"process {run.pid} belongs to another user; that user can stop run {run.id}"
        raise CuttingsError(told) from error


def _words(pid: int) -> list[str]:
    try:
        words: list[str] = psutil.Process(pid).cmdline()
    except psutil.Error:
        return []
    return words


def _wait(engine: Engine, run: Run) -> None:
    while run.ended_at is None:
        time.sleep(EVERY)
        run = patiently(partial(runs.get, engine, run.id)) or run
    click.echo(f"run {run.id} ended {run.verdict}: {run.reason}")
