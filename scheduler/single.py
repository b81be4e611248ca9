"""One daemon for one home: held by the operating system, so a dead one leaves nothing to clean up."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from core.clock import now
from core.errors import SetupError
from core.settings import Settings


@contextmanager
def only_daemon(settings: Settings) -> Iterator[None]:
    """Hold the home for this process; SetupError that names the holder where another daemon has it."""
    path = settings.locks / "daemon.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        msg = (
            f"the home {settings.home} cannot be written ({error}): let this user write there, "
            "or name another folder in CUTTINGS_HOME"
        )
        raise SetupError(msg) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "another process"
            msg = (
                f"a daemon keeps the home {settings.home} already: {holder}; stop that one first, "
                "or give this one a home of its own (CUTTINGS_HOME)"
            )
            raise SetupError(msg) from error
        file.truncate(0)  # what a dead daemon left in it means nothing
        file.write(f"process {os.getpid()} on {socket.gethostname()} since {now():%Y-%m-%d %H:%M:%S} UTC")
        file.flush()
        yield
        file.truncate(0)
