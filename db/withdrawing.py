"""Withdrawals: what the views hide, and show again."""

from sqlalchemy import Connection, Engine, Table, select, update

from core.clock import now
from core.errors import CuttingsError
from db import rows
from db.engine import writing
from db.mementos import spellings
from db.models import Article, Comment, Withdrawal, table

ARTICLE, COMMENT, WITHDRAWAL = table(Article), table(Comment), table(Withdrawal)


def withdraw(
    engine: Engine, *, reason: str, article_id: int | None = None, comment_id: int | None = None
) -> int:
    """Hide an article with its comments, or a comment; give the withdrawal's number.

    CuttingsError where there is none such, or it is hidden already.
    """
    with writing(engine) as connection:
        if article_id is not None:
            _require(connection, ARTICLE, article_id)
            _know_spellings(connection, article_id)
        if comment_id is not None:
            _require(connection, COMMENT, comment_id)
        if _open(connection, article_id, comment_id) is not None:
            raise CuttingsError("it is withdrawn already")
        entry = {
            "article_id": article_id,
            "comment_id": comment_id,
            "reason": reason,
            "withdrawn_at": now(),
        }
        return rows.put_numbered(connection, WITHDRAWAL, [entry])[0]


def lift(engine: Engine, *, reason: str, article_id: int | None = None, comment_id: int | None = None) -> int:
    """Show it again; give the number of the withdrawal that is lifted, CuttingsError where none holds."""
    with writing(engine) as connection:
        found = _open(connection, article_id, comment_id)
        if found is None:
            raise CuttingsError("it is not withdrawn")
        lifted = update(WITHDRAWAL).where(WITHDRAWAL.c.id == found)
        connection.execute(lifted.values(lifted_at=now(), lift_reason=reason))
        return found


def _know_spellings(connection: Connection, article_id: int) -> None:
    """Let the views know what archives list of the article's outlet under other spellings."""
    query = select(ARTICLE.c.outlet_id).where(ARTICLE.c.id == article_id)
    spellings.remember_all(connection, connection.execute(query).scalar_one(), now())


def _open(connection: Connection, article_id: int | None, comment_id: int | None) -> int | None:
    of_it = (
        WITHDRAWAL.c.article_id == article_id
        if article_id is not None
        else WITHDRAWAL.c.comment_id == comment_id
    )
    query = select(WITHDRAWAL.c.id).where(of_it, WITHDRAWAL.c.lifted_at.is_(None))
    return connection.execute(query).scalar()


def _require(connection: Connection, of: Table, number: int) -> None:
    if connection.execute(select(of.c.id).where(of.c.id == number)).first() is None:
        raise CuttingsError(f"the archive has no {of.name} {number}")
