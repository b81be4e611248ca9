"""What systemd is told of a service of ``Type=notify`` (sd_notify(3)), where it asked for it."""

import os
import socket
import time


def tell(**facts: str | int) -> bool:
    """Send facts (``READY=1``, ``STATUS="…"``) to the service manager; False where none listens.

    systemd's protocol is one datagram of ``NAME=value`` lines to the socket in ``NOTIFY_SOCKET``; a
    name that begins with ``@`` is in the abstract namespace. The ``sdnotify`` package has not been
    touched since 2017 and does no more (OPS-FACTS.md section 6).
    """
    name = os.environ.get("NOTIFY_SOCKET", "")
    if not name.startswith(("/", "@")):
        return False
    address = "\0" + name[1:] if name.startswith("@") else name
    text = "\n".join(f"{fact}={str(value).replace(chr(10), ' ')}" for fact, value in facts.items())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        try:
            out.sendto(text.encode(), address)
        except OSError:  # the manager is gone: nobody to tell, and no reason to end
            return False
    return True


def reloading() -> None:
    """Say that settings are being read again; newer systemd waits for the instant to be named."""
    tell(RELOADING=1, MONOTONIC_USEC=time.monotonic_ns() // 1000)
