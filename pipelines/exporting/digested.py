"""A file that is written front to back, its size and digest kept on the way."""

import hashlib
import io
from typing import Any, BinaryIO


class Digested(io.RawIOBase):
    """Passes on what is written to a file, which stays open when this is closed."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__()
        self.name = name
        self.digest = hashlib.sha256()
        self.size = 0
        self._stream = stream

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, some: Any) -> int:
        """Write all of it; OSError where the disk takes no more."""
        view = memoryview(some).cast("B")
        self._stream.write(view)
        self.digest.update(view)
        self.size += len(view)
        return len(view)

    def tell(self) -> int:
        """Give how many bytes were written."""
        return self.size

    def flush(self) -> None:
        """Let the file hand on what it holds."""
        if not self._stream.closed:
            self._stream.flush()
