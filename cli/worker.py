"""`cuttings worker`: carry out queued crawls on this machine until told to stop."""

import asyncio
import logging
import signal
from typing import TYPE_CHECKING

import click

from cli.names import release
from cli.talk import examples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

    from core.settings import Settings

logger = logging.getLogger(__name__)


@click.command(
    epilog=examples("cuttings worker", "cuttings worker --concurrency 4", "cuttings worker --once")
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    help="Crawls carried out at once; by default CUTTINGS_PARALLEL_CRAWLS.",
)
@click.option("--once", is_flag=True, help="End when nothing is left in the queue that could be begun.")
def worker(concurrency: int | None, *, once: bool) -> None:
    """Carry out what daemons with CUTTINGS_EXECUTOR=procrastinate put into the queue.

    As many workers as wanted, on any machine that reaches the PostgreSQL database; captures and logs
    stay in each one's home. SIGTERM or Ctrl-C ends one in good order, what it was at goes back into
    the queue; a second one ends it at once.
    """
    from core import logs
    from core.settings import load_settings

    settings = load_settings()
    logs.set_up(settings)
    asyncio.run(serve(settings, concurrency or settings.parallel_crawls, once=once))


async def serve(settings: "Settings", concurrency: int, *, once: bool = False, **pace: float) -> None:
    """Run a worker until it is told to stop; ``pace`` goes to :class:`scheduler.worker.Worker`.

    Raises :class:`core.errors.SetupError` for what the operator must mend before anything begins.
    """
    from db.engine import open_engine

    engine = open_engine(settings.database())
    try:
        await asyncio.to_thread(_prepare, engine, settings)
        await _work(engine, settings, concurrency, once=once, pace=pace)
    finally:
        engine.dispose()


def _prepare(engine: "Engine", settings: "Settings") -> None:
    """Raise :class:`core.errors.SetupError` for what the operator must mend before anything begins."""
    from core.errors import SetupError
    from db import schema
    from db.running import queue
    from pipelines.patience import patiently
    from pipelines.session import KEY_FILE

    if settings.pseudonym_key is None and not (settings.home / KEY_FILE).exists():
        raise SetupError(
            "each machine would name the same commenter otherwise: set CUTTINGS_PSEUDONYM_KEY to one value "
            f"on all of them, or copy {KEY_FILE} from the first machine's home into {settings.home}"
        )

    def ready() -> None:
        if engine.dialect.name == "postgresql":
            schema.ensure(engine)
        queue.require(engine)

    patiently(ready)


async def _work(
    engine: "Engine", settings: "Settings", concurrency: int, *, once: bool, pace: "Mapping[str, float]"
) -> None:
    from scheduler.worker import Worker

    worker = Worker(engine, settings, software_version=release(), **pace)
    stop = asyncio.Event()
    hurried: list[asyncio.Task[None]] = []

    def end() -> None:
        if stop.is_set() and not hurried:
            hurried.append(asyncio.create_task(worker.hurry()))
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    logger.info("ready: up to %d crawls at once, captures in %s", concurrency, settings.captures)
    await worker.run(stop, concurrency, once=once)
    logger.info("the worker has ended")
