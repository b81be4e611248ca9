"""One measured figure: ours against a yardstick of the same run, and the bound that is promised."""

from dataclasses import dataclass
from enum import Enum


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
