"""The outlets' own rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, select, update

from db import rows
from db.models import Outlet, table

OUTLET = table(Outlet)


class OutletFacts(Protocol):
    """What the archive keeps of an outlet; :class:`crawlers.outlet.Outlet` has this shape."""

    @property
    def key(self) -> str: ...  # noqa: D102 - the names are crawlers.outlet.Outlet's
    @property
    def title(self) -> str: ...  # noqa: D102 - the same
    @property
    def home(self) -> str: ...  # noqa: D102 - the same
    @property
    def publisher(self) -> str: ...  # noqa: D102 - the same
    @property
    def timezone(self) -> str: ...  # noqa: D102 - the same
    @property
    def example(self) -> bool: ...  # noqa: D102 - the same


def remember(connection: Connection, outlet: OutletFacts) -> int:
    """Give the id of the outlet's row, made or brought up to date."""
    facts = {
        "key": outlet.key,
        "title": outlet.title,
        "home": outlet.home,
        "publisher": outlet.publisher,
        "timezone": outlet.timezone,
        "example": outlet.example,
    }
    query = select(OUTLET).where(OUTLET.c.key == outlet.key)
    found = connection.execute(query).one_or_none()
    if found is None:
        rows.put_missing(connection, OUTLET, [facts])
        found = connection.execute(query).one()
    if any(getattr(found, name) != value for name, value in facts.items()):
        connection.execute(update(OUTLET).where(OUTLET.c.id == found.id).values(facts))
    return int(found.id)


def verified(connection: Connection, outlet: OutletFacts, at: datetime) -> None:
    """Note that a check of the live outlet succeeded at an instant (aware UTC)."""
    number = remember(connection, outlet)
    connection.execute(update(OUTLET).where(OUTLET.c.id == number).values(verified_at=at))


def checks(connection: Connection) -> Mapping[str, datetime]:
    """Give when a check of each live outlet last succeeded here, by key; others are left out."""
    query = select(OUTLET.c.key, OUTLET.c.verified_at).where(OUTLET.c.verified_at.is_not(None))
    return {row.key: row.verified_at for row in connection.execute(query)}
