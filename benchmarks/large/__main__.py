"""``python -m benchmarks.large``: what an archive of 300,000 articles costs to ask; kept out of CI."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from rich.console import Console

from benchmarks import databases
from benchmarks.large import disk
from benchmarks.large.alone import Done, done
from benchmarks.large.archives import archives
from benchmarks.large.arriving import arrived
from benchmarks.large.asking import TIMES, asked
from benchmarks.large.report import Measured, show
from benchmarks.large.texts import Texts
from db.engine import open_engine

ARTICLES, FEW = 300_000, 10_000
FORMS = (".jsonl", ".csv")


def main(words: list[str]) -> int:
    """Make the archives and measure them, one database after the other; print the tables."""
    parser = ArgumentParser(prog="python -m benchmarks.large", description=__doc__)
    parser.add_argument("--articles", type=int, default=ARTICLES, help=f"by default {ARTICLES:,}")
    parser.add_argument("--database", choices=databases.KINDS, action="append", help="by default both")
    parser.add_argument("--times", type=int, default=TIMES, help="how often each question is asked")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the archives here, use those there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures into a file too")
    wishes = parser.parse_args(words)
    found = []
    for kind in wishes.database or databases.KINDS:
        found.append(measure(kind, wishes.articles, wishes.times, wishes.keep))
        show(found[-1], Console(width=120))
    if wishes.json:
        wishes.json.write_text(
            json.dumps([one.as_json() for one in found], indent=2) + "\n", encoding="utf-8"
        )
    return 0


def measure(kind: str, articles: int, times: int = TIMES, kept: Path | None = None) -> Measured:
    """Make an archive in a database of a kind, and a small one for comparison; ask, export, store."""
    few = min(FEW, articles // 3)
    with archives(kind, (few, articles), kept) as urls:
        url, texts = urls[articles], Texts(articles)
        questions = []
        for one in asked(url, texts, articles, times):
            print(f"{kind}: {one.kind}, {one.name}: {one.median:.3f} s", file=sys.stderr, flush=True)
            questions.append(one)
        tasks = list(_tasks(url, texts))
        engine = open_engine(url)
        sizes, rows = disk.parts(engine), disk.rows(engine)
        engine.dispose()
        return Measured(
            database=kind,
            articles=articles,
            rows=rows,
            asked=questions,
            done=tasks,
            disk=sizes,
            arrived=arrived(urls),
        )


def _tasks(url: str, texts: Texts) -> "list[Done]":
    search = done("search for a frequent word", url, texts.word_in(0.25))
    return [search, *(done(f"export of article_versions to {form}", url, form) for form in FORMS)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
