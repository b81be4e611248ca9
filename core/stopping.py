"""Ending a command's work in good order when it is asked to."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stopping(*asked: threading.Event) -> Iterator[None]:
    """Have the first SIGINT or SIGTERM end the work in good order, and a second one at once.

    The first sets the events. For the main thread alone, as signals are.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(_number: int, _frame: object) -> None:
        for event in asked:
            event.set()
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
