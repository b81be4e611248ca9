"""What every column means: the one source of the dictionary, of the views' comments and of the docs.

Columns of tables are described where they are declared (``comment=`` in db/models); columns of views
here. A view's own sentence goes before the one its column has in all views.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, inspect

from db.models import Base
from db.search_tables import GENERATED, SENTENCES

EVERYWHERE = {
    "article_id": "Number of the article.",
    "outlet": "Short name of the outlet.",
    "url": "Address the page calls its own, else the one it was first read at.",
    "title": "Headline.",
    "standfirst": "Introductory paragraph set apart from the body; NULL when the page has none.",
    "byline": "Who wrote it, as the page words it; NULL when the page does not say.",
    "section": "Section of the outlet; NULL when the page does not say.",
    "published_at": "Publication instant in UTC; NULL when the page states only a day, or nothing.",
    "published_on": "Publication day in the outlet's own zone; NULL when the page does not say.",
    "published_raw": "Publication date as the page words it; NULL when the page does not say.",
    "body": "Text, its paragraphs parted by a blank line.",
    "document_id": "Number of the text (rowid of article_search); texts that are alike have the same.",
    "word_count": "Words of the body.",
    "tags": "Tags in page order, as a JSON list.",
    "state_since": "First observation of that state, UTC.",
    "first_seen_at": "When the archive first saw it, UTC.",
    "last_seen_at": "When the outlet was last seen showing it, UTC.",
    "valid_from": "When the outlet was first seen showing this version, UTC.",
    "valid_to": "When the outlet was first seen not showing it any more, UTC; NULL while it does.",
    "changed_after": "Last time the outlet was seen before it, UTC: it came after this; NULL for the first.",
    "recorded_at": "When the archive recorded it, UTC.",
    "layout": "Layout that read the text (generic: no layout of the outlet fitted).",
    "layout_version": "Version of that layout.",
    "words_added": "Words of headline, standfirst and body that came.",
    "words_removed": "Words of headline, standfirst and body that went.",
    "comment_id": "Number of the comment.",
    "commenter": "Pseudonym of the writer within the outlet; NULL when the page gives no name.",
    "posted_at": "Instant it was posted, UTC; NULL when the page states no time.",
    "posted_on": "Day it was posted, in the outlet's own zone; NULL when the page does not say.",
    "posted_raw": "When it was posted, as the page words it; NULL when the page does not say.",
    "position": "Place on the page when last read, from 1.",
    "parent_id": "Comment it answers; NULL when it answers none.",
    "run_id": "Number of the run.",
    "comment_state": (
        "What the page tells of its comments: none (it says there are none), listed, partial, closed, "
        "unsupported (a system that cannot be read), unknown (no comment section recognised); NULL when no "
        "article was read."
    ),
    "capture_id": "Number of the capture.",
}

BY_VIEW: dict[str, dict[str, str]] = {
    "articles": {
        "comments": "Comments the page shows now; read it together with comment_state.",
        "versions": "Spells in which the outlet showed one text; 1 means it was never seen to change.",
        "state": (
            "live, missing (not found 3 times over 48 hours or more), redirected (led to the home page as "
            "often and as long), gone (the outlet said so)."
        ),
        "last_checked_at": "When the outlet was last asked for it, UTC.",
        "last_changed_at": "When the version shown now was first seen, UTC.",
        "next_check_at": "When the outlet is to be asked for it again, UTC; NULL: at the next opportunity.",
    },
    "article_versions": {
        "version_id": "Number of the version, unique over all articles.",
        "version": "Which spell of the article it is, from 1; A, B, A are three.",
        "change_kind": "How it differs from the version before (article_changes.kind); NULL for the first.",
        "title_changed": "Whether the headline differs from the version before; NULL for the first.",
        "ended_by": "What ended it: changed, missing, gone or redirected; NULL while it is shown.",
        "capture_id": "Bytes it was first read from (captures.capture_id).",
        "words_added": "Words of headline, standfirst and body that came; NULL for the first.",
        "words_removed": "Words of headline, standfirst and body that went; NULL for the first.",
    },
    "article_changes": {
        "version_id": "Number of the version the change began; of one of looks, the version it fell into.",
        "version": "Which spell of the article that is.",
        "correction_note": "The correction the page states since; NULL when it states none.",
        "kind": (
            "cosmetic (quotes, dashes, spaces: no new version), correction_note, typo, minor, "
            "major, rewrite (by the share of words kept), headline_only, details_only (byline, "
            "section, date or tags), reverted (to an earlier text), reappeared (after being gone)."
        ),
        "changed_by": "First time the new text was seen, UTC: the change came by then, after changed_after.",
        "title_before": "Headline before.",
        "title_after": "Headline after.",
        "similarity": "Share of words kept, from 0 to 1.",
        "title_changed": "Whether the headline changed.",
        "standfirst_changed": "Whether the standfirst changed.",
        "byline_changed": "Whether the byline changed.",
        "section_changed": "Whether the section changed.",
        "date_changed": "Whether the publication date changed.",
        "tags_changed": "Whether the tags changed.",
        "body_changed": "Whether the body changed.",
        "changed_after": "Last time the article was seen before, UTC: the change came after this.",
    },
    "addresses": {
        "url": "Address that leads, or led, to the article.",
        "role": (
            "canonical (the page calls it its own, or it was first read there), alias (served there too), "
            "redirect_from (redirects to it), feed_link."
        ),
        "valid_from": "When that was first seen, UTC.",
        "valid_to": "When the address led to another article instead, UTC; NULL while it leads here.",
    },
    "comments": {
        "comment_version_id": "Number of the version shown (rowid of comment_search).",
        "url": "Address of the article.",
        "versions": "Spells in which the page showed the comment in one wording.",
        "state": (
            "visible; removed (said only when the page listed all its comments without it); unknown (the "
            "page shows no comment section any more)."
        ),
    },
    "comments_named": {
        "url": "Address of the article.",
        "commenter_name": "Name as shown on the page: personal data; NULL when the page gives none.",
        "versions": "Spells in which the page showed the comment in one wording.",
        "state": (
            "visible; removed (said only when the page listed all its comments without it); unknown (the "
            "page shows no comment section any more)."
        ),
    },
    "comment_versions": {
        "comment_version_id": "Number of the version, unique over all comments.",
        "url": "Address of the article.",
        "version": "Which spell of the comment it is, from 1.",
        "valid_from": "When the page was first seen showing it in this wording, UTC.",
        "valid_to": "When the page was first seen not showing it so any more, UTC; NULL while it does.",
        "ended_by": "What ended it: edited or removed; NULL while it is shown.",
    },
    "captures": {
        "url": "Address asked.",
        "captured_at": "When the outlet served these bytes for the first time in a row, UTC.",
        "outcome": "How the attempt ended: ok, not_found, gone and so on.",
        "outlet": "Short name of the outlet; NULL for work over all outlets.",
        "status": "HTTP status; NULL when none was given.",
        "sha256": "SHA-256 of the bytes as served, in hexadecimal.",
        "size": "Length of the bytes as served.",
        "content_type": "Content-Type header; NULL when there was none.",
        "truncated": "Whether the body was cut at the size limit.",
        "warc_file": "WARC file with the full record, below the home folder.",
        "warc_offset": "Where the record begins in it, in bytes.",
        "warc_length": "Length of the record in it, in bytes.",
        "article_id": "Article read from it; NULL when none was.",
        "layout": "Layout that read it; NULL when none did.",
        "run_id": "Run that brought it.",
        "via": "Where it was fetched first: live (the outlet itself), wayback, commoncrawl or warc.",
        "archive": "Archive it came from: wayback, a crawl's name, a file's path; NULL when it was live.",
        "archive_place": "Where it lies in that archive; NULL when it was live.",
        "layout_version": "Version of that layout; NULL when none read it.",
    },
    "outlets": {
        "title": "Name as readers know it.",
        "publisher": "Who publishes it.",
        "home": "Address of the home page.",
        "timezone": "IANA zone of the outlet's local times and days.",
        "example": "True for an invented outlet of the demo.",
        "followed_since": "When it was first crawled, UTC; NULL when it never was.",
        "last_crawled_at": "When a crawl of it last ended well, UTC; NULL when none did.",
    },
    "mementos": {
        "memento_id": "Number of the listed capture.",
        "via": "Which kind of archive lists it: wayback, commoncrawl or warc.",
        "archive": "Which archive: wayback, a crawl's name, a file's path.",
        "url": "Address as the archive spells it.",
        "archived_at": "When the archive took it, UTC.",
        "place": "Where it lies in the archive.",
        "digest": "SHA-1 in base 32 as the index states it; NULL when it does not.",
        "status": "HTTP status the index states; NULL when it does not.",
        "content_type": "Kind of content the index states; NULL when it does not.",
        "length": "Bytes of the archive's record, compressed; NULL when unknown.",
        "state": (
            "listed (not judged yet), passed_over (no article's page), spared (nothing new to expect of it), "
            "chosen (to be fetched), fetched, observed (known without fetching it), lacking (cannot be had)."
        ),
        "choice": (
            "Why it is worth fetching: first, last, settled (its comments are complete by then), changed or "
            "redirect; NULL when it is not."
        ),
        "detail": "Why it cannot be had; NULL when nothing is wrong.",
        "sha256": "SHA-256 of the bytes it showed, in hexadecimal; NULL while unknown.",
        "run_id": "Run that fetched or observed it; NULL while none did.",
        "article_id": "Article its address leads to; NULL when it leads to none.",
    },
    "matches": {
        "match_id": "Number of the pair.",
        "article_id": "Article that stays, or would stay: the lower number.",
        "url": "Address of that article.",
        "other_id": "Article that was, or would be, merged into it.",
        "other_url": "Address of that article; NULL as of a date once it is merged.",
        "share": "Share of the longer text that they have in common, in order, from 0 to 1.",
        "evidence": "What speaks for it, as JSON: title, date, words of either, common ones, redirected.",
        "found_at": "When the pair was found, UTC.",
        "decision": "merged or apart; NULL while nobody has decided.",
        "decided_at": "When that was decided, UTC; NULL while nobody has.",
        "by_person": "True where a person decided, False where the rules did.",
    },
    "runs": {
        "outlet": "Outlet crawled; NULL for work over all outlets.",
        "kind": "crawl, recheck, backfill, reextract, import or maintenance.",
        "trigger": "Who started it: person, schedule, worker or demo.",
        "scheduled_for": "When the schedule wanted it, UTC; NULL when nobody scheduled it.",
        "started_at": "When it began, UTC.",
        "ended_at": "When it ended, UTC; NULL while under way.",
        "verdict": "ok, partial, empty, held, failed, stopped, skipped or lost; NULL while under way.",
        "reason": "A sentence on the verdict; NULL when there is none.",
        "counts": "What was counted, as JSON; NULL while under way.",
        "peak_memory_bytes": "Most memory its process held, in bytes; NULL when unknown.",
        "host": "Machine it ran on.",
        "software_version": "Version of cuttings that ran.",
    },
    "holds": {
        "hold_id": "Number of the hold.",
        "run_id": "Run that met the changes.",
        "layout": "Layout that read them.",
        "rechecked": "Known articles the run read with that layout.",
        "affected": "How many of them are held.",
        "sign": "What so many of them had in common, in words.",
        "held_at": "When they were held, UTC.",
        "decision": "released (believed after all) or discarded; NULL while nobody has decided.",
        "decided_at": "When that was decided, UTC; NULL while nobody has.",
    },
    "outlet_daily": {
        "day": "Publication day in the outlet's own zone.",
        "articles": "Articles published that day, as known now; those without a stated day are left out.",
        "words": "Words of their bodies.",
        "bylines": "Different bylines among them.",
        "comments": "Comments their pages show now.",
    },
    "coverage": {
        "month": (
            "Month as YYYY-MM: of publication where that is known, else of the first sight or capture (UTC)."
        ),
        "looked": (
            "crawled (a crawl of all sources came through that month), listed (a web archive's index was "
            "listed over the whole month), tried (crawls began, none came through), partly (some of its "
            "articles were met, nobody looked for all), no (nothing is known of the month)."
        ),
        "days_crawled": "Days of the month on which a crawl of all sources came through.",
        "expected": (
            "Articles that the archive holds, a source announced, a web archive lists, or were read in vain, "
            "each once as far as its addresses are known; NULL: nobody looked, which is not zero."
        ),
        "held": (
            "Those of expected whose text the archive holds; expected less held is the sum of missing_*; "
            "NULL where expected is."
        ),
        "held_live": "Those of held that the outlet itself gave; NULL where expected is.",
        "held_archive": "Those of held that only archives or files of captures gave; NULL where expected is.",
        "missing_waiting": (
            "Not held: yet to be fetched, or left out by the dates of a crawl; NULL where expected is."
        ),
        "missing_unread": "Not held: fetched, and no layout could read it; NULL where expected is.",
        "missing_lacking": "Not held: a web archive lists it and cannot give it; NULL where expected is.",
        "missing_refused": "Not held: refused by robots.txt or by the outlet; NULL where expected is.",
        "missing_failed": "Not held: the network or the outlet's server failed; NULL where expected is.",
        "missing_gone": "Not held: not found, gone, or leading elsewhere; NULL where expected is.",
        "missing_unknown": "Not held: nobody knows why; NULL where expected is.",
    },
    "stories": {
        "story_id": "Number of the story: an article and its copies in other outlets.",
        "state": "What became of the article in its own outlet (articles.state).",
        "is_first": "Whether it is the first article; of several that appeared at once, one is taken.",
        "relation": (
            "How its text stands to the first's: identical (but for looks), near (most runs of five words "
            "are the same), excerpt (much of it stands in the first), superset (much of the first is in it); "
            "NULL for the first, and where a person joined texts that are not alike."
        ),
        "share_kept": (
            "Share of the first's words that stand in it in passages of eight or more, 0 to 1, house text "
            "such as footers left out; 1 for the first; NULL where nobody compared them."
        ),
        "shared_words": "How many of the first's words those are; NULL for the first.",
        "first_article_id": "Number of the story's first article.",
        "first_outlet": "Short name of that article's outlet.",
        "hours_after_first": "Hours between the first's appearance and its own; 0 for the first.",
        "appeared_at": "By when it had appeared, UTC: stories are put in order by this.",
        "appeared_by": (
            "How that is known: published_at (the page states the instant), published_on (the page states "
            "the day: its end), first_seen (nothing earlier is stated: when the archive first saw it)."
        ),
        "decided_by": "Who put it into the story: rule or person.",
        "recorded_at": "Since when the archive believes that, UTC.",
    },
    "removals": {
        "kind": "article or comment.",
        "comment_id": "Number of the comment; NULL for an article.",
        "article_id": "Number of the article; for a comment, of the article it stood under.",
        "url": "Address of the article.",
        "shown": "The article's headline, or the comment's text, as last seen.",
        "state": "missing, gone or redirected for an article, removed for a comment.",
    },
    "sightings": {
        "sighting_id": "Number of the sighting.",
        "source": "Address of the feed, sitemap or listing.",
        "url": "Address announced; NULL when it cannot be followed.",
        "title": "Title announced; NULL when none was.",
        "summary": "Summary announced; NULL when none was.",
        "published_at": "Publication instant announced, UTC; NULL when none was.",
        "published_on": "Publication day announced; NULL when none was.",
        "published_raw": "Publication date as the source words it; NULL when it does not say.",
        "first_seen_at": "When it was first announced to us, UTC.",
        "last_seen_at": "When it was last announced to us, UTC.",
    },
    "rejections": {
        "rejection_id": "Number of the rejection.",
        "url": "Address of the page.",
        "rejected_at": "When the page was first rejected so, UTC.",
        "reason": "Why it gave no article, as a word.",
        "detail": "Why, for a person.",
        "capture_id": "The page as kept (captures.capture_id); NULL when no bytes came.",
        "run_id": "Run that first met it.",
        "outlet": "Short name of the outlet; NULL for work over all outlets.",
    },
    "dictionary": {
        "relation": "Table or view.",
        "column_name": "Column of it.",
        "relation_kind": "table (internal, may change) or view (stable).",
        "position": "Place of the column in it, from 1.",
        "description": "What the column holds.",
    },
}

Row = dict[str, str | int]


def sentence(view: str, column: str) -> str:
    """Give what a view's column holds; KeyError when nobody wrote it down."""
    own = BY_VIEW.get(view, {})
    return own[column] if column in own else EVERYWHERE[column]


def may_lack(view: str, column: str) -> bool:
    """Say whether a view's column may be NULL: its sentence then says when."""
    return "NULL" in sentence(view, column)


def tables() -> Iterator[Row]:
    """Give the dictionary's rows for the tables, from their columns' comments."""
    for table in Base.metadata.sorted_tables:
        for position, column in enumerate(table.columns, start=1):
            yield _row(table.name, "table", position, column.name, column.comment or "")


def full_text(connection: Connection) -> Iterator[Row]:
    """Give the dictionary's rows for the full-text indexes, as the database has them."""
    for kind, relations in (("view", SENTENCES), ("table", GENERATED)):
        for relation, sentences in relations.items():
            if not inspect(connection).has_table(relation):
                continue
            for position, column in enumerate(inspect(connection).get_columns(relation), start=1):
                if column["name"] in sentences:
                    yield _row(relation, kind, position, column["name"], sentences[column["name"]])


def views(connection: Connection, names: Sequence[str]) -> Iterator[Row]:
    """Give the dictionary's rows for the views, in the order the database has their columns."""
    for name in names:
        for position, column in enumerate(inspect(connection).get_columns(name), start=1):
            yield _row(name, "view", position, column["name"], sentence(name, column["name"]))


def _row(relation: str, kind: str, position: int, column: str, description: str) -> Row:
    return {
        "relation": relation,
        "relation_kind": kind,
        "position": position,
        "column_name": column,
        "description": description,
    }
