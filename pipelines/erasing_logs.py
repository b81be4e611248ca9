"""Takes what is erased out of the logs of runs: the lines that tell of it, whole; all others stay."""

import gzip
import json
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from pipelines.showing import Showing, spoken

PACKED = ".gz"


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """What a line is known by: addresses as they stand, names and wordings as words in a row."""

    addresses: Collection[str]
    names: Collection[str]
    wordings: Collection[str]

    @classmethod
    def of(cls, addresses: Collection[str], names: Collection[str], showing: Showing) -> "Telling":
        """Give what tells of addresses (each in all spellings), names, and what pages show."""
        return cls(
            addresses=frozenset(addresses),
            names=frozenset(f" {name} " for name in map(spoken, names) if name),
            wordings=showing.other,
        )

    def in_line(self, line: bytes) -> bool:
        """Say whether a line of a log tells of it."""
        said = " ".join(_texts(line.decode("utf-8", "replace")))
        if any(address in said for address in self.addresses):
            return True
        words = f" {spoken(said)} "
        return any(one in words for one in (*self.names, *self.wordings))


def clear(files: Collection[Path], telling: Telling, *, dry_run: bool) -> int:
    """Drop the lines that tell of it from logs that nobody writes to; give how many (that would go)."""
    return sum(_cleared(file, telling, dry_run=dry_run) for file in files)


def logs_of(folder: Path, outlets: Collection[str]) -> list[Path]:
    """Give the logs of the runs of outlets, and of those over all outlets, packed or not."""
    return sorted(file for name in (*outlets, "all") for file in (folder / name).glob("*.jsonl*"))


def _cleared(file: Path, telling: Telling, *, dry_run: bool) -> int:
    left, gone = [], 0
    with suppress(EOFError, gzip.BadGzipFile, FileNotFoundError), _opened(file, "rb") as stream:
        for line in stream:
            if telling.in_line(line):
                gone += 1
            else:
                left.append(line)
    if gone and not dry_run:
        times = file.stat()  # by which logs are let go when they are old
        draft = file.with_name(f".{file.name}.part")
        with _opened(draft, "wb", packed=file.suffix == PACKED) as stream:
            stream.writelines(left)
        os.utime(draft, (times.st_atime, times.st_mtime))
        draft.replace(file)
    return gone


def _opened(file: Path, mode: str, *, packed: bool | None = None) -> BinaryIO:
    is_packed = file.suffix == PACKED if packed is None else packed
    return cast("BinaryIO", gzip.open(file, mode) if is_packed else file.open(mode))


def _texts(line: str) -> Iterator[str]:
    """Give the texts of a record; a line that is none (a trace, a message) as it is."""
    try:
        waiting: list[Any] = [json.loads(line)]
    except (ValueError, RecursionError):
        yield line
        return
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
