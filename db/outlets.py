"""The outlets' own rows."""

from typing import Protocol

from sqlalchemy import Connection


class OutletFacts(Protocol):
    """What the archive keeps of an outlet; :class:`crawlers.outlet.Outlet` has this shape."""

    @property
    def key(self) -> str: ...  # noqa: D102 - the names are crawlers.outlet.Outlet's
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def home(self) -> str: ...  # noqa: D102
    @property
    def publisher(self) -> str: ...  # noqa: D102
    @property
    def timezone(self) -> str: ...  # noqa: D102
    @property
    def example(self) -> bool: ...  # noqa: D102


def remember(connection: Connection, outlet: OutletFacts) -> int:
    """Give the id of the outlet's row, made or brought up to date."""
    raise NotImplementedError
