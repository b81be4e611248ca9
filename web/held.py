"""An answer kept for a moment, so that many requests at once cost one query."""

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from anyio import to_thread

Answer = TypeVar("Answer")


class Held(Generic[Answer]):
    """Asks a function that blocks, in a thread, and keeps what it gave or raised for ``seconds``.

    Only one question is waited for at a time: a database that hangs does not take every thread.
    """

    def __init__(self, ask: Callable[[], Answer], seconds: float) -> None:
        """Ask nothing yet."""
        self._ask = ask
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._asked_at = float("-inf")
        self._answer: Callable[[], Answer] | None = None

    async def get(self) -> Answer:
        """Give the answer, at most ``seconds`` old."""
        async with self._lock:
            if self._answer is None or time.monotonic() - self._asked_at > self._seconds:
                self._answer = await to_thread.run_sync(self._outcome, abandon_on_cancel=True)
                self._asked_at = time.monotonic()
            answer = self._answer
        return answer()

    def _outcome(self) -> Callable[[], Answer]:
        try:
            answer = self._ask()
        except Exception as error:  # noqa: BLE001 - raised again, to everybody who asks in this moment
            failure = error

            def fail() -> Answer:
                raise failure.with_traceback(None)

            return fail
        return lambda: answer
