"""Replies with a phrase of their own that may break off, and the port that sends and refuses them."""

import gzip
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from threading import Thread

from newsstand.answer import Answer
from newsstand.server import Handler, LoopbackServer, Request


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply(Answer):
    """An answer that may have a phrase of its own and may be sent in part only.

    ``sent`` is how many bytes of the body leave before the connection is closed; -1 closes it
    without a word.
    """

    phrase: str | None = None
    sent: int | None = None


def gzipped(reply: Reply) -> Reply:
    """Give the reply with its body in gzip as well, for clients that take it."""
    return replace(reply, squeezed=gzip.compress(reply.body, 5, mtime=0))


class ArchiveHandler(Handler):
    """One connection to an archive."""

    server: "ArchiveServer"

    def setup(self) -> None:
        """Note the connection, so that a refusal can end it."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self.server.connections.discard(self.connection)
        super().finish()

    def handle(self) -> None:
        """Answer requests until one side has had enough."""
        while request := self._read():
            answer = self.server.respond(request)
            self.server.note(request, answer)
            reply = answer if isinstance(answer, Reply) else Reply(status=answer.status, body=answer.body)
            if reply.sent is not None and reply.sent < 0:
                return
            close = reply.sent is not None or request.headers.get("connection", "").lower() == "close"
            try:
                self.connection.sendall(_wire(request, reply))
            except OSError:  # the client left; nothing is owed to it
                return
            if close:
                return


def _wire(request: Request, reply: Reply) -> bytes:
    squeezed = reply.squeezed is not None and "gzip" in request.headers.get("accept-encoding", "")
    body = (reply.squeezed or b"") if squeezed else reply.body
    phrase = reply.phrase if reply.phrase is not None else HTTPStatus(reply.status).phrase
    start = f"HTTP/1.1 {reply.status} {phrase}\r\n".encode("latin-1")
    return start + reply.head(squeezed=squeezed) + (b"" if request.method == "HEAD" else body[: reply.sent])


class ArchiveServer(LoopbackServer):
    """One port of an archive, which can refuse connections for a while and come back."""

    def __init__(self, respond: Callable[[Request], Answer], *, port: int = 0) -> None:
        super().__init__(respond, port=port)
        self.RequestHandlerClass = ArchiveHandler
        self.connections: set[socket.socket] = set()

    def start(self) -> None:
        """Serve from a thread of its own."""
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Stop serving, end every connection, close the port."""
        self.shutdown()
        self.server_close()
        for connection in tuple(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it ended by itself
                continue


@contextmanager
def refusing(server: ArchiveServer) -> Iterator[None]:
    """Refuse every connection to a served port for the length of a ``with`` block."""
    server.stop()
    with socket.socket() as holder:  # bound but not listening: connections are refused, nobody else gets it
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", server.server_port))
        try:
            yield
        finally:
            server.socket = socket.socket()
            server.server_bind()
            server.server_activate()
            server.start()
