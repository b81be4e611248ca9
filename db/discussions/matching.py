"""Which comment on a page is which comment we know: a cascade from certain to likely.

The steps and thresholds are those measured in ARCHIVE-FACTS.md section 7 (300 threads, 11 ways a
page changes). No step but the first needs an id from the outlet.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.records import Moment, ScrapedComment
from core.text import fold, words

SAME_TIME_SIMILARITY = 0.3  # author and time agree: even a mostly rewritten text is the same comment
SAME_AUTHOR_SIMILARITY = 0.8  # only the author agrees
LONG_WORDS = 12  # a text of so many words is not written twice by chance
MAX_LIKENESSES = 10_000  # pairs of comments of one author compared by their texts: the guard against floods
MAX_CELLS = 1_000_000  # pairs of words compared in order; longer texts are compared as bags of words
# "3 hours ago" is another wording at each visit: it tells no comment from another.
_SHIFTS = re.compile(
    r"\b(?:ago|now|today|yesterday|vor|her|heute|gestern|gerade|il\s?y\s?a|hier|hace|ayer|hoy|fa|ieri|oggi"
    r"|geleden|há|atrás)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """A comment reduced to what it is recognised by; ``author`` and ``text`` are folded."""

    outlet_id: str | None
    author: str
    time: str
    text: str

    def is_headed_as(self, other: "Remark") -> bool:
        """Say whether another one bears the same name and time."""
        return (self.author, self.time) == (other.author, other.time)


def remark(comment: ScrapedComment) -> Remark:
    """Give what a comment on a page is recognised by."""
    return known_remark(comment.outlet_id, fold(comment.author or ""), comment.posted, comment.body)


def known_remark(outlet_id: str | None, author: str, posted: Moment | None, body: str) -> Remark:
    """Give what a stored comment is recognised by; ``author`` is folded already."""
    time = (posted.stated() or _unread(posted.raw)) if posted else ""
    return Remark(outlet_id=outlet_id, author=author, time=time, text=fold(body))


def _unread(raw: str) -> str:
    """Give the wording of a time that could not be read; none where it is reckoned from the visit."""
    return "" if _SHIFTS.search(raw) else raw


def match(known: Sequence[Remark], seen: Sequence[Remark], *, sure: bool = False) -> dict[int, int]:
    """Give the known comment of each seen one, by index; seen comments without one are left out.

    Both are in page order. Steps: outlet id; author, time and text; author and text; author, time
    and a text at least 0.3 similar; time and text; author and a text at least 0.8 similar; a long
    identical text. A key that several comments share decides only when as many are known as are
    seen, and then in page order; identical posts are paired in page order as far as they go. With
    ``sure`` only the first three steps are taken. Ids that now stand on others' comments, as those do that
    count the places of a page or are made anew at each visit, are no evidence.
    """
    if known == seen:  # as nearly always
        return {index: index for index in range(len(seen))}
    pairs = _Pairs(known, seen)
    if not _ids_moved(known, seen):
        pairs.by_key(lambda r: r.outlet_id, uneven=True)
    pairs.by_key(lambda r: (r.author, r.time, r.text), uneven=True)
    pairs.by_key(lambda r: (r.author, r.text) if r.author else None)
    if not sure:
        pairs.by_key(
            lambda r: (r.author, r.time) if r.author and r.time else None, least=SAME_TIME_SIMILARITY
        )
        pairs.by_key(lambda r: (r.time, r.text) if r.time else None)
        pairs.by_likeness()
        pairs.by_key(lambda r: r.text if len(words(r.text)) >= LONG_WORDS else None)
    return pairs.found


def _ids_moved(known: Sequence[Remark], seen: Sequence[Remark]) -> bool:
    """Say whether an id that was one comment's is another's now: words said once bear another one."""
    ours, theirs = _told_once(known), _told_once(seen)
    before = {one.outlet_id for one in known}
    after = {one.outlet_id for one in seen}
    for said, place in theirs.items():
        if said not in ours:
            continue
        was, now = known[ours[said]].outlet_id, seen[place].outlet_id
        if was and now and was != now and (now in before or was in after):
            return True
    return False


def _told_once(remarks: Sequence[Remark]) -> dict[tuple[str, str], int]:
    said = [(one.author, one.text) for one in remarks]
    times = Counter(said)
    return {words: place for place, words in enumerate(said) if times[words] == 1 and words[1]}


class _Pairs:
    def __init__(self, known: Sequence[Remark], seen: Sequence[Remark]) -> None:
        self.known, self.seen = known, seen
        self.found: dict[int, int] = {}
        self.taken: set[int] = set()

    def by_key(
        self, key: Callable[[Remark], Hashable], *, uneven: bool = False, least: float | None = None
    ) -> None:
        """Pair comments that share a key that is not None; ``uneven`` groups as far as they go."""
        ours = self._grouped(key, self.known, self._unmatched())
        theirs = self._grouped(key, self.seen, self._unfound())
        for value, places in theirs.items():
            candidates = ours.get(value, [])
            if len(candidates) != len(places) and not uneven:
                continue
            for place, candidate in zip(places, candidates, strict=False):
                if least is None or self._similar(place, candidate) >= least:
                    self._pair(place, candidate)

    def by_likeness(self) -> None:
        """Pair comments of one author whose texts are alike, the likest first."""
        ours = self._grouped(lambda r: r.author or None, self.known, self._unmatched())
        theirs = self._grouped(lambda r: r.author or None, self.seen, self._unfound())
        scores = [
            (self._similar(place, candidate), -place, -candidate)
            for author, places in theirs.items()
            if len(places) * len(ours.get(author, ())) <= MAX_LIKENESSES
            for place in places
            for candidate in ours.get(author, ())
        ]
        for score, place, candidate in sorted(scores, reverse=True):
            if score >= SAME_AUTHOR_SIMILARITY and -place not in self.found and -candidate not in self.taken:
                self._pair(-place, -candidate)

    def _unmatched(self) -> Iterable[int]:
        return [index for index in range(len(self.known)) if index not in self.taken]

    def _unfound(self) -> Iterable[int]:
        return [index for index in range(len(self.seen)) if index not in self.found]

    def _pair(self, place: int, candidate: int) -> None:
        self.found[place] = candidate
        self.taken.add(candidate)

    def _similar(self, place: int, candidate: int) -> float:
        return similarity(self.known[candidate].text, self.seen[place].text)

    @staticmethod
    def _grouped(
        key: Callable[[Remark], Hashable], remarks: Sequence[Remark], indices: Iterable[int]
    ) -> dict[Hashable, list[int]]:
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for index in indices:
            if (value := key(remarks[index])) is not None:
                groups[value].append(index)
        return groups


def similarity(before: str, after: str) -> float:
    """Give the share of words two folded texts have in common in order, 0 to 1."""
    old, new = words(before), words(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    bag = matcher.quick_ratio()  # never below the ratio itself
    return matcher.ratio() if bag >= SAME_TIME_SIMILARITY and len(old) * len(new) <= MAX_CELLS else bag
