"""Backfills: mementos against a live crawl, memory over the index, WARC files against warcio."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks import crawls
from benchmarks.figure import Bound, Figure
from benchmarks.stand import newsstand
from newsstand.archives import Archives, Capture, serve
from newsstand.scale import paths
from newsstand.titles import TITLES

MEMENTOS = 5000
FEW_ROWS, MANY_ROWS = 500, 20_000
CAPTURES_EACH = 50  # rows of one address in the index whose memory is measured
IMPORTED = 1000  # pages in the WARC file that is imported
BESIDES = 15  # records of other kinds (images, scripts) beside each page, as real crawls have them
ROUNDS = 3

_TAKEN = datetime(2019, 3, 1, 4, 0, tzinfo=UTC)
_HTML = (("content-type", "text/html; charset=utf-8"),)


def figures() -> list[Figure]:
    """Measure all three; each figure is a ratio of runs that took turns on one machine."""
    return [*_speed(), *_memory(), *_imports()]


def _speed() -> list[Figure]:
    with newsstand(MEMENTOS) as origin, tempfile.TemporaryDirectory() as folder:
        pages = _pages(origin, MEMENTOS)
        live = crawls.whole(origin, Path(folder) / "live", None)
        with serve(Archives(captures=[_capture(path, body, 0) for path, body in pages])) as archives:
            report = _backfill(Path(folder) / "filled", archives, "--from", "wayback")
    rate = report["counts"]["fetched"] / report["seconds"]
    return [
        Figure(
            name=f"{report['counts']['fetched']} mementos without limits, against a crawl of their pages",
            ours=f"{rate:.0f} pages/s",
            yardstick=f"{live.rate:.0f} pages/s",
            ratio=rate / live.rate,
            bound=Bound.AT_LEAST,
            wanted=0.7,
        )
    ]


def _memory() -> list[Figure]:
    peaks = {}
    for rows in (FEW_ROWS, MANY_ROWS):
        addresses = rows // CAPTURES_EACH
        with newsstand(addresses) as origin, tempfile.TemporaryDirectory() as folder:
            held = [
                _capture(path, body, number)
                for path, body in _pages(origin, addresses)
                for number in range(CAPTURES_EACH)
            ]
            with serve(Archives(captures=held)) as archives:
                report = _backfill(Path(folder) / "home", archives, "--from", "wayback")
        peaks[rows] = report["peak_memory_bytes"] / 2**20
    return [
        Figure(
            name=f"peak memory of a backfill over {MANY_ROWS} index rows, against one over {FEW_ROWS}",
            ours=f"{peaks[MANY_ROWS]:.0f} MiB",
            yardstick=f"{peaks[FEW_ROWS]:.0f} MiB",
            ratio=peaks[MANY_ROWS] / peaks[FEW_ROWS],
            bound=Bound.AT_MOST,
            wanted=1.3,
        )
    ]


def _imports() -> list[Figure]:
    found = []
    with newsstand(IMPORTED) as origin, tempfile.TemporaryDirectory() as folder:
        pages = _pages(origin, IMPORTED)
        for name, besides in (("nothing but pages", 0), (f"{BESIDES} other records a page", BESIDES)):
            file = Path(folder) / f"{besides}.warc.gz"
            _write(file, pages, besides)
            ratios, rates, alone = [], [], []
            for turn in range(ROUNDS):
                alone.append(IMPORTED / _read_alone(file))
                home = Path(folder) / f"home-{besides}-{turn}"
                report = _backfill(home, None, "--from", "warc", str(file))
                rates.append(report["counts"]["fetched"] / report["seconds"])
                ratios.append(rates[-1] / alone[-1])
            found.append(
                Figure(
                    name=f"import of a WARC file with {name}, against warcio reading it",
                    ours=f"{statistics.median(rates):.0f} pages/s",
                    yardstick=f"{statistics.median(alone):.0f} pages/s",
                    ratio=statistics.median(ratios),
                    bound=Bound.AT_LEAST,
                    wanted=0.3,
                )
            )
    return found


def _pages(origin: str, count: int) -> list[tuple[str, bytes]]:
    """Give the pages' paths and bodies; the server has rendered them once, so no crawl waits for that."""
    found = []
    for path in paths(count):
        with urllib.request.urlopen(origin + path) as answer:
            found.append((path, answer.read()))
    return found


def _capture(path: str, body: bytes, number: int) -> Capture:
    return Capture(
        url=f"http://{TITLES['wardround'].host}{path}",
        taken=_TAKEN + timedelta(days=3 * number),
        title="wardround",
        why="benchmark",
        headers=_HTML,
        body=body,
    )


def _write(file: Path, pages: list[tuple[str, bytes]], besides: int) -> None:
    noise = os.urandom(24_000)
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number, (path, body) in enumerate(pages):
            host = TITLES["wardround"].host
            for url, kind, content in _records(host, path, body, noise, besides, number):
                head = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
                record = writer.create_warc_record(url, "response", BytesIO(content), http_headers=head)
                writer.write_record(record)


def _records(  # noqa: PLR0913, PLR0917 - a page and what stands beside it
    host: str, path: str, body: bytes, noise: bytes, besides: int, number: int
) -> Iterator[tuple[str, str, bytes]]:
    yield f"http://{host}{path}", "text/html; charset=utf-8", body
    for other in range(besides):
        yield f"http://{host}/image-{number}-{other}.jpg", "image/jpeg", noise


def _read_alone(file: Path) -> float:
    began = time.perf_counter()
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream):
            record.raw_stream.read()
    return time.perf_counter() - began


def _backfill(home: Path, archives: Archives | None, *options: str) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CUTTINGS_")} | {
        "CUTTINGS_HOME": str(home),
        "CUTTINGS_WAYBACK_QUERIES_PER_MINUTE": "100000",
        "CUTTINGS_WAYBACK_DELAY": "0",
        "CUTTINGS_LOG_LEVEL": "ERROR",
    }
    if archives is not None:
        environment["CUTTINGS_WAYBACK_URL"] = archives.address("wayback")
    command = [sys.executable, "-m", "cli", "backfill", "wardround", "--json", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told
