"""An article's history, worked out from what was observed of it: the same from any order of arrival."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from db.words import ArticleState, Ending

# Gone needs evidence (ARCHIVE-FACTS.md section 1.2, rule 5): 410 at once, other absences only when
# found so many times over so long; server errors, refusals and timeouts are no evidence at all.
ABSENCES = 3
ABSENT_FOR = timedelta(hours=48)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The text on a page as one extractor reads it.

    ``recorded_at`` is when it was first read so, ``believed_at`` when it was last; ``original`` says
    that it was the first reading of its capture that is believed. ``layout`` is the make-up of pages
    that the extractor reads.
    """

    extractor_id: int
    document_id: int
    sha256: str
    fingerprint: str
    published_at: datetime | None
    published_on: date | None
    recorded_at: datetime
    believed_at: datetime
    original: bool = True
    layout: str = ""

    def says_other_than(self, before: "Shown") -> bool:
        """Say whether the outlet shows another text than before: other looks are none.

        A date of publication is an edit only where both texts state one: the same legacy article
        shows its date at one address and none at another (OUTLETS.md section 1).
        """
        return self.fingerprint != before.fingerprint or _redated(before, self)

    def is_fuller_than(self, before: "Shown") -> bool:
        """Say whether it states a date of publication that the text before did not."""
        return self.published_on is not None and before.published_on is None


def _redated(before: Shown, after: Shown) -> bool:
    if before.published_at and after.published_at:
        return before.published_at != after.published_at
    both = before.published_on is not None and after.published_on is not None
    return both and before.published_on != after.published_on


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The outlet served the article; ``readings`` are those not held, by extractor: none, if all are."""

    at: datetime
    run_id: int
    capture_id: int
    readings: Mapping[int, Shown]

    @property
    def original(self) -> Shown:
        """The reading the page was first judged by."""
        return min(self.readings.values(), key=lambda shown: (shown.recorded_at, shown.extractor_id))

    @property
    def believed(self) -> Shown:
        """The reading believed today: the newest."""
        return max(self.readings.values(), key=lambda shown: (shown.believed_at, shown.extractor_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class Absent:
    """The article's own address did not serve it: GONE (410), MISSING (404) or REDIRECTED (to the root)."""

    at: datetime
    run_id: int
    how: Ending


Observation = Seen | Absent


@dataclass(slots=True)
class Spell:
    """The outlet shows one text; ``under`` is that text as each extractor that met it read it last."""

    run_id: int
    valid_from: datetime
    changed_after: datetime | None
    first_capture_id: int
    last_capture_id: int
    last_seen_at: datetime
    text: Shown
    under: dict[int, Shown]
    before: Shown | None = None  # what its beginning is measured against, and
    after: Shown | None = None  # what is: both as one extractor reads them
    valid_to: datetime | None = None
    ended_by: Ending | None = None
    ended_run_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Looks:
    """Two readings within a spell that may differ in looks; ``spell`` is its index."""

    spell: int
    before: Shown
    after: Shown
    changed_after: datetime
    changed_by: datetime


@dataclass(slots=True)
class History:
    """What became of an article: its spells in order, changes of looks, and whether it is there now."""

    spells: list[Spell] = field(default_factory=list)
    looks: list[Looks] = field(default_factory=list)
    state: ArticleState = ArticleState.LIVE
    state_since: datetime | None = None
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    absences: list[Absent] = field(default_factory=list)  # since it was last served

    @property
    def open(self) -> Spell | None:
        """The spell that lasts."""
        return self.spells[-1] if self.spells and self.spells[-1].valid_to is None else None


def tell(observations: Sequence[Observation]) -> History:
    """Give the history that observations, oldest first, add up to (ARCHIVE-FACTS.md section 1.2).

    - A spell begins where a text differs, looks aside, from the one shown before *as the extractor
      reads both that first judged the page*: what another layout, or another version of it, reads
      differently is no edit. A re-reading never begins a spell; it joins two where the extractor
      believed today reads no difference (an artefact of the older one), and parts them again when
      one that does is believed again.
    - 410 ends a spell at once; other absences when there are three of them over 48 hours since the
      article was last served. The spell then ends at the first of them.
    - Readings that are held say nothing but that the article is there.
    """
    teller = _Teller()
    for observation in observations:
        if isinstance(observation, Absent):
            teller.miss(observation)
        else:
            teller.see(observation)
    return teller.history


class _Teller:
    def __init__(self) -> None:
        self.history = History()
        self._last_read: Shown | None = None  # of the spell that lasts
        self._last_capture_id = 0
        self._layouts: dict[str, int] = {}  # by when each was first met

    def see(self, seen: Seen) -> None:
        history = self.history
        history.last_seen_at = seen.at
        for shown in sorted(seen.readings.values(), key=lambda shown: shown.recorded_at):
            self._layouts.setdefault(shown.layout, len(self._layouts))
        if not seen.readings:
            if history.open is not None:
                self.history.absences.clear()
            return
        spell = history.open
        if spell is None:
            self._come_back(seen) if history.spells else self._begin(seen, None)
        elif (judge := _judge(spell, seen)) is not None:
            spell.valid_to, spell.ended_by, spell.ended_run_id = seen.at, Ending.CHANGED, seen.run_id
            self._begin(seen, spell.last_seen_at, (spell.under[judge], seen.readings[judge]))
        else:
            self._go_on(spell, seen)
        self.history.absences.clear()

    def miss(self, absent: Absent) -> None:
        history = self.history
        if not history.spells:
            return
        self.history.absences.append(absent)
        spell = history.spells[-1]
        if history.state is ArticleState.GONE:
            return
        if absent.how is Ending.GONE:
            self._end(spell, Ending.GONE, absent.at)
        elif spell.valid_to is None and self._long_enough():
            self._end(spell, absent.how, self.history.absences[0].at)

    def _long_enough(self) -> bool:
        first, last = self.history.absences[0].at, self.history.absences[-1].at
        return len(self.history.absences) >= ABSENCES and last - first >= ABSENT_FOR

    def _end(self, spell: Spell, how: Ending, since: datetime) -> None:
        if spell.valid_to is None:
            spell.valid_to, spell.ended_run_id = self.history.absences[0].at, self.history.absences[-1].run_id
        spell.ended_by = how
        self.history.state, self.history.state_since = ArticleState(how.value), since

    def _come_back(self, seen: Seen) -> None:
        """Begin a spell after an absence: it came back after the last time it was found away."""
        last = self.history.spells[-1]
        shared = [extractor for extractor in seen.readings if extractor in last.under]
        pair = None
        if shared:
            judge = max(shared, key=lambda extractor: seen.readings[extractor].believed_at)
            pair = last.under[judge], seen.readings[judge]
        self._begin(seen, self.history.absences[-1].at if self.history.absences else last.valid_to, pair)

    def _begin(
        self, seen: Seen, changed_after: datetime | None, pair: tuple[Shown, Shown] | None = None
    ) -> None:
        history = self.history
        if not history.spells:
            history.first_seen_at = seen.at
        if not history.spells or history.state is not ArticleState.LIVE:
            history.state, history.state_since = ArticleState.LIVE, seen.at
        before, after = pair or (history.spells[-1].text if history.spells else None, seen.believed)
        history.spells.append(
            Spell(
                run_id=seen.run_id,
                valid_from=seen.at,
                changed_after=changed_after,
                first_capture_id=seen.capture_id,
                last_capture_id=seen.capture_id,
                last_seen_at=seen.at,
                text=seen.believed,
                under=_by_extractor(seen),
                before=before,
                after=after if before is not None else None,
            )
        )
        self._last_read, self._last_capture_id = seen.believed, seen.capture_id

    def _go_on(self, spell: Spell, seen: Seen) -> None:
        for extractor, shown in _by_extractor(seen).items():
            known = spell.under.get(extractor)
            if known is None or shown.says_other_than(known) or not known.is_fuller_than(shown):
                spell.under[extractor] = shown
        believed = seen.believed
        if seen.capture_id != self._last_capture_id:
            self._last_capture_id = seen.capture_id
            self._note_looks(spell, seen)
            if self._takes_the_place_of(believed, spell.text):
                spell.text = believed
            self._last_read = believed
            if believed.extractor_id == spell.text.extractor_id:
                spell.last_capture_id = seen.capture_id
        spell.last_seen_at = seen.at

    def _takes_the_place_of(self, reading: Shown, text: Shown) -> bool:
        """Say whether a version's text is from now on what a later page of it reads to.

        Of two layouts it is the one the outlet took up later: an old address may go on to show an
        old page beside the new one, and archives bring pages in any order.
        """
        if reading.layout != text.layout:
            return self._layouts[reading.layout] > self._layouts[text.layout]
        if reading.extractor_id != text.extractor_id:
            return reading.believed_at >= text.believed_at  # bytes met again may have an older reading only
        return reading.is_fuller_than(text) or reading.says_other_than(text)

    def _note_looks(self, spell: Spell, seen: Seen) -> None:
        last, now = self._last_read, seen.believed
        if last and last.extractor_id == now.extractor_id and last.sha256 != now.sha256:
            self.history.looks.append(
                Looks(
                    spell=len(self.history.spells) - 1,
                    before=last,
                    after=now,
                    changed_after=spell.last_seen_at,
                    changed_by=seen.at,
                )
            )


def _by_extractor(seen: Seen) -> dict[int, Shown]:
    original = seen.original
    return {
        extractor: shown if shown is original else replace(shown, original=False)
        for extractor, shown in seen.readings.items()
    }


def _judge(spell: Spell, seen: Seen) -> int | None:
    """Give the extractor by whose word the page shows another text than the spell's, None if it does not.

    It takes the extractor that first judged the page to find the difference, and the newest one
    that has read both to confirm it.
    """
    first = seen.original
    base = spell.under.get(first.extractor_id)
    if base is None or not (base.original or base.recorded_at <= first.recorded_at):
        return None
    if not first.says_other_than(base):
        return None
    shared = [extractor for extractor in seen.readings if extractor in spell.under]
    newest = max(shared, key=lambda extractor: (seen.readings[extractor].believed_at, extractor))
    return newest if seen.readings[newest].says_other_than(spell.under[newest]) else None
