"""Archives that refused us, and until when nobody asks them."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select, update

from core.clock import now
from core.text import storable
from db import rows
from db.engine import writing
from db.models import ArchivePause, table

LONGEST = timedelta(hours=24)  # of the stretched pauses; one that the archive itself asks for may be longer
_DOUBLINGS = 20  # of a second are more than a day

PAUSE = table(ArchivePause)


def pause(
    engine: Engine, archive: str, until: datetime, reason: str, *, at: datetime | None = None
) -> datetime:
    """Take note that an archive refused us and wants no question before ``until``; give when it has one.

    With each refusal in a row that is twice as far off, up to ``LONGEST``: what it does to those who
    ask on doubles too (ARCHIVE-FACTS.md section 5.1). ``at`` is when it refused, now if not given;
    instants are aware. A pause is never shortened by another one.
    """
    at = at or now()
    its = PAUSE.c.archive == archive
    told = {"until": until, "reason": storable(reason)}
    with writing(engine) as connection:
        rows.put_missing(connection, PAUSE, [{"archive": archive, "refusals": 0, **told}])
        before = connection.execute(select(PAUSE).where(its).with_for_update()).one()
        stretched = (until - at) * (1 << min(before.refusals, _DOUBLINGS))
        kept: datetime = max(until, before.until, at + min(stretched, LONGEST))
        told |= {"until": kept, "refusals": before.refusals + 1}
        connection.execute(update(PAUSE).where(its).values(told))
    return kept


def paused_until(engine: Engine, archive: str) -> datetime | None:
    """Give until when an archive must not be asked, aware UTC, perhaps past; None if it never refused."""
    with engine.connect() as connection:
        found: datetime | None = connection.execute(
            select(PAUSE.c.until).where(PAUSE.c.archive == archive)
        ).scalar_one_or_none()
    return found


def unpause(engine: Engine, archive: str) -> None:
    """Take note that an archive answered: its next refusal is a first one."""
    with writing(engine) as connection:
        connection.execute(delete(PAUSE).where(PAUSE.c.archive == archive))
