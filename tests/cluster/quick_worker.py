"""A worker that gives signs of life every second, to be killed, suspended and cut off."""

import asyncio

from cli.worker import serve
from core import logs
from core.settings import load_settings

# Silence for longer than a crawl takes to find a database again that was away (pipelines/patience.py: 5 s).
BEAT, STALLED, SWEEP = 1.0, 8.0, 1.0

if __name__ == "__main__":
    settings = load_settings()
    logs.set_up(settings)
    asyncio.run(serve(settings, settings.parallel_crawls, beat=BEAT, stalled=STALLED, sweep_every=SWEEP))
