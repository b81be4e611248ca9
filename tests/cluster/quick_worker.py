"""A worker that gives signs of life every half second, to be killed, suspended and cut off."""

import asyncio

from cli.worker import serve
from core import logs
from core.settings import load_settings

# Silence for longer than a crawl takes to find a database again that was away (pipelines/patience.py: 5 s).
BEAT, STALLED, SWEEP = 0.5, 8.0, 0.5

if __name__ == "__main__":
    settings = load_settings()
    logs.set_up(settings)
    asyncio.run(serve(settings, settings.parallel_crawls, beat=BEAT, stalled=STALLED, sweep_every=SWEEP))
