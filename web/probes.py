"""What machines ask: does it live, could it crawl, how many of what."""

from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.clock import now
from db.running.processes import ALIVE_WITHIN
from scheduler.problem import Problem
from scheduler.status import Status
from web.held import Held
from web.metrics import CONTENT_TYPE, Metrics

HELD_FOR = 2.0  # seconds an answer is kept


class Probes:
    """The routes ``/healthz``, ``/readyz`` and ``/metrics``."""

    def __init__(
        self,
        *,
        tick: Callable[[], datetime | None],
        ready: Callable[[], Sequence[Problem]],
        metrics: Metrics,
        status: Callable[[], Status],
    ) -> None:
        """Ask nothing yet."""
        self._tick = tick
        self._ready = Held(ready, HELD_FOR)
        self._metrics = Held(lambda: metrics.text(status), HELD_FOR)

    def routes(self) -> Sequence[Route]:
        """Give the routes."""
        return (
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._text),
        )

    async def _healthz(self, _request: Request) -> Response:
        """Say that the loop turns, which answering shows, and that the scheduler in it does."""
        ticked = self._tick()
        age = (now() - ticked).total_seconds() if ticked else None
        alive = age is not None and abs(age) < ALIVE_WITHIN.total_seconds()  # a clock may be put back
        facts = {
            "alive": alive,
            "last_tick_at": ticked.isoformat() if ticked else None,
            "last_tick_age_seconds": round(age, 1) if age is not None else None,
        }
        return JSONResponse(facts, status_code=200 if alive else 503)

    async def _readyz(self, _request: Request) -> Response:
        found = [
            {
                "key": problem.key,
                "outlet": problem.outlet,
                "severity": problem.severity.value,
                "message": problem.message,
            }
            for problem in await self._ready.get()
        ]
        facts = {"ready": not found, "problems": found}
        return JSONResponse(facts, status_code=503 if found else 200)

    async def _text(self, _request: Request) -> Response:
        return Response(await self._metrics.get(), media_type=CONTENT_TYPE)
