"""Alerts as e-mail, through the operator's own mail server."""

import logging
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from core.errors import SetupError
from scheduler.tidings import DeliveryError, Tidings, subject, text

PATIENCE = 10.0
"""Seconds the mail server has for each of its answers."""
if TYPE_CHECKING:
    from email.headerregistry import AddressHeader

logger = logging.getLogger(__name__)

_HEADERS = HeaderRegistry()
_PORTS = {"smtp": 25, "smtps": 465}


class Mail:
    """A mail server and those it tells: one e-mail for all that is told at a time.

    ``smtps://`` is encrypted from the start; ``smtp://`` as soon as the server offers STARTTLS. A
    password goes only over an encrypted connection to a server whose certificate is valid; without
    one, a certificate that nobody vouches for is still better than none.
    """

    def __init__(self, url: str, *, recipients: str, sender: str, archive: Mapping[str, str]) -> None:
        """Raise SetupError where the address of the server or of a person is none."""
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            parts, port = urlsplit(""), 0
        if parts.scheme not in _PORTS or not parts.hostname or not port:
            raise SetupError(
                "CUTTINGS_SMTP_URL is no mail server: write it as smtp://USER:PASSWORD@HOST:587, "
                "smtps://USER:PASSWORD@HOST:465 or smtp://HOST:25"
            )
        if (parts.username is None) != (parts.password is None):
            raise SetupError("CUTTINGS_SMTP_URL has a user without a password: write both, or neither")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise SetupError(
                "CUTTINGS_SMTP_URL goes on after the server's name: write the characters / ? # of a "
                "password as %2F %3F %23"
            )
        self.name = f"mail server {parts.hostname}"
        self._host, self._port = parts.hostname, port
        self._encrypted = parts.scheme == "smtps"
        self._user = unquote(parts.username) if parts.username is not None else None
        self._password = unquote(parts.password or "")
        self._recipients = addresses("CUTTINGS_ALERT_MAIL_TO", recipients)
        (self._sender,) = addresses("CUTTINGS_ALERT_MAIL_FROM", sender or f"cuttings@{_here()}")[:1]
        self._archive = archive

    def send(self, tidings: Sequence[Tidings]) -> Iterator[Tidings]:
        """Tell all of them in one e-mail; give them once the server took it. Raises DeliveryError."""
        try:
            refused = self._hand_over(self._message(tidings))
        except smtplib.SMTPResponseException as error:
            said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else ""
            raise DeliveryError(f"it answered {error.smtp_code} {' '.join(said.split())[:200]}") from None
        except smtplib.SMTPRecipientsRefused:
            raise DeliveryError("it takes e-mail for none of CUTTINGS_ALERT_MAIL_TO") from None
        except (OSError, smtplib.SMTPException, MessageError) as error:
            raise DeliveryError(f"{type(error).__name__}: {error}") from None
        if refused:  # told again, those who were told would hear it every time
            logger.warning("%s takes no e-mail for %s", self.name, ", ".join(sorted(refused)))
        yield from tidings

    def _message(self, tidings: Sequence[Tidings]) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = subject(tidings)
        message["From"] = self._sender
        message["To"] = self._recipients
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self._sender.domain)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message.set_content(text(tidings, self._archive))
        return message

    def _hand_over(self, message: EmailMessage) -> Mapping[str, object]:
        with self._connected() as server:
            if self._user is not None:
                server.login(self._user, self._password)
            return server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        if self._encrypted:
            return smtplib.SMTP_SSL(
                self._host, self._port, timeout=PATIENCE, context=ssl.create_default_context()
            )
        server = smtplib.SMTP(self._host, self._port, timeout=PATIENCE)
        try:
            self._encrypt(server)
        except BaseException:
            server.close()
            raise
        return server

    def _encrypt(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=self._trust())
            server.ehlo()
        elif self._user is not None:
            raise DeliveryError("it offers no encryption (STARTTLS), and a password is never sent without")

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._user is None:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def addresses(setting: str, given: str) -> tuple[Address, ...]:
    """Read e-mail addresses parted by commas; SetupError where one is none."""
    header = _HEADERS("To", given if given.isprintable() else "")
    found = cast("AddressHeader", header).addresses
    if not found or header.defects or not all(one.username and one.domain for one in found):
        raise SetupError(
            f"{setting} holds {given!r}, which is no e-mail address: write name@example.org, "
            "several parted by commas"
        )
    return found


def _here() -> str:
    name = socket.gethostname().strip(".")
    return name if name.isascii() and name else "localhost"
