"""An HTTP answer, made once and kept as bytes."""

import gzip
import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from email.utils import format_datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

HTML = "text/html; charset=utf-8"
_GMT = ZoneInfo("Etc/GMT")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Status, headers and body of one answer; ``squeezed`` is the body in gzip where that is offered."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    squeezed: bytes | None = None
    etag: str | None = None
    last_modified: str | None = None

    def head(self, *, squeezed: bool = False) -> bytes:
        """Give the header lines from the first header on, the status line and ``Date`` left out."""
        body = self.squeezed if squeezed and self.squeezed is not None else self.body
        lines = [f"{name}: {value}" for name, value in self.headers]
        lines += [f"ETag: {self.etag}"] if self.etag else []
        lines += [f"Last-Modified: {self.last_modified}"] if self.last_modified else []
        lines += ["Content-Encoding: gzip"] if body is self.squeezed else []
        lines += ["Vary: Accept-Encoding"] if self.squeezed is not None else []
        lines.append(f"Content-Length: {len(body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def not_modified(self) -> "Answer":
        """Give the 304 for it: its validators, no body."""
        return Answer(status=304, etag=self.etag, last_modified=self.last_modified)


def page(body: bytes, *, day: date, kind: str = HTML, status: int = 200, squeeze: bool = False) -> Answer:
    """Give an answer with validators: a tag of the bytes, and the morning they were made."""
    made = datetime.combine(day, time(5, 0), tzinfo=_GMT)
    return Answer(
        status=status,
        headers=(("Content-Type", kind), ("Cache-Control", "no-cache")),
        body=body,
        squeezed=gzip.compress(body, compresslevel=5, mtime=0) if squeeze else None,
        etag=f'"{hashlib.blake2b(body, digest_size=10).hexdigest()}"',
        last_modified=format_datetime(made, usegmt=False).replace("+0000", "GMT"),
    )


def redirect(target: str) -> Answer:
    """Give a 301 to ``target``."""
    return Answer(status=301, headers=(("Location", target), ("Content-Type", HTML)), body=b"Moved\n")


def error(status: int) -> Answer:
    """Give a plain error page."""
    phrase = HTTPStatus(status).phrase
    html = f"<html><head><title>{status} {phrase}</title></head><body><h1>{phrase}</h1></body></html>\n"
    return Answer(status=status, headers=(("Content-Type", HTML),), body=html.encode())
