"""Alerts: each problem is told once, and its end once, to everybody the settings name."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core.clock import now
from core.errors import SetupError
from core.settings import Settings
from db.running import problems
from db.running.problems import OVER_AFTER, Untold
from db.turn import Turn
from pipelines.patience import short
from scheduler.further import Further
from scheduler.mail import Mail
from scheduler.problem import Problem
from scheduler.status import release
from scheduler.tidings import DeliveryError, Target, Tidings
from scheduler.webhook import Webhook

WAIT = 15.0
"""Seconds that telling waits for slow targets; they go on by themselves, and count when they are done."""
_POLL = 0.02  # seconds between two looks at the targets' threads
_OUTSIDE = "database_"  # problems of the database itself cannot be kept in it

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Item:
    """Something to be told; ``mark`` tells it from all others, ``row`` is what the database knows of it.

    An end is told to those who were told of the problem: to all with ``begun`` None, else to those
    who have taken the mark ``begun``.
    """

    mark: str
    tidings: Tidings
    row: Untold | None = None
    begun: str | None = None


@dataclass(kw_only=True, slots=True)
class _Outside:
    """A problem of the database itself, kept in memory as long as this process lives."""

    problem: Problem
    first_seen_at: datetime
    last_seen_at: datetime
    told: bool = False


@dataclass(kw_only=True, slots=True)
class _Post:
    """A target, what it has taken, and the thread that tells it just now."""

    target: Target
    taken: set[str] = field(default_factory=set)
    thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    def owes(self, item: _Item) -> bool:
        """Say whether the target has yet to take it."""
        concerned = item.begun is None or item.begun in self.taken
        return concerned and item.mark not in self.taken

    def begin(self, items: Sequence[_Item]) -> None:
        """Tell in a thread that nothing waits for: a dead mail server must not keep a daemon from ending."""
        self.thread = threading.Thread(target=self._deliver, args=(items,), daemon=True, name="alerts")
        self.thread.start()

    def _deliver(self, items: Sequence[_Item]) -> None:
        marks = {id(item.tidings): item.mark for item in items}
        try:
            for told in self.target.send([item.tidings for item in items]):
                self.taken.add(marks[id(told)])
        except DeliveryError as error:
            keys = ", ".join(item.tidings.key for item in items if item.mark not in self.taken)
            logger.error("%s was not told of %s: %s; tried again", self.target.name, keys, error)  # noqa: TRY400 - the sentence says all


class Alerts:
    """Keeps the table of problems in step with what is met, and tells it.

    A problem is told when it is first met, and its end once nobody has met it for ten minutes
    (:data:`db.running.problems.OVER_AFTER`): one that comes and goes is told once. What was told to all
    targets is noted in the database, so a restart tells nothing twice; a target that fails is tried
    again each time, and holds up neither the others nor the caller. After a restart the others may
    hear again what such a target has not taken. On PostgreSQL one daemon of several tells.

    Problems of the database itself (``database_away``) cannot be noted there: each daemon tells them,
    once in its life.
    """

    def __init__(self, engine: Engine, settings: Settings, *, clock: Callable[[], datetime] = now) -> None:
        """Raise SetupError for settings that cannot be gone by; connects to nothing."""
        self._engine = engine
        self._clock = clock
        self._posts = [_Post(target=target) for target in targets(settings)]
        self._outside: dict[str, _Outside] = {}
        self._turn = Turn(engine, "alerts")

    async def tell(self, found: Sequence[Problem]) -> None:
        """Take note of what is wrong now and tell what is to be told; call it at each look (a minute)."""
        at = self._clock()
        items = self._of_database(found, at)
        kept = [problem for problem in found if not problem.key.startswith(_OUTSIDE)]
        try:
            items += await asyncio.to_thread(self._recorded, kept, at)
        except (SQLAlchemyError, OSError) as error:
            logger.warning("problems cannot be noted, the database is away: %s", short(error))
        await self._send(items)
        told = [item for item in items if self._posts and not any(post.owes(item) for post in self._posts)]
        try:
            await asyncio.to_thread(self._note, told, at)
        except (SQLAlchemyError, OSError) as error:  # noted next time: the targets' own memory holds them
            logger.warning("alerts that went out cannot be noted, the database is away: %s", short(error))

    def close(self) -> None:
        """Let another daemon tell; what is under way goes on."""
        self._turn.end()

    def _recorded(self, found: Collection[Problem], at: datetime) -> list[_Item]:
        new, over = problems.record(self._engine, found, at)
        for key in new:
            logger.warning("problem %s: %s", key, next(one.message for one in found if one.key == key))
        for key in over:
            logger.info("problem %s is over", key)
        if not self._posts:
            return []
        untold = problems.untold(self._engine, at)
        return [_item(one) for one in untold] if untold and self._turn.mine() else []

    def _of_database(self, found: Sequence[Problem], at: datetime) -> list[_Item]:
        """Give what is to be told of the database itself, out of this process's memory."""
        for problem in found:
            if problem.key.startswith(_OUTSIDE):
                fresh = _Outside(problem=problem, first_seen_at=at, last_seen_at=at)
                if problem.key not in self._outside:
                    logger.error("problem %s: %s", problem.key, problem.message)
                self._outside.setdefault(problem.key, fresh).last_seen_at = at
        items = []
        for key, one in list(self._outside.items()):
            over = one.last_seen_at <= at - OVER_AFTER
            if over and not one.told:
                del self._outside[key]
            elif over or not one.told:
                items.append(_outside_item(one, over=over))
        return items

    async def _send(self, items: Sequence[_Item]) -> None:
        for post in self._posts:
            due = [item for item in items if post.owes(item)]
            if due and not post.busy:
                post.begin(due)
        deadline = time.monotonic() + WAIT
        while any(post.busy for post in self._posts):
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(_POLL)

    def _note(self, told: Sequence[_Item], at: datetime) -> None:
        rows = [item.row for item in told if item.row is not None]
        if rows:
            problems.mark_told(self._engine, rows, at)
        for item in told:
            if item.row is None and item.tidings.over_at is None:
                self._outside[item.tidings.key].told = True
            elif item.row is None:
                del self._outside[item.tidings.key]
            for post in self._posts:
                post.taken -= {item.mark, item.begun}


def check(settings: Settings) -> None:
    """Raise SetupError for settings of alerts that are half given or wrong; connects to nothing."""
    targets(settings)


def targets(settings: Settings) -> list[Target]:
    """Give everybody who is told; raise SetupError for settings that are half given or wrong."""
    _check_whole(settings)
    archive = {"host": socket.gethostname(), "version": release()}
    found: list[Target] = []
    if settings.alert_webhook is not None:
        found.append(Webhook(settings.alert_webhook.get_secret_value(), archive))
    if settings.smtp_url is not None:
        found.append(
            Mail(
                settings.smtp_url.get_secret_value(),
                recipients=settings.alert_mail_to,
                sender=settings.alert_mail_from,
                archive=archive,
            )
        )
    if settings.alert_urls is not None:
        urls = settings.alert_urls.get_secret_value().split()
        found += [Further(place, url, archive) for place, url in enumerate(urls, 1)]
    return found


def _check_whole(settings: Settings) -> None:
    if settings.alert_mail_to and settings.smtp_url is None:
        raise SetupError(
            "CUTTINGS_ALERT_MAIL_TO is set, but no mail server: set CUTTINGS_SMTP_URL "
            "(smtp://USER:PASSWORD@HOST:587), or unset both"
        )
    if settings.smtp_url is not None and not settings.alert_mail_to:
        raise SetupError(
            "CUTTINGS_SMTP_URL is set, but nobody to be told: set CUTTINGS_ALERT_MAIL_TO, or unset both"
        )
    if settings.alert_mail_from and not settings.alert_mail_to:
        raise SetupError(
            "CUTTINGS_ALERT_MAIL_FROM is set, but nobody to be told: set CUTTINGS_ALERT_MAIL_TO and "
            "CUTTINGS_SMTP_URL, or unset it"
        )


def _item(untold: Untold) -> _Item:
    tidings = Tidings(
        key=untold.key,
        outlet=untold.outlet,
        severity=untold.severity,
        message=untold.message,
        since=untold.first_seen_at,
        over_at=untold.over_at,
    )
    begun = f"{untold.id} problem" if untold.over_at and not untold.told else None
    return _Item(mark=f"{untold.id} {tidings.state}", tidings=tidings, row=untold, begun=begun)


def _outside_item(one: _Outside, *, over: bool) -> _Item:
    tidings = Tidings(
        key=one.problem.key,
        outlet=one.problem.outlet,
        severity=one.problem.severity,
        message=one.problem.message,
        since=one.first_seen_at,
        over_at=one.last_seen_at if over else None,
    )
    mark = f"{tidings.key} {one.first_seen_at.isoformat()} {tidings.state}"
    return _Item(mark=mark, tidings=tidings)
