"""Both archives over loopback: what is held, what is limited, what is made to go wrong."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Literal, Self
from urllib.parse import parse_qs, unquote, urlsplit

from newsstand.archives import cdx, crawls, faults, plan, playback
from newsstand.archives.captures import Capture, Holdings
from newsstand.archives.limits import Gate, Limits, Service, Verdict
from newsstand.archives.wire import ArchiveServer, Reply, refusing
from newsstand.server import Request

Name = Literal["wayback", "commoncrawl"]
_CRAWLED = frozenset({"broad crawl", "no article", "day 1", "day 2", "day 3"})
_NO_LIMITS = Limits()


@dataclass(kw_only=True, slots=True)
class _Planted:
    """A fault that waits for its request."""

    service: Service
    reply: Reply | Callable[[Reply], Reply]
    times: int
    where: str


class Archives:
    """A Wayback Machine and a Common Crawl that took pages of the newsstand.

    ``captures`` are the first one's holdings (the plan's, unless given); Common Crawl holds those
    of its broad crawls. ``page_rows`` are the rows of one index page or block, ``indexed_until``
    the timestamp up to which paged queries see; ``excluded`` and ``robots`` are hosts that the
    first one does not show; ``clock`` gives seconds for the limits.
    """

    def __init__(  # noqa: PLR0913 - each is a property of the real services
        self,
        *,
        captures: Iterable[Capture] | None = None,
        limits: Limits = _NO_LIMITS,
        page_rows: int = 3000,
        indexed_until: str | None = None,
        excluded: frozenset[str] = frozenset(),
        robots: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.holdings = Holdings(plan.everything() if captures is None else captures)
        self.crawls = crawls.crawls(c for c in self.holdings.captures if c.why in _CRAWLED)
        self._by_name = {crawl.name: crawl for crawl in self.crawls}
        self._gate = Gate(limits, clock)
        self._page_rows, self._indexed_until = page_rows, indexed_until
        self._excluded, self._robots = excluded, robots
        self._lock = Lock()
        self._planted: list[_Planted] = []
        self._servers: dict[Name, ArchiveServer] = {
            "wayback": ArchiveServer(self._wayback),
            "commoncrawl": ArchiveServer(self._commoncrawl),
        }

    def address(self, name: Name) -> str:
        """Give an archive's origin, like ``http://127.0.0.1:40123``, no slash at its end."""
        return f"http://127.0.0.1:{self._servers[name].server_port}"

    def requests(self, name: Name) -> tuple[Request, ...]:
        """Give the requests an archive got, oldest first, with the status each was answered with."""
        return tuple(self._servers[name].requests)

    def plant(
        self, service: Service, reply: Reply | Callable[[Reply], Reply], *, times: int = 1, where: str = ""
    ) -> None:
        """Answer the next ``times`` requests of a service whose target holds ``where`` with a reply.

        A function is given the true reply and gives the one to send.
        """
        with self._lock:
            self._planted.append(_Planted(service=service, reply=reply, times=times, where=where))

    def refuse(self, name: Name) -> AbstractContextManager[None]:
        """Refuse connections to an archive for the length of a ``with`` block."""
        return refusing(self._servers[name])

    def start(self) -> Self:
        """Serve both from threads of their own; give the archives."""
        for server in self._servers.values():
            server.start()
        return self

    def stop(self) -> None:
        """Stop serving and close the ports."""
        for server in self._servers.values():
            server.stop()

    def _wayback(self, request: Request) -> Reply:
        path, _, query = request.target.partition("?")
        if path == "/cdx/search/cdx" or path in {"/web/timemap/cdx", "/web/timemap/json"}:
            return self._reply(Service.CDX, request, lambda: self._cdx(path, query))
        if path.startswith("/web/timemap/link/"):
            url = playback.wanted(request.target.removeprefix("/web/timemap/link/"))
            base = self.address("wayback")
            return self._reply(Service.CDX, request, lambda: playback.timemap(self.holdings, base, url))
        if match := playback.TARGET.fullmatch(request.target):
            stamp, mode, url = match[1], match[2] or "", playback.wanted(match[3])
            return self._reply(Service.PLAYBACK, request, lambda: self._memento(stamp, mode, url))
        return playback.missing()

    def _cdx(self, path: str, query: str) -> Reply:
        parameters = parse_qs(query, keep_blank_values=True)
        if path.endswith("/json"):
            parameters.setdefault("output", ["json"])
        host = _host(cdx.one(parameters, "url"))
        if host in self._excluded | self._robots:
            return faults.blocked(robots=host in self._robots)
        return cdx.answer(
            self.holdings, parameters, page_rows=self._page_rows, indexed_until=self._indexed_until
        )

    def _memento(self, stamp: str, mode: str, url: str) -> Reply:
        if _host(url) in self._excluded | self._robots:
            return faults.excluded()
        return playback.memento(self.holdings, self.address("wayback"), stamp, mode, url)

    def _commoncrawl(self, request: Request) -> Reply:
        path, _, query = request.target.partition("?")
        if path == "/collinfo.json":
            base = self.address("commoncrawl")
            return self._reply(Service.COLLINFO, request, lambda: crawls.collinfo(self.crawls, base))
        if crawl := self._by_name.get(path.strip("/").removesuffix("-index")):
            parameters = parse_qs(query, keep_blank_values=True)
            rows = self._page_rows
            return self._reply(
                Service.INDEX, request, lambda: crawls.answer(crawl, parameters, block_rows=rows)
            )
        name = path.split("/")[2] if path.startswith("/crawl-data/") else ""
        held, wanted = self._by_name.get(name), request.headers.get("range")
        return self._reply(Service.DATA, request, lambda: crawls.data(held, path.lstrip("/"), wanted))

    def _reply(self, service: Service, request: Request, make: Callable[[], Reply]) -> Reply:
        verdict = self._gate.judge(service)
        if verdict is Verdict.REFUSE:
            return faults.hung_up()
        if verdict is Verdict.TOO_MANY:
            wayback = service in {Service.CDX, Service.PLAYBACK}
            return faults.too_many() if wayback else faults.slow_down()
        planted = self._next(service, unquote(request.target))
        if planted is None:
            return make()
        return planted if isinstance(planted, Reply) else planted(make())

    def _next(self, service: Service, target: str) -> Reply | Callable[[Reply], Reply] | None:
        with self._lock:
            for fault in self._planted:
                if fault.service is service and fault.times > 0 and fault.where in target:
                    fault.times -= 1
                    return fault.reply
        return None


def _host(url: str) -> str:
    """Give the host of a query's address, without www or a wildcard."""
    bare = url.removeprefix("*.")
    return (urlsplit(bare if "://" in bare else f"http://{bare}").hostname or "").removeprefix("www.")


@contextmanager
def serve(archives: Archives) -> Iterator[Archives]:
    """Serve archives for the length of a ``with`` block."""
    archives.start()
    try:
        yield archives
    finally:
        archives.stop()
