"""All readers over all pages, turn about: each page goes to every reader before the next one comes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import quantiles
from typing import TYPE_CHECKING, Any

from benchmarks.quality.pages import EvalPage
from benchmarks.quality.process import Answer, NoReaderError, Reader
from benchmarks.quality.score import Comments, Score

if TYPE_CHECKING:
    from pathlib import Path

_PERCENTILES = 20  # of which the last is the 95th


@dataclass
class Result:
    """What one reader made of all pages; ``absent`` says why it read none, or no more.

    ``scores`` and ``readings`` are by set, and these by page; times are seconds.
    """

    scores: dict[str, Score] = field(default_factory=dict)
    readings: dict[str, dict[str, Any]] = field(default_factory=dict)
    cpu: list[float] = field(default_factory=list)
    wall: float = 0.0
    crashes: list[str] = field(default_factory=list)
    absent: str | None = None

    def facts(self) -> dict[str, float | int | None]:
        """Give the speed, in pages per second of processor time, and what it reads of all comments."""
        comments = Comments()
        for score in self.scores.values():
            comments.add_up(score.comments or Comments())
        tail = quantiles(self.cpu, n=_PERCENTILES)[-1] if len(self.cpu) > 1 else None
        return {
            "pages": len(self.cpu),
            "crashed": len(self.crashes),
            "pages_per_second": len(self.cpu) / sum(self.cpu) if self.cpu else None,
            "wall_seconds": self.wall,
            "p95_ms": tail and tail * 1000,
            **comments.facts(),
        }


def run(
    readers: Mapping[str, Reader],
    pages: Iterable[EvalPage],
    told: Callable[[int], None],
) -> dict[str, Result]:
    """Give what each reader, by its name, made of the pages; ``told`` is called with pages done.

    A page that several sets hold is read and timed once. The order of the readers turns from page to
    page, so that what else the machine does slows all of them alike.
    """
    results = {name: Result() for name in readers}
    known: dict[tuple[Path, str], dict[str, Answer]] = {}
    for number, page in enumerate(pages, start=1):
        answers = known.get(page.known_by)
        if answers is None:
            answers = known[page.known_by] = _read(readers, results, page, len(known))
        for name, answer in answers.items():
            score = results[name].scores.setdefault(page.data_set, Score())
            score.add(page.data_set, page.truth, answer.reading)
            kept = results[name].readings.setdefault(page.data_set, {})
            kept[page.name] = {"_error": answer.error} if answer.reading is None else answer.reading
        told(number)
    return results


def _read(
    readers: Mapping[str, Reader], results: dict[str, Result], page: EvalPage, turn: int
) -> dict[str, Answer]:
    html = page.html()
    present = [name for name in readers if results[name].absent is None]
    first = turn % max(1, len(present))
    answers = {}
    for name in (*present[first:], *present[:first]):
        result = results[name]
        try:
            answer = answers[name] = readers[name].read(html, page.url)
        except NoReaderError as error:
            result.absent = f"gone after {len(result.cpu)} pages: {error}"
            continue
        result.cpu.append(answer.cpu)
        result.wall += answer.wall
        if answer.reading is None:
            result.crashes.append(f"{page.data_set}/{page.name}: {answer.error}")
    return answers
