"""How the queue is reached: Procrastinate's connector, in its own schema, outliving a database restart."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, LiteralString, TypeVar

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Engine

from db.running.queue import SCHEMA

PAUSE = 1.0  # seconds until a database that is away is asked again
CONNECTIONS = 4  # at most, of one process; the listener has one more
KEEPALIVE: dict[str, Any] = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""A server whose machine vanished is noticed after 25 seconds (OPS-FACTS.md section 4.3)."""

T = TypeVar("T")

logger = logging.getLogger(__name__)


class QueueConnection(PsycopgConnector):
    """A connector that asks again while the database is away, if it is ``patient``.

    The library's worker ends at the first such error (OPS-FACTS.md section 4.1). ``outages`` counts
    the errors, so that whoever did something meanwhile can tell that the database was away.
    """

    def __init__(self, engine: Engine, *, patient: bool) -> None:
        """Connect as ``engine`` does, once opened."""
        super().__init__()
        self.patient = patient
        self.outages = 0
        self._told = False
        self._url = engine.url
        self._connect = engine.dialect.create_connect_args

    async def begin(self) -> None:
        """Open the pool in this event loop; whether the database is there shows at the first question."""
        arguments: dict[str, Any] = dict(self._connect(self._url)[1])
        options = f"{arguments.pop('options', '')} -c search_path={SCHEMA} -c timezone=UTC"
        pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            kwargs={"application_name": "cuttings queue"} | KEEPALIVE | arguments | {"options": options},
            min_size=1,
            max_size=CONNECTIONS,
            timeout=5,  # seconds one question waits; asked again by us
            reconnect_timeout=3,  # default 300, with pauses that double: a minute after a restart
            check=AsyncConnectionPool.check_connection,
            open=False,
        )
        await pool.open(wait=False)
        await self.open_async(pool)

    async def end(self) -> None:
        """Close the pool."""
        if self._async_pool is not None:
            await self._async_pool.close()
            self._async_pool = None

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """Ask for no answer."""
        await self._patiently(partial(super().execute_query_async, query, **arguments))

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> dict[str, Any]:
        """Ask for one row."""
        return await self._patiently(partial(super().execute_query_one_async, query, **arguments))

    async def execute_query_all_async(self, query: LiteralString, **arguments: Any) -> list[dict[str, Any]]:
        """Ask for rows."""
        return await self._patiently(partial(super().execute_query_all_async, query, **arguments))

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Listen for new jobs, on another connection after each that broke."""
        names = list(channels)
        await self._patiently(partial(super().listen_notify, on_notification, names))

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                answer = await ask()
            except ConnectorException as error:
                if not is_away(error):
                    raise
                self.outages += 1
                if not self.patient:
                    raise
                if not self._told:
                    self._told = True
                    logger.warning("the queue is away and is asked until it answers: %s", error.__cause__)
                await asyncio.sleep(PAUSE)
            else:
                if self._told:
                    self._told = False
                    logger.warning("the queue answers again")
                return answer


def is_away(error: ConnectorException) -> bool:
    """Say whether the database could not be reached, or ended the connection."""
    return isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError)
