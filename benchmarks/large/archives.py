"""Where the archives lie: in a folder that is kept, to be asked again, or in one that goes at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import databases
from benchmarks.large.filling import Eta, fill


@contextmanager
def archives(kind: str, sizes: tuple[int, ...], kept: Path | None = None) -> Iterator[dict[int, str]]:
    """Give an archive of each size by its address: made now, or found where it was kept."""
    with databases.of_kind(kind, kept) as make:
        urls = {}
        for size in sizes:
            urls[size] = make(f"of_{size}")
            mark = kept / f"{kind}-{size}.filled" if kept else None
            if mark is None or not mark.exists():
                fill(urls[size], size, Eta())
            if mark is not None:
                mark.touch()
        yield urls
