"""Withdrawals: what the views hide, and show again."""

from sqlalchemy import Connection, Engine, Table, select, update

from core.clock import now
from core.errors import CuttingsError
from db import rows
from db.engine import writing
from db.matched.merged import whole
from db.mementos import spellings
from db.models import Article, Comment, Withdrawal, table

ARTICLE, COMMENT, WITHDRAWAL = table(Article), table(Comment), table(Withdrawal)


def withdraw(
    engine: Engine, *, reason: str, article_id: int | None = None, comment_id: int | None = None
) -> int:
    """Hide an article with its comments and all that was merged with it, or a comment; give the number.

    CuttingsError where there is none such, or it is hidden already.
    """
    with writing(engine) as connection:
        if article_id is not None:
            _require(connection, ARTICLE, article_id)
            _know_spellings(connection, article_id)
        if comment_id is not None:
            _require(connection, COMMENT, comment_id)
        things = _things(connection, article_id, comment_id)
        hidden = [thing for thing in things if _open(connection, *thing) is None]
        if not hidden:
            raise CuttingsError("it is withdrawn already")
        entries = [
            {"article_id": thing[0], "comment_id": thing[1], "reason": reason, "withdrawn_at": now()}
            for thing in hidden
        ]
        return rows.put_numbered(connection, WITHDRAWAL, entries)[0]


def lift(engine: Engine, *, reason: str, article_id: int | None = None, comment_id: int | None = None) -> int:
    """Show it again; give the number of the withdrawal that is lifted, CuttingsError where none holds."""
    with writing(engine) as connection:
        things = _things(connection, article_id, comment_id)
        found = [number for thing in things if (number := _open(connection, *thing)) is not None]
        if not found:
            raise CuttingsError("it is not withdrawn")
        lifted = update(WITHDRAWAL).where(WITHDRAWAL.c.id.in_(found))
        connection.execute(lifted.values(lifted_at=now(), lift_reason=reason))
        return found[0]


def _things(
    connection: Connection, article_id: int | None, comment_id: int | None
) -> list[tuple[int | None, int | None]]:
    """Give what is hidden as one: an article first, then those that were merged with it, or a comment.

    What was believed before a merge shows those as articles of their own (db/time_travel/).
    """
    if article_id is None:
        return [(None, comment_id)]
    others = whole(connection, {article_id}) - {article_id}
    return [(one, None) for one in (article_id, *sorted(others))]


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
