"""The thread that asks an archive for what was chosen, and keeps what it gives."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from queue import Empty, Full, Queue

from core.errors import WeatherError
from core.mementos import Archived
from core.records import FetchAttempt, Outcome, StoredPage, Via
from core.urls import absolute
from crawlers.archives.archive import Archive, Lack, LackingError, PauseError
from db.mementos import Listed
from pipelines.capture import outcome_of
from pipelines.exchange import Exchange
from pipelines.signals import signals_of
from pipelines.warc import Captures

AHEAD = 16  # captures kept and not yet taken by whoever reads them
MISHAPS = 3  # captures in a row that the archive does not give, after which it counts as away
EXCLUSIONS = 20  # captures in a row that the archive does not show, after which the site itself is excluded


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A capture that is in our own files, with the attempt as it will be stored."""

    listed: Listed
    archived: Archived
    attempt: FetchAttempt
    page: StoredPage


@dataclass(frozen=True, kw_only=True, slots=True)
class Lacked:
    """A listed capture that cannot be had."""

    listed: Listed
    error: LackingError


@dataclass(frozen=True, kw_only=True, slots=True)
class Mishap:
    """A capture that the archive did not give this time, while it gives others."""

    listed: Listed
    error: WeatherError


class Fetcher:
    """Fetches one capture after the other, a few ahead of whoever takes them; to be closed."""

    def __init__(
        self,
        archive: Archive,
        captures: Captures,
        chosen: Iterator[Listed],
        *,
        place: Callable[[str], str],
        run_id: int,
    ) -> None:
        """Begin; ``place`` gives the outlet's own spelling of an address."""
        self.ended = False
        self.error: BaseException | None = None
        self._archive = archive
        self._captures = captures
        self._chosen = chosen
        self._place = place
        self._run_id = run_id
        self._mishaps = self._excluded = 0
        self._done: Queue[Kept | Lacked | Mishap] = Queue(AHEAD)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fetcher", daemon=True)
        self._thread.start()

    def take(self, seconds: float) -> Kept | Lacked | Mishap | None:
        """Give the next one; None where none came in time, or ``ended`` says that none will."""
        try:
            return self._done.get(timeout=seconds)
        except Empty:
            if not self._thread.is_alive() and self._done.empty():
                self.ended = True
            return None

    def close(self) -> None:
        """Fetch no more; what is under way is waited for."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            for listed in self._chosen:
                if not self._hand_over(self._fetched(listed)):
                    return
        except BaseException as error:  # noqa: BLE001 - told by whoever takes
            self.error = error

    def _fetched(self, listed: Listed) -> Kept | Lacked | Mishap:
        try:
            archived = self._archive.fetch(listed.memento)
        except LackingError as error:
            self._excluded = self._excluded + 1 if error.lack is Lack.EXCLUDED else 0
            if self._excluded == EXCLUSIONS:
                told = f"{EXCLUSIONS} captures in a row are excluded: the archive no longer shows this site"
                raise WeatherError(told) from error
            return Lacked(listed=listed, error=error)
        except PauseError:
            raise
        except WeatherError as error:
            self._mishaps += 1
            if self._mishaps == MISHAPS:
                raise
            return Mishap(listed=listed, error=error)
        self._mishaps = self._excluded = 0
        return self._kept(listed, archived)

    def _hand_over(self, one: Kept | Lacked | Mishap) -> bool:
        while not self._closed.is_set():
            try:
                self._done.put(one, timeout=0.2)
            except Full:
                continue
            return True
        return False

    def _kept(self, listed: Listed, archived: Archived) -> Kept:
        attempt = attempt_of(listed, archived, self._place, self._run_id)
        exchange = Exchange(
            url=archived.memento.url,
            fetched_at=archived.memento.archived_at,
            method="GET",
            request_headers=(),
            protocol=archived.protocol,
            status=archived.status,
            headers=archived.headers,
            body=archived.body,
            ip_address=archived.ip_address,
            truncated=archived.truncated,
            source=archived.source,
        )
        try:
            page = self._captures.write(exchange, None)
        except OSError as error:
            raise WeatherError(f"the captures cannot be written: {error}") from error
        attempt = replace(attempt, page=page, signals=signals_of(exchange))
        return Kept(listed=listed, archived=archived, attempt=attempt, page=page)


def attempt_of(listed: Listed, archived: Archived, place: Callable[[str], str], run_id: int) -> FetchAttempt:
    """Give the attempt an archived answer tells of: the archive's at the outlet, in its time."""
    url = place(listed.memento.url)
    outcome = outcome_of(archived.status)
    if archived.truncated == "length":
        outcome = Outcome.TOO_LARGE
    location = archived.header("Location")
    target = absolute(url, location) if location and outcome is Outcome.REDIRECT else None
    return FetchAttempt(
        key=key_of(listed, run_id),
        url=url,
        fetched_at=archived.memento.archived_at,  # the index's own may be a mended one
        outcome=outcome,
        status=archived.status,
        redirect_to=place(target) if target else None,
        via=listed.memento.via,
    )


def observed(listed: Listed, like: FetchAttempt, sha256: str, run_id: int) -> FetchAttempt:
    """Give the attempt that a listed capture of the same bytes tells of."""
    return FetchAttempt(
        key=key_of(listed, run_id),
        url=like.url,
        fetched_at=listed.memento.archived_at,
        outcome=like.outcome,
        status=listed.memento.status or like.status,
        redirect_to=like.redirect_to,
        via=Via(listed.memento.via),
        same_as=sha256,
    )


def key_of(listed: Listed, run_id: int) -> str:
    """Give the key that ties a capture's attempt to what is read from it."""
    return f"memento-{listed.id}-{run_id}"
