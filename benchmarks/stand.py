"""A newsstand in a process of its own, so that serving and crawling do not share an interpreter."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def newsstand(pages: int) -> Iterator[str]:
    """Serve ``pages`` generated pages of wardround on loopback; give the origin."""
    command = [sys.executable, "-m", "newsstand", "--scale", str(pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # a pipe was asked for
            yield json.loads(process.stdout.readline())["wardround"]
        finally:
            process.terminate()
