"""What is wrong with what the archive works by: database, disk, clocks, daemons, workers, messengers."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from db.running.processes import ALIVE_WITHIN, LivingProcess
from db.words import Role
from scheduler.problem import Problem, critical, size, span, warning, when

if TYPE_CHECKING:
    from scheduler.facts import Facts

DISK_CRITICAL = 0.25
"""Share of ``disk_low_bytes`` under which little disk is critical."""
CLOCK_SKEW = timedelta(seconds=30)
"""Difference of two clocks that is told: heartbeats and slots are compared by the minute."""
UNTOLD = timedelta(minutes=15)
"""How long an alert may wait for its targets before that is a problem of its own."""


def _database(facts: "Facts") -> Iterator[Problem]:
    if facts.trouble is not None:
        yield critical(facts.trouble.key, facts.trouble.message)


def _disk(facts: "Facts") -> Iterator[Problem]:
    free, low = facts.free_bytes, facts.disk_low_bytes
    if free is None or free >= low:
        return
    said = (
        f"only {size(free)} are free in {facts.home} (warned below {size(low)}, CUTTINGS_DISK_LOW_BYTES): "
        "make room, or move the home to a bigger disk; crawls stop when nothing can be written"
    )
    yield warning("disk_low", said)
    if free < low * DISK_CRITICAL:
        yield critical("disk_full", said)


def _clocks(facts: "Facts") -> Iterator[Problem]:
    ahead = facts.clock_ahead
    if ahead is not None and abs(ahead) > CLOCK_SKEW:
        way = "ahead of" if ahead > timedelta() else "behind"
        yield warning(
            "clock_skew",
            f"the clock of the database's server is {span(abs(ahead))} {way} that of {facts.host}: times in "
            "the archive are wrong by as much; set both by NTP (`timedatectl set-ntp true`)",
        )
    for what, at in facts.newest.items():
        if at - facts.at > CLOCK_SKEW:
            yield warning(
                f"clock_future_{what}",
                f"the newest {what} in the archive is of {when(at)}, {span(at - facts.at)} in the future: "
                f"the clock of {facts.host} is behind, or was ahead then; check it (`timedatectl`)",
            )


def _daemons(facts: "Facts") -> Iterator[Problem]:
    daemons = [process for process in facts.processes if process.role is Role.DAEMON]
    for process in _silent(facts, Role.DAEMON):
        yield critical(
            f"daemon_silent:{process.host}",
            f"the daemon on {process.host} (process {process.pid}) gave no sign of life since "
            f"{when(process.beat_at)} ({span(facts.at - process.beat_at)}): it died or is stuck; "
            "look at its log and start it again (`systemctl restart cuttings`, or `cuttings daemon`)",
        )
    if not daemons and facts.schedules:
        yield warning(
            "no_daemon",
            f"no daemon is running, so nothing is crawled by itself ({facts.schedules} schedules wait): "
            "start one with `cuttings daemon`",
        )


def _workers(facts: "Facts") -> Iterator[Problem]:
    for process in _silent(facts, Role.WORKER):
        yield warning(
            f"worker_silent:{process.host}:{process.pid}",
            f"the worker on {process.host} (process {process.pid}) gave no sign of life since "
            f"{when(process.beat_at)}: it died or is stuck; start it again with `cuttings worker`",
        )
    daemons = [one for one in facts.processes if one.role is Role.DAEMON and lives(facts, one)]
    workers = [one for one in facts.processes if one.role is Role.WORKER and lives(facts, one)]
    if facts.executor == "procrastinate" and daemons and not workers:
        yield critical(
            "no_worker",
            "no worker is running, so what the daemon queues is not crawled: "
            "start one with `cuttings worker`",
        )


def _silent(facts: "Facts", role: Role) -> Iterator[LivingProcess]:
    """Give those without a sign of life whose place nobody took, or who never said that they ended."""
    of_role = [process for process in facts.processes if process.role is role]
    for process in of_role:
        followed = any(
            other.home == process.home and other.started_at > process.beat_at and lives(facts, other)
            for other in of_role
        )
        if not lives(facts, process) and not followed:
            yield process


def lives(facts: "Facts", process: LivingProcess) -> bool:
    """Say whether a process gave a sign of life of late."""
    return facts.at - process.beat_at <= ALIVE_WITHIN


def _undelivered(facts: "Facts") -> Iterator[Problem]:
    since = facts.untold_since
    if since is not None and facts.at - since > UNTOLD:
        told = "1 alert has" if facts.untold == 1 else f"{facts.untold} alerts have"
        yield warning(
            "alerts_undelivered",
            f"{told} not reached every target since {when(since)} ({span(facts.at - since)}): the "
            "daemon's log says which target refuses; check CUTTINGS_ALERT_WEBHOOK, CUTTINGS_SMTP_URL and "
            "CUTTINGS_ALERT_URLS (`cuttings config`)",
        )


WHOLE: tuple[Callable[["Facts"], Iterator[Problem]], ...] = (
    _database,
    _disk,
    _clocks,
    _daemons,
    _workers,
    _undelivered,
)
