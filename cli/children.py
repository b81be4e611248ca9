"""Several crawls side by side: one operating system process for each outlet."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from core.orders import CrawlOrder
from scheduler.command import command, python_path


def crawl_side_by_side(
    orders: Sequence[CrawlOrder], *, environment: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Run each order in a process of its own, all at once; give their reports in the orders' order.

    The children talk on this process's stderr. One that ends without a report gives one with the
    verdict ``failed`` that says so; it takes no other down.
    """
    variables = (
        os.environ | {"PYTHONPATH": python_path(os.environ.get("PYTHONPATH"))} | dict(environment or {})
    )
    children = [
        subprocess.Popen(command(order), stdout=subprocess.PIPE, env=variables)  # noqa: S603 - our own command line
        for order in orders
    ]
    with _stopped_together(children), ThreadPoolExecutor(len(children)) as threads:
        outputs = list(threads.map(lambda child: child.communicate()[0], children))
    return [
        _report(order, child.returncode, output)
        for order, child, output in zip(orders, children, outputs, strict=True)
    ]


def _report(order: CrawlOrder, code: int, output: bytes) -> dict[str, Any]:
    try:
        report = json.loads(output)
    except ValueError:
        report = None
    if isinstance(report, dict):
        return report
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    reason = f"its process {how} and gave no report; its messages stand above"
    return {"outlet": order.outlet, "verdict": "failed", "reason": reason, "run_id": order.run_id}


@contextmanager
def _stopped_together(children: Sequence["subprocess.Popen[bytes]"]) -> Iterator[None]:
    """Pass SIGTERM on to the children and wait for them; Ctrl-C reaches them by itself.

    Each child ends its crawl in good order, so nothing is lost when all are told to stop.
    """

    def stop(number: int, _frame: object) -> None:
        for child in children:
            if number == signal.SIGTERM and child.poll() is None:
                child.terminate()

    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for child in children:
            if child.poll() is None:  # only after an error of ours
                child.terminate()
                child.wait()
