"""Captures in any order of arrival: one history, on both databases."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.records import COMPLETE, CommentState, Moment, Outcome, Reason, Unread
from tests.integration.desk import HOME, Desk, attempt, comment, digest, document, record

_numbers = count()

PLAIN = document("Bins to be emptied", "The council's bins are emptied on Monday - and on Friday.")
CURLY = document("Bins to be emptied", "The council\u2019s bins are emptied on Monday \u2013 and on Friday.")
OTHER = document("Bins to be emptied", "The council's bins are emptied on Tuesday, nobody knows why.")
HEADED = document("No bins emptied", PLAIN.body)
UNDATED = replace(PLAIN, sha256=digest("undated"), published=None)
REDATED = replace(PLAIN, sha256=digest("redated"), published=Moment(raw="05.03.26", on=date(2026, 3, 5)))
TEXTS = {
    "plain": PLAIN,
    "curly": CURLY,
    "other": OTHER,
    "headed": HEADED,
    "undated": UNDATED,
    "redated": REDATED,
}
REMARKS = {
    "ann": ("Ann", "I have waited since Friday for the lorry to come round."),
    "ben": ("Ben", "Ours came."),
    "ben2": ("Ben", "Ours came, late."),
    "cat": ("Cat", "Where do I put the glass?"),
}


@dataclass(frozen=True)
class Page:
    """A page that shows a text and comments."""

    text: str
    remarks: tuple[str, ...] = ()
    state: CommentState = CommentState.LISTED


Happening = Page | Outcome | Reason

pages = st.builds(
    Page,
    st.sampled_from(sorted(TEXTS)),
    st.lists(st.sampled_from(sorted(REMARKS)), max_size=3, unique_by=lambda name: name[:3]).map(tuple),
    st.sampled_from([CommentState.LISTED, CommentState.LISTED, CommentState.PARTIAL, CommentState.UNKNOWN]),
)
absences = st.sampled_from(
    [
        Outcome.NOT_FOUND,
        Outcome.NOT_FOUND,
        Outcome.GONE,
        Outcome.REDIRECT,
        Outcome.SERVER_ERROR,
        Reason.SOFT_404,
    ]
)
happenings = st.lists(st.one_of(pages, pages, absences), min_size=2, max_size=9)


@pytest.fixture
def desk(engine):
    return Desk(engine)


def happen(desk: Desk, url: str, hour: int, what: Happening) -> None:
    if isinstance(what, Outcome):
        desk.visit(url, hour, what, redirect_to=f"{HOME}/" if what is Outcome.REDIRECT else None)
    elif isinstance(what, Reason):
        visit = attempt(url, hour, served=f"{url} {hour} not here")
        told = Unread(fetch_key=visit.key, url=url, source="recheck", reason=what, detail="Page not found")
        desk.store.write([visit, told])
    else:
        show(desk, url, hour, what)


def show(desk: Desk, url: str, hour: int, page: Page) -> None:
    shown = page.remarks if page.state is not CommentState.UNKNOWN else ()
    remarks = tuple(comment(place, *REMARKS[name]) for place, name in enumerate(shown, start=1))
    state = page.state if remarks or page.state not in COMPLETE else CommentState.NONE
    # Equal pages give equal bytes, as a server that only repeats itself does.
    visit = attempt(url, hour, served=f"{url} {page}")
    item = record(visit, TEXTS[page.text], comments=remarks, comment_state=state)
    desk.store.write([visit, item])


def told(desk: Desk, url: str) -> dict[str, list[object]]:
    """Give all that the views tell of an article but numbers, and when the archive came to know it."""
    hidden = {
        "article_id", "version_id", "comment_id", "comment_version_id", "capture_id", "parent_id",
        "url", "recorded_at", "last_checked_at", "next_check_at",
    }  # fmt: skip
    views = {
        "articles": "1",
        "article_versions": "version",
        "article_changes": "changed_by",
        "comments": "body, first_seen_at",
        "comment_versions": "valid_from, body, position",
        "removals": "kind, shown, state_since",
    }
    return {
        view: [
            {name: value for name, value in row.items() if name not in hidden}
            for row in desk.ask(f"SELECT * FROM {view} WHERE url = :url ORDER BY {order}", url=url)
        ]
        for view, order in views.items()
    }


def addresses() -> tuple[str, str]:
    number = next(_numbers)
    return f"{HOME}/articles/{number}-a", f"{HOME}/articles/{number}-b"


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(what=happenings, data=st.data())
def test_any_order_of_arrival_tells_one_history(desk, what, data):
    moments = [(place * 20, happening) for place, happening in enumerate(what)]
    shuffled = data.draw(st.permutations(moments))
    in_order, in_disorder = addresses()
    for hour, happening in moments:
        happen(desk, in_order, hour, happening)
    for hour, happening in shuffled:
        happen(desk, in_disorder, hour, happening)
    assert told(desk, in_disorder) == told(desk, in_order)


def test_a_history_told_backwards(desk):
    what: list[Happening] = [
        Page("plain", ("ann",)),
        Page("curly", ("ann", "ben")),
        Page("other", ("ann", "ben2")),
        Outcome.NOT_FOUND,
        Outcome.NOT_FOUND,
        Outcome.NOT_FOUND,
        Page("plain", ("ben2", "cat")),
        Page("plain", ("ben2",), CommentState.UNKNOWN),
        Outcome.GONE,
    ]
    in_order, backwards = addresses()
    for place, happening in enumerate(what):
        happen(desk, in_order, place * 30, happening)
    for place, happening in reversed(list(enumerate(what))):
        happen(desk, backwards, place * 30, happening)
    history = told(desk, in_order)
    assert told(desk, backwards) == history
    kinds = [row["kind"] for row in history["article_changes"]]
    assert kinds == ["cosmetic", "major", "reverted"]
    assert [row["ended_by"] for row in history["article_versions"]] == ["changed", "missing", "gone"]
    assert [row["state"] for row in history["removals"]] == ["gone", "removed"]
