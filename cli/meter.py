"""How far a piece of long work is: a bar that renews itself on a terminal, plain lines elsewhere."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cli.talk import talk

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EVERY = 5.0  # seconds between two plain lines


class Meter:
    """Shows on stderr which step is being done and how much of it; ``steps`` is how many there are."""

    def __init__(self, work: str, steps: int) -> None:
        self._work = work
        self._steps = steps
        self._step = 0
        self._name = ""
        self._said = time.monotonic()
        self._console = talk()
        self._bars: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

            self._bars = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=20),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._bars.start()
            self._task = self._bars.add_task(self._work, total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def step(self, name: str) -> None:
        """Begin the next step."""
        self._step += 1
        self._name = name
        if self._bars is not None and self._task is not None:
            self._bars.reset(self._task, total=None, description=self._line())

    def told(self, done: int, total: int) -> None:
        """Say how much of the step is done, in any unit."""
        if self._bars is not None and self._task is not None:
            self._bars.update(self._task, completed=done, total=total)
        elif time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            share = f" ({100 * done // total} %)" if total else ""
            self._console.print(f"{self._line()}{share}", markup=False, soft_wrap=True)

    def _line(self) -> str:
        return f"{self._work}: {self._step} of {self._steps}, {self._name}"
