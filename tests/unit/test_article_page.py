"""An article's page, from records alone: windows, timeline, differences, threads, what a page may not do."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from cli.article_comments import write_comments
from cli.article_difference import write_difference
from cli.article_records import Article, Change, Comment, CommentVersion, History, Version
from cli.article_sheet import Sheet
from cli.article_text import plainly, window
from cli.article_thread import thread
from cli.article_versions import KINDS, write_timeline
from db.words import ArticleState, Edit, Ending

NOON = datetime(2024, 3, 4, 12, tzinfo=UTC)
HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil\u2066 [red]markup[/red] [link=http://x.example]here[/link]"
)


def hours(number):
    return NOON + timedelta(hours=number)


def shown(write, *arguments: object, width: int = 100, **options: object) -> str:
    file = io.StringIO()
    write(Sheet(Console(file=file, width=width)), *arguments, **options)
    return file.getvalue()


def flat(text):
    return " ".join(text.split())


def version(number, body="The board said forty beds.", **fields: object):
    facts = {
        "version": number, "title": "Ferry to run", "standfirst": None, "byline": None, "section": None,
        "published_at": None, "published_on": None, "published_raw": None, "tags": (), "body": body,
        "word_count": 1, "valid_from": NOON, "valid_to": None, "changed_after": None, "last_seen_at": NOON,
        "ended_by": None, "change_kind": None, "words_added": None, "words_removed": None,
        "layout": "plain", "layout_version": 1, "capture_id": 1, "recorded_at": NOON,
    }  # fmt: skip
    return Version(**facts | fields)


def change(number, kind, **fields: object):
    facts = {
        "version": number, "kind": kind, "changed_after": hours(2), "changed_by": hours(5),
        "title_before": "Ferry to run", "title_after": "Ferry to run", "words_added": 3, "words_removed": 1,
        "similarity": 0.97, "title_changed": False, "standfirst_changed": False, "byline_changed": False,
        "section_changed": False, "date_changed": False, "tags_changed": False, "body_changed": True,
        "correction_note": None,
    }  # fmt: skip
    return Change(**facts | fields)


def comment(number, parent=None, **fields: object):
    facts = {
        "comment_id": number, "commenter_name": f"Reader {number}", "commenter": f"reader-{number}",
        "posted_at": None, "posted_on": None, "posted_raw": "04/03/2024 at 12:00",
        "body": f"Remark {number}.", "position": number, "parent_id": parent,
        "versions": 1, "state": "visible", "state_since": NOON, "first_seen_at": NOON, "last_seen_at": NOON,
    }  # fmt: skip
    return Comment(**facts | fields)


def wording(number, seq, body, start, end=None, **fields: object):
    facts = {
        "comment_id": number, "version": seq, "commenter": f"reader-{number}", "posted_at": None,
        "posted_on": None, "posted_raw": None, "body": body, "position": number, "valid_from": hours(start),
        "valid_to": None if end is None else hours(end), "changed_after": None, "last_seen_at": hours(start),
        "ended_by": None,
    }  # fmt: skip
    return CommentVersion(**facts | fields)


def history(versions=(), changes=(), comments=(), wordings=(), **fields: object):
    article = Article(
        article_id=7, outlet="gazette", url="https://www.example.org/a", title="Ferry to run",
        standfirst=None, byline=None, section=None, published_at=None, published_on=None, published_raw=None,
        body="", word_count=0, tags=(), comment_state="listed", comments=0, versions=1, state="live",
        state_since=NOON, first_seen_at=NOON, last_seen_at=NOON, last_checked_at=NOON, last_changed_at=NOON,
        next_check_at=None, layout="plain",
    )  # fmt: skip
    return History(
        as_of=None, believed_at=None, article=replace(article, **fields), addresses=(),
        versions=tuple(versions), changes=tuple(changes), comments=tuple(comments),
        comment_versions=tuple(wordings), captures=(), sights={},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("after", "by", "said"),
    [
        (hours(-27), NOON, "between 2024-03-03 09:00 and 2024-03-04 12:00 UTC"),
        (hours(-3), NOON, "between 2024-03-04 09:00 and 12:00 UTC"),
        (NOON, NOON + timedelta(seconds=7), "between 2024-03-04 12:00:00 and 12:00:07 UTC"),
        (None, NOON, "by 2024-03-04 12:00 UTC"),
    ],
)
def test_a_window_names_both_ends_and_nothing_that_is_not_known(after, by, said):
    assert window(after, by) == said


def test_a_difference_shows_words_that_came_and_went_and_cuts_what_stayed():
    far = " ".join(f"word{n}" for n in range(100))
    before = version(1, f"The board said forty beds. {far} The end.", byline="A. Writer", standfirst="Old.")
    after = version(
        2, f"The board said fifty beds. {far} The very end.", title="Ferry to sail", tags=("sea",)
    )
    text = flat(shown(write_difference, before, after))
    assert "title: Ferry to [-run-] {+sail+}" in text
    assert "byline: [-A. Writer-]" in text
    assert "standfirst: [-Old.-]" in text
    assert "tags: {+sea+}" in text
    assert "The board said [-forty-] {+fifty+} beds." in text
    assert "The {+very+} end." in text
    assert "…" in text
    assert "word50" not in text
    assert "word5 " in text


def test_equal_versions_say_so():
    assert "read the same" in shown(write_difference, version(1, "a"), version(2, "a"))


@pytest.mark.parametrize("kind", [kind for kind in Edit if kind is not Edit.COSMETIC])
def test_every_kind_of_edit_is_said_with_its_window(kind):
    edited = version(2, valid_from=hours(5), changed_after=hours(2), change_kind=kind.value)
    before = version(1, valid_to=hours(5), last_seen_at=hours(2), ended_by="changed")
    text = flat(shown(write_timeline, history([before, edited], [change(2, kind.value)])))
    assert f"2 {KINDS[kind]} between 2024-03-04 14:00 and 17:00 UTC" in text
    assert ("+3 -1 words, 97% kept; fields changed: body" in text) == (kind is not Edit.REAPPEARED)


def test_a_cosmetic_change_stands_within_the_version_it_fell_into():
    looks = change(
        1,
        "cosmetic",
        changed_after=hours(1),
        changed_by=hours(2),
        title_before="Mayor's",
        title_after="Mayor’s",
    )
    edited = version(2, valid_from=hours(5), changed_after=hours(2), change_kind="minor")
    lines = shown(write_timeline, history([version(1), edited], [looks, change(2, "minor")])).splitlines()
    cosmetic = next(n for n, line in enumerate(lines) if "cosmetic change" in line)
    assert "between 2024-03-04 13:00 and 14:00 UTC" in lines[cosmetic]
    assert lines[cosmetic + 1].strip() == "[-Mayor's-] {+Mayor’s+}"
    assert any(line.startswith("  1 first seen") for line in lines[:cosmetic])
    assert any(line.startswith("  2 minor edit") for line in lines[cosmetic:])
    assert flat(" ".join(lines)).count("words,") == 1, "no words came or went with it"


def test_the_note_of_correction_is_quoted():
    noted = change(2, "correction_note", correction_note="Correction: it is forty.")
    edited = version(2, valid_from=hours(5), changed_after=hours(2), change_kind="correction_note")
    text = flat(shown(write_timeline, history([version(1), edited], [noted])))
    assert "the page states: Correction: it is forty." in text


@pytest.mark.parametrize("ending", [ending for ending in Ending if ending is not Ending.CHANGED])
def test_an_absence_and_a_return_are_events_of_the_timeline(ending):
    away = version(1, valid_to=hours(9), last_seen_at=hours(3), ended_by=ending.value)
    back = version(2, valid_from=hours(30), changed_after=hours(9), change_kind="reappeared")
    text = flat(shown(write_timeline, history([away, back])))
    assert ending.value.upper() in text
    assert "went between 2024-03-04 15:00 and 21:00 UTC" in text
    assert "2 reappeared with the same text between 2024-03-04 21:00 and 2024-03-05 18:00 UTC" in text
    other = replace(back, change_kind="major")
    text = flat(shown(write_timeline, history([away, other])))
    assert "2 reappeared with another text (major edit) between" in text


def test_a_version_that_another_layout_read_says_so():
    told = history([version(1), version(2, layout="newer", layout_version=3, change_kind="minor")])
    assert "read by layout newer, version 3, unlike the one before" in shown(write_timeline, told)
    assert "unlike" not in shown(write_timeline, history([version(1), version(2, change_kind="minor")]))


def test_an_article_that_is_away_is_not_said_to_be_shown():
    merged = history([version(1)], state=ArticleState.MERGED.value)
    assert "last seen 2024-03-04 12:00 UTC (merged)" in shown(write_timeline, merged)


def test_answers_stand_below_what_they_answer():
    told = history(comments=[comment(1), comment(2), comment(3, 1), comment(4, 3), comment(5, 2)])
    assert [(r.comment.comment_id, r.depth) for r in thread(told)] == [(1, 0), (3, 1), (4, 2), (2, 0), (5, 1)]
    text = shown(write_comments, told)
    assert "   Reader 3, 04/03/2024 at 12:00, answers Reader 1" in text.splitlines()


def test_circles_orphans_and_depths_lose_no_comment():
    deep = [comment(n, n - 1 or None) for n in range(1, 5001)]
    told = history(comments=[*deep, comment(9001, 9002), comment(9002, 9001), comment(9003, 9999)])
    numbers = [remark.comment.comment_id for remark in thread(told)]
    assert sorted(numbers) == sorted(c.comment_id for c in told.comments)
    orphan = next(remark for remark in thread(told) if remark.comment.comment_id == 9003)
    assert (orphan.depth, orphan.lost) == (0, True)
    text = shown(write_comments, told, width=60)
    assert "answers a comment that is not kept" in flat(text)
    assert max(len(line) for line in text.splitlines()) <= 60


def test_a_comment_tells_its_own_history():
    spells = [
        wording(1, 1, "It takes ten years.", 0, 4, last_seen_at=hours(3), ended_by="edited"),
        wording(1, 2, "It takes two years.", 4, 8, changed_after=hours(3), last_seen_at=hours(6),
                ended_by="removed"),
        wording(1, 3, "It takes two years.", 20, 24, changed_after=hours(18), last_seen_at=hours(22),
                ended_by="removed"),
    ]  # fmt: skip
    gone = comment(1, state="removed", state_since=hours(24), body="It takes two years.")
    lines = [
        flat(line) for line in shown(write_comments, history(comments=[gone], wordings=spells)).splitlines()
    ]
    assert "Reader 1, 04/03/2024 at 12:00 edited, back REMOVED" in lines
    events = [
        line for line in lines if line.startswith(("first", "edited", "removed", "reappeared", "It takes"))
    ]
    assert events == [
        "It takes two years.",
        "first seen by 2024-03-04 12:00 UTC",
        "edited between 2024-03-04 15:00 and 16:00 UTC",
        "It takes [-ten-] {+two+} years.",
        "removed between 2024-03-04 18:00 and 20:00 UTC",
        "reappeared between 2024-03-05 06:00 and 08:00 UTC",
        "removed between 2024-03-05 10:00 and 12:00 UTC",
    ]


def test_a_comment_whose_section_is_not_shown_is_unknown_and_not_removed():
    lost = comment(1, state="unknown", state_since=hours(5))
    text = flat(shown(write_comments, history(comments=[lost], wordings=[wording(1, 1, "Hm.", 0)])))
    assert "UNKNOWN" in text
    assert "the page lost its comment section between 2024-03-04 12:00 and 17:00 UTC" in text
    assert "removed" not in text.lower()


def test_a_removed_comment_is_struck_out_and_only_that():
    file = io.StringIO()
    gone = history(comments=[comment(1, state="removed"), comment(2)])
    write_comments(Sheet(Console(file=file, width=80, force_terminal=True, color_system="standard")), gone)
    struck = [line for line in file.getvalue().splitlines() if "Remark" in line]
    assert ["\x1b[9;31m" in line for line in struck] == [True, False]


def test_nothing_a_page_says_steers_the_terminal_or_is_read_as_markup():
    said = plainly(HOSTILE)
    hostile = version(2, HOSTILE, title=HOSTILE, byline=HOSTILE, valid_from=hours(5), change_kind="rewrite")
    told = history(
        [version(1), hostile],
        [change(2, "rewrite", correction_note=HOSTILE)],
        [comment(1, commenter_name=HOSTILE, body=HOSTILE, posted_raw=HOSTILE)],
        [wording(1, 1, "Before.", 0), wording(1, 2, HOSTILE, 5)],
    )
    for write, options in ((write_timeline, {"with_words": True}), (write_comments, {})):
        text = shown(write, told, width=400, **options)
        assert not {"\x1b", "\x07", "\x9b", "\u202e", "\u2066"} & set(text)
        assert said in flat(text)
    assert "\\x1b]0;owned\\x07" in said
    assert "[red]markup[/red]" in said


def test_prose_is_wrapped_and_an_address_never():
    address = "https://www.example.org/" + "a-very-long-story-" * 6
    body = f"Some words before it {address} and a good many words that follow after it, one by one by one."
    text = shown(write_comments, history(comments=[comment(1, body=body)]), width=40)
    assert any(line.strip() == address for line in text.splitlines())
    assert all(len(line) <= 40 for line in text.splitlines() if address not in line)
