"""One crawl's process and what it began: launched, measured, asked to end, told to, killed."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import psutil

LAUNCH = Path(__file__).with_name("launch.py")
HEADROOM = 256 * 1024 * 1024
"""Bytes a process may reserve beyond what it may hold: stacks and heaps it never fills.

Measured: a crawl that holds 151 MiB has 170 MiB of data in its address space, its reading process 64.
"""
_REPORT = 1024 * 1024  # bytes of a child's output that are kept; a report has a few thousand
_PIECE = 65_536


class Child:
    """A process in a session (and process group) of its own, bound to this one.

    It gets a SIGTERM from the kernel when the thread that started it ends, so it is started by that of
    the event loop, which lives as long as the supervisor.
    """

    def __init__(self, process: asyncio.subprocess.Process, output: "_Output") -> None:
        self._process = process
        self._output = output
        self._ended = False

    @classmethod
    async def start(
        cls, command: Sequence[str], *, environment: Mapping[str, str], folder: Path, log: Path, memory: int
    ) -> "Child":
        """Begin the command in ``folder``; its stderr is added to ``log``.

        No process of it may hold more than ``memory`` bytes: beyond it gets a MemoryError. OSError where
        the machine refuses a new process or the log.
        """
        words = [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid()), str(memory + HEADROOM), *command]
        log.parent.mkdir(parents=True, exist_ok=True)
        output = _Output()
        try:
            with log.open("ab") as errors:
                process = await asyncio.create_subprocess_exec(
                    *words,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output.taken,
                    stderr=errors,
                    cwd=folder,
                    env=dict(environment),
                    start_new_session=True,
                )
        except BaseException:
            output.close()
            raise
        finally:
            os.close(output.taken)
        return cls(process, output)

    @property
    def pid(self) -> int:
        """The process's id, and that of its group and session."""
        return self._process.pid

    async def wait(self) -> int:
        """Wait for its end, then kill what it left; give its exit code, negative for a signal's number."""
        code = await self._process.wait()
        self.kill()
        self._ended = True
        return code

    def terminate(self) -> None:
        """Ask it to end in good order; asked again it ends at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        """Kill it and all of its group; nothing once it has ended: its number may be another's."""
        if self._ended:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: only dead ones are left
            os.killpg(self.pid, signal.SIGKILL)

    def output(self) -> bytes:
        """Give what it printed, the first megabyte; to be asked once it has ended."""
        return self._output.close()


class _Output:
    """A pipe that is read as it fills, whoever holds its other end, and however long."""

    def __init__(self) -> None:
        self._read, self.taken = os.pipe()
        os.set_blocking(self._read, False)
        self._kept = bytearray()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._read, self._take)
        self._open = True

    def close(self) -> bytes:
        """Take what is in the pipe and let go of it; give what came."""
        if self._open:
            for _ in range(_REPORT // _PIECE):  # not for ever: what escaped the group may still print
                if not self._take():
                    break
            self._end()
        return bytes(self._kept)

    def _take(self) -> bool:
        """Take a piece; False where there is none, or never will be."""
        try:
            piece = os.read(self._read, _PIECE)
        except BlockingIOError:
            return False
        if not piece:
            self._end()
            return False
        self._kept += piece[: _REPORT - len(self._kept)]
        return True

    def _end(self) -> None:
        if self._open:
            self._open = False
            self._loop.remove_reader(self._read)
            os.close(self._read)


def memory_of(groups: Collection[int]) -> dict[int, int]:
    """Give the bytes that the processes of each group hold, by group; those without any are left out."""
    held: dict[int, int] = {}
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, psutil.Error):
            if (group := os.getpgid(pid)) in groups:
                held[group] = held.get(group, 0) + psutil.Process(pid).memory_info().rss
    return held
