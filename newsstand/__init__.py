"""Invented outlets served over loopback, for the demo, the tests and the benchmarks."""

from newsstand.answer import Answer
from newsstand.server import Request
from newsstand.stand import Newsstand, serve

__all__ = ["Answer", "Newsstand", "Request", "serve"]
