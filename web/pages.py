"""The pages people look at: the status, one run, its log."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from core.clock import now
from core.settings import Settings
from db import news
from db.running import activity, runs
from db.running.runs import Run
from scheduler import run_logs
from scheduler.status import Status
from web import log_lines
from web.held import Held
from web.rendering import render
from web.views import RunView, is_known, run_view, status_view

HELD_FOR = 2.0  # seconds a page's facts are kept
PLOTS_HELD_FOR = 20.0  # what they are drawn from changes once a run
RUNS_HELD = 16  # pages of runs kept at once
LARGEST_ID = 2**63 - 1


class Pages:
    """The routes of the pages; what they show comes from threads and is kept for a moment."""

    def __init__(self, engine: Engine, settings: Settings, status: Callable[[], Status]) -> None:
        """Ask nothing yet."""
        self._engine = engine
        self._settings = settings
        self._status = Held(status, HELD_FOR)
        self._activity = Held(lambda: activity.activity(engine, now()), PLOTS_HELD_FOR)
        self._runs: OrderedDict[int, Held[RunView]] = OrderedDict()

    def routes(self) -> Sequence[Route]:
        """Give the routes."""
        return (
            Route("/", self._status_page, name="status"),
            Route("/runs/{number:int}", self._run_page, name="run"),
            Route("/runs/{number:int}/log", self._log, name="log"),
        )

    async def _status_page(self, request: Request) -> Response:
        status = await self._status.get()
        view = status_view(status, await self._activity.get() if is_known(status) else {})
        refreshing = request.query_params.get("refresh") != "off"
        text = await run_in_threadpool(render, "status.html", view=view, refreshing=refreshing)
        return HTMLResponse(text, status_code=200 if view.known else 503)

    async def _run_page(self, request: Request) -> Response:
        view = await self._held(_number(request)).get()
        return HTMLResponse(await run_in_threadpool(render, "run.html", view=view))

    async def _log(self, request: Request) -> Response:
        file = await run_in_threadpool(self._file, _number(request))
        if request.method == "HEAD":
            return PlainTextResponse()
        return StreamingResponse(log_lines.whole(file), media_type="text/plain; charset=utf-8")

    def _held(self, number: int) -> Held[RunView]:
        if number not in self._runs:
            self._runs[number] = Held(partial(self._run_view, number), HELD_FOR)
        self._runs.move_to_end(number)
        while len(self._runs) > RUNS_HELD:
            self._runs.popitem(last=False)
        return self._runs[number]

    def _run_view(self, number: int) -> RunView:
        run = self._run(number)
        file = run_logs.path(self._settings, run)
        log = log_lines.tail(file) if file else None
        return run_view(now(), run, news.news(self._engine, [number]), log)

    def _file(self, number: int) -> Path:
        run = self._run(number)
        file = run_logs.path(self._settings, run)
        if file is None:
            raise HTTPException(404, f"There is no log of run {number} on {run.host} any more, or not here.")
        return file

    def _run(self, number: int) -> Run:
        run = runs.get(self._engine, number)
        if run is None:
            raise HTTPException(404, f"There is no run {number}.")
        return run


def _number(request: Request) -> int:
    number: int = request.path_params["number"]
    if number > LARGEST_ID:
        raise HTTPException(404, "There is no such run.")
    return number
