"""What a run found, for people and as JSON."""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.quality.peers import YARDSTICK
from benchmarks.quality.run import Result

_LARGE = 10  # from which on digits after the point say nothing
_COLUMNS = {
    "pages": "pages",
    "empty": "empty",
    "crashed": "crashed",
    "body_f1": "body F1",
    "words_f1": "words",
    "segments_f1": "segments",
    "title_f1": "title F1",
    "title_exact": "right",
    "author_f1": "author F1",
    "author_exact": "right",
    "date_f1": "date F1",
    "date_exact": "right",
    "comments_f1": "comments F1",
    "comments_found": "found",
    "comments_leaked": "leaked",
    "false_positives": "false",
}
_WHOLE = {
    "pages": "pages",
    "crashed": "crashed",
    "pages_per_second": "pages/s",
    "ratio": f"to {YARDSTICK}",
    "p95_ms": "p95 ms",
    "comments_f1": "comments F1",
    "comments_found": "found",
    "comments_leaked": "leaked",
    "false_positives": "false",
    "has_comments_precision": "has comments: precision",
    "has_comments_recall": "recall",
}


def tables(results: Mapping[str, Result]) -> Iterator[Table]:
    """Give a table per set, with the columns the set says something of, and one of the whole run."""
    for name in dict.fromkeys(name for result in results.values() for name in result.scores):
        rows = {
            reader: result.scores[name].facts() for reader, result in results.items() if name in result.scores
        }
        yield _table(name, _COLUMNS, rows)
    yield _table("all sets", _WHOLE, {reader: speed(results, reader) for reader in results}, results)


def speed(results: Mapping[str, Result], reader: str) -> dict[str, float | int | None]:
    """Give what a reader made of the whole run, its pages/s as a ratio to trafilatura's too."""
    facts = results[reader].facts()
    yardstick = results[YARDSTICK].facts()["pages_per_second"] if YARDSTICK in results else None
    own = facts["pages_per_second"]
    return {**facts, "ratio": own / yardstick if own and yardstick else None}


def as_json(results: Mapping[str, Result], every: int) -> dict[str, Any]:
    """Give the whole as one object: shares of 1, pages per second of processor time."""
    return {
        "every": every,
        "readers": {
            reader: {
                "absent": result.absent,
                "run": speed(results, reader),
                "sets": {name: score.facts() for name, score in result.scores.items()},
                "crashes": result.crashes,
            }
            for reader, result in results.items()
        },
    }


def write_readings(results: Mapping[str, Result], folder: Path) -> None:
    """Write what was read, ``READER/SET.json.gz``: the form that the sets' own scripts score."""
    for reader, result in results.items():
        for name, readings in result.readings.items():
            path = folder / reader / f"{name}.json.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(json.dumps(readings, ensure_ascii=False).encode()))


def _table(
    title: str,
    columns: Mapping[str, str],
    rows: Mapping[str, Mapping[str, float | int | None]],
    results: Mapping[str, Result] | None = None,
) -> Table:
    table = Table("reader", title=title, title_justify="left")
    shown = [key for key in columns if any(facts[key] is not None for facts in rows.values())]
    for key in shown:
        table.add_column(columns[key], justify="right", overflow="fold")
    if results and any(result.absent for result in results.values()):
        table.add_column("", overflow="fold")
    for reader, facts in rows.items():
        absent = results[reader].absent if results else None
        table.add_row(reader, *(_cell(facts[key]) for key in shown), *([absent] if absent else []))
    return table


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}" if value < _LARGE else f"{value:.1f}"
