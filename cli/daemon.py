"""`cuttings daemon`: schedule crawls until told to stop."""

import asyncio
import logging
import os
from typing import TYPE_CHECKING

import click

from cli.names import release
from cli.talk import examples

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from core.settings import Settings
    from scheduler.clock import ScheduleClock
    from scheduler.executor import Ended, Executor


@click.command(
    epilog=examples(
        "cuttings daemon",
        "CUTTINGS_WEB_PORT=0 cuttings daemon",
        "CUTTINGS_EXECUTOR=procrastinate cuttings daemon",
    )
)
def daemon() -> None:
    """Crawl every outlet on its schedule, and serve the status page, until told to stop.

    SIGTERM or Ctrl-C ends it in good order, a second one at once; SIGHUP reads the settings again.
    `cuttings schedule` changes when it crawls, `cuttings status` says how it goes.
    """
    from cli.main import INTERRUPTED
    from core import logs
    from core.settings import load_settings

    settings = load_settings()
    logs.set_up(settings)
    with asyncio.Runner() as runner:
        code = 0
        try:
            runner.run(serve(settings))
        except KeyboardInterrupt:  # before it listens itself
            click.echo("cuttings: interrupted", err=True)
            code = INTERRUPTED
        logging.shutdown()
        os._exit(code)  # a thread that waits for a database that hangs must not keep the process


async def serve(settings: "Settings", clock: "ScheduleClock | None" = None) -> None:
    """Run the daemon and its status page until it is told to stop.

    Raises :class:`core.errors.SetupError` for what the operator must mend before anything begins.
    """
    from core.settings import load_settings
    from db import schema
    from db.engine import open_engine
    from pipelines.patience import patiently
    from scheduler.daemon import Daemon
    from scheduler.single import only_daemon
    from web.app import create_app
    from web.serve import serving

    engine = open_engine(settings.database())
    with only_daemon(settings):
        await asyncio.to_thread(patiently, lambda: schema.ensure(engine))
        daemon = Daemon(
            engine,
            settings,
            software_version=release(),
            make_executor=lambda ended: _executor(engine, settings, ended),
            read_settings=load_settings,
            clock=clock,
        )
        app = create_app(engine, settings, daemon, software_version=release())
        async with serving(app, settings) as served:
            await daemon.run(served.address)
    engine.dispose()


def _executor(engine: "Engine", settings: "Settings", ended: "Ended") -> "Executor":
    """Give what carries out tasks, as the settings say."""
    if settings.executor == "procrastinate":
        from scheduler.queue import QueueExecutor

        return QueueExecutor(engine, settings)
    from scheduler.local import LocalExecutor

    return LocalExecutor(engine, settings, ended)
