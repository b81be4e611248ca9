"""The comments of one article, worked out from the pages that showed them: recognised, and in spells."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from core.records import COMPLETE, CommentState, Moment, ScrapedComment
from core.text import fold, plain
from db.discussions.matching import Remark, known_remark, match, remark
from db.discussions.placeholders import is_placeholder
from db.words import CommentEnding, CommentPresence

_UNTOLD = frozenset({CommentState.UNKNOWN, CommentState.UNSUPPORTED})


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadPage:
    """An article's comments as one extractor read them from one page."""

    at: datetime
    run_id: int
    capture_id: int
    extractor_id: int
    state: CommentState
    comments: tuple[ScrapedComment, ...]
    list_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LastPage:
    """What the page seen last tells of those to come; ``closed`` where it said that no more are taken."""

    at: datetime
    extractor_id: int
    complete: bool
    list_id: int | None
    closed: bool = False


@dataclass(kw_only=True, slots=True)
class Wording:
    """One spell of a page showing a comment in one wording; ``row_id`` is None until it is stored."""

    seq: int
    run_id: int
    extractor_id: int
    author: str | None
    posted: Moment | None
    body: str
    raw: str
    position: int
    first_capture_id: int
    last_capture_id: int
    valid_from: datetime
    changed_after: datetime | None
    last_seen_at: datetime
    valid_to: datetime | None = None
    ended_by: CommentEnding | None = None
    ended_run_id: int | None = None
    row_id: int | None = None


@dataclass(kw_only=True, slots=True, eq=False)
class Known:
    """A comment that was met; ``wordings`` are its spells as far as they are needed, the newest last."""

    outlet_comment_id: str | None
    first_sight_key: str
    dup_no: int
    first_seen_at: datetime
    last_seen_at: datetime
    state: CommentPresence
    state_since: datetime
    wordings: list[Wording]
    parent: "Known | None" = None
    row_id: int | None = None

    @property
    def newest(self) -> Wording:
        """The wording shown last."""
        return self.wordings[-1]

    def remark(self) -> Remark:
        """Give what the comment is recognised by."""
        newest = self.newest
        return known_remark(self.outlet_comment_id, fold(newest.author or ""), newest.posted, newest.body)


@dataclass(slots=True)
class Counts:
    """How many comments a page brought, showed otherwise, and no longer showed."""

    new: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(slots=True)
class Thread:
    """All comments of one article, and the page that was seen last."""

    comments: list[Known] = field(default_factory=list)
    last: LastPage | None = None
    _shown: list[Known] = field(default_factory=list)
    _taken_down: list[Known] = field(default_factory=list)

    def see(self, page: ThreadPage) -> Counts:
        """Take what a page later than all before shows; give what it brought.

        A comment that is not there was removed only where the page lists all of its comments and the
        extractor that does not find it is the one that last read it. Where the page shows no comment
        section, or another extractor does not find it, what became of it is *unknown*. One in whose
        place the page says that it was taken down was removed, whatever else the page shows.
        """
        counts = Counts()
        last = self.last
        if last and self._shown and (last.list_id, last.extractor_id) == (page.list_id, page.extractor_id):
            for known in self._shown:
                _touch(known, page, known.newest.position)
        else:
            self._compare(page, counts)
        complete = lists_all(page.state, page.comments)
        self.last = LastPage(
            at=page.at, extractor_id=page.extractor_id, complete=complete, list_id=page.list_id
        )
        for known in self._taken_down:
            counts.removed += _remove(known, page)
        shown = {id(known) for known in self._shown}
        for known in self.comments:
            if id(known) not in shown and known.state is not CommentPresence.REMOVED:
                counts.removed += self._lose(known, page, complete=complete)
        return counts

    def _compare(self, page: ThreadPage, counts: Counts) -> None:
        named = _with_own_ids(page.comments)
        shown = [comment for comment in named if not is_placeholder(comment.body)]
        found = self._matched(shown)
        at_position = self._replaced(
            [comment for comment in named if is_placeholder(comment.body)], found.values()
        )
        self._taken_down = list(at_position.values())
        numbers = self._next_dup_numbers()
        self._shown = []
        fresh: list[tuple[Known, ScrapedComment]] = []
        for place, comment in enumerate(shown):
            known = found.get(place)
            if known is None:
                known = self._meet(comment, page, numbers)
                fresh.append((known, comment))
                counts.new += 1
            else:
                counts.changed += self._follow(known, comment, page)
            at_position[comment.position] = known
            self._shown.append(known)
        for known, comment in fresh:
            parent = at_position.get(comment.parent) if comment.parent else None
            known.parent = parent if parent is not known else None

    def _matched(self, shown: Sequence[ScrapedComment]) -> dict[int, Known]:
        """Give the known comment of each one shown, by its place; removed ones only when it is sure."""
        remarks = [remark(comment) for comment in shown]
        ordered = sorted(self.comments, key=lambda known: known.newest.position)
        here = [known for known in ordered if known.state is not CommentPresence.REMOVED]
        away = [known for known in ordered if known.state is CommentPresence.REMOVED]
        found = {p: here[k] for p, k in match([known.remark() for known in here], remarks).items()}
        left = [place for place in range(len(shown)) if place not in found]
        if away and left:
            again = match([k.remark() for k in away], [remarks[place] for place in left], sure=True)
            found |= {left[p]: away[k] for p, k in again.items()}
        return found

    def _replaced(self, placeholders: Sequence[ScrapedComment], shown: Iterable[Known]) -> dict[int, Known]:
        """Give by position the comments in whose place a page says that they were taken down.

        They are known by the outlet's id, else by a name and a time that one comment alone bears.
        """
        there = {id(known) for known in shown}
        away = [known for known in self.comments if id(known) not in there]
        found: dict[int, Known] = {}
        for one in placeholders:
            said = remark(one)
            headed = [known for known in away if said.time and known.remark().is_headed_as(said)]
            own = [k for k in away if one.outlet_id is not None and k.outlet_comment_id == one.outlet_id]
            for known in own or (headed if len(headed) == 1 else ()):
                found[one.position] = known
        return found

    def _next_dup_numbers(self) -> dict[str, int]:
        following: dict[str, int] = defaultdict(int)
        for known in self.comments:
            key = known.first_sight_key
            following[key] = max(following[key], known.dup_no + 1)
        return following

    def _meet(self, comment: ScrapedComment, page: ThreadPage, numbers: dict[str, int]) -> Known:
        key = first_sight_key(comment)
        known = Known(
            outlet_comment_id=comment.outlet_id,
            first_sight_key=key,
            dup_no=numbers[key],
            first_seen_at=page.at,
            last_seen_at=page.at,
            state=CommentPresence.VISIBLE,
            state_since=page.at,
            wordings=[self._wording(comment, page, 1)],
        )
        numbers[key] += 1
        self.comments.append(known)
        return known

    def _follow(self, known: Known, comment: ScrapedComment, page: ThreadPage) -> bool:
        """Take a known comment's wording on a page; say whether the outlet shows it otherwise than before."""
        newest = known.newest
        if known.state is CommentPresence.REMOVED:
            known.wordings.append(self._wording(comment, page, newest.seq + 1))
            _touch(known, page, comment.position)
            return True
        if _reads_the_same(comment, newest):
            _touch(known, page, comment.position)
            return False
        if newest.extractor_id != page.extractor_id:
            # Another extractor reads it otherwise: the reading is replaced, the outlet edited nothing.
            known.wordings[-1] = replace(
                self._wording(comment, page, newest.seq),
                run_id=newest.run_id,
                valid_from=newest.valid_from,
                changed_after=newest.changed_after,
                first_capture_id=newest.first_capture_id,
            )
            _touch(known, page, comment.position)
            return False
        newest.valid_to, newest.ended_by, newest.ended_run_id = page.at, CommentEnding.EDITED, page.run_id
        wording = self._wording(comment, page, newest.seq + 1)
        wording.changed_after = newest.last_seen_at
        known.wordings.append(wording)
        _touch(known, page, comment.position)
        return True

    def _wording(self, comment: ScrapedComment, page: ThreadPage, seq: int) -> Wording:
        last = self.last
        # A page that listed all its comments before did not have this one yet, or not any more.
        listed_before = last is not None and last.complete and last.extractor_id == page.extractor_id
        return Wording(
            seq=seq,
            run_id=page.run_id,
            extractor_id=page.extractor_id,
            author=comment.author,
            posted=comment.posted,
            body=comment.body,
            raw=comment.raw,
            position=comment.position,
            first_capture_id=page.capture_id,
            last_capture_id=page.capture_id,
            valid_from=page.at,
            changed_after=last.at if last and listed_before else None,
            last_seen_at=page.at,
        )

    def _lose(self, known: Known, page: ThreadPage, *, complete: bool) -> bool:
        """Take note that a page does not show a comment; say whether it was removed."""
        if complete and known.newest.extractor_id == page.extractor_id:
            return _remove(known, page)
        # A page that says no more than that comments are closed has hidden those it had.
        told = complete or page.state in _UNTOLD or (page.state is CommentState.CLOSED)
        if told and known.state is CommentPresence.VISIBLE:
            known.state, known.state_since = CommentPresence.UNKNOWN, page.at
        return False


def lists_all(state: CommentState, comments: Sequence[ScrapedComment]) -> bool:
    """Say whether a page shows all the comments it has.

    One that says that comments are closed and shows none may have put away those it had.
    """
    return state in COMPLETE and (bool(comments) or state is not CommentState.CLOSED)


def first_sight_key(comment: ScrapedComment) -> str:
    """Give the label of a comment at first sight, a hash of author, time and text."""
    shown = remark(comment)
    return sha256(f"{shown.author}\0{shown.time}\0{shown.text}".encode()).hexdigest()


def _reads_the_same(comment: ScrapedComment, wording: Wording) -> bool:
    """Say whether a comment differs from a wording in looks only (:func:`core.text.plain`)."""
    same_author = fold(comment.author or "") == fold(wording.author or "")
    return same_author and plain(comment.body) == plain(wording.body)


def _touch(known: Known, page: ThreadPage, position: int) -> None:
    """Take note that a page shows a comment, in its newest wording."""
    newest = known.newest
    newest.last_seen_at, newest.last_capture_id = page.at, page.capture_id
    newest.extractor_id, newest.position = page.extractor_id, position
    known.last_seen_at = page.at
    if known.state is not CommentPresence.VISIBLE:
        known.state, known.state_since = CommentPresence.VISIBLE, page.at


def _remove(known: Known, page: ThreadPage) -> bool:
    """Let a page end a comment; say whether it was there before."""
    if known.state is CommentPresence.REMOVED:
        return False
    newest = known.newest
    newest.valid_to, newest.ended_by, newest.ended_run_id = page.at, CommentEnding.REMOVED, page.run_id
    known.state, known.state_since = CommentPresence.REMOVED, page.at
    return True


def _with_own_ids(comments: Sequence[ScrapedComment]) -> list[ScrapedComment]:
    """Give the comments of a page in order, without ids that name none of them.

    An outlet's id that comes again names nothing, and neither do numbers that count the places.
    """
    ids = [comment.outlet_id for comment in comments]
    if any(ids == [str(place + first) for place in range(len(ids))] for first in (0, 1)):
        return [replace(comment, outlet_id=None) for comment in comments]
    met: dict[str, int] = defaultdict(int)
    kept = []
    for comment in comments:
        met[comment.outlet_id or ""] += 1
        repeated = comment.outlet_id is not None and met[comment.outlet_id] > 1
        kept.append(replace(comment, outlet_id=None) if repeated else comment)
    return kept
