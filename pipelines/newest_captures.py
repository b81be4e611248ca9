"""Whether the newest captures can be read: a look that takes milliseconds (all of them: `db verify`)."""

import fcntl
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from db.running.operation import LastRecord
from pipelines import warc_files
from pipelines.warc import OPEN

LEFT = timedelta(days=1)
"""How long a file that a dead crawl left open may wait for the next crawl to close it."""
_MOST = 64 << 20  # bytes read of one record: far more than the largest body taken
_BEGIN = b"WARC/"


def fault(home: Path, record: LastRecord) -> str | None:
    """Say what is wrong with a run's newest record as its file has it; None where it can be read."""
    try:
        with warc_files.reading(home, record.path) as file:
            size = file.seek(0, 2)
            if size == 0:
                return f"the file {record.path} is empty"
            if record.offset >= size:
                return f"the file {record.path} ends at byte {size}, before the record at {record.offset}"
            file.seek(record.offset)
            wrong = _record(iter(lambda: file.read(warc_files.CHUNK), b""))
    except FileNotFoundError:
        return f"the file {record.path} is not there"
    except OSError as error:
        return f"the file {record.path} cannot be read ({error.strerror})"
    return f"the record at byte {record.offset} of {record.path} cannot be read ({wrong})" if wrong else None


def _record(chunks: Iterator[bytes]) -> str | None:
    """Inflate one gzip member, its checksum included; say what is wrong with it."""
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    begins, read = b"", 0
    try:
        for chunk in chunks:
            read += len(chunk)
            rest = chunk
            while not inflate.eof:
                inflated = inflate.decompress(rest, warc_files.INFLATED)
                begins = (begins + inflated[: len(_BEGIN)])[: len(_BEGIN)]
                rest = inflate.unconsumed_tail
                if not rest and len(inflated) < warc_files.INFLATED:
                    break
            if inflate.eof or read > _MOST:
                break
    except zlib.error as error:
        return str(error)
    if begins != _BEGIN:
        return "it is not a WARC record"
    return warc_files.CUT if not inflate.eof and read <= _MOST else None


def leftovers(captures: Path, at: datetime) -> tuple[str, ...]:
    """Give the files that dead crawls left open more than ``LEFT`` before an instant, by name."""
    found = []
    for path in captures.glob(f"*{OPEN}"):
        try:
            old = at.timestamp() - path.stat().st_mtime > LEFT.total_seconds()
            if old and _nobody_writes(path):
                found.append(path.name)
        except OSError:  # closed and renamed meanwhile
            continue
    return tuple(sorted(found))


def _nobody_writes(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
