"""``python -m benchmarks.sped_up SPEED EPOCH``: the daemon, with a faster clock for its schedules."""

import asyncio
import sys
from datetime import datetime

from cli.daemon import serve
from core import logs
from core.clock import now
from core.settings import load_settings
from scheduler.clock import ScheduleClock


def main(speed: str, epoch: str) -> None:
    """Run the daemon until it is told to stop; crawls live in real time."""
    settings = load_settings()
    logs.set_up(settings)
    clock = ScheduleClock(speed=float(speed), since=now(), epoch=datetime.fromisoformat(epoch))
    asyncio.run(serve(settings, clock))


if __name__ == "__main__":
    main(*sys.argv[1:])
