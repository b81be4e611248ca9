"""The closed vocabularies of the database's columns; each is a CHECK on its column."""

from enum import StrEnum

LISTINGS = ("wp-json", "disqus")
"""What ``read_by`` says of comments that a listing gave: the article's own page did not show them."""
ERASED = "erased-"
"""What hashes, addresses and identities of erased things begin with, their row's number after it."""


class Kind(StrEnum):
    """What a run does."""

    CRAWL = "crawl"
    RECHECK = "recheck"
    BACKFILL = "backfill"
    REEXTRACT = "reextract"
    IMPORT = "import"
    MAINTENANCE = "maintenance"  # leftovers closed, the database tidied, old logs let go


class Trigger(StrEnum):
    """Who started a run."""

    PERSON = "person"
    SCHEDULE = "schedule"
    WORKER = "worker"
    DEMO = "demo"


class Overlap(StrEnum):
    """What becomes of a slot that comes while the outlet's last one is still being crawled."""

    SKIP = "skip"
    QUEUE = "queue"  # one waits; more are skipped
    REPLACE = "replace"  # the one under way is stopped


class CatchUp(StrEnum):
    """What becomes of slots that passed while no daemon ran."""

    ONCE = "once"  # however many, one crawl makes up for them
    NONE = "none"


class Severity(StrEnum):
    """How much a problem asks of the operator."""

    WARNING = "warning"  # something is likely wrong
    CRITICAL = "critical"  # the archive misses what it should keep, or soon will


class Role(StrEnum):
    """What a long-lived process does."""

    DAEMON = "daemon"  # schedules; with the local executor it crawls as well
    WORKER = "worker"  # carries out queued crawls


class Verdict(StrEnum):
    """How a run ended; a run without one is under way (or died: then it becomes ``lost``)."""

    OK = "ok"
    PARTIAL = "partial"
    EMPTY = "empty"
    HELD = "held"
    FAILED = "failed"
    STOPPED = "stopped"
    SKIPPED = "skipped"
    LOST = "lost"


class MementoState(StrEnum):
    """What became of a capture that an archive lists."""

    LISTED = "listed"  # not judged yet
    PASSED_OVER = "passed_over"  # no article's page: an image, a listing, an empty body
    SPARED = "spared"  # an article's, and nothing new to expect of it: observed once its like is fetched
    CHOSEN = "chosen"  # to be fetched
    FETCHED = "fetched"
    OBSERVED = "observed"  # known without fetching it: the same bytes as another, or an absence
    LACKING = "lacking"  # it cannot be had; the detail says why


class Choice(StrEnum):
    """Why a capture that an archive lists is worth fetching; in the order they are fetched."""

    FIRST = "first"  # the first of its address
    LAST = "last"  # the last before the address died
    SETTLED = "settled"  # the nearest after publication and a month: the comments are complete by then
    CHANGED = "changed"  # its bytes differ from the ones before it
    REDIRECT = "redirect"  # where it led is in its record only


class BackfillEnding(StrEnum):
    """What ended a backfill."""

    DONE = "done"  # all that was chosen is fetched, or cannot be had
    DROPPED = "dropped"  # a person no longer wants it, or asked for other days


class MatchDecision(StrEnum):
    """What was decided on two articles that look like one."""

    MERGED = "merged"
    APART = "apart"  # they are two


class ArticleState(StrEnum):
    """What is known of an article's presence at its outlet."""

    LIVE = "live"
    MISSING = "missing"  # not found at least 3 times over at least 48 hours
    GONE = "gone"  # the outlet said so: 410
    REDIRECTED = "redirected"  # led to the home page as often and as long
    MERGED = "merged"
    ERASED = "erased"
    UNKNOWN = "unknown"


class AddressRole(StrEnum):
    """How an address leads to an article."""

    CANONICAL = "canonical"  # the page calls this its address
    ALIAS = "alias"  # the page was served here too
    REDIRECT_FROM = "redirect_from"  # it redirects to the article
    FEED_LINK = "feed_link"  # a feed gives it for the article


class Reading(StrEnum):
    """What one reading of one capture came to for its article."""

    NEW = "new"
    CHANGED = "changed"
    COSMETIC = "cosmetic"
    UNCHANGED = "unchanged"
    REAPPEARED = "reappeared"
    FULLER = "fuller"  # the same text, with a date that was not stated where it was read before
    REREAD = "reread"  # another layout version reads it otherwise: no edit of the outlet's
    LATE = "late"  # older than what was known when it came: put in its place among the versions


class Edit(StrEnum):
    """What kind of change began a version."""

    COSMETIC = "cosmetic"  # other quotes, dashes or spaces only; never begins a version
    CORRECTION_NOTE = "correction_note"  # the page states a correction it did not state before
    TYPO = "typo"
    MINOR = "minor"
    MAJOR = "major"
    REWRITE = "rewrite"
    HEADLINE_ONLY = "headline_only"
    DETAILS_ONLY = "details_only"
    REVERTED = "reverted"
    REAPPEARED = "reappeared"


class Ending(StrEnum):
    """Why an outlet no longer showed a version of an article."""

    CHANGED = "changed"  # another text took its place
    MISSING = "missing"
    GONE = "gone"
    REDIRECTED = "redirected"


class CommentEnding(StrEnum):
    """Why a page no longer showed a version of a comment."""

    EDITED = "edited"  # another wording took its place
    REMOVED = "removed"


class Retraction(StrEnum):
    """Why a version is no longer believed."""

    REBUILT = "rebuilt"  # captures that came later put others in its place
    ARTEFACT = "artefact"  # a better reading shows no change of the outlet's there
    DRIFT = "drift"  # so many articles changed alike in one run that the page's make-up did


class Decision(StrEnum):
    """What was decided on the readings a run held."""

    RELEASED = "released"  # they are believed
    DISCARDED = "discarded"  # they never will be


class CommentPresence(StrEnum):
    """What is known of a comment's presence on its page."""

    VISIBLE = "visible"
    REMOVED = "removed"
    UNKNOWN = "unknown"  # the page shows no comment section any more
    ERASED = "erased"


class Appearance(StrEnum):
    """How it is known when an article appeared."""

    PUBLISHED_AT = "published_at"  # the page states the instant
    PUBLISHED_ON = "published_on"  # the page states the day: its end counts, or the first sight
    FIRST_SEEN = "first_seen"  # the page states nothing: when the archive first saw it


class Relation(StrEnum):
    """How the text of one article stands to that of another outlet's."""

    IDENTICAL = "identical"  # they differ in looks only
    NEAR = "near"
    EXCERPT = "excerpt"  # most of it stands in the other
    SUPERSET = "superset"  # most of the other stands in it


class Bar(StrEnum):
    """Why two articles whose texts met are no copies."""

    SERIES = "series"  # one template, other figures or dates
    UNLIKE = "unlike"  # they share too little, or no longer what they once shared


class StoryDecision(StrEnum):
    """What a person said of two articles."""

    JOIN = "join"  # they are one story
    SPLIT = "split"  # they are not


class DecidedBy(StrEnum):
    """Who put an article into a story."""

    RULE = "rule"
    PERSON = "person"


class Erased(StrEnum):
    """What was asked to be erased."""

    COMMENT = "comment"
    COMMENTER = "commenter"  # all comments under one name in one outlet
    ARTICLE = "article"  # with its addresses and its comments
    URL = "url"  # all addresses that begin alike, and the articles at them


class Suppressed(StrEnum):
    """What a keyed hash stands for that must not come back."""

    COMMENT = "comment"  # of an article: its identity, author and text
    WORDING = "wording"  # of an outlet: author and a text too long to be anyone else's; or a headline
    COMMENT_ID = "comment_id"  # the outlet's own number of a comment
    COMMENTER = "commenter"  # a name in an outlet
    ADDRESS = "address"  # one address, in all its spellings
    PREFIX = "prefix"  # all addresses that begin so
    IDENTITY = "identity"  # of an article, whatever its address


class Retained(StrEnum):
    """What a rule drops after a time."""

    NAMES = "names"  # the names under comments; pseudonyms and texts stay


class Signalled(StrEnum):
    """Where a page states what may be done with it."""

    HEADER = "header"
    META = "meta"
