"""``python -m benchmarks.sped_up SPEED EPOCH``: the daemon, with a faster clock for its schedules."""

import asyncio
from datetime import datetime

from benchmarks.arguments import parser
from cli.daemon import serve
from core import logs
from core.clock import now
from core.settings import load_settings
from scheduler.clock import ScheduleClock


def main(speed: float, epoch: datetime) -> None:
    """Run the daemon until it is told to stop; crawls live in real time."""
    settings = load_settings()
    logs.set_up(settings)
    clock = ScheduleClock(speed=speed, since=now(), epoch=epoch)
    asyncio.run(serve(settings, clock))


if __name__ == "__main__":
    wishes = parser("benchmarks.sped_up", __doc__)
    wishes.add_argument("speed", metavar="SPEED", type=float, help="how many times as fast as real time")
    wishes.add_argument(
        "epoch", metavar="EPOCH", type=datetime.fromisoformat, help="when it begins, like 2026-01-01T00:00Z"
    )
    asked = wishes.parse_args()
    main(asked.speed, asked.epoch)
