"""Runs and their logs as they come: `cuttings runs 12 --log`, `cuttings runs [12] --follow`."""

import json
import time
from collections import deque
from collections.abc import Iterator, Mapping
from functools import partial
from typing import IO, Any

import click
from sqlalchemy import Engine

from cli.talk import moment, talk
from core import logs
from core.errors import CuttingsError
from core.settings import Settings
from db.running import runs
from db.running.runs import Run
from pipelines.patience import patiently
from scheduler import run_logs

EVERY = 0.5  # seconds between two looks
LOOKED_BACK = 200  # runs among which new ones are looked for: nobody begins as many between two looks


def show_log(settings: Settings, run: Run, last: int | None, *, as_json: bool) -> None:
    """Print a run's log, or its last records."""
    file = run_logs.path(settings, run)
    if file is None:
        told = f"there is no log of run {run.id} in {settings.logs}: the run was on {run.host}"
        raise CuttingsError(f"{told}, and logs are kept for {settings.log_days} days")
    records: Iterator[dict[str, Any]] = run_logs.lines(file)
    for record in deque(records, last) if last else records:
        _print(record, as_json=as_json)


def follow_one(engine: Engine, settings: Settings, run: Run, *, as_json: bool) -> None:
    """Print a run's log as it grows, until the run ends; then how it ended."""
    tail = _Tail(settings, run)
    while True:
        run = patiently(partial(runs.get, engine, run.id)) or run
        for record in tail.new():  # what was written before the row was read as ended is all of it
            _print(record, as_json=as_json)
        if run.ended_at is not None:
            break
        time.sleep(EVERY)
    if tail.empty:
        talk().print(f"there is no log of run {run.id} on this machine; it was on {run.host}", style="dim")
    click.echo(json.dumps(_ended(run)) if as_json else _said(run))


def follow_all(engine: Engine, *, outlet: str | None, as_json: bool) -> None:
    """Print what is under way, then runs as they come and as they end, until interrupted."""
    known = {run.id: run for run in _recent(engine, outlet)}
    for run in known.values():
        if run.ended_at is None:
            _tell(run, ended=False, as_json=as_json)
    talk().print("following; Ctrl-C ends", style="dim")
    while True:
        time.sleep(EVERY)
        for run in _recent(engine, outlet):
            before = known.get(run.id)
            if before is None:
                _tell(run, ended=False, as_json=as_json)
            if run.ended_at is not None and (before is None or before.ended_at is None):
                _tell(run, ended=True, as_json=as_json)
            known[run.id] = run


class _Tail:
    """A log file, read on as it grows."""

    def __init__(self, settings: Settings, run: Run) -> None:
        self._settings = settings
        self._run = run
        self._stream: IO[bytes] | None = None
        self._rest = b""
        self.empty = True

    def new(self) -> Iterator[dict[str, Any]]:
        """Give the records that came since the last time."""
        if self._stream is None and (file := run_logs.path(self._settings, self._run)) is not None:
            self._stream = run_logs.opened(file)
        if self._stream is None:
            return
        *whole, self._rest = (self._rest + self._stream.read()).split(b"\n")
        for line in whole:
            if (record := run_logs.parse(line)) is not None:
                self.empty = False
                yield record


def _recent(engine: Engine, outlet: str | None) -> list[Run]:
    """Give the newest runs, the oldest of them first."""
    return list(reversed(patiently(lambda: runs.recent(engine, outlet=outlet, limit=LOOKED_BACK))))


def _tell(run: Run, *, ended: bool, as_json: bool) -> None:
    """Print that a run began, or ended."""
    if as_json:
        click.echo(json.dumps(_ended(run) if ended else _begun(run)))
    elif ended:
        click.echo(_said(run))
    else:
        what = (
            f"{run.outlet or 'the archive'}: {run.kind.value}, started by {run.trigger.value} on {run.host}"
        )
        click.echo(f"{moment(run.started_at)}  run {run.id} began   {what}")


def _begun(run: Run) -> dict[str, Any]:
    facts = {"run": run.id, "outlet": run.outlet, "kind": run.kind.value, "trigger": run.trigger.value}
    return facts | {"host": run.host, "started_at": run.started_at.isoformat()}


def _ended(run: Run) -> dict[str, Any]:
    end = {"verdict": run.verdict and run.verdict.value, "reason": run.reason, "counts": dict(run.counts)}
    return _begun(run) | {"ended_at": run.ended_at and run.ended_at.isoformat()} | end


def _said(run: Run) -> str:
    outlet = run.outlet or "the archive"
    reason = logs.as_text({"event": run.reason or ""})
    return f"{moment(run.ended_at)}  run {run.id} ended {run.verdict}  {outlet}: {reason}"


def _print(record: Mapping[str, Any], *, as_json: bool) -> None:
    click.echo(json.dumps(record) if as_json else logs.as_text(record))
