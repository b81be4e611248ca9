"""How long names are kept: rules by outlet, made by people, applied when the archive is tidied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, select, update

from core.clock import now
from core.errors import CuttingsError
from core.records import ScrapedComment
from core.text import fold
from db import rows
from db.discussions import comment_lists
from db.engine import writing
from db.models import (
    Comment,
    Commenter,
    CommentVersion,
    Extraction,
    Outlet,
    RetentionRule,
    table,
)
from db.words import Retained

OUTLET, RULE = table(Outlet), table(RetentionRule)
COMMENT, COMMENTER, VERSION = table(Comment), table(Commenter), table(CommentVersion)
EXTRACTION, LIST = table(Extraction), comment_lists.COMMENT_LIST

LISTS = 500  # lists of comments written anew at a time


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule: what of an outlet is dropped after how many days; ``set_at`` is aware UTC."""

    outlet: str
    what: Retained
    days: int
    set_at: datetime


def rules(engine: Engine) -> list[Rule]:
    """Give the rules, by outlet."""
    query = (
        select(OUTLET.c.key, RULE.c.what, RULE.c.days, RULE.c.set_at)
        .join(OUTLET, OUTLET.c.id == RULE.c.outlet_id)
        .order_by(OUTLET.c.key)
    )
    with engine.connect() as connection:
        found = connection.execute(query).all()
    return [Rule(outlet=row[0], what=Retained(row[1]), days=row[2], set_at=row[3]) for row in found]


def set_rule(engine: Engine, outlet: str, days: int | None) -> None:
    """Have the names under an outlet's comments dropped after so many days; None: no longer.

    CuttingsError for an outlet the archive does not know.
    """
    with writing(engine) as connection:
        outlet_id = connection.execute(select(OUTLET.c.id).where(OUTLET.c.key == outlet)).scalar()
        if outlet_id is None:
            raise CuttingsError(f"the archive has nothing of {outlet}: `cuttings outlets list` shows them")
        connection.execute(delete(RULE).where(RULE.c.outlet_id == outlet_id))
        if days is not None:
            entry = {"outlet_id": outlet_id, "what": Retained.NAMES.value, "days": days, "set_at": now()}
            rows.put(connection, RULE, [entry])


def apply(engine: Engine, rule: Rule, at: datetime) -> int:
    """Drop the names whose time has come, as of an aware instant; give how many. Nobody crawls meanwhile.

    The pseudonym takes the name's place, so the same name is the same commenter as before; it stands
    nowhere in the database afterwards. Raw captures keep it.
    """
    with writing(engine) as connection:
        return _drop_names(connection, rule, at - timedelta(days=rule.days))


def _drop_names(connection: Connection, rule: Rule, before: datetime) -> int:
    said = func.coalesce(VERSION.c.posted_at, VERSION.c.valid_from)
    spoke = select(VERSION.c.id).where(VERSION.c.commenter_id == COMMENTER.c.id, said >= before)
    query = (
        select(COMMENTER.c.id, COMMENTER.c.name_key, COMMENTER.c.pseudonym)
        .join(OUTLET, OUTLET.c.id == COMMENTER.c.outlet_id)
        .where(
            OUTLET.c.key == rule.outlet,
            COMMENTER.c.display_name != COMMENTER.c.pseudonym,
            ~spoke.exists(),
        )
    )
    found = connection.execute(query).all()
    if not found:
        return 0
    names = {row.name_key: row.pseudonym for row in found}
    ids = {row.id for row in found}
    by = select(VERSION.c.comment_id, COMMENT.c.article_id).join(
        COMMENT, COMMENT.c.id == VERSION.c.comment_id
    )
    spoken = rows.among(connection, by.distinct(), VERSION.c.commenter_id, ids)
    _lists(connection, {row.article_id for row in spoken}, names)
    comments = {row.comment_id for row in spoken}
    labels = [{"of": number, "first_sight_key": f"unnamed-{number}"} for number in comments]
    rows.alter(connection, COMMENT, labels)
    for chunk in rows.chunks(ids):
        own = update(VERSION).where(VERSION.c.commenter_id.in_(chunk))
        connection.execute(own.values(raw=VERSION.c.body))
        nameless = update(COMMENTER).where(COMMENTER.c.id.in_(chunk))
        name = COMMENTER.c.pseudonym
        connection.execute(nameless.values(display_name=name, name_key=name))
    return len(ids)


def _lists(connection: Connection, articles: set[int], names: Mapping[str, str]) -> None:
    """Put pseudonyms in place of names in what pages showed as the comments of articles."""
    query = select(EXTRACTION.c.comment_list_id).where(EXTRACTION.c.comment_list_id.is_not(None)).distinct()
    wanted = sorted({row[0] for row in rows.among(connection, query, EXTRACTION.c.article_id, articles)})
    for start in range(0, len(wanted), LISTS):
        for list_id, shown in comment_lists.load(connection, wanted[start : start + LISTS]).items():
            unnamed = nameless(shown, names)
            if unnamed == tuple(shown):
                continue
            comment_lists.put_in_place(connection, list_id, unnamed)


def nameless(comments: Sequence[ScrapedComment], names: Mapping[str, str]) -> tuple[ScrapedComment, ...]:
    """Give comments with pseudonyms in place of names, by the folded name."""
    return tuple(
        replace(one, author=names[fold(one.author)], raw=one.body)
        if one.author and fold(one.author) in names
        else one
        for one in comments
    )
