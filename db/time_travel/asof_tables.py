"""The tables as they stood at an instant, as SELECTs over the tables of today."""

# ruff: noqa: S608 - names of our own tables and quoted instants only

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.records import COMPLETE
from db.models import (
    Article,
    ArticleChange,
    ArticleMatch,
    ArticleText,
    ArticleUrl,
    ArticleVersion,
    Backfill,
    Base,
    Capture,
    Comment,
    CommentVersion,
    Extraction,
    FetchAttempt,
    Hold,
    IndexQuery,
    Memento,
    Rejection,
    Run,
    Sighting,
    StoryMember,
    table,
)

_COMPLETE = ", ".join(sorted(f"'{state.value}'" for state in COMPLETE))


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """Where history is cut, as SQL: ``at`` on the valid axis, ``believed`` on the system axis.

    ``believed`` is None for what is believed today; ``seen`` is the earlier of the two: nothing
    observed after it counts. ``main`` is the schema of the real tables.
    """

    main: str
    at: str
    believed: str | None
    seen: str

    def holds(self, row: str, until: str) -> str:
        """Give the condition that a row is believed; ``until`` names the column that ends that."""
        if self.believed is None:
            return f"{row}.{until} IS NULL"
        still = f"{row}.{until} IS NULL OR {row}.{until} > {self.believed}"
        return f"{row}.recorded_at <= {self.believed} AND ({still})"

    def spell(self, row: str, until: str) -> str:
        """Give the condition that a spell is believed and had begun."""
        return f"{self.holds(row, until)} AND {row}.valid_from <= {self.at}"

    def ended(self, row: str) -> str:
        """Give the condition that a spell had ended, and that this was known."""
        known = (
            f" AND coalesce({row}.end_recorded_at, {row}.valid_to) <= {self.believed}"
            if self.believed
            else ""
        )
        return f"{row}.valid_to <= {self.at}{known}"


def shadows(cut: Cut) -> Iterator[tuple[str, str]]:
    """Give each table that has a past, by name, as the SELECT of its rows then.

    Later ones read earlier ones by their plain names, so all must be made, in this order. Where the
    database keeps only the last of several observations, the one before the cut is worked out from the
    attempts; what cannot be is NULL (when a source last announced an entry, when to ask again).
    """
    yield "article_url", _article_url(cut)
    # What archives saw may be older than the capture of the same bytes: the attempts tell.
    attempts = f"SELECT 1 FROM {cut.main}.fetch_attempt f WHERE f.capture_id = t.id"
    shown = f"(t.captured_at <= {cut.seen} OR EXISTS ({attempts} AND f.fetched_at <= {cut.seen}))"
    yield "capture", _select(cut, Capture, {}, f"{shown}{_brought(cut)}{_told_of(cut)}")
    yield "fetch_attempt", _select(cut, FetchAttempt, {}, f"t.fetched_at <= {cut.seen}{_brought(cut)}")
    yield "rejection", _select(cut, Rejection, {}, f"t.rejected_at <= {cut.seen}{_told_of(cut)}")
    yield "sighting", _sighting(cut)
    yield "run", _run(cut)
    yield "hold", _hold(cut)
    yield "backfill", _backfill(cut)
    yield "index_query", _index_query(cut)
    yield "memento", _memento(cut)
    yield "article_match", _article_match(cut)
    if cut.believed is not None:
        yield "extraction", _extraction(cut)
        yield "article_text", _believed(cut, ArticleText)
    yield "article_version", _article_version(cut)
    yield "article_change", _article_change(cut)
    yield "article", _article(cut)
    yield "comment_version", _comment_version(cut)
    yield "comment", _comment(cut)
    if cut.believed is not None:
        yield "story_member", _believed(cut, StoryMember)


def _select(cut: Cut, model: type[Base], otherwise: Mapping[str, str], where: str) -> str:
    """Give a SELECT of all columns of a table ``t``, some of them worked out otherwise."""
    rows = table(model)
    columns = ", ".join(
        f"{otherwise[column.name]} AS {column.name}" if column.name in otherwise else f"t.{column.name}"
        for column in rows.columns
    )
    return f"SELECT {columns} FROM {cut.main}.{rows.name} t WHERE {where}"


def _when(condition: str, *columns: str) -> dict[str, str]:
    """Give columns that are NULL unless a condition holds."""
    return {column: f"CASE WHEN {condition} THEN t.{column} END" for column in columns}


def _never(*columns: str) -> dict[str, str]:
    """Give columns that are NULL of their own type: what was believed then was not yet taken back."""
    return {column: f"nullif(t.{column}, t.{column})" for column in columns}


def _brought(cut: Cut) -> str:
    """Give the condition that a capture of before was in the archive: others are brought years later."""
    if cut.believed is None:
        return ""
    return f" AND t.run_id IN (SELECT r.id FROM {cut.main}.run r WHERE r.started_at <= {cut.believed})"


def _told_of(cut: Cut) -> str:
    """Give the condition that an address leads to no article withdrawn today, known by then or not."""
    met = f"{cut.main}.url o JOIN {cut.main}.url w ON w.url_key = o.url_key"
    return _leads_to_none_withdrawn(cut, met, " AND s.valid_to IS NULL", "o.id = t.url_id")


def _listed_of(cut: Cut) -> str:
    """Give the same condition of an address that an archive lists, as the view has it."""
    met = f"{cut.main}.url o JOIN {cut.main}.url w ON w.url_key = o.url_key"
    exact = _leads_to_none_withdrawn(cut, f"{cut.main}.url w", "", "w.url_key = t.address_key")
    return exact + _leads_to_none_withdrawn(cut, met, "", "o.address_key = t.address_key")


def _leads_to_none_withdrawn(cut: Cut, met: str, leads: str, where: str) -> str:
    return (
        f" AND NOT EXISTS (SELECT 1 FROM {met} JOIN {cut.main}.article_url s ON s.url_id = w.id{leads} "
        f"JOIN {cut.main}.withdrawal h ON h.article_id = s.article_id AND h.lifted_at IS NULL WHERE {where})"
    )


def _believed(cut: Cut, model: type[Base], also: str = "") -> str:
    """Give the rows of a table believed then; the views ask that nothing has superseded them."""
    return _select(cut, model, _never("superseded_at"), cut.holds("t", "superseded_at") + also)


def _article_url(cut: Cut) -> str:
    return _select(
        cut, ArticleUrl, _when(f"t.valid_to <= {cut.seen}", "valid_to"), f"t.valid_from <= {cut.seen}"
    )


def _sighting(cut: Cut) -> str:
    last = _when(f"t.last_seen_at <= {cut.seen}", "last_seen_at")
    return _select(cut, Sighting, last, f"t.first_seen_at <= {cut.seen}{_told_of(cut)}")


def _run(cut: Cut) -> str:
    """Give the runs begun by then, and later ones that brought pages of before; ends not yet known."""
    ends = ("ended_at", "verdict", "reason", "counts", "peak_memory_bytes")
    if cut.believed is not None:
        ended, begun = f"t.ended_at <= {cut.believed}", f"t.started_at <= {cut.believed} AND "
    else:
        ended, begun = f"(t.ended_at <= {cut.at} OR t.started_at > {cut.at})", ""
    brought = f"SELECT c.run_id FROM {cut.main}.capture c WHERE c.run_id = t.id AND c.captured_at <= {cut.at}"
    return _select(cut, Run, _when(ended, *ends), f"{begun}(t.started_at <= {cut.at} OR EXISTS ({brought}))")


def _hold(cut: Cut) -> str:
    decided = _when(f"t.decided_at <= {cut.seen}", "decision", "decided_at")
    return _select(cut, Hold, decided, f"t.held_at <= {cut.seen}")


def _backfill(cut: Cut) -> str:
    """Give the backfills known; what one asked of the time after the cut is none of its wish."""
    late = f"t.started_at > {cut.at} AND (t.until IS NULL OR t.until > date({cut.at}))"
    until = {"until": f"CASE WHEN {late} THEN date({cut.at}) ELSE t.until END"}
    if cut.believed is None:
        return _select(cut, Backfill, until, "1 = 1")
    ended = _when(f"t.ended_at <= {cut.believed}", "ended_at", "ended_by")
    return _select(cut, Backfill, until | ended, f"t.started_at <= {cut.believed}")


def _index_query(cut: Cut) -> str:
    if cut.believed is None:
        return _select(cut, IndexQuery, {}, "1 = 1")
    done = _when(f"t.done_at <= {cut.believed}", "done_at")
    return _select(cut, IndexQuery, done, f"t.started_at <= {cut.believed}")


def _memento(cut: Cut) -> str:
    """Give the captures of before that indexes asked by then list; what was fetched later was waiting."""
    if cut.believed is None:
        return _select(cut, Memento, {}, f"t.archived_at <= {cut.seen}{_listed_of(cut)}")
    asked = (
        f"SELECT 1 FROM {cut.main}.index_query q WHERE q.outlet_id = t.outlet_id AND q.via = t.via "
        f"AND q.archive = t.archive AND q.started_at <= {cut.believed}"
    )
    later = f"t.run_id IN (SELECT r.id FROM {cut.main}.run r WHERE r.started_at > {cut.believed})"
    return _select(
        cut,
        Memento,
        {
            "state": f"CASE WHEN {later} THEN 'chosen' ELSE t.state END",
            **_when(f"NOT coalesce({later}, false)", "sha256", "detail", "run_id"),
        },
        f"t.archived_at <= {cut.seen} AND EXISTS ({asked}){_listed_of(cut)}",
    )


def _article_match(cut: Cut) -> str:
    """Give the pairs of articles found by then; of what was decided the archive keeps the last only."""
    decided = _when(f"t.decided_at <= {cut.seen}", "decision", "decided_at")
    return _select(cut, ArticleMatch, decided, f"t.found_at <= {cut.seen}")


def _extraction(cut: Cut) -> str:
    return _select(
        cut,
        Extraction,
        _when(f"t.reread_at <= {cut.believed}", "reread_at"),
        f"t.extracted_at <= {cut.believed}",
    )


def _readings(cut: Cut) -> str:
    """Give the readings ``e`` with when their bytes were last seen by the cut, held ones left out."""
    released = f"SELECT 1 FROM {cut.main}.hold h WHERE h.id = e.hold_id AND h.decision = 'released'"
    known = f" AND e.extracted_at <= {cut.believed}" if cut.believed else ""
    return (
        "SELECT e.capture_id, e.extractor_id, e.comment_state, "
        f"(SELECT f.fetched_at FROM {cut.main}.fetch_attempt f "
        f"WHERE f.capture_id = e.capture_id AND f.fetched_at <= {cut.seen} "
        "ORDER BY f.fetched_at DESC LIMIT 1) AS seen_at "
        f"FROM {cut.main}.extraction e WHERE (e.hold_id IS NULL OR EXISTS ({released})){known}"
    )


def _article_version(cut: Cut) -> str:
    read = f"{_readings(cut)} AND e.article_id = t.article_id"
    reader = (
        "SELECT x.extractor_id FROM {}article_text x WHERE x.version_id = t.id AND x.superseded_at IS NULL"
    )
    reader = reader.format("" if cut.believed else f"{cut.main}.")
    late = f"t.last_seen_at > {cut.seen}"
    return _select(
        cut,
        ArticleVersion,
        {
            "seq": _number(cut, "article_version", "article_id", "retracted_at"),
            "last_seen_at": f"CASE WHEN {late} THEN coalesce((SELECT max(s.seen_at) FROM ({read}) s "
            "WHERE s.seen_at >= t.valid_from), t.valid_from) ELSE t.last_seen_at END",
            "last_capture_id": f"CASE WHEN {late} THEN coalesce((SELECT s.capture_id FROM ({read}) s "
            f"WHERE s.seen_at >= t.valid_from AND s.extractor_id = ({reader}) "
            "ORDER BY s.seen_at DESC LIMIT 1), t.first_capture_id) ELSE t.last_capture_id END",
            **_when(cut.ended("t"), "valid_to", "ended_by", "ended_run_id", "end_recorded_at"),
            **_never("retracted_at", "retract_reason"),
        },
        cut.spell("t", "retracted_at"),
    )


def _number(cut: Cut, versions: str, owner: str, until: str) -> str:
    """Give a version's number among those believed then: it is stored for those believed today."""
    if cut.believed is None:
        return "t.seq"
    return (
        f"(SELECT count(*) FROM {cut.main}.{versions} n WHERE n.{owner} = t.{owner} "
        f"AND {cut.holds('n', until)} AND (n.valid_from < t.valid_from "
        "OR (n.valid_from = t.valid_from AND n.id <= t.id)))"
    )


def _article_change(cut: Cut) -> str:
    return _believed(cut, ArticleChange, f" AND t.changed_by <= {cut.at}")


def _last(cut: Cut, versions: str, owner: str, until: str) -> str:
    """Give what follows the columns of a SELECT of the last spell ``l`` of ``t``."""
    order = "l.seq DESC" if cut.believed is None else "l.valid_from DESC, l.id DESC"
    return (
        f"FROM {cut.main}.{versions} l WHERE l.{owner} = t.id AND {cut.spell('l', until)} "
        f"ORDER BY {order} LIMIT 1"
    )


def _since(versions: str, owner: str) -> str:
    """Give the beginning of the newest row of spells ``w`` of ``t``, each taking over from another."""
    before = f"SELECT 1 FROM {versions} p WHERE p.{owner} = w.{owner} AND p.valid_to = w.valid_from"
    return f"SELECT max(w.valid_from) FROM {versions} w WHERE w.{owner} = t.id AND NOT EXISTS ({before})"


def _article(cut: Cut) -> str:
    """Give the articles read by then; what was erased since stays erased."""
    last = _last(cut, "article_version", "article_id", "retracted_at")
    away = f"{cut.ended('l')} AND coalesce(l.ended_by, '') <> 'changed'"
    # An absence ends a spell when it begins; that the outlet said "gone" (410) may come later.
    gone = (
        f"(SELECT min(f.fetched_at) FROM {cut.main}.fetch_attempt f WHERE f.url_id = t.canonical_url_id "
        "AND f.outcome = 'gone' AND f.fetched_at >= l.valid_to)"
    )
    how = (
        f"CASE WHEN l.ended_by = 'gone' AND {gone} > {cut.seen} THEN 'missing' "
        "ELSE coalesce(l.ended_by, 'unknown') END"
    )
    since = f"CASE WHEN l.ended_by = 'gone' AND {gone} <= {cut.seen} THEN {gone} ELSE l.valid_to END"
    seen = (
        "SELECT v.last_seen_at FROM article_version v WHERE v.article_id = t.id ORDER BY v.seq DESC LIMIT 1"
    )
    asked = (
        f"SELECT max(f.fetched_at) FROM {cut.main}.fetch_attempt f "
        f"WHERE f.url_id = t.canonical_url_id AND f.fetched_at <= {cut.seen}"
    )
    return _select(
        cut,
        Article,
        {
            "canonical_url_id": _own_address(cut),
            "first_seen_at": "(SELECT min(v.valid_from) FROM article_version v WHERE v.article_id = t.id)",
            "last_seen_at": f"({seen})",
            "last_checked_at": f"CASE WHEN t.last_checked_at <= {cut.seen} THEN t.last_checked_at ELSE "
            f"(SELECT max(s.moment) FROM (SELECT ({seen}) AS moment UNION ALL {asked}) s) END",
            "state": f"CASE WHEN t.state = 'erased' THEN t.state ELSE (SELECT CASE WHEN {away} THEN {how} "
            f"ELSE 'live' END {last}) END",
            "state_since": f"(SELECT CASE WHEN {away} THEN {since} "
            f"ELSE ({_since('article_version', 'article_id')}) END {last})",
            **_when(f"t.last_changed_at <= {cut.seen}", "last_changed_at"),
            **_when(f"t.last_commented_at <= {cut.seen}", "last_commented_at"),
            **_when(f"t.last_checked_at <= {cut.seen}", "next_check_at"),
        },
        f"EXISTS (SELECT 1 FROM {cut.main}.article_version v WHERE v.article_id = t.id "
        f"AND {cut.spell('v', 'retracted_at')})",
    )


def _own_address(cut: Cut) -> str:
    """Give the article's own address: today's where it was known, else the first it was read at."""
    own = f"FROM {cut.main}.article_url s WHERE s.article_id = t.id AND s.valid_from <= {cut.seen}"
    return (
        f"CASE WHEN EXISTS (SELECT 1 {own} AND s.url_id = t.canonical_url_id) THEN t.canonical_url_id ELSE "
        f"coalesce((SELECT s.url_id {own} ORDER BY s.valid_from, s.id LIMIT 1), t.canonical_url_id) END"
    )


def _comment_version(cut: Cut) -> str:
    """Give the spells of comments; of a page that did not list all, only the bytes last read tell."""
    read = (
        f"{_readings(cut)} AND e.article_id = (SELECT m.article_id FROM {cut.main}.comment m "
        f"WHERE m.id = t.comment_id) AND (e.comment_state IN ({_COMPLETE}) "
        "OR e.capture_id IN (t.first_capture_id, t.last_capture_id))"
    )
    return _select(
        cut,
        CommentVersion,
        {
            "seq": _number(cut, "comment_version", "comment_id", "superseded_at"),
            "last_seen_at": f"CASE WHEN t.last_seen_at > {cut.seen} THEN coalesce((SELECT max(s.seen_at) "
            f"FROM ({read}) s WHERE s.seen_at >= t.valid_from), t.valid_from) ELSE t.last_seen_at END",
            **_when(cut.ended("t"), "valid_to", "ended_by", "ended_run_id", "end_recorded_at"),
            **_never("superseded_at"),
        },
        cut.spell("t", "superseded_at"),
    )


def _comment(cut: Cut) -> str:
    last = _last(cut, "comment_version", "comment_id", "superseded_at")
    removed = f"{cut.ended('l')} AND coalesce(l.ended_by, '') <> 'edited'"
    unknown = f"t.state = 'unknown' AND t.state_since <= {cut.seen}"
    since = _since("comment_version", "comment_id")
    seen = (
        "SELECT v.last_seen_at FROM comment_version v WHERE v.comment_id = t.id ORDER BY v.seq DESC LIMIT 1"
    )
    return _select(
        cut,
        Comment,
        {
            "first_seen_at": "(SELECT min(v.valid_from) FROM comment_version v WHERE v.comment_id = t.id)",
            "last_seen_at": f"({seen})",
            "state": f"CASE WHEN t.state = 'erased' THEN t.state ELSE (SELECT CASE "
            f"WHEN {removed} THEN 'removed' WHEN {unknown} THEN 'unknown' ELSE 'visible' END {last}) END",
            "state_since": f"(SELECT CASE WHEN {removed} THEN l.valid_to WHEN {unknown} THEN t.state_since "
            f"ELSE ({since}) END {last})",
        },
        f"EXISTS (SELECT 1 FROM {cut.main}.comment_version v WHERE v.comment_id = t.id "
        f"AND {cut.spell('v', 'superseded_at')})",
    )
