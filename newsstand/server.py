"""The loopback server: keep-alive, conditional GET, one write for each answer."""

import socket
import socketserver
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from http.server import ThreadingHTTPServer

from newsstand.answer import Answer, error

LONGEST_LINE = 16_384  # bytes of a request or header line taken
MOST_HEADERS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request as it came; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    status: int = 0


class Handler(socketserver.StreamRequestHandler):
    """One connection: requests one after the other until the client leaves."""

    disable_nagle_algorithm = True
    wbufsize = 0
    server: "LoopbackServer"

    def handle(self) -> None:
        """Answer requests until the connection closes."""
        while request := self._read():
            answer = self._conditional(request, self.server.respond(request))
            self.server.note(request, answer)
            keep = request.headers.get("connection", "").lower() != "close"
            try:
                self.connection.sendall(_wire(request, answer, keep=keep))
            except OSError:  # the client left; nothing is owed to it
                return
            if not keep:
                return

    def _read(self) -> Request | None:
        try:
            line = self.rfile.readline(LONGEST_LINE)
            parts = line.decode("latin-1").split()
            if len(parts) != 3:  # noqa: PLR2004 - method, target, version
                return None
            headers: dict[str, str] = {}
            for _ in range(MOST_HEADERS):
                header = self.rfile.readline(LONGEST_LINE)
                if header in {b"\r\n", b"\n", b""}:
                    break
                name, _, value = header.decode("latin-1").partition(":")
                headers[name.strip().lower()] = value.strip()
            self.rfile.read(int(headers.get("content-length") or 0))
        except (OSError, ValueError):  # the client left, or speaks no HTTP
            return None
        return Request(method=parts[0], target=parts[1], headers=headers)

    def _conditional(self, request: Request, answer: Answer) -> Answer:
        if answer.status != HTTPStatus.OK:
            return answer
        if tags := request.headers.get("if-none-match"):
            offered = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return answer.not_modified() if answer.etag in offered or "*" in offered else answer
        since = request.headers.get("if-modified-since")
        if since and answer.last_modified and _not_after(answer.last_modified, since):
            return answer.not_modified()
        return answer


class LoopbackServer(ThreadingHTTPServer):
    """One port of 127.0.0.1, answering by ``respond``."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, respond: Callable[[Request], Answer], *, port: int = 0, kept: int = 20_000) -> None:
        """Listen on ``port`` (0: any free one) and remember the last ``kept`` requests."""
        super().__init__(("127.0.0.1", port), Handler)
        self._respond = respond
        self.requests: deque[Request] = deque(maxlen=kept)

    def server_bind(self) -> None:
        """Bind without asking a name service for our own name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.socket.getsockname()[1]

    def respond(self, request: Request) -> Answer:
        """Give the answer for a request; 405 for methods other than GET and HEAD."""
        return self._respond(request) if request.method in {"GET", "HEAD"} else error(405)

    def note(self, request: Request, answer: Answer) -> None:
        """Remember a request with the status it got."""
        if self.requests.maxlen:
            self.requests.append(
                Request(
                    method=request.method,
                    target=request.target,
                    headers=request.headers,
                    status=answer.status,
                )
            )

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Let a broken connection pass silently, anything else be printed as usual."""
        import sys

        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _wire(request: Request, answer: Answer, *, keep: bool) -> bytes:
    squeezed = answer.squeezed is not None and "gzip" in request.headers.get("accept-encoding", "")
    body = (answer.squeezed or b"") if squeezed else answer.body
    if request.method == "HEAD":
        body = b""
    connection = "" if keep else "Connection: close\r\n"
    date = _date(int(time.time()))
    start = f"HTTP/1.1 {answer.status} {_phrase(answer.status)}\r\nDate: {date}\r\n{connection}"
    return start.encode("latin-1") + answer.head(squeezed=squeezed) + body


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


@lru_cache(maxsize=64)
def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # a test may plant any number
        return "Odd"


@lru_cache(maxsize=256)
def _not_after(modified: str, since: str) -> bool:
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):  # not a date, or one without a zone: no condition
        return False
