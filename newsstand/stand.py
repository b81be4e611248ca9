"""The newsstand: one port for each title, and a clock that a test or a demo turns."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from threading import Lock, Thread
from typing import Self

from newsstand.answer import Answer
from newsstand.scale import generated
from newsstand.server import LoopbackServer, Request
from newsstand.shelf import Shelf, planned
from newsstand.site import Site
from newsstand.titles import TITLES, WARDROUND, Title


class Newsstand:
    """The titles on sale, on one day.

    With ``scale`` only ``wardround`` is served, with that many generated pages. ``named`` makes
    the absolute addresses in pages, feeds and sitemaps those of the titles' invented hosts
    instead of the loopback address they are served from. ``ports`` gives fixed ports by title.
    """

    def __init__(
        self,
        *,
        day: int = 1,
        scale: int | None = None,
        named: bool = False,
        ports: Mapping[str, int] | None = None,
        kept_requests: int = 20_000,
    ) -> None:
        self.scale = scale
        self.titles: tuple[Title, ...] = (WARDROUND,) if scale else tuple(TITLES.values())
        self._named = named
        self._day = day
        self._lock = Lock()
        self._planted: dict[tuple[str, str], Answer] = {}
        self._servers = {
            title.key: LoopbackServer(
                partial(self.respond, title.key), port=(ports or {}).get(title.key, 0), kept=kept_requests
            )
            for title in self.titles
        }
        self._sites: dict[str, Site] = {}
        self.set_day(day)

    @property
    def day(self) -> int:
        """The day it is at the newsstand, counted from 1."""
        return self._day

    def set_day(self, day: int) -> None:
        """Turn the clock: from the next request on every page is that day's."""
        if day < 1:
            raise ValueError(f"the newsstand's days count from 1, not {day}")
        with self._lock:
            self._sites = {
                title.key: Site(title, self._shelf(title, day), day=day, origin=self._origin(title))
                for title in self.titles
            }
            self._day = day

    def address(self, title: str) -> str:
        """Give the origin a title is served from, like ``http://127.0.0.1:40123``, no slash at its end."""
        return f"http://127.0.0.1:{self._servers[title].server_port}"

    def addresses(self) -> dict[str, str]:
        """Give the origin of every title by its key."""
        return {key: self.address(key) for key in self._servers}

    def plant(self, title: str, target: str, answer: Answer) -> None:
        """Answer ``target`` (path, with its query if it has one) of a title with ``answer`` from now on."""
        self._planted[title, target] = answer

    def requests(self, title: str) -> tuple[Request, ...]:
        """Give the requests a title got, oldest first, with the status each was answered with."""
        return tuple(self._servers[title].requests)

    def forget_requests(self) -> None:
        """Begin the record of requests anew."""
        for server in self._servers.values():
            server.requests.clear()

    def start(self) -> Self:
        """Serve every title from threads of its own; give the newsstand."""
        for key, server in self._servers.items():
            Thread(
                target=server.serve_forever,
                kwargs={"poll_interval": 0.05},
                name=f"newsstand-{key}",
                daemon=True,
            ).start()
        return self

    def stop(self) -> None:
        """Stop serving and close the ports."""
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    def respond(self, key: str, request: Request) -> Answer:
        """Give a title's answer to a request."""
        planted = self._planted.get((key, request.target))
        return planted if planted is not None else self._sites[key].answer(request.target)

    def _shelf(self, title: Title, day: int) -> Shelf:
        return generated(self.scale, day) if self.scale else planned(title.key, day)

    def _origin(self, title: Title) -> str:
        return f"http://{title.host}" if self._named else self.address(title.key)


@contextmanager
def serve(stand: Newsstand) -> Iterator[Newsstand]:
    """Serve a newsstand for the length of a ``with`` block."""
    stand.start()
    try:
        yield stand
    finally:
        stand.stop()
