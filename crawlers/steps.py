"""Steps that ask for documents, taken in a process of their own: what they read costs itself, not them."""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

from core.errors import CuttingsError, PageError
from crawlers.bounded import BoundedProcess
from crawlers.survey.documents import Ask, Document

MOST_LOST = 5
"""Documents that may cost their time limit; what asks for more of them is given up."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Asker(Protocol[T_co]):
    """Whoever asks for one document after the other; what it does follows from their contents alone."""

    def steps(self) -> Generator[Ask, Document, T_co]:
        """Ask, be sent each, and end in what was found."""
        ...


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """The steps are all taken; ``found`` is what came of them."""

    found: T


class _Forgotten:
    """The process that took the steps before is gone."""


class Stepping(Generic[T]):
    """Takes the steps of ``asker`` in ``process``, which others may share; ``name`` tells them apart.

    Where reading a document takes too long, or kills the process, the steps are taken anew in another
    one, and are told that this document could not be had.
    """

    def __init__(self, name: str, asker: Asker[T], process: BoundedProcess) -> None:
        self._name = name
        self._asker = asker
        self._process = process
        self._answers: dict[str, Document] = {}
        self._lost = 0

    async def begun(self) -> Ask | Ended[T]:
        """Give what is asked first."""
        return await self._taken({}, 0)

    async def answered(self, ask: Ask, document: Document) -> Ask | Ended[T]:
        """Give what is asked next, now that this is the answer, or what came of it all.

        Raises :class:`CuttingsError` where too many documents could not be read, and what the steps raise.
        """
        known = len(self._answers)
        self._answers[ask.url] = document
        try:
            return await self._taken({ask.url: document}, known)
        except PageError as error:
            return await self._without(ask, document, error)

    async def _without(self, ask: Ask, document: Document, error: PageError) -> Ask | Ended[T]:
        """Take the steps anew, without a document that could not be read."""
        self._lost += 1
        self._answers[ask.url] = replace(document, status=None, body=b"", problem=error.detail)
        if self._lost <= MOST_LOST:
            try:
                return await self._taken(self._answers, 0)
            except PageError as again:
                error = again
        raise CuttingsError(f"the pages of {self._name} cannot be read: {error.detail}") from error

    async def _taken(self, fresh: dict[str, Document], known: int) -> Ask | Ended[T]:
        given = (self._name, self._asker)
        told = await self._process.do(_take, *given, fresh, known, pages=1 if known else len(fresh) + 1)
        if isinstance(told, _Forgotten):
            told = await self._process.do(_take, *given, self._answers, 0, pages=len(self._answers) + 1)
        if isinstance(told, _Forgotten):
            raise TypeError("steps that are taken from the beginning were forgotten")
        return told


@dataclass(kw_only=True, slots=True)
class _UnderWay:
    """Steps that are being taken in this process."""

    steps: Generator[Ask, Document, Any]
    ask: Ask
    answers: dict[str, Document] = field(default_factory=dict)


_under_way: dict[str, _UnderWay] = {}


def _take(name: str, asker: Asker[T], fresh: dict[str, Document], known: int) -> Ask | Ended[T] | _Forgotten:
    """Send what was answered since ``known`` answers; from the beginning where there were none."""
    try:
        if known == 0:
            steps = asker.steps()
            _under_way[name] = _UnderWay(steps=steps, ask=next(steps))
        taken = _under_way.get(name)
        if taken is None or len(taken.answers) != known:
            return _Forgotten()
        taken.answers |= fresh
        while (document := taken.answers.get(taken.ask.url)) is not None:
            taken.ask = taken.steps.send(document)
    except StopIteration as end:
        return Ended(end.value)
    return taken.ask
