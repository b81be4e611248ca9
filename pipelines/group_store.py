"""Groups on their way into the database: each whole in one transaction, a refused one taken apart."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import DBAPIError

from core.errors import SetupError, WeatherError
from pipelines.patience import passing, patiently, short

REFUSALS = 20  # parts refused in a row after which the fault is not theirs

Part = TypeVar("Part")
Answer = TypeVar("Answer")


class GroupStore(ABC, Generic[Part, Answer]):
    """Stores groups of parts; a part that cannot be stored costs itself, not the others.

    ``hold`` is called before each transaction and raises SetupError where another process has taken
    over. A database that is away is waited for, unless ``stop`` is set.
    """

    what: str  # the parts, in a sentence

    def __init__(self, *, hold: Callable[[], None], stop: threading.Event) -> None:
        self._hold = hold
        self._stop = stop
        self._refused_in_a_row = 0

    def write(self, group: Sequence[Part]) -> None:
        """Store a group; where the database refuses it, part by part.

        Raises WeatherError where the fault is not the parts', and what a database that stays away raises.
        """
        try:
            answer = patiently(lambda: self._held(group), hurry=self._stop)
        except SetupError:
            raise
        except Exception as error:
            if isinstance(error, DBAPIError | OSError) and passing(error):
                raise
            parts = self._parts(group)
            if len(parts) > 1:
                for part in parts:
                    self.write(part)
            else:
                self._refuse(group, error)
        else:
            self._refused_in_a_row = 0
            self._stored(group, answer)

    def _held(self, group: Sequence[Part]) -> Answer:
        self._hold()
        return self._transact(group)

    def _refuse(self, group: Sequence[Part], error: Exception) -> None:
        self._refused_in_a_row += 1
        self._refused(group, error)
        if self._refused_in_a_row >= REFUSALS:
            told = f"the archive refused {REFUSALS} {self.what} in a row: {short(error)}"
            raise WeatherError(told) from error
        self._pass_over(group)

    def _pass_over(self, group: Sequence[Part]) -> None:
        """See that what cannot be stored is not tried again; nothing, where it may be."""

    @abstractmethod
    def _transact(self, group: Sequence[Part]) -> Answer:
        """Store a group in one transaction."""

    @abstractmethod
    def _parts(self, group: Sequence[Part]) -> Sequence[Sequence[Part]]:
        """Give the smallest groups that can be stored by themselves."""

    @abstractmethod
    def _stored(self, group: Sequence[Part], answer: Answer) -> None:
        """Count a group that is durable."""

    @abstractmethod
    def _refused(self, group: Sequence[Part], error: Exception) -> None:
        """Count and report what cannot be stored."""
