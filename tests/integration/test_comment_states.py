"""Pages that list all comments, a part of them or none, in any order of arrival: what became of each."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.records import CommentState
from tests.integration.desk import HOME, Desk, at, comment, document

TEXT = document("Bins to be emptied", "The council will empty the bins on Monday.")
REMARKS = {
    "Ann": "I have waited since Friday for the lorry to come round.",
    "Ben": "Ours came.",
    "Cat": "Where do I put the glass?",
}
_numbers = count()

Page = tuple[CommentState, frozenset[str]]

_SOME = st.frozensets(st.sampled_from(sorted(REMARKS)), min_size=1)
_NOBODY = st.just(frozenset[str]())
pages = st.one_of(
    st.tuples(st.just(CommentState.LISTED), _SOME),
    st.tuples(st.just(CommentState.CLOSED), st.one_of(_SOME, _NOBODY)),
    st.tuples(st.just(CommentState.PARTIAL), st.one_of(_SOME, _NOBODY)),
    st.tuples(st.sampled_from([CommentState.NONE, CommentState.UNKNOWN, CommentState.UNSUPPORTED]), _NOBODY),
)


@pytest.fixture
def desk(engine):
    return Desk(engine)


def became(shown: list[Page]) -> dict[str, str]:
    """Give what became of each comment: only a page that shows all of them tells that one is gone."""
    states: dict[str, str] = {}
    for state, names in shown:
        hides = state in {CommentState.UNKNOWN, CommentState.UNSUPPORTED}
        hides = hides or (state is CommentState.CLOSED and not names)
        for name in states.keys() - names:
            if states[name] == "visible" and hides:
                states[name] = "unknown"
            elif not hides and state is not CommentState.PARTIAL:
                states[name] = "removed"
        states |= dict.fromkeys(names, "visible")
    return states


def show(desk: Desk, url: str, hour: int, page: Page) -> int:
    state, names = page
    remarks = [comment(n, name, REMARKS[name]) for n, name in enumerate(sorted(names), start=1)]
    return desk.show(url, hour, TEXT, comments=tuple(remarks), comment_state=state).comments_removed


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(shown=st.lists(pages, min_size=2, max_size=7), data=st.data())
def test_a_comment_is_removed_when_and_only_when_a_whole_list_lacks_it(desk, shown, data):
    address = f"{HOME}/articles/{next(_numbers)}"
    removed = 0
    late = data.draw(st.sampled_from([None, *range(len(shown))]), label="what comes last")
    for place, page in enumerate(shown):
        if place != late:
            removed += show(desk, address, place * 20, page)
    if late is not None:
        show(desk, address, late * 20, shown[late])
    rows = desk.ask("SELECT commenter_name, state FROM comments_named WHERE url = :url", url=address)
    assert {row["commenter_name"]: row["state"] for row in rows} == became(shown)
    ended = desk.ask(
        "SELECT v.valid_to FROM comment_versions v WHERE url = :url AND ended_by = 'removed'", url=address
    )
    whole = [place for place, (state, _) in enumerate(shown) if state is not CommentState.PARTIAL]
    assert {row["valid_to"] for row in ended} <= {at(place * 20) for place in whole}
    if late is None:
        assert len(ended) == removed


def test_a_part_between_two_whole_lists_takes_nothing_and_brings_nothing_back(desk):
    address = f"{HOME}/articles/{next(_numbers)}"
    ann, ben = frozenset({"Ann"}), frozenset({"Ben"})
    history = [
        (CommentState.LISTED, ann | ben),
        (CommentState.LISTED, ann),
        (CommentState.PARTIAL, frozenset()),
        (CommentState.LISTED, ann),
    ]
    assert [show(desk, address, place, page) for place, page in enumerate(history)] == [0, 1, 0, 0]
    rows = desk.ask("SELECT commenter_name, state FROM comments_named WHERE url = :url", url=address)
    assert {row["commenter_name"]: row["state"] for row in rows} == {"Ann": "visible", "Ben": "removed"}
