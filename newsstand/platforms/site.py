"""One site of a platform: documents by address, served from a port of its own."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Protocol

from newsstand.answer import Answer, error
from newsstand.platforms.stories import STORIES, Story
from newsstand.server import LoopbackServer, Request

UNSERVED = "http://site.example"
"""The origin of a site that nobody serves: its answers can be read without a port."""


class Site(Protocol):
    """What can be served: it is told its origin once the port is known, then answers."""

    def at(self, origin: str) -> None:
        """Stand at an origin like ``http://127.0.0.1:40123``, no slash at its end."""

    def answer(self, request: Request) -> Answer:
        """Give the answer to one request; may be called from several threads at once."""
        ...


class Platform(ABC):
    """A site whose documents are made once for its origin; ``stories`` are newest first."""

    def __init__(self, stories: tuple[Story, ...] = STORIES) -> None:
        self.stories = stories
        self.at(UNSERVED)

    def at(self, origin: str) -> None:
        """Stand at an origin: every absolute address in the documents is on it."""
        self.origin = origin
        self._documents = dict(self.documents())

    @abstractmethod
    def documents(self) -> Mapping[str, Answer]:
        """Give every answer by its target: the path, with its query where it has one."""

    def answer(self, request: Request) -> Answer:
        """Give the document of the request's target, 404 where there is none."""
        return self._documents.get(request.target) or self.missing()

    def missing(self) -> Answer:
        """Give the answer for a target that is nothing here."""
        return error(404)

    def fetch(self, target: str) -> Answer:
        """Give the answer to a plain GET of a path or of an absolute address on this site."""
        target = target.removeprefix(self.origin) or "/"
        return self.answer(Request(method="GET", target=target, headers={}))


class Served:
    """A site on its port."""

    def __init__(self, server: LoopbackServer) -> None:
        self._server = server

    @property
    def address(self) -> str:
        """The site's origin, like ``http://127.0.0.1:40123``, no slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def requests(self) -> tuple[Request, ...]:
        """The requests the site got, oldest first, with the status each was answered with."""
        return tuple(self._server.requests)


@contextmanager
def serve(site: Site, *, port: int = 0) -> Iterator[Served]:
    """Serve a site for the length of a ``with`` block, on ``port`` of 127.0.0.1 (0: any free one)."""
    server = LoopbackServer(site.answer, port=port)
    served = Served(server)
    site.at(served.address)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
