"""Asking an archive over the net: one connection, its pace kept, what passes tried again."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TypeVar

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError, ProtocolError

from core.errors import SetupError, WeatherError
from core.settings import Settings
from crawlers.archives.archive import PauseError

_T = TypeVar("_T")

FORBIDDEN, TOO_MANY = 403, 429  # HTTP statuses
_SERVER_ERRORS = 500  # the first of those statuses
_MOST_BACKOFF = 300.0  # seconds
_SCOLDED_FOR = 60.0  # seconds to wait after a 429 that states none (ARCHIVE-FACTS.md section 5.1)
_MARGIN = 1.0  # second: who is back on the stroke of it is still being scolded
_LONGEST_SCOLD = 600.0  # a Retry-After above it ends the run
_SCOLDS = 3  # answers 429 to one question after which the archive is left alone
_REFUSALS = 2  # refusals of one question that are no chance
INDEX_PATIENCE = 4.0  # a query of an index takes longer than a page
_CHUNK = 65_536  # bytes


class Trouble(StrEnum):
    """Why an archive gave no answer."""

    BROKEN = "broken"  # away, too slow, broken off, or nonsense
    REFUSED = "refused"  # no connection, or hung up without a word: what a firewall does
    OVERLOADED = "overloaded"  # 5xx
    TOO_MANY = "too many"  # 429


class AgainError(Exception):
    """An answer that is none: the question is to be asked again."""

    def __init__(self, detail: str, trouble: Trouble = Trouble.BROKEN) -> None:
        """Keep what was wrong."""
        super().__init__(detail)
        self.detail = detail
        self.trouble = trouble


class OversizeError(WeatherError):
    """A body over the limit; it was not taken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """How an archive wants to be treated; ``name`` is the one a person reads.

    After ``backoff`` seconds, then twice as many, it is asked again; when tries are used up, the
    troubles in ``pausing`` mean to leave it alone for ``pause``, the others are weather.
    """

    name: str
    backoff: float
    pausing: frozenset[Trouble]
    pause: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer as it came over the wire: nothing decoded, no header merged."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Give the first header of a name, case ignored; None where there is none."""
        return next(iter(self.every(name)), None)

    def every(self, name: str) -> tuple[str, ...]:
        """Give all headers of a name, case ignored."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())


@dataclass(kw_only=True)
class Pace:
    """The least ``seconds`` from one request to the next."""

    seconds: float
    sleep: Callable[[float], None]
    clock: Callable[[], datetime]
    _last: datetime | None = field(default=None, init=False)

    def keep(self) -> None:
        """Wait until the next request may go, and take it for made."""
        if self._last is not None:
            left = self.seconds - (self.clock() - self._last).total_seconds()
            if left > 0:
                self.sleep(min(left, self.seconds))  # a clock put back must not make it hours
        self._last = self.clock()


def never(_reply: Reply) -> bool:
    """Take no bad status for an answer."""
    return False


class Asking:
    """Questions to one origin, one after the other.

    All waiting is done by ``sleep``, which may raise to end at once; ``clock`` gives aware UTC.
    """

    def __init__(  # noqa: PLR0913 - what differs between archives, and what tests replace
        self,
        origin: str,
        settings: Settings,
        manners: Manners,
        *,
        agent: str,
        sleep: Callable[[float], None],
        clock: Callable[[], datetime],
    ) -> None:
        """Raise :class:`SetupError` where ``origin`` is no http or https address."""
        if not re.fullmatch(r"https?://[^/\s]+(/[^\s?#]*)?", origin):
            raise SetupError(
                f"'{origin}' is no origin of {manners.name}; give one like https://archive.example"
            )
        self.origin = origin.rstrip("/")
        self._settings, self._manners = settings, manners
        self._sleep, self._clock = sleep, clock
        self._agent = agent
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=1, retries=False)

    def ask(  # noqa: PLR0913 - one question
        self,
        target: str,
        pace: Pace,
        read: Callable[[Reply], _T],
        *,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
        answers: Callable[[Reply], bool] = never,
        patience: float = 1.0,
    ) -> _T:
        """Give what ``read`` makes of the answer to a GET of ``target`` (path and query).

        ``read`` raises :class:`AgainError` for an answer that makes no sense; ``answers`` says of a
        403, 429 or 5xx that it is one all the same; it may take ``download_timeout`` times
        ``patience``. Raises :class:`PauseError`,
        :class:`OversizeError` and :class:`core.errors.WeatherError`.
        """
        seconds = self._settings.download_timeout * patience
        tries = scolds = refusals = 0
        while True:
            pace.keep()
            try:
                reply = self._once(target, headers or {}, max_bytes, seconds)
                scold = self._judged(reply) if not answers(reply) else None
                if scold is None:
                    return read(reply)
            except AgainError as error:
                tries += 1
                refusals = refusals + 1 if error.trouble is Trouble.REFUSED else 0
                if tries > self._settings.retries:
                    raise self._given_up(error, refusals) from error
                self._sleep(min(self._manners.backoff * 2 ** (tries - 1), _MOST_BACKOFF))
            else:
                scolds += 1
                if scolds >= _SCOLDS or scold > _LONGEST_SCOLD:
                    raise self._pause("it answers 429, too many requests", scold)
                self._sleep(scold + _MARGIN)

    def close(self) -> None:
        """Close the connection."""
        self._pool.clear()

    def _once(self, target: str, headers: Mapping[str, str], max_bytes: int, seconds: float) -> Reply:
        sent = {"User-Agent": self._agent, "Accept": "*/*", "Accept-Encoding": "gzip", **headers}
        try:
            response = self._pool.request(
                "GET",
                self.origin + target,
                headers=sent,
                redirect=False,
                timeout=urllib3.Timeout(connect=self._settings.download_timeout, read=seconds),
                preload_content=False,
                decode_content=False,
            )
        except LocationParseError as error:
            raise SetupError(f"'{self.origin}' is no origin of {self._manners.name}: {error}") from error
        except HTTPError as error:
            raise AgainError(_said(error), Trouble.REFUSED if _refused(error) else Trouble.BROKEN) from error
        whole = False
        try:
            body = self._body(response, max_bytes, seconds)
            whole = True
        except HTTPError as error:
            raise AgainError(f"the answer broke off: {_said(error)}") from error
        finally:
            if not whole:
                response.close()
            response.release_conn()
        told = tuple((name, " ".join(value.split("\r\n"))) for name, value in response.headers.iteritems())
        return Reply(status=response.status, headers=told, body=body)

    def _body(self, response: urllib3.BaseHTTPResponse, max_bytes: int, seconds: float) -> bytes:
        """Read chunk by chunk: a server that drips must not hold us, nor a bomb fill the memory."""
        stated = response.headers.get("content-length", "")
        if stated.isdecimal() and int(stated[:18]) > max_bytes:
            raise OversizeError(f"{stated} bytes; the limit is {max_bytes} (CUTTINGS_MAX_BODY_BYTES)")
        began, parts, size = self._clock(), [], 0
        while part := response.read1(_CHUNK, decode_content=False):
            parts.append(part)
            size += len(part)
            if size > max_bytes:
                raise OversizeError(f"over {max_bytes} bytes (CUTTINGS_MAX_BODY_BYTES)")
            if (self._clock() - began).total_seconds() > seconds:
                raise AgainError(f"the answer took over {seconds:g} seconds")
        return b"".join(parts)

    def _judged(self, reply: Reply) -> float | None:
        """Give the seconds a 429 asks for, None for an answer; raise for a 403 and for 5xx."""
        if reply.status == TOO_MANY:
            return scolded_for(reply, self._clock())
        if reply.status == FORBIDDEN:
            raise self._pause("it answers 403, forbidden", 0.0)
        if reply.status >= _SERVER_ERRORS:
            raise AgainError(f"it answers {reply.status}", Trouble.OVERLOADED)
        return None

    def _given_up(self, error: AgainError, refusals: int) -> WeatherError:
        by_chance = error.trouble is Trouble.REFUSED and refusals < _REFUSALS
        if error.trouble in self._manners.pausing and not by_chance:
            return self._pause(error.detail, 0.0)
        return WeatherError(f"{self._manners.name} gives no answer: {error.detail}")

    def _pause(self, detail: str, seconds: float) -> PauseError:
        until = self._clock() + max(self._manners.pause, timedelta(seconds=seconds))
        return PauseError(f"{self._manners.name} wants to be left alone: {detail}", until)


def scolded_for(reply: Reply, now: datetime) -> float:
    """Give the seconds that ``Retry-After`` asks for, at most a day; 60 where it asks for none sensibly."""
    stated = (reply.header("retry-after") or "").strip()
    seconds = 0.0
    if stated.isdecimal() and stated.isascii():
        seconds = float(stated[:9])
    else:
        try:
            until = parsedate_to_datetime(stated)
        except ValueError:
            return _SCOLDED_FOR
        if until.tzinfo is not None:
            seconds = (until - now).total_seconds()
    return min(seconds, 86_400.0) if seconds > 0 else _SCOLDED_FOR


def _refused(error: HTTPError) -> bool:
    """Say whether nobody took the connection, or it was ended before a word was said."""
    if isinstance(error, NewConnectionError):
        return isinstance(error.__cause__, ConnectionRefusedError)
    causes = error.args[1:] if isinstance(error, ProtocolError) else ()
    return any(isinstance(cause, ConnectionError) for cause in causes)


def _said(error: HTTPError) -> str:
    cause = error.__cause__ or (error.args[1] if len(error.args) > 1 else None)
    return str(cause or error) or type(error).__name__
