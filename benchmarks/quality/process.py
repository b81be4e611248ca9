"""A reader in a process of its own: pages go in, readings come out; what hangs or dies costs one page."""

import json
import os
import selectors
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HOST = Path(__file__).with_name("host.py")
SECONDS = 60.0  # one page may take
_START = 180.0  # seconds the slowest imports take on a busy machine


class NoReaderError(Exception):
    """A reader cannot begin; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a reader made of a page; ``reading`` is None where it crashed. Times are seconds."""

    reading: dict[str, Any] | None
    cpu: float
    wall: float
    error: str | None = None


class Reader:
    """The adapter ``program`` under the Python ``python``, begun when entered, begun anew when it dies."""

    def __init__(self, python: Path, program: Path, *, seconds: float = SECONDS) -> None:
        self._command = [str(python), "-I", str(HOST), str(program)]
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    def __enter__(self) -> Self:
        """Begin it; raises NoReaderError."""
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self._end()

    def read(self, html: str, url: str) -> Answer:
        """Give what it reads from a page; raises NoReaderError where it died and cannot begin anew."""
        if self._process is None:
            self._begin()
        started = time.perf_counter()
        try:
            self._send({"html": html, "url": url})
            said = self._hear(self._seconds)
        except (OSError, TimeoutError, EOFError) as error:
            self._end()
            taken = time.perf_counter() - started
            return Answer(reading=None, cpu=taken, wall=taken, error=str(error) or type(error).__name__)
        return Answer(
            reading=said.get("reading"), cpu=said["cpu"], wall=said["wall"], error=said.get("error")
        )

    def _begin(self) -> None:
        try:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            self._rest = b""
            said = self._hear(_START)
        except (OSError, TimeoutError, EOFError) as error:
            self._end()
            raise NoReaderError(f"it did not begin: {error}") from error
        if reason := said.get("failed"):
            self._end()
            raise NoReaderError(reason)

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _hear(self, seconds: float) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        until = time.perf_counter() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._rest:
                if not selector.select(max(0.0, until - time.perf_counter())):
                    raise TimeoutError(f"took more than {seconds:g} s")
                if not (more := os.read(self._process.stdout.fileno(), 1 << 16)):
                    raise EOFError("the reading process died")
                self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer
