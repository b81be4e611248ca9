"""Files that have their name only when all of them is on disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.errors import SetupError


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """Give a file to write that takes the target's name once all is on disk; on an error nothing stays.

    What was there under the name stays until then. SetupError where the file cannot be written.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise SetupError(f"the file {target} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
