"""Runs: begun, ended with a verdict, listed, and what they brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine

from db.outlets import OutletFacts


class Kind(StrEnum):
    """What a run does."""

    CRAWL = "crawl"
    RECHECK = "recheck"
    BACKFILL = "backfill"
    REEXTRACT = "reextract"
    IMPORT = "import"


class Trigger(StrEnum):
    """Who started a run."""

    PERSON = "person"
    SCHEDULE = "schedule"
    WORKER = "worker"
    DEMO = "demo"


class Verdict(StrEnum):
    """How a run ended; a run without one is under way (or died: then it becomes ``lost``)."""

    OK = "ok"
    PARTIAL = "partial"
    EMPTY = "empty"
    HELD = "held"
    FAILED = "failed"
    STOPPED = "stopped"
    SKIPPED = "skipped"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One row of ``run``; times are aware UTC."""

    id: int
    outlet: str | None
    kind: Kind
    trigger: Trigger
    scheduled_for: datetime | None
    started_at: datetime
    ended_at: datetime | None
    host: str
    pid: int
    verdict: Verdict | None
    reason: str | None
    counts: Mapping[str, Any]
    peak_memory_bytes: int | None
    software_version: str
    order: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsLine:
    """One article a run made, changed or found gone."""

    article_id: int
    url: str
    title: str
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What a run brought; ``comments_*`` count comments."""

    new: tuple[NewsLine, ...]
    changed: tuple[NewsLine, ...]
    gone: tuple[NewsLine, ...]
    comments_new: int
    comments_changed: int
    comments_removed: int


def start(
    engine: Engine,
    outlet: OutletFacts | None,
    *,
    kind: Kind = Kind.CRAWL,
    trigger: Trigger = Trigger.PERSON,
    order: Mapping[str, Any] | None = None,
    software_version: str,
    scheduled_for: datetime | None = None,
) -> int:
    """Begin a run of this process, now; give its id. ``order`` must be JSON."""
    raise NotImplementedError


def attach(engine: Engine, run_id: int) -> Run:
    """Take over a run that another process began (``--run-id``): host and pid become this process's."""
    raise NotImplementedError


def finish(
    engine: Engine,
    run_id: int,
    verdict: Verdict,
    *,
    reason: str | None = None,
    counts: Mapping[str, Any] | None = None,
    peak_memory_bytes: int | None = None,
) -> None:
    """End a run, now, with its verdict; ``reason`` is a sentence for a person."""
    raise NotImplementedError


def get(engine: Engine, run_id: int) -> Run | None:
    """Give one run, None when there is none of this id."""
    raise NotImplementedError


def recent(engine: Engine, *, outlet: str | None = None, limit: int = 20) -> Sequence[Run]:
    """Give the newest runs first."""
    raise NotImplementedError


def news(engine: Engine, run_ids: Sequence[int]) -> News:
    """Give what these runs brought: articles new, changed and gone, and their comments."""
    raise NotImplementedError
