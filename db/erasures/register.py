"""The register of erasures, as it may be shown to anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from db.models import Erasure, Outlet, table

ERASURE, OUTLET = table(Erasure), table(Outlet)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One erasure; instants are aware UTC, ``cleaned_at`` when the database file was rid of the bytes."""

    erasure_id: int
    outlet: str
    what: str
    comment_id: int | None
    article_id: int | None
    reason: str
    asked_by: str | None
    erased_at: datetime
    counts: Mapping[str, Any]
    files_done_at: datetime | None
    cleaned_at: datetime | None


def erasures(engine: Engine) -> list[Entry]:
    """Give all erasures, the newest first."""
    names = [name for name in Entry.__dataclass_fields__ if name not in {"erasure_id", "outlet"}]
    query = (
        select(
            ERASURE.c.id.label("erasure_id"),
            OUTLET.c.key.label("outlet"),
            *(ERASURE.c[name] for name in names),
        )
        .join(OUTLET, OUTLET.c.id == ERASURE.c.outlet_id)
        .order_by(ERASURE.c.id.desc())
    )
    with engine.connect() as connection:
        return [Entry(**row._asdict()) for row in connection.execute(query)]
