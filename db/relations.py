"""What one row of each view is, and a question to begin with; its columns are in db/dictionary.py."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """A view in words: what one ``row`` of it is, and an ``example`` in SQL for both databases."""

    row: str
    example: str


VIEWS: dict[str, About] = {
    "articles": About(
        row="An article as its outlet last showed it, also where it is gone by now.",
        example=(
            "SELECT outlet, count(*) AS articles, sum(comments) AS comments\nFROM articles GROUP BY outlet"
        ),
    ),
    "article_versions": About(
        row="A spell in which the outlet showed one text of an article; A, B, A are three rows.",
        example=(
            "SELECT version, valid_from, valid_to, title, word_count FROM article_versions\n"
            "WHERE article_id = 1 ORDER BY version"
        ),
    ),
    "article_changes": About(
        row="An edit of an article, with the window in which it was made.",
        example="SELECT outlet, kind, count(*) AS edits FROM article_changes GROUP BY outlet, kind",
    ),
    "addresses": About(
        row="An address that leads, or led, to an article.",
        example="SELECT url, role, valid_from, valid_to FROM addresses WHERE article_id = 1",
    ),
    "comments": About(
        row="A reader's comment as last shown, its writer under a pseudonym.",
        example=(
            "SELECT commenter, count(*) AS comments FROM comments\n"
            "WHERE outlet = 'nhe' GROUP BY commenter ORDER BY count(*) DESC LIMIT 20"
        ),
    ),
    "comments_named": About(
        row="A comment with the name shown on the page: personal data, for those who may see it.",
        example="SELECT commenter_name, posted_at, body FROM comments_named WHERE article_id = 1",
    ),
    "comment_versions": About(
        row="A spell in which the page showed a comment in one wording.",
        example="SELECT version, valid_from, ended_by, body FROM comment_versions WHERE comment_id = 1",
    ),
    "captures": About(
        row="Bytes of a page that differ from those it gave before, and where they lie.",
        example="SELECT outlet, via, count(*) AS captures FROM captures GROUP BY outlet, via",
    ),
    "runs": About(
        row="A piece of work: a crawl, a recheck, a backfill.",
        example="SELECT run_id, outlet, kind, verdict, started_at FROM runs ORDER BY run_id DESC LIMIT 10",
    ),
    "holds": About(
        row="Readings of one run that changed so much alike that a person has to decide.",
        example="SELECT hold_id, outlet, affected, rechecked, sign FROM holds WHERE decision IS NULL",
    ),
    "outlet_daily": About(
        row="A day on which an outlet published.",
        example="SELECT day, articles, words FROM outlet_daily WHERE outlet = 'nhe' ORDER BY day",
    ),
    "removals": About(
        row="An article or a comment that the outlet showed and shows no more.",
        example="SELECT kind, state, count(*) AS removed FROM removals GROUP BY kind, state",
    ),
    "sightings": About(
        row="An entry that a feed, a sitemap or a listing announced.",
        example="SELECT source, count(*) AS entries FROM sightings GROUP BY source",
    ),
    "rejections": About(
        row="A page that gave no article, and why.",
        example="SELECT outlet, reason, count(*) AS pages FROM rejections GROUP BY outlet, reason",
    ),
    "coverage": About(
        row="A month of an outlet: what existed as far as is known, what is held, and why the rest is not.",
        example="SELECT month, looked, expected, held FROM coverage WHERE outlet = 'nhe' ORDER BY month",
    ),
    "stories": About(
        row="An article of a story, the first one or a copy; a story is what several outlets print.",
        example=(
            "SELECT story_id, outlet, title, is_first, relation, share_kept, hours_after_first\n"
            "FROM stories ORDER BY story_id, hours_after_first"
        ),
    ),
    "outlets": About(
        row="A title that is followed.",
        example="SELECT outlet, title, publisher, followed_since, last_crawled_at FROM outlets",
    ),
    "mementos": About(
        row="A capture that a web archive lists: an observation of its page, fetched or not.",
        example="SELECT outlet, via, state, count(*) AS listed FROM mementos GROUP BY outlet, via, state",
    ),
    "matches": About(
        row="Two articles of an outlet that look like one at two addresses, and what was decided.",
        example="SELECT article_id, other_id, share, decision, by_person FROM matches ORDER BY share DESC",
    ),
    "dictionary": About(
        row="A column of a view or of a table, and what it holds.",
        example=(
            "SELECT column_name, description FROM dictionary\nWHERE relation = 'articles' ORDER BY position"
        ),
    ),
}
"""In the order in which the docs tell of them."""

SEARCHED = {
    "article_search": "A text in the full-text index of articles.",
    "comment_search": "A wording in the full-text index of comments.",
}


def about(view: str) -> str:
    """Give what one row of a view, or of a full-text index, is; nothing when nobody wrote it down."""
    return VIEWS[view].row if view in VIEWS else SEARCHED.get(view, "")
