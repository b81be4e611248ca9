"""One measured figure: ours against a yardstick of the same run, and the bound that is promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from rich.table import Table


class Bound(Enum):
    """Which side of the bound is the good one."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """``ours`` and ``yardstick`` carry their unit in the text; ``ratio`` is what is promised."""

    name: str
    ours: str
    yardstick: str
    ratio: float
    bound: Bound
    wanted: float

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.ratio >= self.wanted if self.bound is Bound.AT_LEAST else self.ratio <= self.wanted


def table(figures: Iterable[Figure]) -> Table:
    """Give the figures as a table that says of each whether its promise is kept."""
    drawn = Table("figure", "ours", "yardstick", "ratio", "promised", "")
    for figure in figures:
        promise = f"{figure.bound.value} {figure.wanted:g}"
        verdict = "kept" if figure.kept else "MISSED"
        drawn.add_row(figure.name, figure.ours, figure.yardstick, f"{figure.ratio:.2f}", promise, verdict)
    return drawn
