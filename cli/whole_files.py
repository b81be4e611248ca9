"""Files that have their name only when all of them is on disk."""

import os
import signal
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import SetupError

ENDINGS = (signal.SIGTERM, signal.SIGHUP)
"""What ends a process without a word to it; Ctrl-C is an exception already."""


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """Give a file to write that takes the target's name once all is on disk; on an error nothing stays.

    What was there under the name stays until then, whichever way this process is ended (but SIGKILL); its
    permissions are the new file's, and a link goes on leading to it. SetupError where the file cannot be
    written, or something else than a file has its name.
    """
    with ending_in_order(), _becoming(target) as (stream, part, place), _told(target):
        yield stream
        _sync(stream)
        part.replace(place)


@contextmanager
def replacing_both(target: Path, beside: Path) -> Iterator[tuple[BinaryIO, Callable[[bytes], None]]]:
    """Give a file as :func:`replacing` does, and what writes another: both get their names together.

    Should the second not get its own, the first has it: what ``beside`` says is of the file or of none.
    """
    with (
        ending_in_order(),
        _becoming(target) as (stream, part, place),
        _becoming(beside) as (stream_beside, part_beside, place_beside),
    ):

        def describe(content: bytes) -> None:
            with _told(beside):
                stream_beside.write(content)
                _sync(stream_beside)

        with _told(target):
            yield stream, describe
            _sync(stream)
        with _told(beside):
            place_beside.unlink(missing_ok=True)  # it would speak of another file
        with _told(target):
            part.replace(place)
        with _told(beside):
            part_beside.replace(place_beside)


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the process as ever, after what is within the ``with`` has tidied up."""
    if threading.current_thread() is not threading.main_thread():
        yield  # where no signal arrives
        return
    caught: list[int] = []

    def stop(number: int, _frame: Any) -> None:
        caught.append(number)
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, stop)
        for number in ENDINGS
        if signal.getsignal(number) is signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if caught:
            signal.raise_signal(caught[0])


@contextmanager
def _becoming(target: Path) -> Iterator[tuple[BinaryIO, Path, Path]]:
    """Give a new file, its name, and the one it is to get, links followed."""
    place = Path(os.path.realpath(target))
    with _told(target):
        there = _permissions(place, target)
        part = place.with_name(f".{place.name}.{os.getpid()}.part")
        part.unlink(missing_ok=True)  # of a process of this number that was killed
        stream = part.open("x+b")
    try:
        with _told(target), stream:
            if there is not None:
                os.fchmod(stream.fileno(), there)
            yield stream, part, place
    finally:
        part.unlink(missing_ok=True)


def _permissions(place: Path, target: Path) -> int | None:
    """Give the permissions of the file that is there; None where there is none."""
    try:
        mode = place.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise SetupError(f"the file {target} cannot be written: a folder or a device has its name")
    return stat.S_IMODE(mode)


def _sync(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SetupError(f"the file {target} cannot be written: {error.strerror or error}") from error
