"""Serves the pages inside a loop that is there already: no signals, no access log, slow clients cut off."""

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from core.errors import SetupError
from core.settings import Settings
from web.guard import SECONDS_PER_RESPONSE, in_address

CONNECTIONS = 64
HEADER_BYTES = 16 * 1024
SECONDS_TO_ASK = 10.0  # from the connection to the whole of its first request
SECONDS_CONNECTED = 300.0
SECONDS_TO_STOP = 1


@dataclass(frozen=True, slots=True)
class Served:
    """Where the pages are served: ``http://127.0.0.1:8765``."""

    address: str
    port: int


@asynccontextmanager
async def serving(app: ASGIApp, settings: Settings) -> AsyncIterator[Served]:
    """Serve an app at ``web_host`` and ``web_port`` (0: any free port) as long as the context lasts.

    SetupError, before anything is served, when the address cannot be taken. At the end responses under
    way have a second, then their connections are cut.
    """
    listening = _listen(settings.web_host, settings.web_port)
    port: int = listening.getsockname()[1]
    config = uvicorn.Config(
        app,
        http=_Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody is asked who they are, so nobody can lie about it
        limit_concurrency=CONNECTIONS,
        backlog=CONNECTIONS,
        h11_max_incomplete_event_size=HEADER_BYTES,
        timeout_graceful_shutdown=SECONDS_TO_STOP,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listening])  # not serve(): that takes the process's signals
    turning = asyncio.create_task(server.main_loop())
    try:
        yield Served(f"http://{in_address(settings.web_host)}:{port}", port)
    finally:
        server.should_exit = True
        await turning
        await server.shutdown(sockets=[listening])
        for connection in list(server.server_state.connections):
            connection.transport.abort()


class _Connection(H11Protocol):
    """A connection that has to ask in time and is not kept for ever; uvicorn has no limit for either."""

    _timers: tuple[asyncio.TimerHandle, ...] = ()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in the base class
        super().connection_made(transport)
        self._timers = (
            self.loop.call_later(SECONDS_TO_ASK, self._expect_a_request),
            self.loop.call_later(SECONDS_CONNECTED, self._retire),
        )

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in self._timers:
            timer.cancel()
        super().connection_lost(exc)

    def _expect_a_request(self) -> None:
        if self.cycle is None:  # type: ignore[redundant-expr,unused-ignore] # uvicorn sets it at the request
            self.transport.abort()

    def _retire(self) -> None:
        """Cut the connection, once the response under way has had its time."""
        under_way = self.cycle is not None and not self.cycle.response_complete
        delay = SECONDS_PER_RESPONSE if under_way else 0.0
        self._timers = (self.loop.call_later(delay, self.transport.abort),)


def _listen(host: str, port: int) -> socket.socket:
    """Give a socket that listens; SetupError that names the setting to change."""
    try:
        found: Any = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(found[4][:2], family=found[0], backlog=CONNECTIONS)
    except OSError as error:
        raise SetupError(_why_not(host, port, error)) from error


def _why_not(host: str, port: int, error: OSError) -> str:
    where = f"the status page cannot listen on {in_address(host)}:{port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where}: the port is in use; set CUTTINGS_WEB_PORT to a free one, or to 0 for any free one"
    if error.errno == errno.EACCES:
        return f"{where}: not allowed; set CUTTINGS_WEB_PORT to one above 1023"
    said = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    return f"{where}: {said}; set CUTTINGS_WEB_HOST to an address of this machine"
