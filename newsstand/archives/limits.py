"""How often an archive lets itself be asked, and how long it is angry with those who do not listen."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

MINUTE = 60.0  # seconds


class Service(StrEnum):
    """What an archive offers, each with its own limit and faults."""

    CDX = "cdx"  # and the time maps: one pool
    PLAYBACK = "playback"
    COLLINFO = "collinfo"
    INDEX = "index"
    DATA = "data"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Requests a minute, None for any number; ARCHIVE-FACTS.md section 5.1 has the values of 2026.

    ``playback_gap`` is the least seconds between two mementos. Who is still being answered 429
    ``block_after`` seconds after the first is refused for ``block_for`` seconds, then twice that.
    """

    cdx: int | None = None
    playback: int | None = None
    playback_gap: float | None = None
    index: int | None = None
    data: int | None = None
    block_after: float | None = None
    block_for: float = 3600.0


TODAY = Limits(cdx=30, playback=600, block_after=60.0)
"""The Wayback Machine's limits as of 2026-06-19."""


class Verdict(StrEnum):
    """What becomes of a request."""

    PASS = "pass"  # noqa: S105 - no password
    TOO_MANY = "too many"
    REFUSE = "refuse"


class Gate:
    """Counts requests and judges them; safe to ask from many threads."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = Lock()
        self._passed: dict[Service, deque[float]] = {service: deque() for service in Service}
        self._first = self._last = float("-inf")  # of the 429s that follow one another
        self._refused_until = float("-inf")
        self._blocks = 0

    def judge(self, service: Service) -> Verdict:
        """Judge a request that comes now."""
        with self._lock:
            now = self._clock()
            if now < self._refused_until:
                return Verdict.REFUSE
            if self._allowed(service, now):
                self._passed[service].append(now)
                return Verdict.PASS
            return self._scold(now)

    def _allowed(self, service: Service, now: float) -> bool:
        passed = self._passed[service]
        while passed and passed[0] <= now - MINUTE:
            passed.popleft()
        most = {
            Service.CDX: self._limits.cdx,
            Service.PLAYBACK: self._limits.playback,
            Service.INDEX: self._limits.index,
            Service.DATA: self._limits.data,
        }.get(service)
        if most is not None and len(passed) >= most:
            return False
        gap = self._limits.playback_gap if service is Service.PLAYBACK else None
        return gap is None or not passed or now - passed[-1] >= gap

    def _scold(self, now: float) -> Verdict:
        if now - self._last > MINUTE:
            self._first = now
        self._last = now
        after = self._limits.block_after
        if after is None or now - self._first <= after:
            return Verdict.TOO_MANY
        self._refused_until = now + self._limits.block_for * 2**self._blocks
        self._blocks += 1
        self._last = float("-inf")
        return Verdict.REFUSE
