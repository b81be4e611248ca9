"""The first instants of a crawl's process: bound to its supervisor and to its memory, then the crawl itself.

Run as a file by ``python -I -S launch.py SUPERVISOR MEMORY COMMAND…``, so it imports nothing of ours.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def main(arguments: list[str]) -> None:
    """Become the command; ``SUPERVISOR`` is the parent's process id, ``MEMORY`` bytes (0: no limit)."""
    supervisor, memory, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    if sys.platform == "linux":
        # Kept over exec; not inherited: the reading process looks after itself (crawlers/reader.py).
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:  # it died before that
        sys.exit(f"the supervisor {supervisor} ended before its crawl began")
    if memory:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wall = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (wall, wall))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash would fill the disk with memory, keys in it
    os.execv(command[0], command)  # noqa: S606 - our own command line, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
