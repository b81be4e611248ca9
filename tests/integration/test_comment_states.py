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

IDS = {"Ann": "701", "Ben": "702", "Cat": "703"}
TAKEN_DOWN = "This comment was removed by a moderator."
Page = tuple[CommentState, frozenset[str], frozenset[str]]
"""What a page says of its comments, whose it shows, and in place of whose a moderator's word stands."""

_SOME = st.frozensets(st.sampled_from(sorted(REMARKS)), min_size=1)
_ANY = st.frozensets(st.sampled_from(sorted(REMARKS)))
_NOBODY = st.just(frozenset[str]())
pages = st.one_of(
    st.tuples(st.sampled_from([CommentState.LISTED, CommentState.CLOSED]), _SOME, st.one_of(_NOBODY, _ANY)),
    st.tuples(st.just(CommentState.PARTIAL), _ANY, st.one_of(_NOBODY, _ANY)),
    st.tuples(
        st.sampled_from(
            [CommentState.NONE, CommentState.UNKNOWN, CommentState.UNSUPPORTED, CommentState.CLOSED]
        ),
        _NOBODY,
        _NOBODY,
    ),
)


@pytest.fixture
def desk(engine):
    return Desk(engine)


def became(shown: list[Page]) -> dict[str, str]:
    """Give what became of each comment: only a page that shows all of them tells that one is gone."""
    states: dict[str, str] = {}
    for state, names, taken in shown:
        hides = state in {CommentState.UNKNOWN, CommentState.UNSUPPORTED}
        hides = hides or (state is CommentState.CLOSED and not names)
        for name in states.keys() - names:
            if states[name] == "visible" and hides:
                states[name] = "unknown"
            elif name in taken or not (hides or state is CommentState.PARTIAL):
                states[name] = "removed"
        states |= dict.fromkeys(names, "visible")
    return states


def show(desk: Desk, url: str, hour: int, page: Page) -> int:
    state, names, taken = page
    remarks = [
        comment(n, name, REMARKS[name] if name in names else TAKEN_DOWN, outlet_id=IDS[name])
        for n, name in enumerate(sorted(names | taken), start=1)
    ]
    return desk.show(url, hour, TEXT, comments=tuple(remarks), comment_state=state).comments_removed


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(shown=st.lists(pages, min_size=2, max_size=7), data=st.data())
def test_a_comment_is_removed_when_and_only_when_a_whole_list_or_a_moderator_says_so(desk, shown, data):
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
    whole = [
        place for place, (state, _, taken) in enumerate(shown) if taken or state is not CommentState.PARTIAL
    ]
    assert {row["valid_to"] for row in ended} <= {at(place * 20) for place in whole}
    if late is None:
        assert len(ended) == removed


def test_a_part_between_two_whole_lists_takes_nothing_and_brings_nothing_back(desk):
    address = f"{HOME}/articles/{next(_numbers)}"
    ann, ben = frozenset({"Ann"}), frozenset({"Ben"})
    history = [
        (CommentState.LISTED, ann | ben, frozenset[str]()),
        (CommentState.LISTED, ann, frozenset[str]()),
        (CommentState.PARTIAL, frozenset[str](), frozenset[str]()),
        (CommentState.LISTED, ann, frozenset[str]()),
    ]
    assert [show(desk, address, place, page) for place, page in enumerate(history)] == [0, 1, 0, 0]
    rows = desk.ask("SELECT commenter_name, state FROM comments_named WHERE url = :url", url=address)
    assert {row["commenter_name"]: row["state"] for row in rows} == {"Ann": "visible", "Ben": "removed"}
