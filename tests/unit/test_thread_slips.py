"""Discussions that go on while their pages are had: no comment that stayed is told gone, none is doubled."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import CommentState, HeldComment, Moment, ScrapedComment
from crawlers.threads.following import Following
from crawlers.threads.part import Part
from tests.unit.test_threads import HERE, article, comment, numbers, page_number

PER_PAGE = 3


class Site:
    """A discussion on numbered pages, of which the article's own shows the first."""

    def __init__(self, count: int, *, newest_first: bool, ids: bool, counted: bool) -> None:
        self.comments = [self._new(n, ids=ids) for n in range(count)]
        self.newest_first, self.ids, self.counted = newest_first, ids, counted
        self.next = count

    def _new(self, n: int, *, ids: bool) -> ScrapedComment:
        return ScrapedComment(
            position=1,
            author=f"Reader {n}",
            posted=Moment(raw=f"2 March, {n} past ten"),
            body=f"What I, {n}, say.",
            raw="",
            outlet_id=str(700 + n) if ids else None,
        )

    def happen(self, what: str, place: int) -> None:
        if what == "post":
            self.comments.append(self._new(self.next, ids=self.ids))
            self.next += 1
        elif what == "take down" and self.comments:
            self.comments.pop(place % len(self.comments))
        elif what == "edit" and self.comments:
            place %= len(self.comments)
            self.comments[place] = replace(self.comments[place], body=f"Edited {place}.")

    def page(self, number: int) -> Part:
        order = self.comments[::-1] if self.newest_first else self.comments
        shown = order[(number - 1) * PER_PAGE : number * PER_PAGE]
        last = -(-len(order) // PER_PAGE)
        return Part(
            comments=tuple(replace(one, position=n) for n, one in enumerate(shown, start=1)),
            more=tuple(page_number(n) for n in range(2, last + 1) if n != number),
            claimed=len(self.comments) if self.counted else None,
        )

    def read(self, url: str) -> Part | None:
        part = self.page(1 if url == HERE else int(url.rstrip("/").rpartition("-")[2]))
        return part if part.comments or part.more else None


def followed(site, held, events=()):
    """Follow a discussion; before each page that is asked for, what is next of the events happens."""
    happenings = iter(events)
    own = site.page(1)
    claimed = own.claimed
    state = CommentState.PARTIAL if own.more else CommentState.LISTED
    following = Following(found=article(*own.comments, more=own.more, claimed=claimed, state=state))
    for second in (False, True):
        if second:
            if not own.more or not following.doubtful(held):
                break
            following.again()
        while (url := following.next()) is not None:
            for what, place in next(happenings, ()):
                site.happen(what, place)
            following.take(url, site.read(url))
    return following


def held_of(site):
    return tuple(HeldComment(body=one.body, outlet_id=one.outlet_id) for one in site.comments)


happening = st.tuples(st.sampled_from(["post", "take down", "edit"]), st.integers(0, 11))


@settings(max_examples=400, deadline=None)
@given(
    count=st.integers(4, 12),
    newest_first=st.booleans(),
    ids=st.booleans(),
    counted=st.booleans(),
    events=st.lists(st.lists(happening, max_size=2), max_size=8),
)
def test_a_comment_that_stayed_is_never_told_gone_and_none_is_doubled(
    count, newest_first, ids, counted, events
):
    site = Site(count, newest_first=newest_first, ids=ids, counted=counted)
    before, held = {one.author for one in site.comments}, held_of(site)
    found = followed(site, held, events).article()
    shown = [one.author for one in found.comments]
    if ids:
        assert len(shown) == len(set(shown))
    stayed = before & {one.author for one in site.comments}
    assert found.comment_state is CommentState.PARTIAL or stayed <= set(shown)
    # The next visit, in quiet, tells exactly what is there.
    after = followed(site, held_of(site) + held).article()
    assert sorted(one.author for one in after.comments) == sorted(one.author for one in site.comments)
    assert after.comment_state is CommentState.LISTED


def test_the_first_comment_of_a_page_that_slipped_onto_the_one_before_is_not_gone():
    site = Site(6, newest_first=False, ids=True, counted=False)
    following = followed(site, held_of(site), [[("take down", 0)]])
    assert {one.author for one in following.article().comments} == {f"Reader {n}" for n in range(6)}
    assert list(following.had_again) == [page_number(2), HERE]


class Cached(Site):
    """A site that serves the article's own page as it was, out of a cache."""

    def __init__(self, count: int) -> None:
        super().__init__(count, newest_first=False, ids=True, counted=True)
        self.cached = super().page(1)

    def page(self, number: int) -> Part:
        return self.cached if number == 1 else super().page(number)


def test_pages_out_of_a_cache_that_count_otherwise_take_no_comment_away():
    site = Cached(7)
    held = held_of(site)
    site.happen("take down", 0)  # the fourth comment is now on the first page, which is served as it was
    site.happen("post", 0)
    site.happen("post", 0)
    found = followed(site, held).article()
    assert "703" not in numbers(found)
    assert found.comment_state is CommentState.PARTIAL


def test_what_is_gone_in_both_readings_is_told_in_the_same_visit():
    site = Site(6, newest_first=False, ids=True, counted=False)
    held = held_of(site)
    site.happen("take down", 1)
    following = followed(site, held)
    assert following.had_again
    assert following.article().comment_state is CommentState.LISTED
    assert numbers(following.article()) == ["700", "702", "703", "704", "705"]
    assert following.brought() == {page_number(2): {4, 5}}
    assert following.brought(again=True) == {page_number(2): {4, 5}, HERE: {1, 2, 3}}


def test_pages_are_had_once_where_nothing_is_amiss():
    site = Site(6, newest_first=False, ids=False, counted=False)
    assert not followed(site, held_of(site)).had_again
    edited = replace(site.comments[2], body="Edited.")
    numbered = Site(6, newest_first=False, ids=True, counted=False)
    held = held_of(numbered)
    numbered.comments[2] = replace(numbered.comments[2], body=edited.body)
    assert not followed(numbered, held).had_again, "an edit is no absence"


@pytest.mark.parametrize(
    ("first", "second", "doubtful"),
    [((100, 130), (30, 130), False), ((100, 130), (29, 129), True), ((100, 130), (29, 130), True)],
)
def test_a_listing_whose_pages_count_otherwise_is_had_again(first, second, doubtful):
    one, two = (f"https://site.example/wp-json/wp/v2/comments?post=1&page={n}" for n in (1, 2))
    following = Following(found=article(more=(one,)))
    rows, total = first
    following.take(one, Part(comments=(comment(1, "a"),), more=(two,), rows=rows, total=total))
    rows, total = second
    following.take(two, Part(comments=(comment(1, "b"),), rows=rows, total=total))
    assert following.doubtful(()) is doubtful


def test_a_listing_in_one_piece_is_believed_at_once():
    one = "https://site.example/wp-json/wp/v2/comments?post=1&page=1"
    following = Following(found=article(more=(one,)))
    following.take(one, Part(comments=(comment(1, "a"),), rows=1, total=2))
    assert not following.doubtful((HeldComment(body="Gone."),))


def test_numbers_that_begin_anew_on_each_page_name_no_comment():
    def said(position: int, body: str) -> ScrapedComment:
        return replace(comment(position, str(position), body=body), author=f"by {body}")

    parts = (said(1, "Three."), said(2, "Four."))
    following = Following(found=article(said(1, "One."), said(2, "Two."), more=(page_number(2),)))
    following.take(page_number(2), Part(comments=parts))
    assert [one.body for one in following.article().comments] == ["One.", "Two.", "Three.", "Four."]


def test_a_page_that_ends_as_the_next_begins_leaves_open_how_many_there_are():
    def said(position: int, body: str) -> ScrapedComment:
        return comment(position, body=body)

    following = Following(found=article(said(1, "One."), said(2, "Twice."), more=(page_number(2),)))
    following.take(page_number(2), Part(comments=(said(1, "Twice."), said(2, "Two."))))
    assert following.article().comment_state is CommentState.PARTIAL
    assert following.article().warnings
