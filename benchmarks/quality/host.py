"""The reading side of the protocol, alone in a Python that may have nothing of ours.

``python -I host.py ADAPTER.py``: a line of JSON in, a line of JSON out. First comes ``{"ready": true}``
or ``{"failed": REASON}``, then for each ``{"html", "url"}`` either ``{"reading", "cpu", "wall"}`` or
``{"error", "cpu", "wall"}`` (seconds). Only the standard library and the adapter are imported.
"""

import argparse
import importlib.util
import json
import logging
import os
import socket
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any, Never, TextIO

_WARM = (
    "<html><head><title>Warm</title></head><body><article><h1>Warm</h1><p>"
    + "A sentence of some words to begin with. " * 30
    + "</p></article></body></html>"
)


def main(adapter: str) -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    socket.getaddrinfo = _refuse  # a page is all there is: nobody asks the network for more
    try:
        read = _reader(adapter)
    except Exception as error:  # noqa: BLE001 - told to the other side, whatever it is
        _say(answers, {"failed": f"{type(error).__name__}: {error}"[:300]})
        return
    _timed(read, {"html": _WARM, "url": "http://example.com/warm"})
    _say(answers, {"ready": True})
    for line in sys.stdin:
        _say(answers, _timed(read, json.loads(line)))


def _reader(adapter: str) -> Callable[[str, str], dict[str, Any]]:
    spec = importlib.util.spec_from_file_location("adapter", adapter)
    if spec is None or spec.loader is None:
        raise ImportError(f"{adapter} is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    read: Callable[[str, str], dict[str, Any]] = module.read
    return read


def _timed(read: Callable[[str, str], dict[str, Any]], page: dict[str, str]) -> dict[str, Any]:
    cpu, wall = time.process_time(), time.perf_counter()
    try:
        said: dict[str, Any] = {"reading": read(page["html"], page["url"])}
    except Exception as error:  # noqa: BLE001 - counted by the other side, whatever it is
        said = {"error": f"{type(error).__name__}: {error}"[:300]}
    return {**said, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message, default=str) + "\n")
    answers.flush()


def _refuse(*_: object, **__: object) -> Never:
    raise OSError("readers are measured without a network")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("adapter", metavar="ADAPTER.py", help="a module whose read(html, url) is the reader")
    main(parser.parse_args().adapter)
