"""The Wayback Machine: what it lists of an outlet's hosts, and its mementos as captured."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlencode, urlsplit

from core import clock as clocks
from core.errors import SetupError, WeatherError
from core.mementos import Archived, Listing, Memento, Query
from core.records import Via
from core.settings import MEBIBYTE, Settings
from crawlers.archives import cdx
from crawlers.archives.archive import Lack, LackingError
from crawlers.archives.asking import (
    FORBIDDEN,
    INDEX_PATIENCE,
    AgainError,
    Asking,
    Manners,
    OversizeError,
    Pace,
    Reply,
    Trouble,
)
from crawlers.archives.coding import payload, start, text
from crawlers.outlet import Outlet

NAME = "wayback"
PAGE_ROWS = 5000  # ARCHIVE-FACTS.md section 5.4
PAGE_BYTES = 64 * MEBIBYTE  # 5000 rows of the longest addresses

MANNERS = Manners(
    name="the Wayback Machine",
    backoff=2.0,
    pausing=frozenset({Trouble.REFUSED, Trouble.TOO_MANY}),
    pause=timedelta(hours=1),  # what its firewall blocks for, the first time (ARCHIVE-FACTS.md section 5.1)
)

_REDIRECTS = range(300, 400)
_NOT_FOUND, _UNAVAILABLE_FOR_LEGAL_REASONS, _BAD_REQUEST = 404, 451, 400
_ORIGINAL = "x-archive-orig-"
_ERROR = "x-archive-wayback-runtime-error"
_EXCLUSIONS = ("AdministrativeAccessControl", "RobotAccessControl", "Blocked Site", "Blocked By Robots")
# Of the connection to the archive, or of a form of the body that is not the one handed on.
_OF_THE_WIRE = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "content-encoding", "content-length", "location",
    }
)  # fmt: skip
_PLAYED = re.compile(r"/web/(\d{14})(?:[a-z]{2}_)?/(.+)")


class Wayback:
    """Its index and its playback, each at a pace of its own (:class:`crawlers.archives.archive.Archive`)."""

    via = Via.WAYBACK

    def __init__(
        self,
        settings: Settings,
        *,
        agent: str,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = clocks.now,
    ) -> None:
        """Ask as ``agent`` (a User-Agent with a contact); ``sleep`` takes seconds and may raise to end."""
        self._asking = Asking(settings.wayback_url, settings, MANNERS, agent=agent, sleep=sleep, clock=clock)
        self._index = Pace(seconds=60 / settings.wayback_queries_per_minute, sleep=sleep, clock=clock)
        self._playback = Pace(seconds=settings.wayback_delay, sleep=sleep, clock=clock)
        self._most = settings.max_body_bytes

    def queries(self, outlet: Outlet, since: date | None, until: date | None) -> Iterator[Query]:
        """Give one question for each host: its spellings with ``www.`` and by https stand with it."""
        for host in dict.fromkeys(outlet.hosts):
            yield Query(via=self.via, archive=NAME, scope=cdx.scope(host, since, until))

    def listed(self, query: Query, cursor: str | None = None) -> Iterator[Listing]:
        """Give the index's rows page by page; a cursor is the index's own resume key, as printed.

        Raises :class:`core.errors.SetupError` for a host that is not shown.
        """
        prefix, since, until = cdx.asked(query.scope)
        parameters = {
            "url": f"{prefix}*",
            "from": f"{since:%Y%m%d}" if since else "",
            "to": f"{until:%Y%m%d}" if until else "",
            "fl": ",".join(cdx.FIELDS),
            "output": "json",
            "limit": str(PAGE_ROWS),
            "showResumeKey": "true",
        }
        while True:
            asked = {**parameters, **({"resumeKey": cursor} if cursor else {})}
            target = "/cdx/search/cdx?" + urlencode({name: value for name, value in asked.items() if value})
            page, before = self._page(target, prefix, first=cursor is None), cursor
            yield page
            cursor = page.cursor
            if cursor is None:
                return
            if cursor == before:
                raise WeatherError(f"the Wayback Machine's index of {prefix} leads in a circle at {cursor}")

    def fetch(self, memento: Memento) -> Archived:
        """Give a memento's bytes as captured; its ``archived_at`` is the true one where the row's was mended.

        Raises :class:`LackingError` for what cannot be had.
        """
        target = _target(memento.place, memento.url)
        reply = self._play(target)
        near = None if _moment(reply) else _near(reply, self._asking.origin)
        if near is not None:
            stamp, url = near
            if not _is_it(memento, stamp) or not cdx.same(url, memento.url):
                raise LackingError(Lack.ELSEWHEN, f"only a capture of {stamp} is held ({url})")
            target = _target(stamp, url)
            reply = self._play(target)
        taken = _moment(reply)
        if taken is None:
            raise _lacking(reply)
        if not _is_it(memento, taken.strftime(cdx.STAMP)):
            raise LackingError(Lack.ELSEWHEN, f"a capture of {taken:{cdx.STAMP}} came instead")
        return self._archived(replace(memento, archived_at=taken), reply, self._asking.origin + target)

    def close(self) -> None:
        """Close the connection."""
        self._asking.close()

    def _page(self, target: str, prefix: str, *, first: bool) -> Listing:
        def read(reply: Reply) -> Listing:
            if reply.status == FORBIDDEN:
                raise SetupError(
                    f"the Wayback Machine does not show {prefix} ({_reason(reply)}): its captures cannot be"
                    " had there; try --from commoncrawl"
                )
            if reply.status != 200:  # noqa: PLR2004 - the HTTP status
                raise AgainError(f"its index answers {reply.status}: {start(reply)}")
            said = text(reply, PAGE_BYTES)
            if not said.strip() and not first:  # a key was printed, but nothing was left
                return Listing(mementos=(), cursor=None)
            try:
                rows, key = cdx.table(said)
            except ValueError as error:
                raise AgainError(str(error)) from error
            return listing(rows, key)

        return self._asking.ask(
            target,
            self._index,
            read,
            max_bytes=PAGE_BYTES,
            answers=_is_blocked,
            patience=INDEX_PATIENCE,
        )

    def _play(self, target: str) -> Reply:
        """Give an answer that is a memento, leads to one, or says that there is none."""

        def read(reply: Reply) -> Reply:
            said = _is_of_playback(reply) or reply.status in {_BAD_REQUEST, _NOT_FOUND}
            if said or _near(reply, self._asking.origin):
                return reply
            raise AgainError(f"an answer {reply.status} that is no memento: {start(reply)}")

        try:
            return self._asking.ask(
                target, self._playback, read, max_bytes=self._most, answers=_is_of_playback
            )
        except OversizeError as error:
            raise LackingError(Lack.TOO_LARGE, str(error)) from error

    def _archived(self, memento: Memento, reply: Reply, source: str) -> Archived:
        kind = reply.header(f"{_ORIGINAL}content-type") or reply.header("content-type")
        try:
            held = payload(
                reply.body,
                reply.every("content-encoding"),
                kind=kind,
                wanted=memento.digest,
                max_bytes=self._most,
            )
        except OversizeError as error:
            raise LackingError(Lack.TOO_LARGE, str(error)) from error
        headers = [
            (name[len(_ORIGINAL) :], value)
            for name, value in reply.headers
            if name.lower().startswith(_ORIGINAL)
            and name[len(_ORIGINAL) :].lower() not in {"", *_OF_THE_WIRE}
        ]
        if kind and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", kind))
        if location := _location(reply, self._asking.origin):
            headers.append(("Location", location))
        if held.encoding:
            headers.append(("Content-Encoding", held.encoding))
        return Archived(
            memento=memento,
            status=reply.status,
            headers=tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers),
            body=held.body,
            source=source,
            verified=held.verified,
        )


def listing(rows: list[list[str]], key: str | None) -> Listing:
    """Give a page of rows, each once, as mementos; what is none of them stands in ``refused``."""
    mementos, refused = [], []
    for row in dict.fromkeys(tuple(row) for row in rows):
        try:
            mementos.append(cdx.wayback_row(row))
        except ValueError as error:
            refused.append(cdx.refusal(error, " ".join(row)))
    return Listing(mementos=tuple(mementos), cursor=key, refused=tuple(refused))


def _target(place: str, url: str) -> str:
    return f"/web/{place}id_/" + quote(url, safe="/%:@!$&'()*+,;=~-._?[]")


def _is_it(memento: Memento, stamp: str) -> bool:
    """Say whether a timestamp is the memento's: to the second, or to the minute where only that is known."""
    if cdx.to_second(memento.place):
        return stamp == memento.place
    return stamp[:12] == memento.archived_at.strftime(cdx.STAMP)[:12]


def _moment(reply: Reply) -> datetime | None:
    stated = reply.header("memento-datetime")
    try:
        return parsedate_to_datetime(stated) if stated else None
    except ValueError:
        return None


def _near(reply: Reply, origin: str) -> tuple[str, str] | None:
    """Give timestamp and address of the capture that an answer leads to within the archive."""
    location = reply.header("location")
    if reply.status not in _REDIRECTS or not location:
        return None
    path = _inside(location, origin)
    found = _PLAYED.fullmatch(path) if path else None
    return (found[1], found[2]) if found else None


def _inside(location: str, origin: str) -> str | None:
    """Give the path of an address of the archive itself, by http or https; None for any other."""
    if location.startswith("/web/"):
        return location
    for scheme in ("http:", "https:", ""):
        start = f"{scheme}//{urlsplit(origin).netloc}/"
        if location.lower().startswith(start):
            return location[len(start) - 1 :]
    return None


def _location(reply: Reply, origin: str) -> str | None:
    """Give the outlet's own ``Location``: playback wraps it into an address of its own."""
    if own := reply.header(f"{_ORIGINAL}location"):
        return own
    wrapped = reply.header("location")
    path = _inside(wrapped, origin) if wrapped else None
    found = _PLAYED.fullmatch(path) if path else None
    return found[2] if found else wrapped


def _is_of_playback(reply: Reply) -> bool:
    """Say whether a bad status is the outlet's own, or tells that the memento is not shown."""
    return _moment(reply) is not None or _not_shown(reply)


def _is_blocked(reply: Reply) -> bool:
    """Say whether the index shows nothing of a site, for good."""
    return reply.status == FORBIDDEN and _not_shown(reply)


def _not_shown(reply: Reply) -> bool:
    told = reply.header(_ERROR) or ""
    if any(word in told for word in _EXCLUSIONS) or reply.status == _UNAVAILABLE_FOR_LEGAL_REASONS:
        return True
    if reply.header("memento-datetime") or reply.status not in {200, FORBIDDEN}:
        return False
    said = text(reply, PAGE_BYTES)
    return "has been excluded" in said or any(word in said for word in _EXCLUSIONS[:2])


def _lacking(reply: Reply) -> LackingError:
    if _not_shown(reply):
        return LackingError(Lack.EXCLUDED, _reason(reply))
    if reply.status in _REDIRECTS:
        return LackingError(Lack.ELSEWHEN, f"it leads on and on: {reply.header('location')}")
    return LackingError(Lack.MISSING, f"listed, but not held: {reply.status}")


def _reason(reply: Reply) -> str:
    told = reply.header(_ERROR) or start(reply)
    return "by its robots.txt" if "Robot" in told else "excluded from it"
