"""The application: pages for people, probes for machines, and what goes wrong as a sentence."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from importlib import resources
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from core.clock import now
from core.errors import CuttingsError
from core.settings import Settings
from pipelines.patience import short
from scheduler.problem import Problem
from scheduler.status import Status, status
from web.guard import HEADERS, Guard, hosts
from web.metrics import Metrics
from web.pages import Pages
from web.probes import Probes
from web.readiness import obstacles
from web.rendering import render

STATIC_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


class Heart(Protocol):
    """What beats in the daemon; :class:`scheduler.daemon.Daemon` has this shape."""

    @property
    def last_tick(self) -> datetime | None:
        """When the scheduler last turned, aware UTC."""


def create_app(  # noqa: PLR0913 - what the daemon composes, each named at the call
    engine: Engine,
    settings: Settings,
    heart: Heart,
    *,
    software_version: str,
    source: Callable[[], Status] | None = None,
    ready: Callable[[], Sequence[Problem]] | None = None,
) -> Starlette:
    """Give the application, to be served by :func:`web.serve.serving`.

    It asks the database which runs there are, so that its counters count what ends from now on.
    ``source`` and ``ready`` are called in threads and may raise when the database is away; where they
    are not given, :func:`scheduler.status.status` and :func:`web.readiness.obstacles` are asked.
    ``web_host`` and ``web_hosts`` say which Host headers are answered.
    """
    found = source or (lambda: status(engine, settings, now()))
    pages = Pages(engine, settings, found)
    metrics = Metrics(engine, software_version=software_version, tick=lambda: heart.last_tick)
    metrics.begin()
    probes = Probes(
        tick=lambda: heart.last_tick,
        ready=ready or partial(obstacles, engine),
        metrics=metrics,
        status=found,
    )
    static = Route("/static/{name}", partial(_static, _static_files()), methods=["GET"])
    app = Starlette(
        routes=[*pages.routes(), *probes.routes(), static],
        middleware=[Middleware(Guard, hosts=hosts(settings))],
        exception_handlers={
            SQLAlchemyError: _away,
            CuttingsError: _away,
            HTTPException: _not_there,
            Exception: _fault,
        },
    )
    app.router.redirect_slashes = False  # each page has one address
    return app


async def _static(files: dict[str, tuple[bytes, str]], request: Request) -> Response:
    found = files.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404, "There is no such file.")
    content, kind = found
    return Response(content, media_type=kind)


def _static_files() -> dict[str, tuple[bytes, str]]:
    """Read the package's own few files once: no path from outside ever reaches the disk."""
    folder = resources.files("web") / "static"
    return {
        file.name: (file.read_bytes(), kind)
        for file in folder.iterdir()
        for suffix, kind in STATIC_TYPES.items()
        if file.name.endswith(suffix)
    }


def _away(_request: Request, error: Exception) -> Response:
    said = short(error)
    message = said if isinstance(error, CuttingsError) else f"The database does not answer: {said}"
    return _page(503, "The archive is away", message, retrying=True)


def _not_there(_request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    return _page(code, "Not found" if code == 404 else "Not possible", detail)  # noqa: PLR2004 - HTTP's own number


def _fault(_request: Request, error: Exception) -> Response:
    """Say so without the details, which are in the daemon's log; outside the guard, so with its headers."""
    message = f"An unexpected {type(error).__name__}: the log of the daemon says more."
    return _page(500, "A fault of the program", message, headers=HEADERS)


def _page(
    code: int, heading: str, message: str, *, retrying: bool = False, headers: dict[str, str] | None = None
) -> Response:
    text = render("message.html", heading=heading, message=message, retrying=retrying)
    return HTMLResponse(text, status_code=code, headers=headers)
