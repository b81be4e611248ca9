"""Alerts to chat and push services, through Apprise (extra: alerts)."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.errors import SetupError
from db.words import Severity
from scheduler.tidings import DeliveryError, Tidings, subject, text


class Further:
    """One address as Apprise writes them; it holds secrets, so only its place in the setting is shown."""

    def __init__(self, place: int, url: str, archive: Mapping[str, str]) -> None:
        """Raise SetupError where Apprise is not installed, or knows no such address."""
        try:
            import apprise
        except ImportError as error:
            raise SetupError(
                "CUTTINGS_ALERT_URLS needs Apprise: pip install 'cuttings[alerts]', or unset it"
            ) from error
        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would log addresses
        self._service: Any = apprise.Apprise()
        if not self._service.add(url):
            raise SetupError(
                f"address {place} of CUTTINGS_ALERT_URLS is none that Apprise knows: "
                "see https://github.com/caronc/apprise/wiki for how each service is written"
            )
        self.name = f"address {place} of CUTTINGS_ALERT_URLS ({self._service[0].service_name})"
        self._archive = archive

    def send(self, tidings: Sequence[Tidings]) -> Iterator[Tidings]:
        """Tell it all in one message; give them once the service took it. Raises DeliveryError."""
        if any(one.over_at is None and one.severity is Severity.CRITICAL for one in tidings):
            kind = "failure"
        else:
            kind = "warning" if any(one.over_at is None for one in tidings) else "success"
        body = text(tidings, self._archive)
        if not self._service.notify(title=subject(tidings), body=body, notify_type=kind):
            raise DeliveryError("the service did not take it")
        yield from tidings
