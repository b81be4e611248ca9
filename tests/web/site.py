"""The pages served in a thread over a real socket, and a client that may ask anything."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from core.settings import Settings
from web.serve import serving

PATIENCE = 60


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Site:
    """Where it is served."""

    address: str
    port: int

    def ask(self, path: str = "/", method: str = "GET", **headers: str) -> Answer:
        """Ask once; the Host is the real one unless given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            text = response.read().decode()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, text)
        finally:
            connection.close()


@contextmanager
def served(app: ASGIApp, settings: Settings) -> Iterator[Site]:
    """Serve an app in a loop of its own, in a thread."""
    begun: Future[tuple[Site, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def turn() -> None:
        stop = asyncio.Event()
        async with serving(app, settings) as found:
            begun.set_result((Site(found.address, found.port), asyncio.get_running_loop(), stop))
            await stop.wait()

    def live() -> None:
        try:
            asyncio.run(turn())
        except BaseException as error:
            if begun.done():
                raise
            begun.set_exception(error)

    thread = threading.Thread(target=live)
    thread.start()
    try:
        site, loop, stop = begun.result(PATIENCE)
        try:
            yield site
        finally:
            loop.call_soon_threadsafe(stop.set)
    finally:
        thread.join(PATIENCE)
