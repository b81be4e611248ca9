"""One task in a process of its own, so that its memory can be told: `python -m benchmarks.large.alone`."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.arguments import parser
from benchmarks.exporting import Silent
from benchmarks.large.asking import SHOWN
from core.query_language import parse
from db import fulltext
from db.fulltext import Wanted
from db.snapshot import Question
from db.time_travel.asof_session import reading
from pipelines.exporting.exporting import Order, export

VIEW = Question(query="SELECT * FROM article_versions", view="article_versions", order="ORDER BY 1, 2")
"""What `cuttings export article_versions` asks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What a task took: ``peak`` is the most memory its process held, in bytes."""

    name: str
    rows: int
    bytes: int
    seconds: float
    peak: int


def done(name: str, url: str, what: str) -> Done:
    """Do a task in a process of its own: ``what`` is a suffix of exports, or words to search for."""
    command = [sys.executable, "-m", "benchmarks.large.alone", name, url, what]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Done(**json.loads(told.stdout))


def _export(url: str, form: str) -> tuple[int, int]:
    with TemporaryDirectory() as folder, reading(url) as reader:
        path = Path(folder) / f"versions{form}"
        with path.open("wb") as stream:
            told = export(reader, Order(name=path.name, question=VIEW), stream, Silent())
        return told.rows, told.bytes


def _search(url: str, words: str) -> tuple[int, int]:
    with reading(url) as reader:
        return len(fulltext.articles(reader.connection, Wanted(query=parse(words), most=SHOWN))), 0


def _main(name: str, url: str, what: str) -> None:
    began = time.perf_counter()
    rows, size = _export(url, what) if what.startswith(".") else _search(url, what)
    seconds = time.perf_counter() - began
    print(json.dumps({"name": name, "rows": rows, "bytes": size, "seconds": seconds, "peak": _peak()}))


def _peak() -> int:
    """Give the most memory this process held: getrusage() would count what began it as well."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024


if __name__ == "__main__":
    wishes = parser("benchmarks.large.alone", __doc__)
    wishes.add_argument("name", help="what the task is called")
    wishes.add_argument("url", help="the archive's database")
    wishes.add_argument("what", help="the form of an export, like .csv, or words to search for")
    asked = wishes.parse_args()
    _main(asked.name, asked.url, asked.what)
