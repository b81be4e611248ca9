"""Ending work in good order by signals."""

import os
import signal
import threading

from core.stopping import stopping


def test_the_first_signal_asks_and_the_handlers_from_before_hear_the_second():
    heard = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        asked, also = threading.Event(), threading.Event()
        with stopping(asked, also):
            os.kill(os.getpid(), signal.SIGTERM)
            assert asked.wait(60)
            assert also.is_set()
            assert heard == []
            os.kill(os.getpid(), signal.SIGTERM)
            assert heard == [signal.SIGTERM]
        os.kill(os.getpid(), signal.SIGTERM)
        assert heard == [signal.SIGTERM] * 2
    finally:
        signal.signal(signal.SIGTERM, before)
