"""The geometry of the small plots: bars and what each says; the templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.running.activity import LAST, Beat, Day
from web.wording import KINDS, TONES, span

HEIGHT, STEP, GAP = 32, 6, 1
LEAST = 2.0  # a bar that stands for something can be seen
MARK = 5.0  # room over the bars for the marks of runs that did not go well


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar: ``hint`` says what it stands for; ``mark``, a shape over it, tells tones without colour."""

    x: int
    y: float
    height: float
    tone: str
    hint: str
    mark: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    """A row of bars, and one sentence for those who do not see them."""

    width: int
    height: int
    label: str
    bars: Sequence[Bar]


def days(found: Sequence[Day]) -> Plot:
    """Draw new articles a day; a day without a run has a dot where its bar would be."""
    most = max((day.new for day in found), default=0)
    best = max(found, key=lambda day: day.new) if most else None
    total = sum(day.new for day in found)
    label = f"New articles a day, {len(found)} days: {total} in all"
    if best is not None:
        label += f", most on {best.on.day} {best.on:%B}: {best.new}"
    idle = sum(not day.runs for day in found)
    label += f"; no run on {idle} of them." if idle else "."
    bars = tuple(_day(place, day, most) for place, day in enumerate(found))
    return Plot(width=_width(len(found)), height=HEIGHT, label=label, bars=bars)


def beats(found: Sequence[Beat]) -> Plot:
    """Draw how long each of the last runs took, the newest on the right, and how it ended."""
    longest = max((beat.seconds or 0.0 for beat in found), default=0.0)
    tones = [TONES[beat.verdict] for beat in found]
    label = f"Last {len(found)} runs: {tones.count('good')} ok"
    words = {
        "warning": "with a warning",
        "critical": "failed",
        "quiet": "stopped",
        "active": "under way",
    }
    for tone, word in words.items():
        if tone in tones:
            label += f", {tones.count(tone)} {word}"
    label += f"; the longest took {span(longest)}." if longest else "."
    first = max(0, LAST - len(found))
    bars = tuple(_beat(first + place, beat, longest) for place, beat in enumerate(found))
    return Plot(width=_width(first + len(found)), height=HEIGHT, label=label, bars=bars)


def _day(place: int, day: Day, most: int) -> Bar:
    runs = f"{day.runs} run" + ("" if day.runs == 1 else "s")
    hint = f"{day.on.day} {day.on:%b}: {day.new} new, {runs}" if day.runs else f"{day.on:%-d %b}: no run"
    height = max(LEAST, HEIGHT * day.new / most) if day.new else 1.0
    tone = "plain" if day.new else "nought" if day.runs else "absent"
    return Bar(x=place * STEP, y=round(HEIGHT - height, 1), height=round(height, 1), tone=tone, hint=hint)


def _beat(place: int, beat: Beat, longest: float) -> Bar:
    tone = TONES[beat.verdict]
    room = HEIGHT - MARK
    height = max(LEAST, room * beat.seconds / longest) if beat.seconds and longest else LEAST
    if beat.seconds is None:
        height = room
    ended = beat.verdict.value if beat.verdict else "under way"
    lasted = f", {span(beat.seconds)}" if beat.seconds is not None else ""
    began = f"{beat.started_at:%-d %b %H:%M}"
    return Bar(
        x=place * STEP,
        y=round(HEIGHT - height, 1),
        height=round(height, 1),
        tone=tone,
        hint=f"Run {beat.run_id}, {KINDS[beat.kind]}, {began}: {ended}{lasted}",
        mark={"critical": "cross", "warning": "dot"}.get(tone),
    )


def _width(count: int) -> int:
    return max(1, count * STEP - GAP)
