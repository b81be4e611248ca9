"""What our reading is meant to reach, as ratios to the other readers of the same run."""

from collections.abc import Iterator, Mapping

from benchmarks.figure import Bound, Figure
from benchmarks.quality.peers import OURS, YARDSTICK
from benchmarks.quality.run import Result

COMMENTS_F1, HAS_COMMENTS, SPEED = 0.85, 0.95, 0.7
_FIELDS = {"author_exact": "authors", "date_exact": "dates"}


def aims(results: Mapping[str, Result]) -> list[Figure]:
    """Give the figures of the aims that this run can judge."""
    ours = results.get(OURS)
    if ours is None or not ours.scores:
        return []
    return [*_bodies(results, ours), *_fields(results, ours), *_comments(ours), *_speed(results, ours)]


def _bodies(results: Mapping[str, Result], ours: Result) -> Iterator[Figure]:
    yardstick = results.get(YARDSTICK, Result())
    for name, score in ours.scores.items():
        theirs = yardstick.scores.get(name)
        if theirs is not None:
            yield from _above(f"body F1, {name}", score.body, YARDSTICK, theirs.body)


def _fields(results: Mapping[str, Result], ours: Result) -> Iterator[Figure]:
    for key, what in _FIELDS.items():
        for name, score in ours.scores.items():
            others = {
                peer: shown
                for peer, result in results.items()
                if peer != OURS and name in result.scores and (shown := result.scores[name].facts()[key])
            }
            if others:
                best = max(others, key=lambda peer: others[peer])
                yield from _above(f"{what} right, {name}", score.facts()[key], best, others[best])


def _comments(ours: Result) -> Iterator[Figure]:
    facts = ours.facts()
    wanted = {"comments_f1": COMMENTS_F1, "has_comments_precision": HAS_COMMENTS}
    for key, bound in wanted.items():
        if (reached := facts[key]) is not None:
            yield _figure(key.replace("_", " "), f"{reached:.3f}", "-", reached, bound)


def _speed(results: Mapping[str, Result], ours: Result) -> Iterator[Figure]:
    own, theirs = (result.facts()["pages_per_second"] for result in (ours, results.get(YARDSTICK, Result())))
    if own and theirs:
        yield _figure("pages/s", f"{own:.1f}", f"{theirs:.1f} ({YARDSTICK})", own / theirs, SPEED)


def _above(what: str, own: float | None, peer: str, theirs: float | None) -> Iterator[Figure]:
    if own is not None and theirs:
        yield _figure(what, f"{own:.3f}", f"{theirs:.3f} ({peer})", own / theirs, 1.0)


def _figure(name: str, ours: str, yardstick: str, ratio: float, wanted: float) -> Figure:
    return Figure(name=name, ours=ours, yardstick=yardstick, ratio=ratio, bound=Bound.AT_LEAST, wanted=wanted)
