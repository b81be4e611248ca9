"""A worker that gives signs of life every half second, to be killed, suspended and cut off."""

import asyncio

from cli.worker import serve
from core import logs
from core.settings import load_settings

BEAT, STALLED, SWEEP = 0.5, 3.0, 0.5

if __name__ == "__main__":
    settings = load_settings()
    logs.set_up(settings)
    asyncio.run(serve(settings, settings.parallel_crawls, beat=BEAT, stalled=STALLED, sweep_every=SWEEP))
