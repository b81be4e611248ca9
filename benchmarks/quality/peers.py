"""The readers ours is measured against, each in an environment of its own that has nothing of ours."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / ".venv" / "peers"
ADAPTERS = Path(__file__).parent / "adapters"
OURS, YARDSTICK = "cuttings", "trafilatura"
_LXML = "lxml==6.1.3"  # the same for all, ours too: a slower parser is no fault of a reader
_INSTALL_SECONDS = 900


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A reader: its adapter, what pip installs for it, and why just that; ``pins`` empty for ours."""

    name: str
    adapter: str
    pins: tuple[str, ...] = ()
    why: str = ""

    @property
    def program(self) -> Path:
        """Give the adapter's file."""
        return ADAPTERS / self.adapter

    @property
    def python(self) -> Path:
        """Give the Python it runs in, made or not."""
        return ENVIRONMENTS / self.name / "bin" / "python" if self.pins else Path(sys.executable)

    @property
    def is_ready(self) -> bool:
        """Whether its environment holds what is pinned here."""
        return not self.pins or _told(self) == self.pins


READERS = (
    Peer(name=OURS, adapter="ours.py"),
    Peer(
        name=YARDSTICK,
        adapter="trafilatura_reader.py",
        pins=("trafilatura==2.3.1", "lxml_html_clean==0.4.6", _LXML),
        why="the best general extractor, and the one ours builds on; imports only with lxml_html_clean",
    ),
    Peer(
        name="newspaper4k",
        adapter="newspaper4k_reader.py",
        pins=("newspaper4k==0.9.6", _LXML),
        why="the kept fork of newspaper3k; without its extras it refuses Japanese, Korean, Hindi, Arabic",
    ),
    Peer(
        name="readability-lxml",
        adapter="readability_lxml_reader.py",
        pins=("readability-lxml==0.9", "lxml_html_clean==0.4.6", _LXML),
        why="what browsers' reading views come from; title and body only",
    ),
    Peer(
        name="news-please",
        adapter="news_please_reader.py",
        pins=("news-please==1.6.16", _LXML),
        why="a crawler's own extractor, an ensemble of others; the slowest",
    ),
)


class NotInstalledError(Exception):
    """A peer's environment could not be made; the message is pip's last word."""


def install(peer: Peer) -> None:
    """Make a peer's environment, from whatever registry pip is set to use; raises NotInstalledError."""
    if peer.is_ready:
        return
    folder = ENVIRONMENTS / peer.name
    _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    _run([str(peer.python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", *peer.pins])
    (folder / "pins").write_text("\n".join(peer.pins), encoding="utf-8")


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalledError(str(error)) from error
    if done.returncode:
        said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        errors = [line for line in said if line.startswith("ERROR")]
        raise NotInstalledError((errors or said or [f"{command[0]} failed"])[-1])


def _told(peer: Peer) -> tuple[str, ...]:
    try:
        return tuple((ENVIRONMENTS / peer.name / "pins").read_text(encoding="utf-8").splitlines())
    except OSError:
        return ()
