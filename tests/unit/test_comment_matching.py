"""Comments recognised from page to page: what must be the same one, and what must not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Moment, ScrapedComment
from db.discussions.matching import match, remark

WORDS = [f"word{n}" for n in range(14)]


def said(author, text, posted="02/03/2026 at 10:00", outlet_id=None):
    moment = Moment(raw=posted) if posted else None
    return remark(
        ScrapedComment(position=1, author=author, posted=moment, body=text, raw="", outlet_id=outlet_id)
    )


LONG = "Thirteen words or more make a text that two people do not write by chance."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(said("Ann", "Well."), said("Ann", "Well."), id="unchanged"),
        pytest.param(
            said("Ann", "It\u2019s 5\u00a0o\u2019clock"),
            said("ann", "It's  5 o'clock"),
            id="quotes, spaces, case",
        ),
        pytest.param(said("Ann", "Well."), said("Ann", "Well.", "02/03/2026"), id="date shown to the day"),
        pytest.param(said("Ann", "Well."), said("Ann", "Well.", "02/03/2026 at 11:00"), id="clock shifted"),
        pytest.param(
            said("Ann", "one two three four five"),
            said("Ann", "one two three nine ten eleven"),
            id="edited heavily",
        ),
        pytest.param(said("Ann", "Well said."), said("Anonymous", "Well said."), id="renamed"),
        pytest.param(
            said("Ann", "one two three four five six"),
            said("Ann", "one two three four five six seven", "05/03/2026 at 09:00"),
            id="edited a little and dated anew",
        ),
        pytest.param(
            said("Ann", LONG), said("Bob", LONG, "09/03/2026 at 01:00"), id="a long text under other headers"
        ),
        pytest.param(
            said("Ann", "Old.", outlet_id="7"),
            said("Bob", "Other.", "09/03/2026 at 01:00", outlet_id="7"),
            id="same id",
        ),
    ],
)
def test_the_same_comment_is_recognised(before, after):
    assert match([before], [after]) == {0: 0}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            said("Ann", "Agreed."), said("Bob", "Agreed.", "09/03/2026 at 01:00"), id="short and common"
        ),
        pytest.param(
            said("Ann", "one two three four"),
            said("Ann", "nine ten eleven twelve", "09/03/2026 at 01:00"),
            id="same author only",
        ),
        pytest.param(
            said("Ann", "one two three four"), said("Ann", "nine ten eleven twelve"), id="no word in common"
        ),
        pytest.param(said(None, "one two"), said(None, "three four", None), id="no names"),
    ],
)
def test_another_comment_is_not(before, after):
    assert match([before], [after]) == {}


def test_order_on_the_page_does_not_matter():
    thread = [
        said(name, f"Text of {name}.", f"0{n}/03/2026 at 10:00") for n, name in enumerate("abcd", start=1)
    ]
    assert match(thread, thread[::-1]) == {0: 3, 1: 2, 2: 1, 3: 0}


def test_double_posts_are_paired_in_page_order_as_far_as_they_go():
    post = said("Ann", "Twice.")
    assert match([post, post], [post, post, post]) == {0: 0, 1: 1}
    assert match([post, post], [post]) == {0: 0}


def test_ambiguous_groups_decide_only_when_as_many_are_known_as_seen():
    first, second = said("Ann", "Hm.", "01/03/2026"), said("Ann", "Hm.", "02/03/2026")
    moved = said("Ann", "Hm.", "03/03/2026"), said("Ann", "Hm.", "04/03/2026")
    assert match([first, second], list(moved)) == {0: 0, 1: 1}
    # An exact pair is taken first; what is then left over is one of each again.
    assert match([first, second], [second, moved[0]]) == {0: 1, 1: 0}


def test_one_comment_is_not_guessed_to_be_either_of_two():
    seen = [said("Bob", "Agreed."), said("Cat", "Agreed.")]
    assert match([said("Ann", "Agreed.")], seen) == {}


def test_an_edited_comment_is_told_from_a_new_one_of_the_same_author():
    old = said("Ann", "one two three four five six seven eight nine ten", "01/03/2026")
    edited = said("Ann", "one two three four five six seven eight nine eleven", "05/03/2026")
    new = said("Ann", "something else entirely is said here by the same person", "05/03/2026")
    assert match([old], [new, edited]) == {1: 0}


def test_sure_steps_take_no_guess():
    assert match([said("Ann", "one two three")], [said("Ann", "one two four")], sure=True) == {}
    assert match([said("Ann", "one two three")], [said("Ann", "one two three", None)], sure=True) == {0: 0}


def test_a_flood_of_comments_by_one_author_ends_soon():
    known = [said("Anonymous", f"first {n} {n * 7}", f"{n}") for n in range(3000)]
    seen = [said("Anonymous", f"other {n} {n * 13}", f"x{n}") for n in range(3000)]
    assert match(known, seen) == {}


threads = st.lists(
    st.tuples(
        st.sampled_from(["Ann", "Ben", "Cat", ""]),
        st.text("ab ", max_size=6),
        st.sampled_from(["", "1", "2"]),
    ),
    max_size=12,
).map(lambda posts: [said(author or None, text, posted or None) for author, text, posted in posts])


@given(threads, threads)
def test_no_comment_is_paired_twice(known, seen):
    pairs = match(known, seen)
    assert len(set(pairs.values())) == len(pairs)
    assert all(0 <= place < len(seen) and 0 <= found < len(known) for place, found in pairs.items())


@given(threads)
def test_a_page_is_recognised_in_itself(thread):
    assert len(match(thread, thread)) == len(thread)
    assert len(match(thread, thread[::-1])) == len(thread)


@pytest.mark.parametrize("keep", [0.99])
def test_most_comments_of_edited_threads_keep_their_identity(keep):
    # The scenario of ARCHIVE-FACTS.md section 7, "two edited": 99.0 % there.
    chance = random.Random(7)
    kept = total = 0
    for _ in range(100):
        thread = [
            said(
                f"Name {chance.randrange(8)}",
                " ".join(chance.choices(WORDS, k=25)),
                f"{n // 3:02}/03/2026 at 10:{n:02}",
            )
            for n in range(chance.randrange(2, 20))
        ]
        shown = list(thread)
        for place in chance.sample(range(len(shown)), 2):
            old = shown[place]
            words = old.text.split()
            words[:4] = chance.choices(WORDS, k=4)
            shown[place] = said(old.author, " ".join(words), old.time)
        pairs = match(thread, shown)
        kept += sum(1 for place in range(len(shown)) if pairs.get(place) == place)
        total += len(shown)
    assert kept / total >= keep
