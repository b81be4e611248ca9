"""Those who are told in the tests: a web server that takes posts, and a mail server, over loopback."""

import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any


@dataclass
class Web:
    """What was posted, and what is answered: ``status`` (with ``location``), after ``hold`` is let go."""

    url: str = ""
    status: int = 204
    location: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    hold: threading.Event | None = None


@contextmanager
def web() -> Iterator[Web]:
    """Serve a receiver of JSON."""
    told = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            if told.hold is not None:
                told.hold.wait(60)
            told.paths.append(self.path)
            if told.status < 300 and body:
                told.posts.append(json.loads(body))
            self.send_response(told.status)
            if told.location:
                self.send_header("Location", told.location)
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - http.server's name; a redirect that is followed comes as this one

        def log_message(self, *_words: object) -> None:
            pass

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        told.url = f"http://127.0.0.1:{port}/secret-path"
        yield told
        if told.hold is not None:
            told.hold.set()


@dataclass
class MailBox:
    """What came by e-mail, who logged in, and what the server refuses: ``refuse`` is a reply to DATA."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuse: str = ""
    unknown: str = ""


@contextmanager
def mail_server(certificate: Path | None = None, *, encrypted: bool = False) -> Iterator[MailBox]:
    """Serve a mail server; with a certificate it offers STARTTLS, or speaks TLS from the start."""
    server = _MailServer(certificate, encrypted=encrypted)
    with _served(server) as port:
        server.box.port = port
        yield server.box


class _MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, certificate: Path | None, *, encrypted: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.box = MailBox()
        self.encrypted = encrypted
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)

    def handle_error(self, *_told: object) -> None:
        """Say nothing: a client that hangs up is no news."""


class _Conversation(socketserver.StreamRequestHandler):
    server: _MailServer

    def setup(self) -> None:
        self.secure = self.server.encrypted
        if self.secure and self.server.context is not None:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self.say("220 loopback")
        while line := self.rfile.readline().decode().strip():
            answer = getattr(self, f"on_{line.split()[0].lower()}", None)
            if answer is None:
                self.say("250 yes")
            else:
                answer(line)

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def on_ehlo(self, _line: str) -> None:
        offers = [] if self.secure or self.server.context is None else ["250-STARTTLS"]
        self.say("250-loopback", *offers, "250 AUTH PLAIN")

    def on_starttls(self, _line: str) -> None:
        self.say("220 go on")
        assert self.server.context is not None
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.secure = True

    def on_auth(self, line: str) -> None:
        self.server.box.logins.append(line)
        self.say("235 welcome")

    def on_rcpt(self, line: str) -> None:
        box = self.server.box
        known = not box.unknown or box.unknown not in line
        if known:
            box.recipients.append(line.partition(":")[2].strip("<> "))
        self.say("250 yes" if known else "550 nobody")

    def on_data(self, _line: str) -> None:
        box = self.server.box
        if box.refuse:
            self.say(box.refuse)
            return
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        box.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        box.encrypted.append(self.secure)
        self.say("250 taken")

    def on_quit(self, _line: str) -> None:
        self.say("221 bye")


@contextmanager
def _served(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(path: Path) -> Path:
    """Write a certificate of 127.0.0.1 with its key, signed by itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    at = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    held = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(held + built.public_bytes(serialization.Encoding.PEM))
    return path
