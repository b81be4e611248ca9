"""``python -m newsstand``: serve the titles until SIGTERM, with a control address to turn the clock."""

import argparse
import json
import signal
import sys
from threading import Event, Thread

from newsstand.answer import HTML, Answer, error
from newsstand.server import LoopbackServer, Request
from newsstand.stand import Newsstand, serve
from newsstand.titles import TITLES


def main() -> int:
    """Print one JSON line with the addresses, then serve; give the exit code."""
    options = _options()
    ports = {key: options.port + n if options.port else 0 for n, key in enumerate(TITLES)}
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    stand = Newsstand(day=options.day, scale=options.scale, named=options.named, ports=ports, kept_requests=0)
    control = LoopbackServer(lambda request: _control(stand, request), port=options.control_port)
    Thread(target=control.serve_forever, daemon=True).start()
    with serve(stand):
        addresses = stand.addresses() | {"control": f"http://127.0.0.1:{control.server_port}"}
        sys.stdout.write(json.dumps(addresses) + "\n")
        sys.stdout.flush()
        stopped.wait()
    control.shutdown()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m newsstand", description=__doc__)
    parser.add_argument("--day", type=int, default=1, help="the day to begin with (1)")
    parser.add_argument(
        "--scale", type=int, default=None, help="serve this many generated pages of wardround only"
    )
    parser.add_argument(
        "--port", type=int, default=0, help="port of the first title, the others follow (any free)"
    )
    parser.add_argument("--control-port", type=int, default=0, help="port of the control address (any free)")
    parser.add_argument(
        "--named", action="store_true", help="write the titles' invented hosts into feeds and pages"
    )
    return parser.parse_args()


def _control(stand: Newsstand, request: Request) -> Answer:
    """``/-/day`` tells the day, ``/-/day/<n>`` turns the clock to it."""
    parts = request.target.strip("/").split("/")
    if parts[:2] != ["-", "day"]:
        return error(404)
    if len(parts) == 3:  # noqa: PLR2004 - a day is given
        if not parts[2].isdecimal() or int(parts[2]) < 1:
            return error(400)
        stand.set_day(int(parts[2]))
    body = json.dumps({"day": stand.day}).encode() + b"\n"
    return Answer(headers=(("Content-Type", HTML.replace("text/html", "application/json")),), body=body)


if __name__ == "__main__":
    sys.exit(main())
