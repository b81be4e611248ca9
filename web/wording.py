"""How instants, spans, amounts and verdicts are put for a person."""

from datetime import datetime

from db.running.runs import Run
from db.words import Kind, Severity, Verdict

MINUTE, HOUR, DAY = 60, 3600, 86_400

TONES = {
    None: "active",  # under way
    Verdict.OK: "good",
    Verdict.PARTIAL: "warning",
    Verdict.EMPTY: "warning",
    Verdict.HELD: "warning",
    Verdict.FAILED: "critical",
    Verdict.LOST: "critical",
    Verdict.STOPPED: "quiet",
    Verdict.SKIPPED: "quiet",
}
"""How a verdict is coloured; its word and sign say the same."""
SIGNS = {"active": "▸", "good": "✓", "warning": "!", "critical": "×", "quiet": "–"}

KINDS = {
    Kind.CRAWL: "crawl",
    Kind.RECHECK: "recheck",
    Kind.BACKFILL: "backfill",
    Kind.REEXTRACT: "re-extraction",
    Kind.IMPORT: "import",
    Kind.MAINTENANCE: "maintenance",
}
COUNTS = {
    "responses": "responses",
    "new": "new articles",
    "changed": "changed articles",
    "cosmetic": "changed in looks only",
    "unchanged": "unchanged articles",
    "gone": "articles gone",
    "rejected": "pages without an article",
    "sightings": "entries of sources",
    "comments_new": "new comments",
    "comments_changed": "changed comments",
    "comments_removed": "removed comments",
    "errors": "errors",
    "response_bytes": "brought over the network",
    "announced_new": "announced, and new",
    "announced_known": "announced, and known",
    "overlap_lost": "sources with nothing known",
    "retry_after_seconds": "asked to wait",
    "feed_ttl_seconds": "told to ask again after",
    "crawl_delay_seconds": "asked to pause between requests",
}


def verdict_of(run: Run) -> str:
    """Give a run's verdict in a word."""
    return run.verdict.value if run.verdict else "under way"


def tone_of(run: Run) -> str:
    """Give the tone of a run's verdict."""
    return TONES[run.verdict]


def severity_tone(severity: Severity) -> str:
    """Give the tone of a severity."""
    return "critical" if severity is Severity.CRITICAL else "warning"


def count_name(name: str) -> str:
    """Give a count's name in words; ``fetch_not_found`` is one of answers."""
    if name.startswith("fetch_"):
        return f"fetched: {name.removeprefix('fetch_').replace('_', ' ')}"
    return COUNTS.get(name, name.replace("_", " "))


def count_value(name: str, value: object) -> str:
    """Give a count in its unit; a child may have written anything there."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if name.endswith("_bytes"):
        return size(value)
    return span(value) if name.endswith("_seconds") else f"{value:,}"


def took(run: Run, at: datetime) -> float:
    """Give how long a run took, or has taken so far, in seconds."""
    return max(0.0, ((run.ended_at or at) - run.started_at).total_seconds())


def span(seconds: float) -> str:
    """Give a length of time in its two leading units."""
    if seconds < 10:  # noqa: PLR2004 - below ten seconds a tenth tells something
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return _two(whole, MINUTE, "min", 1, "s")
    if whole < DAY:
        return _two(whole, HOUR, "h", MINUTE, "min")
    return _two(whole, DAY, "d", HOUR, "h")


def about(seconds: float) -> str:
    """Give a length of time in its leading unit."""
    whole = abs(round(seconds))
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if whole >= 2 * unit:
            return f"{whole // unit} {name}"
    return f"{whole} s"


def relative(instant: datetime, at: datetime) -> str:
    """Give an instant as seen from ``at``: ``5 min ago``, ``in 2 h``, ``now``."""
    seconds = (instant - at).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"in {about(seconds)}" if seconds > 0 else f"{about(seconds)} ago"


def stamp(instant: datetime) -> str:
    """Give an instant in full, to the second; it is in UTC."""
    return instant.strftime("%Y-%m-%d %H:%M:%S UTC")


def brief(instant: datetime, at: datetime) -> str:
    """Give an instant in UTC without what goes without saying: the day of today, the year of this year."""
    if instant.date() == at.date():
        return f"{instant:%H:%M}"
    if instant.year == at.year:
        return f"{instant.day} {instant:%b %H:%M}"
    return f"{instant.day} {instant:%b %Y}"


def size(number: float) -> str:
    """Give an amount of bytes."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:  # noqa: PLR2004 - the step between two of these units
            return f"{number:.0f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"


def grouped(number: int) -> str:
    """Give a whole number with its thousands set apart."""
    return f"{number:,}"


def _two(whole: int, large: int, large_name: str, small: int, small_name: str) -> str:
    rest = whole % large // small
    return f"{whole // large} {large_name}" + (f" {rest} {small_name}" if rest else "")
