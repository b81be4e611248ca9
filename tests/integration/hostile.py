"""A web server that misbehaves on purpose: a real threaded HTTP server on loopback.

All texts on its pages are invented.
"""

import gzip
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Self

import brotli

MEBIBYTE = 1024 * 1024
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a path answers; an endless one sends its body again and again until the client hangs up."""

    body: bytes = b""
    status: int = 200
    kind: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    endless: bool = False
    promised: int | None = None  # a Content-Length other than the true one


Answer = Reply | Callable[[int], Reply]  # a function is told how often the path was asked before


class HostileServer:
    """Answers by path; ``asked`` lists every request line's target with the second it came."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[str, float]] = []
        self.headers: dict[str, list[dict[str, str]]] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        target = handler.path
        before = self.paths.count(target)
        self.asked.append((target, monotonic()))
        self.headers.setdefault(target, []).append(dict(handler.headers.items()))
        found = self.answers.get(target) or self.answers.get(target.partition("?")[0])
        reply = found(before) if callable(found) else found
        reply = reply or Reply(status=404, body=b"<html><body><h1>Not here</h1></body></html>")
        handler.send_response(reply.status)
        for name, value in {"Content-Type": reply.kind, **reply.headers}.items():
            handler.send_header(name, value)
        if reply.endless or reply.promised is not None:
            handler.close_connection = True
            handler.send_header("Connection", "close")
        if not reply.endless and reply.status != 304:
            handler.send_header("Content-Length", str(reply.promised or len(reply.body)))
        handler.end_headers()
        try:
            handler.wfile.write(reply.body)
            while reply.endless:
                handler.wfile.write(reply.body)
        except OSError:
            handler.close_connection = True  # the client had enough


@contextmanager
def serving(answers: Mapping[str, Answer]) -> Iterator[HostileServer]:
    """Serve for as long as the block lasts."""
    with HostileServer(answers) as server:
        yield server


def article(title: str, body: str = "", day: str = "13.08.18") -> str:
    """Give an invented article page in the legacy form."""
    told = body or f"<p>{title}: the bins were counted twice, and twice the sum was seven.</p>"
    return (
        f"<html><head><title>{title}</title></head><body><div>Latest Public Sector News</div><div>{day}</div>"
        f"<h1>{title}</h1>{told}<p>Nobody could say where the eighth had gone, though many tried to.</p>"
        "<div>There are no comments. Why not be the first?</div><div>Add your comment</div></body></html>"
    )


def page(title: str, body: str = "", day: str = "13.08.18") -> Reply:
    """Give a reply with a well-formed article."""
    return Reply(body=article(title, body, day).encode())


def listing(*links: str, head: str = "", foot: str = "") -> Reply:
    """Give a page that links to the addresses."""
    anchors = "".join(f'<p><a href="{link}">{link}</a></p>' for link in links)
    return Reply(body=f"<html><head>{head}</head><body>{anchors}{foot}</body></html>".encode())


def redirect(target: str, status: int = 302) -> Reply:
    """Give a redirect."""
    return Reply(status=status, headers={"Location": target})


def gzip_bomb(mebibytes: int) -> bytes:
    """Give a small gzip body that unpacks to so many MiB of spaces."""
    packer = zlib.compressobj(9, wbits=31)
    block = b" " * MEBIBYTE
    return b"".join(packer.compress(block) for _ in range(mebibytes)) + packer.flush()


def brotli_bomb(mebibytes: int) -> bytes:
    """Give a small brotli body that unpacks to so many MiB of spaces."""
    packer = brotli.Compressor(quality=5)
    block = b" " * MEBIBYTE
    return b"".join(packer.process(block) for _ in range(mebibytes)) + packer.finish()


def sitemap_bomb(mebibytes: int) -> bytes:
    """Give a packed sitemap that is mostly one comment of so many MiB."""
    filler = b"<!--" + b" " * (mebibytes * MEBIBYTE) + b"-->"
    return gzip.compress(b"<?xml version='1.0'?><urlset>" + filler + b"</urlset>")
