"""A real pywb, in the environment of its own that `.ci/setup replay` makes: what others replay with."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import psutil

from tests.integration.forking import ROOT

BIN = ROOT / ".venv" / "replay" / "bin"
NO_REPLAY = "pywb is not installed: `.ci/setup replay` makes its environment"
LONGEST = 60.0  # seconds that its server may take to listen
TRIES = 3  # ports: another process may take one before the server does

_ASKING = build_opener(ProxyHandler({}))


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A server of collections."""

    origin: str

    def get(self, collection: str, url: str, at: datetime) -> tuple[int, bytes, Mapping[str, str]]:
        """Give status, bytes and headers of the capture of an address nearest to an instant, as served."""
        asked = f"{self.origin}/{collection}/{at:%Y%m%d%H%M%S}id_/{url}"
        try:
            with _ASKING.open(asked, timeout=LONGEST) as answer:
                return answer.status, answer.read(), answer.headers
        except HTTPError as answer:
            with answer:
                return answer.code, answer.read(), answer.headers


@contextmanager
def replaying(folder: Path, collections: Mapping[str, Path]) -> Iterator[Replay]:
    """Serve files, each in a collection of its own, for the length of a ``with`` block."""
    for name, file in collections.items():
        _manage(folder, "init", name)
        _manage(folder, "add", name, str(file), *(["--unpack-wacz"] if file.suffix == ".wacz" else []))
    log = folder / "pywb.log"
    with ExitStack() as stack:
        for _ in range(TRIES):
            port = _free_port()
            server = _begun(folder, port, log)
            stack.callback(_end, server)
            if _listens(server, port):
                yield Replay(origin=f"http://127.0.0.1:{port}")
                return
        raise AssertionError(f"pywb does not listen:\n{log.read_text(errors='replace')[-4000:]}")


def _manage(folder: Path, *words: str) -> None:
    command: Sequence[str] = [str(BIN / "wb-manager"), *words]
    environment = {"PATH": str(BIN), "HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _free_port() -> int:
    """Give a port nobody listens on now: pywb cannot choose one itself (its inner server does)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _begun(folder: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    command = [BIN / "wayback", "--bind", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as out:
        environment = {"PATH": str(BIN), "HOME": str(folder)}
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)


def _listens(server: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until it listens; say whether it does: it ends where somebody else took the port."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline and server.poll() is None:
        for connection in psutil.Process(server.pid).net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                return True
        time.sleep(0.05)
    return False


def _end(server: subprocess.Popen[bytes]) -> None:
    server.kill()
    server.wait()
