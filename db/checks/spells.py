"""Checks of spells: those of articles and those of comments follow the same rules."""

from collections.abc import Iterator
from dataclasses import dataclass

from db.checks.check import Check, by_query
from db.words import CommentEnding, Ending


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """Whose spells: ``believed`` gives those believed, with their ``owner`` and their article."""

    name: str
    noun: str
    believed: str
    followed: str  # the ending after which the next spell begins at once


ARTICLES = _Kind(
    name="versions",
    noun="article",
    believed="SELECT v.*, v.article_id AS owner FROM article_version v WHERE v.retracted_at IS NULL",
    followed=Ending.CHANGED.value,
)
COMMENTS = _Kind(
    name="comment_versions",
    noun="comment",
    believed=(
        "SELECT v.*, v.comment_id AS owner, m.article_id FROM comment_version v "
        "JOIN comment m ON m.id = v.comment_id WHERE v.superseded_at IS NULL"
    ),
    followed=CommentEnding.EDITED.value,
)


def checks() -> Iterator[Check]:
    """Give the checks of the articles' spells, then those of the comments'."""
    for kind in (ARTICLES, COMMENTS):
        yield _order(kind)
        yield _overlap(kind)
        yield _last_open(kind)
        yield _bounds(kind)
        yield _ending(kind)
        yield _succession(kind)
        yield _window(kind)


def _order(kind: _Kind) -> Check:
    return by_query(
        f"{kind.name}.order",
        f"the believed versions of {_a(kind)} are numbered 1, 2, 3 … in the order they were shown",
        _among(
            kind,
            "row_number() OVER (PARTITION BY s.owner ORDER BY s.valid_from, s.id) AS place",
            "seq, place, valid_from",
            "seq <> place",
        ),
    )


def _overlap(kind: _Kind) -> Check:
    return by_query(
        f"{kind.name}.overlap",
        f"the outlet shows {_a(kind)} in one version at a time",
        _among(kind, _following("valid_from", "next_from"), "valid_to, next_from", "next_from < valid_to"),
    )


def _last_open(kind: _Kind) -> Check:
    return by_query(
        f"{kind.name}.open",
        f"only the last version of {_a(kind)} is open",
        _among(
            kind,
            _following("valid_from", "next_from"),
            "valid_from, next_from",
            "valid_to IS NULL AND next_from IS NOT NULL",
        ),
    )


def _bounds(kind: _Kind) -> Check:
    return by_query(
        f"{kind.name}.bounds",
        "a version was last seen within its spell, which does not end before or as it begins",
        _among(
            kind,
            "s.id AS number",
            "valid_from, last_seen_at, valid_to",
            "last_seen_at < valid_from OR last_seen_at >= valid_to OR valid_to <= valid_from",
        ),
    )


def _ending(kind: _Kind) -> Check:
    return by_query(
        f"{kind.name}.ending",
        "a version that ended says by what and when that was recorded, one still shown says neither",
        _among(
            kind,
            "s.id AS number",
            "valid_to, ended_by, end_recorded_at",
            "(valid_to IS NULL) <> (ended_by IS NULL) OR (valid_to IS NULL) <> (end_recorded_at IS NULL)",
        ),
    )


def _succession(kind: _Kind) -> Check:
    return by_query(
        f"{kind.name}.gap",
        f"a version that ended as '{kind.followed}' is followed at that instant, any other one is not",
        _among(
            kind,
            _following("valid_from", "next_from"),
            "valid_to, ended_by, next_from",
            f"(ended_by = '{kind.followed}' AND (next_from IS NULL OR next_from > valid_to)) "
            f"OR (ended_by <> '{kind.followed}' AND next_from = valid_to)",
        ),
    )


def _window(kind: _Kind) -> Check:
    # A comment's window is not known where the page did not list all its comments before.
    unknown = "changed_after IS NULL AND previous_seen IS NOT NULL OR " if kind is ARTICLES else ""
    return by_query(
        f"{kind.name}.window",
        "the change that began a version came after the one before was last seen, before it was first seen",
        _among(
            kind,
            "lag(s.last_seen_at) OVER (PARTITION BY s.owner ORDER BY s.valid_from, s.id) AS previous_seen",
            "changed_after, valid_from, previous_seen",
            f"{unknown}changed_after >= valid_from OR changed_after < previous_seen",
        ),
    )


def _a(kind: _Kind) -> str:
    return f"an {kind.noun}" if kind is ARTICLES else f"a {kind.noun}"


def _following(column: str, name: str) -> str:
    return f"lead(s.{column}) OVER (PARTITION BY s.owner ORDER BY s.valid_from, s.id) AS {name}"


def _among(kind: _Kind, beside: str, shown: str, breaks: str) -> str:
    """Give the query of the believed spells that ``breaks`` is true of, ``beside`` computed for each."""
    owner = "" if kind is ARTICLES else f"owner AS {kind.noun}_id, "
    return (
        f"SELECT id AS version_id, {owner}article_id, {shown} "  # noqa: S608 - our own texts
        f"FROM (SELECT s.*, {beside} FROM ({kind.believed}) s) t WHERE {breaks}"
    )
