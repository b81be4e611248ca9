"""Which articles are a story: those like the first itself; a person's word goes before."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from db.copies.stars import Appeared, Star, pair, stars

START = datetime(2026, 3, 2, tzinfo=UTC)


def appeared(article_id: int, hours: float = 0, identity: str = "") -> Appeared:
    return Appeared(
        at=START + timedelta(hours=hours),
        outlet="gazette",
        identity=identity or str(article_id),
        article_id=article_id,
    )


def found(*hours: float, alike=(), joined=(), apart=()) -> list[list[int]]:
    """Give the members of the stories among articles 1, 2, … that appeared at these hours."""
    articles = [appeared(number, hour) for number, hour in enumerate(hours, 1)]
    strengths = alike if isinstance(alike, dict) else dict.fromkeys(alike, (1.0,))
    return [list(star.members) for star in stars(articles, strengths, joined, apart)]


def test_the_first_to_appear_is_first_whatever_its_number():
    assert found(5, 0, 3, alike=[(1, 2), (2, 3)]) == [[2, 3, 1]]


def test_no_chains():
    # 3 is like 2 and not like the first: it is no copy of the first.
    assert found(0, 1, 2, alike=[(1, 2), (2, 3)]) == [[1, 2]]
    assert found(0, 1, 2, 3, alike=[(1, 2), (2, 3), (3, 4)]) == [[1, 2], [3, 4]]


def test_between_two_stories_the_closer_first_counts_then_the_earlier():
    assert found(0, 1, 2, alike={(1, 3): (0.5,), (2, 3): (0.8,)}) == [[2, 3]]
    assert found(0, 1, 2, alike={(1, 3): (0.8,), (2, 3): (0.8,)}) == [[1, 3]]


def test_alone_is_no_story():
    assert found(0, 1) == []


def test_of_two_that_appear_at_once_the_outlet_and_the_identity_decide():
    two = [appeared(1, identity="b"), appeared(2, identity="a")]
    assert stars(two, {(1, 2): (1.0,)}) == [Star(first=2, others=((1, False),))]


def test_what_a_person_joins_brings_its_likes_along():
    assert found(0, 1, 2, alike=[(2, 3)]) == [[2, 3]]
    assert found(0, 1, 2, alike=[(2, 3)], joined=[(1, 2)]) == [[1, 2, 3]]


def test_who_put_an_article_there_is_told():
    articles = [appeared(1), appeared(2, 1), appeared(3, 2)]
    (story,) = stars(articles, {(1, 3): (1.0,)}, joined=[(1, 2)])
    assert story.others == ((2, True), (3, False))


def test_what_a_person_split_stays_apart_and_takes_nobody_with_it():
    alike = [(1, 2), (1, 3), (2, 3)]
    assert found(0, 1, 2, alike=alike, apart=[(1, 2)]) == [[1, 3]]
    assert found(0, 1, 2, alike=alike, apart=[(1, 2), (1, 3)]) == [[2, 3]]


def test_split_from_one_is_split_from_the_story_it_is_in():
    assert found(0, 1, 2, alike=[(1, 2), (1, 3)], apart=[(2, 3)]) == [[1, 2]]


NUMBERS = st.integers(1, 8)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS).filter(lambda both: both[0] != both[1]), max_size=16)


@settings(max_examples=50, deadline=None)
@given(
    hours=st.lists(st.integers(0, 4), min_size=8, max_size=8), alike=PAIRS, said=PAIRS, chance=st.randoms()
)
def test_any_order_gives_the_same_stories_and_each_member_is_tied_to_its_first(hours, alike, said, chance):
    articles = [appeared(number, hour) for number, hour in enumerate(hours, 1)]
    strengths = {pair(*both): (float(sum(both) % 3),) for both in alike}
    joined = {pair(*both) for both in said[:2]}
    apart = {pair(*both) for both in said[2:]} - joined
    expected = stars(articles, strengths, joined, apart)
    shuffled = chance.sample(articles, len(articles))
    mixed = dict(chance.sample(sorted(strengths.items()), len(strengths)))
    assert stars(shuffled, mixed, joined, apart) == expected

    time_of = {article.article_id: article for article in articles}
    members = [key for star in expected for key in star.members]
    assert len(members) == len(set(members))
    for star in expected:
        anchors = {star.first, *(key for key, by_person in star.others if by_person)}
        for key, by_person in star.others:
            assert time_of[key] > time_of[star.first]
            tied = joined if by_person else strengths
            assert any(
                pair(key, other) in tied for other in (star.members if by_person else anchors) if other != key
            )
            assert not any(pair(key, other) in apart for other in star.members)
