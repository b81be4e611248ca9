"""The archive's memory as spiders ask for it."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Engine

from core.records import Known


class ArchiveLedger:
    """What one outlet's rows say of addresses; has the shape of ``crawlers.ledger.Ledger``."""

    def __init__(self, engine: Engine, outlet: str) -> None:
        raise NotImplementedError

    def known(self, urls: Sequence[str]) -> Mapping[str, Known]:
        """Give what is remembered of each address, by the address asked; unknown ones are left out."""
        raise NotImplementedError

    def due(self, limit: int | None = None) -> Iterator[str]:
        """Give canonical addresses of the outlet's articles to visit again, longest unvisited first."""
        raise NotImplementedError
